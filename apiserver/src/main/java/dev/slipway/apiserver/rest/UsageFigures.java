package dev.slipway.apiserver.rest;

import java.util.List;
import tools.jackson.databind.node.ObjectNode;

/// What nodes and pods use, as objects of `metrics.k8s.io/v1beta1`. Implemented by the room that
/// runs pods. Thread-safe.
public interface UsageFigures {
  /// Where nothing is measured.
  UsageFigures NONE =
      new UsageFigures() {
        @Override
        public List<ObjectNode> nodes() {
          return List.of();
        }

        @Override
        public List<ObjectNode> pods(String namespace) {
          return List.of();
        }
      };

  /// `NodeMetrics`, with the labels of their nodes.
  List<ObjectNode> nodes();

  /// `PodMetrics`, with the labels of their pods.
  ///
  /// @param namespace empty for all
  List<ObjectNode> pods(String namespace);
}
