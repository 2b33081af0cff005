package dev.slipway.apiserver.admission;

import dev.slipway.apiserver.store.Objects;
import dev.slipway.base.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import tools.jackson.databind.node.ObjectNode;

/// The objects of one resource, each read once per version. Always as current as the store: what a
/// client has written counts for its very next request. Thread-safe.
///
/// Asking an empty resource costs one look at a counter.
final class Stored<T> {
  private static final int SPARE_ENTRIES = 64;

  private final Objects objects;
  private final String resource;
  private final Function<ObjectNode, T> reader;
  private final ConcurrentHashMap<String, Known<T>> known = new ConcurrentHashMap<>();

  private record Known<T>(long resourceVersion, T value) {}

  /// @param resource its storage key
  /// @param reader pure; its result is shared between threads
  Stored(Objects objects, String resource, Function<ObjectNode, T> reader) {
    this.objects = objects;
    this.resource = resource;
    this.reader = reader;
  }

  boolean isEmpty() {
    return objects.count(resource) == 0;
  }

  Optional<T> find(String namespace, String name) {
    Objects.Version version = objects.get(resource, namespace, name);
    return version == null ? Optional.empty() : Optional.of(read(version));
  }

  /// In the order of names.
  ///
  /// @param namespace empty for all
  List<T> in(String namespace) {
    if (isEmpty()) {
      return List.of();
    }
    List<Objects.Version> versions = objects.list(resource, namespace, "", 0, 0).items();
    var values = new ArrayList<T>(versions.size());
    for (Objects.Version version : versions) {
      values.add(read(version));
    }
    return values;
  }

  T read(Objects.Version version) {
    String key = version.namespace() + "/" + version.name();
    Known<T> before = known.get(key);
    if (before != null && before.resourceVersion == version.resourceVersion()) {
      return before.value;
    }
    T value = reader.apply(Json.parseObject(version.json()));
    remember(key, new Known<>(version.resourceVersion(), value));
    return value;
  }

  /// Entries of deleted objects are dropped, all at once, when they outnumber the living.
  private void remember(String key, Known<T> entry) {
    if (known.size() > 2 * objects.count(resource) + SPARE_ENTRIES) {
      known.clear();
    }
    known.put(key, entry);
  }
}
