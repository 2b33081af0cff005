package dev.slipway.dataplane.model;

import dev.slipway.inference.engine.Invocation;
import dev.slipway.inference.tensor.Tensor;
import java.util.Arrays;
import java.util.List;

/// What requests must have in common to be joined: what they ask, with which inputs, of which shape
/// but for the number of rows.
record BatchKey(String signature, List<Column> inputs, List<String> outputs) {
  record Column(String name, String type, List<Long> rowShape) {}

  static BatchKey of(Invocation call) {
    return new BatchKey(
        call.signature(), call.inputs().stream().map(BatchKey::column).toList(), call.outputs());
  }

  private static Column column(Tensor tensor) {
    return new Column(
        tensor.name(),
        tensor.type().name(),
        Arrays.stream(tensor.shape()).skip(1).boxed().toList());
  }

  /// Whether a request can be joined at all: it has inputs with as many rows each, and nothing that
  /// would change the answers of others.
  static boolean joinable(Invocation call) {
    if (call.inputs().isEmpty() || !call.parameters().isEmpty()) {
      return false;
    }
    int rows = call.inputs().getFirst().rows();
    for (var input : call.inputs()) {
      if (input.shape().length == 0 || input.rows() != rows) {
        return false;
      }
    }
    return rows > 0;
  }
}
