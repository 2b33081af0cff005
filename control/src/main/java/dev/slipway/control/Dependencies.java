package dev.slipway.control;

import dev.slipway.control.Dependency.OnKind;
import dev.slipway.control.Dependency.OnList;
import dev.slipway.control.Dependency.OnObject;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Who has read what, so that a change wakes just those whom it concerns.
///
/// Implementation note: a reader is entered *before* it reads, and a kind's watch is running before
/// that; so a change either comes before the read, and is seen by it, or after, and finds the
/// reader here. Lists are found by one of their labels, so a change looks at few of them. All state
/// is under one monitor, held for lookups only.
final class Dependencies {
  /// An object under a reconciler's care.
  record Reader(Controller controller, Key key) {
    void wake() {
      controller.queue().add(key);
    }
  }

  private final Map<Dependency, Set<Reader>> readers = new HashMap<>();
  private final Map<Reader, Set<Dependency>> read = new HashMap<>();
  private final Map<Kind, Set<Dependency>> ofKind = new HashMap<>();

  /// Lists by one of their labels; those without labels under 0.
  private final Map<Kind, Map<Integer, Set<OnList>>> lists = new HashMap<>();

  synchronized void enter(Reader reader, Dependency dependency) {
    Set<Reader> known = readers.get(dependency);
    if (known == null) {
      known = new LinkedHashSet<>();
      readers.put(dependency, known);
      ofKind.computeIfAbsent(dependency.kind(), _ -> new LinkedHashSet<>()).add(dependency);
      if (dependency instanceof OnList list) {
        shelf(list).add(list);
      }
    }
    known.add(reader);
  }

  private Set<OnList> shelf(OnList list) {
    return lists
        .computeIfAbsent(list.kind(), _ -> new HashMap<>())
        .computeIfAbsent(label(list), _ -> new LinkedHashSet<>());
  }

  /// The label a list is found by: the largest hash, which is as good as any.
  private static int label(OnList list) {
    return list.labels().entrySet().stream()
        .mapToInt(each -> Traits.hash(each.getKey(), each.getValue()))
        .max()
        .orElse(0);
  }

  /// Says what a reader has read this time; what it read before and not now is forgotten.
  synchronized void settle(Reader reader, Set<Dependency> now) {
    Set<Dependency> before =
        now.isEmpty() ? read.remove(reader) : read.put(reader, Set.copyOf(now));
    if (before != null) {
      for (Dependency each : before) {
        if (!now.contains(each)) {
          leave(reader, each);
        }
      }
    }
  }

  private void leave(Reader reader, Dependency dependency) {
    Set<Reader> known = readers.get(dependency);
    if (known == null || !known.remove(reader) || !known.isEmpty()) {
      return;
    }
    readers.remove(dependency);
    Set<Dependency> sameKind = ofKind.get(dependency.kind());
    if (sameKind != null && sameKind.remove(dependency) && sameKind.isEmpty()) {
      ofKind.remove(dependency.kind());
    }
    if (dependency instanceof OnList list) {
      shelf(list).remove(list);
      if (shelf(list).isEmpty()) {
        lists.getOrDefault(list.kind(), Map.of()).remove(label(list));
      }
    }
  }

  /// Whom a change of an object concerns.
  ///
  /// @param before what was known of it, null where nothing was
  /// @param now what is known of it, null where it is gone
  synchronized Set<Reader> concerned(Key key, @Nullable Traits before, @Nullable Traits now) {
    var found = new LinkedHashSet<Reader>(readers.getOrDefault(new OnObject(key), Set.of()));
    Map<Integer, Set<OnList>> ofLabels = lists.get(key.kind());
    if (ofLabels != null) {
      var labels = new HashSet<Integer>();
      labels.add(0);
      addAll(labels, before);
      addAll(labels, now);
      for (int label : labels) {
        for (OnList list : ofLabels.getOrDefault(label, Set.of())) {
          if (matches(list, key, before) || matches(list, key, now)) {
            found.addAll(readers.getOrDefault(list, Set.of()));
          }
        }
      }
    }
    return found;
  }

  private static void addAll(Set<Integer> labels, @Nullable Traits traits) {
    if (traits != null) {
      for (int each : traits.labels()) {
        labels.add(each);
      }
    }
  }

  private static boolean matches(OnList list, Key key, @Nullable Traits traits) {
    return traits != null
        && (list.namespace().isEmpty() || list.namespace().equals(key.namespace()))
        && traits.mayMatch(list.labels());
  }

  /// Everybody who has read anything of a kind.
  synchronized Set<Reader> readersOf(Kind kind) {
    var found = new LinkedHashSet<Reader>();
    for (Dependency each : ofKind.getOrDefault(kind, Set.of())) {
      found.addAll(readers.getOrDefault(each, Set.of()));
    }
    found.addAll(readers.getOrDefault(new OnKind(kind), Set.of()));
    return found;
  }
}
