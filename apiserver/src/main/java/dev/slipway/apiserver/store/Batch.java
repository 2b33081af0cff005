package dev.slipway.apiserver.store;

import dev.slipway.apiserver.store.Objects.Change;
import dev.slipway.apiserver.store.Objects.Version;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Changes that will become durable together; each is checked against those before it.
final class Batch {
  private final History history;
  private final List<Version> versions = new ArrayList<>();
  private final Map<ObjectKey, Version> changed = new HashMap<>();

  private record ObjectKey(String resource, String key) {}

  Batch(History history) {
    this.history = history;
  }

  List<Version> versions() {
    return versions;
  }

  /// Why a change cannot be made, or null if it can.
  @Nullable String conflict(Change change) {
    Version current = current(change);
    long found = current == null ? 0 : current.resourceVersion();
    if (found == change.expected()) {
      return null;
    }
    String object = change.resource() + " " + Shelf.key(change.namespace(), change.name());
    if (change.expected() == 0) {
      return object + " already exists at version " + found;
    }
    return object
        + (current == null ? " does not exist" : " is at version " + found)
        + ", expected version "
        + change.expected();
  }

  /// Adds a change that has no conflict, with the next version.
  Version add(Change change, VersionSlot slot) {
    long next = history.resourceVersion() + versions.size() + 1;
    Version version =
        history.shared(
            new Version(
                change.resource(),
                change.namespace(),
                change.name(),
                next,
                change.delete(),
                slot.fill(change.json(), next)));
    versions.add(version);
    changed.put(key(change), version);
    return version;
  }

  private @Nullable Version current(Change change) {
    ObjectKey key = key(change);
    Version version = changed.get(key);
    if (version == null) {
      return history.newest(key.resource, key.key);
    }
    return version.deleted() ? null : version;
  }

  private static ObjectKey key(Change change) {
    return new ObjectKey(change.resource(), Shelf.key(change.namespace(), change.name()));
  }
}
