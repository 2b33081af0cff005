package dev.slipway.net.grpc;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/// What serialized `FileDescriptorProto`s define: files by name, by symbol, and by extension
/// (field numbers: google/protobuf/descriptor.proto). Immutable once built.
final class DescriptorIndex {
  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record File(String name, byte[] bytes, List<String> dependencies) {}

  private final Map<String, File> files = new LinkedHashMap<>();
  private final Map<String, String> fileOfSymbol = new HashMap<>();
  private final Map<String, SortedMap<Integer, String>> extensions = new HashMap<>();
  private final SortedSet<String> services = new TreeSet<>();

  /// Files of the same name count once.
  ///
  /// @throws IllegalArgumentException if one is no descriptor
  DescriptorIndex(List<byte[]> descriptors) {
    for (var bytes : descriptors) {
      try {
        add(bytes);
      } catch (GrpcException problem) {
        throw new IllegalArgumentException("a file descriptor is damaged", problem);
      }
    }
  }

  private void add(byte[] bytes) {
    var name = "";
    var scope = "";
    var dependencies = new ArrayList<String>();
    for (var fields = new ProtoReader(bytes); fields.next(); ) {
      switch (fields.field()) {
        case 1 -> name = fields.text();
        case 2 -> scope = fields.text();
        case 3 -> dependencies.add(fields.text());
        default -> {}
      }
    }
    if (files.putIfAbsent(name, new File(name, bytes, List.copyOf(dependencies))) != null) {
      return;
    }
    for (var fields = new ProtoReader(bytes); fields.next(); ) {
      switch (fields.field()) {
        case 4 -> message(fields.message(), scope, name);
        case 5 -> enumeration(fields.message(), scope, name);
        case 6 -> services.add(named(fields.message(), scope, name));
        case 7 -> extension(fields.message(), scope, name);
        default -> {}
      }
    }
  }

  // DescriptorProto: name 1, field 2, nested_type 3, enum_type 4, extension 6, oneof_decl 8.
  private void message(ProtoReader message, String scope, String file) {
    var own = qualified(scope, nameOf(message.copy()));
    fileOfSymbol.put(own, file);
    while (message.next()) {
      switch (message.field()) {
        case 2, 8 -> fileOfSymbol.put(qualified(own, nameOf(message.message())), file);
        case 3 -> message(message.message(), own, file);
        case 4 -> enumeration(message.message(), own, file);
        case 6 -> extension(message.message(), own, file);
        default -> {}
      }
    }
  }

  // Names of enum values belong to the scope around the enum.
  private void enumeration(ProtoReader enumeration, String scope, String file) {
    while (enumeration.next()) {
      switch (enumeration.field()) {
        case 1 -> fileOfSymbol.put(qualified(scope, enumeration.text()), file);
        case 2 -> fileOfSymbol.put(qualified(scope, nameOf(enumeration.message())), file);
        default -> {}
      }
    }
  }

  /// A service and its methods.
  private String named(ProtoReader service, String scope, String file) {
    var own = qualified(scope, nameOf(service.copy()));
    fileOfSymbol.put(own, file);
    while (service.next()) {
      if (service.field() == 2) {
        fileOfSymbol.put(qualified(own, nameOf(service.message())), file);
      }
    }
    return own;
  }

  private void extension(ProtoReader extension, String scope, String file) {
    fileOfSymbol.put(qualified(scope, nameOf(extension.copy())), file);
    var extended = "";
    int number = 0;
    while (extension.next()) {
      switch (extension.field()) {
        case 2 -> extended = extension.text();
        case 3 -> number = (int) extension.number();
        default -> {}
      }
    }
    var type = extended.startsWith(".") ? extended.substring(1) : extended;
    extensions.computeIfAbsent(type, _ -> new TreeMap<>()).put(number, file);
  }

  private static String nameOf(ProtoReader fields) {
    while (fields.next()) {
      if (fields.field() == 1) {
        return fields.text();
      }
    }
    return "";
  }

  private static String qualified(String scope, String name) {
    return scope.isEmpty() ? name : scope + "." + name;
  }

  SortedSet<String> services() {
    return services;
  }

  /// The file and all it needs, itself first; empty if it is unknown.
  List<byte[]> withDependencies(String name) {
    var found = new LinkedHashMap<String, byte[]>();
    var due = new ArrayList<>(List.of(name));
    while (!due.isEmpty()) {
      var file = files.get(due.removeFirst());
      if (file != null && found.putIfAbsent(file.name(), file.bytes()) == null) {
        due.addAll(file.dependencies());
      }
    }
    return List.copyOf(found.values());
  }

  Optional<String> fileOf(String symbol) {
    return Optional.ofNullable(fileOfSymbol.get(symbol));
  }

  Optional<String> fileOfExtension(String type, int number) {
    return Optional.ofNullable(extensions.getOrDefault(type, new TreeMap<>()).get(number));
  }

  /// Empty if the type is unknown.
  Optional<SortedSet<Integer>> extensionNumbers(String type) {
    if (!fileOfSymbol.containsKey(type) && !extensions.containsKey(type)) {
      return Optional.empty();
    }
    return Optional.of(new TreeSet<>(extensions.getOrDefault(type, new TreeMap<>()).keySet()));
  }
}
