package dev.slipway.control;

import dev.slipway.base.Json;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import tools.jackson.databind.node.ObjectNode;

/// The writes of the loop: each is made only where it would change something. Thread-safe.
///
/// Whether an apply would change something is told from the object ([AppliedFields]); where that
/// cannot tell, the apply is made and remembered with the version it led to, so that it is not made
/// again until the wish or the object changes. The memory is bounded; what falls out costs one
/// needless apply.
final class Applier {
  private static final int REMEMBERED = 20_000;

  private record Outcome(int wish, int size, String resourceVersion) {}

  private final Cluster cluster;
  private final Counters counters;
  private final Map<Key, Outcome> remembered =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Key, Outcome> eldest) {
          return size() > REMEMBERED;
        }
      };

  Applier(Cluster cluster, Counters counters) {
    this.cluster = cluster;
    this.counters = counters;
  }

  /// Makes an object hold what is wanted.
  ///
  /// @param wanted complete with namespace and owner, without nulls
  /// @param observed the object as it is
  void apply(Kind kind, ObjectNode wanted, Optional<Resource> observed) {
    if (observed.isPresent()
        && (AppliedFields.settled(wanted, observed.get()) || known(wanted, observed.get()))) {
      return;
    }
    Resource now = write(() -> cluster.apply(kind, wanted));
    if (!AppliedFields.settled(wanted, now)) {
      remember(wanted, now);
    }
  }

  private boolean known(ObjectNode wanted, Resource observed) {
    synchronized (remembered) {
      return outcome(wanted, observed).equals(remembered.get(observed.key()));
    }
  }

  private void remember(ObjectNode wanted, Resource now) {
    synchronized (remembered) {
      remembered.put(now.key(), outcome(wanted, now));
    }
  }

  private static Outcome outcome(ObjectNode wanted, Resource object) {
    byte[] text = Json.bytes(wanted);
    return new Outcome(java.util.Arrays.hashCode(text), text.length, object.resourceVersion());
  }

  Resource create(Kind kind, ObjectNode object) {
    return write(() -> cluster.create(kind, object));
  }

  /// Patches, unless the object already is as the patch would make it.
  void change(Plan.Changed wanted) {
    Optional<Resource> object = cluster.get(wanted.key());
    if (object.isPresent() && Trees.contains(object.get().tree(), wanted.patch())) {
      return;
    }
    write(() -> cluster.mergePatch(wanted.key(), wanted.subresource(), wanted.patch()));
  }

  /// Deletes the object meant; one that is gone or another's by now is passed over.
  void delete(Key key, String uid, ObjectNode options) {
    if (!uid.isEmpty()) {
      Json.ensureObject(options, "preconditions").put("uid", uid);
    }
    try {
      counters.writes.increment();
      cluster.delete(key, options);
    } catch (ClusterException refused) {
      if (!refused.isConflict() || isStillThere(key, uid)) {
        throw refused;
      }
    }
  }

  private boolean isStillThere(Key key, String uid) {
    return cluster.get(key).filter(each -> each.uid().equals(uid)).isPresent();
  }

  /// Replaces the object but its status.
  ///
  /// @return as it is now
  Resource update(Resource before, ObjectNode wanted) {
    ObjectNode one = before.copy();
    ObjectNode other = wanted.deepCopy();
    one.remove("status");
    other.remove("status");
    return Trees.same(one, other) ? before : write(() -> cluster.update(before.kind(), wanted));
  }

  /// Replaces the status of the object as it was observed.
  void status(Resource object, ObjectNode wanted) {
    if (Trees.same(object.status(), wanted)) {
      return;
    }
    ObjectNode whole = object.copy();
    whole.set("status", Trees.withoutNulls(wanted));
    write(() -> cluster.updateStatus(object.kind(), whole));
  }

  private Resource write(Supplier<Resource> write) {
    counters.writes.increment();
    return write.get();
  }
}
