package dev.slipway.inference.codec.proto;

import dev.slipway.inference.codec.proto.ProtoFile.Choice;
import dev.slipway.inference.codec.proto.ProtoFile.Field;
import dev.slipway.inference.codec.proto.ProtoFile.Message;
import dev.slipway.inference.codec.proto.ProtoFile.Service;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// The protos published with this room, as the `FileDescriptorProto`s that gRPC reflection gives
/// away.
///
/// Source: field numbers of google/protobuf/descriptor.proto.
public final class ProtoDescriptors {
  /// Of `slipway/*.proto`, and of what they import.
  private static final List<String> PUBLISHED =
      List.of(
          "google/protobuf/any.proto",
          "google/protobuf/empty.proto",
          "google/protobuf/struct.proto",
          "google/protobuf/wrappers.proto",
          "slipway/tensorflow.proto",
          "slipway/tensorflow_serving.proto",
          "slipway/inference.proto",
          "slipway/seldon.proto");

  private static final Map<String, Integer> SCALARS =
      Map.ofEntries(
          Map.entry("double", 1),
          Map.entry("float", 2),
          Map.entry("int64", 3),
          Map.entry("uint64", 4),
          Map.entry("int32", 5),
          Map.entry("fixed64", 6),
          Map.entry("fixed32", 7),
          Map.entry("bool", 8),
          Map.entry("string", 9),
          Map.entry("bytes", 12),
          Map.entry("uint32", 13),
          Map.entry("sfixed32", 15),
          Map.entry("sfixed64", 16),
          Map.entry("sint32", 17),
          Map.entry("sint64", 18));
  private static final int MESSAGE = 11;
  private static final int ENUM = 14;
  private static final int OPTIONAL = 1;
  private static final int REPEATED = 3;

  /// Full names, with the dot before them, to [#MESSAGE] or [#ENUM].
  private final Map<String, Integer> kinds = new HashMap<>();

  private ProtoDescriptors() {}

  /// A serialized `FileDescriptorProto` for each file; what a file imports comes before it.
  public static List<byte[]> published() {
    return compile(PUBLISHED.stream().map(path -> ProtoFile.parse(path, text(path))).toList());
  }

  private static String text(String path) {
    try (var in = ProtoDescriptors.class.getResourceAsStream("/" + path)) {
      if (in == null) {
        throw new IllegalStateException(path + " is missing from this program");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException problem) {
      throw new UncheckedIOException(problem);
    }
  }

  /// @param files that may refer to each other
  /// @throws IllegalArgumentException if a type is named that none of them has
  static List<byte[]> compile(List<ProtoFile> files) {
    var compiler = new ProtoDescriptors();
    for (var file : files) {
      compiler.learn(file.messages(), file.choices(), "." + file.scope());
    }
    return files.stream().map(compiler::file).toList();
  }

  private void learn(List<Message> messages, List<Choice> choices, String scope) {
    choices.forEach(choice -> kinds.put(scope + "." + choice.name(), ENUM));
    for (var message : messages) {
      var name = scope + "." + message.name();
      kinds.put(name, MESSAGE);
      learn(message.nested(), message.choices(), name);
    }
  }

  private byte[] file(ProtoFile file) {
    var out = new ProtoWriter(1024);
    out.alwaysString(1, file.path()).alwaysString(2, file.scope());
    file.imports().forEach(path -> out.alwaysString(3, path));
    var scope = "." + file.scope();
    file.messages().forEach(message -> message(out, 4, message, scope));
    file.choices().forEach(choice -> choice(out, 5, choice));
    file.services().forEach(service -> service(out, service, scope));
    return out.alwaysString(12, "proto3").toBytes();
  }

  private void message(ProtoWriter out, int number, Message message, String scope) {
    int mark = out.begin(number);
    var own = scope + "." + message.name();
    out.alwaysString(1, message.name());
    message.fields().forEach(field -> field(out, field, own));
    message.nested().forEach(nested -> message(out, 3, nested, own));
    message.choices().forEach(choice -> choice(out, 4, choice));
    if (message.entry()) {
      int options = out.begin(7);
      out.writeBoolean(7, true).end(options);
    }
    for (var oneof : message.oneofs()) {
      int declared = out.begin(8);
      out.alwaysString(1, oneof).end(declared);
    }
    out.end(mark);
  }

  private void field(ProtoWriter out, Field field, String scope) {
    int mark = out.begin(2);
    out.alwaysString(1, field.name())
        .alwaysLong(3, field.number())
        .alwaysLong(4, field.repeated() ? REPEATED : OPTIONAL);
    Integer scalar = SCALARS.get(field.type());
    if (scalar != null) {
      out.alwaysLong(5, scalar);
    } else {
      var type = resolved(field.type(), scope);
      out.alwaysLong(5, kinds.getOrDefault(type, MESSAGE)).alwaysString(6, type);
    }
    if (field.oneof() >= 0) {
      out.alwaysLong(9, field.oneof());
    }
    out.end(mark);
  }

  /// The full name of a type, looked for from the innermost scope outwards.
  private String resolved(String type, String scope) {
    for (var around = scope; ; around = around.substring(0, around.lastIndexOf('.'))) {
      var name = around + "." + type;
      if (kinds.containsKey(name)) {
        return name;
      }
      if (around.isEmpty()) {
        throw new IllegalArgumentException("no type " + type + " is known in " + scope);
      }
    }
  }

  private static void choice(ProtoWriter out, int number, Choice choice) {
    int mark = out.begin(number);
    out.alwaysString(1, choice.name());
    for (var value : choice.values()) {
      int declared = out.begin(2);
      out.alwaysString(1, value.name()).alwaysLong(2, value.number()).end(declared);
    }
    out.end(mark);
  }

  private void service(ProtoWriter out, Service service, String scope) {
    int mark = out.begin(6);
    out.alwaysString(1, service.name());
    for (var method : service.methods()) {
      int declared = out.begin(2);
      out.alwaysString(1, method.name())
          .alwaysString(2, resolved(method.in(), scope))
          .alwaysString(3, resolved(method.out(), scope))
          .writeBoolean(5, method.streamsIn())
          .writeBoolean(6, method.streamsOut())
          .end(declared);
    }
    out.end(mark);
  }
}
