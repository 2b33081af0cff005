package dev.slipway.dataplane.model;

import dev.slipway.inference.engine.Invocation;
import dev.slipway.inference.tensor.Tensor;
import java.util.List;

/// The way requests of one model take to it: alone or joined, where they arrived or on threads of
/// the
/// model's own.
interface Lane extends AutoCloseable {
  /// @throws ServeException if there is no room, no time, or nobody waits any more
  List<Tensor> run(Resident model, Invocation call, Caller caller);

  /// Requests waiting.
  int waiting();

  /// Takes nothing new; what waits is refused.
  @Override
  void close();

  /// Rows of a request: the first dimension of its first input.
  static int rows(Invocation call) {
    return call.inputs().isEmpty() ? 1 : call.inputs().getFirst().rows();
  }
}
