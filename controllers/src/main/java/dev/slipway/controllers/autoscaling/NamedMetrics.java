package dev.slipway.controllers.autoscaling;

import dev.slipway.autoscaling.hpa.HpaReading;
import java.util.List;
import java.util.Map;

/// Figures by name, of pods, of objects and from outside (`custom.metrics.k8s.io` and
/// `external.metrics.k8s.io`). Thread-safe; may block for a moment.
@FunctionalInterface
public interface NamedMetrics {
  /// Knows no figure.
  NamedMetrics NONE =
      query ->
          new HpaReading.Failed(
              "unable to get "
                  + query.source().words()
                  + " metric "
                  + query.namespace()
                  + "/"
                  + query.name()
                  + ": no metrics returned from "
                  + query.source().api()
                  + " metrics API");

  /// What was measured, or why it cannot be had.
  HpaReading read(Query query);

  /// @param object `Kind/name` where the figure is one object's; empty otherwise
  /// @param selector `matchLabels` of the metric
  /// @param pods names of the pods where each has a figure of its own
  record Query(
      Source source,
      String namespace,
      String name,
      String object,
      Map<String, String> selector,
      List<String> pods) {
    public Query {
      selector = Map.copyOf(selector);
      pods = List.copyOf(pods);
    }
  }

  /// Whose figure it is.
  enum Source {
    PODS("pods", "custom"),
    OBJECT("object", "custom"),
    EXTERNAL("external", "external");

    private final String words;
    private final String api;

    Source(String words, String api) {
      this.words = words;
      this.api = api;
    }

    String words() {
      return words;
    }

    String api() {
      return api;
    }
  }
}
