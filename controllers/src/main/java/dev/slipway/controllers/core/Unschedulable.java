package dev.slipway.controllers.core;

import java.util.List;
import java.util.TreeMap;
import java.util.stream.Collectors;

/// Why no node takes a pod, as kube-scheduler says it.
///
/// Source: kube-scheduler's `FitError`.
final class Unschedulable {
  private Unschedulable() {}

  /// @param objections of each node
  static String message(int nodes, List<List<String>> objections) {
    if (nodes == 0) {
      return "no nodes available to schedule pods";
    }
    var counts = new TreeMap<String, Integer>();
    objections.forEach(some -> some.forEach(each -> counts.merge(each, 1, Integer::sum)));
    return counts.entrySet().stream()
        .map(each -> each.getValue() + " " + each.getKey())
        .sorted()
        .collect(Collectors.joining(", ", "0/" + nodes + " nodes are available: ", "."));
  }
}
