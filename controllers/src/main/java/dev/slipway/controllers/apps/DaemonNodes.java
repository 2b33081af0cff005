package dev.slipway.controllers.apps;

import dev.slipway.control.Resource;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// The nodes of a DaemonSet, each with whether it should run there and the pods that do.
///
/// @param byName every node, and such as only pods know of
record DaemonNodes(Map<String, OneNode> byName) {
  /// @param pods the oldest first; without those that ended and are on their way out
  /// @param hash of the present template
  record OneNode(String name, DaemonDesired.Fit fit, List<Resource> pods, String hash) {
    private boolean isNew(Resource pod) {
      return pod.label(StatefulRevisions.LABEL).equals(hash);
    }

    /// Those that go on, of the present template or of one before.
    List<Resource> running(boolean present) {
      return pods.stream().filter(pod -> Pods.active(pod) && isNew(pod) == present).toList();
    }

    Optional<Resource> newest() {
      return running(true).stream().findFirst();
    }

    Optional<Resource> older() {
      return running(false).stream().findFirst();
    }

    boolean ready() {
      return pods.stream().anyMatch(pod -> Pods.active(pod) && Pods.ready(pod));
    }

    boolean available(int minReady, Instant now) {
      return pods.stream().anyMatch(pod -> Pods.active(pod) && Pods.available(pod, minReady, now));
    }
  }

  static DaemonNodes of(Resource set, List<Resource> nodes, List<Resource> pods, String hash) {
    var on = new TreeMap<String, List<Resource>>();
    pods.stream()
        .filter(pod -> !(pod.deleting() && Pods.finished(pod)))
        .sorted(Comparator.comparing(Resource::created).thenComparing(Resource::name))
        .forEach(
            pod -> on.computeIfAbsent(DaemonDesired.nodeOf(pod), _ -> new ArrayList<>()).add(pod));
    var all = new TreeMap<String, OneNode>();
    for (var node : nodes) {
      var here = on.getOrDefault(node.name(), List.of());
      all.put(node.name(), new OneNode(node.name(), DaemonDesired.fit(set, node), here, hash));
    }
    on.forEach(
        (name, here) ->
            all.putIfAbsent(
                name, new OneNode(name, new DaemonDesired.Fit(false, false), here, hash)));
    return new DaemonNodes(all);
  }

  List<OneNode> wanted() {
    return byName.values().stream().filter(node -> node.fit().run()).toList();
  }
}
