package dev.slipway.controllers.apps;

import dev.slipway.control.Resource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/// How many replicas each ReplicaSet of a Deployment should have next: pure arithmetic.
///
/// Source: `pkg/controller/deployment/{rolling.go,sync.go,util/deployment_util.go}`.
///
/// @param replicas wanted by the Deployment
/// @param maxSurge most pods above that
/// @param maxUnavailable most pods below that
record Rollout(int replicas, int maxSurge, int maxUnavailable) {
  /// The strategy's bounds; `Recreate` has none of either.
  static Rollout of(Resource deployment) {
    int replicas = ReplicaSets.wanted(deployment);
    JsonNode strategy = deployment.spec().path("strategy");
    if (strategy.path("type").asString("").equals("Recreate")) {
      return new Rollout(replicas, 0, 0);
    }
    JsonNode rolling = strategy.path("rollingUpdate");
    int surge = IntOrPercent.roundedUp(rolling.path("maxSurge"), replicas, quarterUp(replicas));
    int unavailable =
        IntOrPercent.roundedDown(rolling.path("maxUnavailable"), replicas, replicas / 4);
    if (surge == 0 && unavailable == 0) {
      unavailable = 1;
    }
    return new Rollout(replicas, surge, Math.min(unavailable, replicas));
  }

  private static int quarterUp(int replicas) {
    return (replicas + 3) / 4;
  }

  /// What the newest set gets: as many as the surge leaves room for.
  ///
  /// @param current pods wanted by all sets now
  /// @param newest pods wanted by the newest
  int newest(int current, int newest) {
    if (newest >= replicas) {
      return replicas;
    }
    int room = replicas + maxSurge - current;
    return room <= 0 ? newest : newest + Math.min(room, replicas - newest);
  }

  /// What the old sets get once the newest has what it may: those that do not answer go first, then
  /// as
  /// many as may be missing.
  ///
  /// @param old oldest first
  Map<Resource, Integer> old(Resource newest, List<Resource> old) {
    var sizes = new LinkedHashMap<Resource, Integer>();
    old.forEach(set -> sizes.put(set, ReplicaSets.wanted(set)));
    int all = ReplicaSets.wanted(old) + ReplicaSets.wanted(newest);
    int minAvailable = replicas - maxUnavailable;
    int unavailableNew = ReplicaSets.wanted(newest) - ReplicaSets.available(newest);
    int most = all - minAvailable - unavailableNew;
    if (most <= 0) {
      return sizes;
    }
    int cleaned = 0;
    for (var set : old) {
      int sick = ReplicaSets.wanted(set) - ReplicaSets.available(set);
      int fewer = Math.clamp(sick, 0, most - cleaned);
      sizes.merge(set, -fewer, Integer::sum);
      cleaned += fewer;
    }
    int spare = available(newest, old, sizes) - minAvailable;
    for (var set : old) {
      int fewer = Math.clamp(spare, 0, sizes.getOrDefault(set, 0));
      sizes.merge(set, -fewer, Integer::sum);
      spare -= fewer;
    }
    return sizes;
  }

  private static int available(Resource newest, List<Resource> old, Map<Resource, Integer> sizes) {
    int sum = ReplicaSets.available(newest);
    for (var set : old) {
      sum += Math.min(ReplicaSets.available(set), sizes.getOrDefault(set, 0));
    }
    return sum;
  }

  /// What each set gets when the wanted number changes in the middle of a rollout: its share of the
  /// change, in proportion to its size, larger sets first; what rounding leaves goes to the
  /// largest.
  ///
  /// @param active sets with replicas, in any order
  Map<Resource, Integer> proportional(List<Resource> active) {
    var sizes = new LinkedHashMap<Resource, Integer>();
    active.forEach(set -> sizes.put(set, ReplicaSets.wanted(set)));
    int allowed = replicas > 0 ? replicas + maxSurge : 0;
    int toAdd = allowed - ReplicaSets.wanted(active);
    if (toAdd == 0 || active.isEmpty()) {
      return sizes;
    }
    var ordered = new ArrayList<>(active);
    ordered.sort(
        (a, b) -> {
          int bySize = Integer.compare(ReplicaSets.wanted(b), ReplicaSets.wanted(a));
          return bySize != 0
              ? bySize
              : toAdd > 0
                  ? ReplicaSets.NEWEST_FIRST.compare(a, b)
                  : ReplicaSets.OLDEST_FIRST.compare(a, b);
        });
    int added = 0;
    for (var set : ordered) {
      int share = share(set, toAdd, added);
      sizes.merge(set, share, Integer::sum);
      added += share;
    }
    sizes.merge(ordered.getFirst(), toAdd - added, (size, rest) -> Math.max(0, size + rest));
    return sizes;
  }

  private int share(Resource set, int toAdd, int added) {
    int size = ReplicaSets.wanted(set);
    if (replicas == 0) {
      return -size;
    }
    int whole = maxReplicas(set);
    int fraction = (int) Math.round((double) size * (replicas + maxSurge) / whole) - size;
    int rest = toAdd - added;
    return toAdd > 0 ? Math.clamp(fraction, 0, rest) : Math.clamp(fraction, rest, 0);
  }

  /// What the set was last told the Deployment may have at most.
  private int maxReplicas(Resource set) {
    try {
      return Math.max(1, Integer.parseInt(set.annotation(ReplicaSets.MAX)));
    } catch (NumberFormatException _) {
      return Math.max(1, running(set));
    }
  }

  private int running(Resource set) {
    return Math.max(replicas, ReplicaSets.running(set));
  }
}
