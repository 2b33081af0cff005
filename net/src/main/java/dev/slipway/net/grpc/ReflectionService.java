package dev.slipway.net.grpc;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// `grpc.reflection.v1` and `v1alpha`: tells tools such as grpcurl what is served, from serialized
/// descriptors, read when first asked for. Thread-safe.
public final class ReflectionService {
  private static final String METHOD = "ServerReflection/ServerReflectionInfo";

  private final Supplier<List<byte[]>> descriptors;
  private final Object lock = new Object();
  private @Nullable DescriptorIndex index;
  private final SortedSet<String> services;

  /// @param served the methods told of, beside reflection itself
  /// @param descriptors a serialized `FileDescriptorProto` for each file, in any order; the health
  ///     service's and reflection's own are known
  /// @throws IllegalArgumentException if one is no descriptor
  public ReflectionService(GrpcMethods served, List<byte[]> descriptors) {
    this(served, () -> descriptors);
    var _ = index();
  }

  /// As the other, for many servers of which few are asked: nothing is read before.
  public ReflectionService(GrpcMethods served, Supplier<List<byte[]>> descriptors) {
    this.descriptors = descriptors;
    services = new TreeSet<>(served.services());
    services.addAll(methods().services());
  }

  private DescriptorIndex index() {
    synchronized (lock) {
      if (index == null) {
        var all = new ArrayList<>(descriptors.get());
        all.addAll(StandardDescriptors.all());
        index = new DescriptorIndex(all);
      }
      return index;
    }
  }

  /// Both versions; their messages are the same.
  public GrpcMethods methods() {
    return GrpcMethods.none()
        .streaming("/grpc.reflection.v1." + METHOD, (in, out, _) -> answerAll(in, out))
        .streaming("/grpc.reflection.v1alpha." + METHOD, (in, out, _) -> answerAll(in, out));
  }

  private void answerAll(GrpcReader in, GrpcWriter out) {
    for (var request = in.next(); request.isPresent(); request = in.next()) {
      out.write(answer(request.get()));
    }
  }

  // ServerReflectionRequest: host 1, file_by_filename 3, file_containing_symbol 4,
  // file_containing_extension 5, all_extension_numbers_of_type 6, list_services 7.
  private byte[] answer(byte[] request) {
    var answer = new ProtoWriter();
    var found = error(GrpcStatus.INVALID_ARGUMENT, "the request asks for nothing known");
    for (var fields = new ProtoReader(request); fields.next(); ) {
      switch (fields.field()) {
        case 1 -> answer.text(1, fields.text());
        case 3 -> found = files(Optional.of(fields.text()), "file " + fields.text());
        case 4 -> found = files(index().fileOf(fields.text()), "symbol " + fields.text());
        case 5 -> found = extension(fields.message());
        case 6 -> found = extensionNumbers(fields.text());
        case 7 -> found = services();
        default -> {}
      }
    }
    return answer.bytes(2, request).message(found.field(), found.value()).bytes();
  }

  /// One alternative of `message_response`: file_descriptor_response 4,
  /// all_extension_numbers_response 5, list_services_response 6, error_response 7.
  private record Found(int field, ProtoWriter value) {}

  private Found files(Optional<String> name, String asked) {
    var files = name.map(index()::withDependencies).orElse(List.of());
    if (files.isEmpty()) {
      return error(GrpcStatus.NOT_FOUND, "no " + asked + " is known here");
    }
    var value = new ProtoWriter();
    files.forEach(file -> value.bytes(1, file));
    return new Found(4, value);
  }

  private Found extension(ProtoReader asked) {
    var type = "";
    int number = 0;
    while (asked.next()) {
      switch (asked.field()) {
        case 1 -> type = asked.text();
        case 2 -> number = (int) asked.number();
        default -> {}
      }
    }
    return files(index().fileOfExtension(type, number), "extension " + number + " of " + type);
  }

  private Found extensionNumbers(String type) {
    var numbers = index().extensionNumbers(type);
    if (numbers.isEmpty()) {
      return error(GrpcStatus.NOT_FOUND, "no type " + type + " is known here");
    }
    var value = new ProtoWriter().text(1, type);
    numbers.get().forEach(number -> value.number(2, number));
    return new Found(5, value);
  }

  private Found services() {
    var value = new ProtoWriter();
    services.forEach(name -> value.message(1, new ProtoWriter().text(1, name)));
    return new Found(6, value);
  }

  private static Found error(GrpcStatus status, String message) {
    return new Found(7, new ProtoWriter().number(1, status.code()).text(2, message));
  }
}
