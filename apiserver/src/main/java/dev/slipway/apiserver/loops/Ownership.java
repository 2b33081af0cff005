package dev.slipway.apiserver.loops;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Who depends on whom, by the owners' uids. Holds only objects that have owners: a few hundred
/// bytes each. Thread-safe: all state under its monitor.
final class Ownership {
  private final Map<String, Dependents> byOwner = new HashMap<>();
  private final Map<ObjectKey, List<Meta.Owner>> ownersOf = new HashMap<>();

  private record Dependents(Set<ObjectKey> all, Set<ObjectKey> blocking) {}

  /// Replaces what is known of an object's owners.
  ///
  /// @return whether it differs from what was known
  synchronized boolean put(ObjectKey key, List<Meta.Owner> owners) {
    List<Meta.Owner> before = ownersOf.getOrDefault(key, List.of());
    if (before.equals(owners)) {
      return false;
    }
    forget(key);
    for (Meta.Owner owner : owners) {
      Dependents dependents =
          byOwner.computeIfAbsent(
              owner.uid(), _ -> new Dependents(new HashSet<>(), new HashSet<>()));
      dependents.all.add(key);
      if (owner.blocks()) {
        dependents.blocking.add(key);
      }
    }
    if (!owners.isEmpty()) {
      ownersOf.put(key, owners);
    }
    return true;
  }

  /// Forgets an object.
  ///
  /// @return uids of owners it no longer holds up
  synchronized List<String> remove(ObjectKey key) {
    return forget(key).stream()
        .filter(Meta.Owner::blocks)
        .map(Meta.Owner::uid)
        .filter(uid -> !isBlocked(uid))
        .toList();
  }

  synchronized boolean isEmpty() {
    return byOwner.isEmpty();
  }

  synchronized List<ObjectKey> dependentsOf(String uid) {
    Dependents found = byOwner.get(uid);
    return found == null ? List.of() : List.copyOf(found.all);
  }

  /// Those that must be gone before a foreground deletion ends.
  synchronized List<ObjectKey> blocking(String uid) {
    Dependents found = byOwner.get(uid);
    return found == null ? List.of() : List.copyOf(found.blocking);
  }

  synchronized boolean hasDependents(String uid) {
    return byOwner.containsKey(uid);
  }

  /// All that name an owner of this kind, whatever its version.
  synchronized List<ObjectKey> ownedByKind(String group, String kind) {
    return ownersOf.entrySet().stream()
        .filter(each -> each.getValue().stream().anyMatch(owner -> owner.isOf(group, kind)))
        .map(Map.Entry::getKey)
        .toList();
  }

  private boolean isBlocked(String uid) {
    Dependents found = byOwner.get(uid);
    return found != null && !found.blocking.isEmpty();
  }

  private List<Meta.Owner> forget(ObjectKey key) {
    List<Meta.Owner> owners = ownersOf.remove(key);
    if (owners == null) {
      return List.of();
    }
    for (Meta.Owner owner : owners) {
      Dependents dependents = byOwner.get(owner.uid());
      if (dependents != null) {
        dependents.all.remove(key);
        dependents.blocking.remove(key);
        if (dependents.all.isEmpty()) {
          byOwner.remove(owner.uid());
        }
      }
    }
    return owners;
  }
}
