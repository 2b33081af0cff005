package dev.slipway.controllers.core;

import dev.slipway.control.Resource;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Pods found by any of their labels. Owned by one thread.
final class PodsByLabel {
  private final Map<String, Resource> byUid = new HashMap<>();
  private final Map<Label, Map<String, Resource>> byLabel = new HashMap<>();

  /// A label within a namespace.
  record Label(String namespace, String key, String value) {}

  static Collection<Label> labels(Resource object, Map<String, String> labels) {
    return labels.entrySet().stream()
        .map(each -> new Label(object.namespace(), each.getKey(), each.getValue()))
        .toList();
  }

  /// @return what it was before, or the same
  Resource put(Resource pod) {
    var before = remove(pod);
    byUid.put(pod.uid(), pod);
    labels(pod, pod.labels())
        .forEach(each -> byLabel.computeIfAbsent(each, _ -> new HashMap<>()).put(pod.uid(), pod));
    return before;
  }

  /// @return what it was before, or the same
  Resource remove(Resource pod) {
    var before = byUid.remove(pod.uid());
    if (before == null) {
      return pod;
    }
    for (var each : labels(before, before.labels())) {
      byLabel.computeIfPresent(
          each,
          (_, pods) -> {
            pods.remove(pod.uid());
            return pods.isEmpty() ? null : pods;
          });
    }
    return before;
  }

  /// Those with all labels of a selector, which is not empty.
  List<Resource> selected(String namespace, Map<String, String> selector) {
    Map<String, Resource> fewest = Map.of();
    boolean first = true;
    for (var each : selector.entrySet()) {
      var label = new Label(namespace, each.getKey(), each.getValue());
      var pods = byLabel.getOrDefault(label, Map.of());
      if (first || pods.size() < fewest.size()) {
        fewest = pods;
        first = false;
      }
    }
    return fewest.values().stream()
        .filter(pod -> pod.labels().entrySet().containsAll(selector.entrySet()))
        .toList();
  }
}
