package dev.slipway.dataplane.model;

import dev.slipway.inference.engine.Invocation;
import dev.slipway.inference.tensor.Tensor;
import java.util.List;

/// Joins what can be joined; the rest goes alone.
record BatchingLane(Lane alone, Lane joined) implements Lane {
  @Override
  public List<Tensor> run(Resident model, Invocation call, Caller caller) {
    boolean joins = model.model().batchable() && BatchKey.joinable(call);
    return (joins ? joined : alone).run(model, call, caller);
  }

  @Override
  public int waiting() {
    return alone.waiting() + joined.waiting();
  }

  @Override
  public void close() {
    alone.close();
    joined.close();
  }
}
