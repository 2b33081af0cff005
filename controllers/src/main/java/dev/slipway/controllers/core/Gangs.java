package dev.slipway.controllers.core;

import dev.slipway.control.Resource;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/// Pods that start together or not at all: who belongs to which gang, and how many of each have a
/// node. Owned by the scheduler's thread.
///
/// Pods say so by two annotations; gangs are kept apart by namespace. A gang has started once
/// enough of its pods have had a node; those made anew later need only fit themselves.
public final class Gangs {
  /// Annotation: the gang a pod belongs to.
  public static final String NAME = "slipway.dev/gang";

  /// Annotation: how many pods of the gang must fit before any starts.
  public static final String LEAST = "slipway.dev/gang-min-members";

  private final Map<String, Set<String>> placed = new HashMap<>();
  private final Map<String, String> gangs = new HashMap<>();

  /// `namespace/name`; empty for a pod of no gang.
  static String of(Resource pod) {
    String name = pod.annotation(NAME);
    return name.isEmpty() ? "" : pod.namespace() + "/" + name;
  }

  /// 1 where it is no number.
  static int least(Resource pod) {
    try {
      return Integer.parseInt(pod.annotation(LEAST));
    } catch (NumberFormatException _) {
      return 1;
    }
  }

  /// A pod has a node, or had one.
  void placed(Resource pod) {
    String gang = of(pod);
    if (!gang.isEmpty()) {
      gangs.put(pod.uid(), gang);
      placed.computeIfAbsent(gang, _ -> new HashSet<>()).add(pod.uid());
    }
  }

  /// A pod is gone, or did not get its node after all.
  void gone(String uid) {
    String gang = gangs.remove(uid);
    Set<String> members = gang == null ? null : placed.get(gang);
    if (members != null) {
      members.remove(uid);
      if (members.isEmpty()) {
        placed.remove(gang);
      }
    }
  }

  int placed(String gang) {
    return placed.getOrDefault(gang, Set.of()).size();
  }
}
