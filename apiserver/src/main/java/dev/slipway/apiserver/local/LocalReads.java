package dev.slipway.apiserver.local;

import dev.slipway.apiserver.store.Objects;
import dev.slipway.apiserver.store.Objects.Version;
import dev.slipway.base.Json;
import dev.slipway.control.Key;
import dev.slipway.control.Kind;
import dev.slipway.control.Resource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/// Reads of the store by key, by owner and by label. Thread-safe.
final class LocalReads {
  private final Objects objects;
  private final ServedKinds served;
  private final TermIndex index;
  private final ParsedObjects parsed = new ParsedObjects();

  LocalReads(Objects objects, ServedKinds served) {
    this.objects = objects;
    this.served = served;
    this.index = new TermIndex(objects);
  }

  /// Takes note of a write.
  void note(Version version) {
    index.written(version);
  }

  Optional<Resource> get(Key key) {
    return served.find(key.kind()).flatMap(found -> read(key, found));
  }

  List<Resource> list(Kind kind, String namespace) {
    var resource = served.find(kind);
    if (resource.isEmpty()) {
      return List.of();
    }
    return objects.list(resource.get().storageKey(), namespace, "", 0, 0).items().stream()
        .map(version -> parsed(kind, resource.get(), version))
        .toList();
  }

  List<Resource> labelled(Kind kind, String namespace, Map<String, String> labels) {
    var terms = new ArrayList<String>(labels.size());
    labels.forEach((name, value) -> terms.add(Terms.label(name, value)));
    return indexed(
        kind,
        terms,
        each ->
            (namespace.isEmpty() || each.namespace().equals(namespace))
                && each.labels().entrySet().containsAll(labels.entrySet()));
  }

  List<Resource> owned(Kind kind, String uid) {
    return indexed(kind, List.of(Terms.owner(uid)), each -> names(each, uid));
  }

  Resource parsed(Kind kind, dev.slipway.apiserver.resource.Resource resource, Version version) {
    return parsed.of(kind, resource, version);
  }

  private static boolean names(Resource object, String ownerUid) {
    for (var owner : object.at("metadata", "ownerReferences")) {
      if (Json.text(owner, "uid").equals(ownerUid)) {
        return true;
      }
    }
    return false;
  }

  private List<Resource> indexed(Kind kind, Collection<String> terms, Predicate<Resource> wanted) {
    var resource = served.find(kind);
    if (resource.isEmpty()) {
      return List.of();
    }
    var found = new ArrayList<Resource>();
    for (String key : index.find(resource.get().storageKey(), terms)) {
      int slash = key.indexOf('/');
      var at = new Key(kind, key.substring(0, slash), key.substring(slash + 1));
      read(at, resource.get()).filter(wanted).ifPresent(found::add);
    }
    return found;
  }

  private Optional<Resource> read(Key key, dev.slipway.apiserver.resource.Resource resource) {
    return Optional.ofNullable(objects.get(resource.storageKey(), key.namespace(), key.name()))
        .map(version -> parsed(key.kind(), resource, version));
  }
}
