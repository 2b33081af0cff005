package dev.slipway.dataplane.model;

import dev.slipway.dataplane.model.ModelSettings.Limits;
import dev.slipway.inference.engine.Invocation;
import dev.slipway.inference.tensor.Tensor;
import java.util.List;

/// Each request by itself: at once where the model is quick and its concurrency free, otherwise on
/// the model's threads.
final class DirectLane implements Lane {
  private final Limits limits;
  private final Workers workers;
  private final Pace pace = new Pace();
  private final ModelStats stats;

  DirectLane(String model, Limits limits, ModelStats stats) {
    this.limits = limits;
    this.workers = new Workers(model, limits);
    this.stats = stats;
  }

  @Override
  public List<Tensor> run(Resident model, Invocation call, Caller caller) {
    int rows = Lane.rows(call);
    if (limits.concurrency() == 0 && pace.quick(rows)) {
      return compute(model, call, rows);
    }
    long asked = System.nanoTime();
    return workers.call(
        () -> {
          stats.queued(System.nanoTime() - asked);
          return joined(model, call, rows);
        },
        caller);
  }

  private List<Tensor> joined(Resident model, Invocation call, int rows) {
    if (!model.join()) {
      throw new ServeException.Cancelled();
    }
    try {
      return compute(model, call, rows);
    } finally {
      model.leave();
    }
  }

  private List<Tensor> compute(Resident model, Invocation call, int rows) {
    long started = System.nanoTime();
    var outputs = model.model().infer(call);
    long nanos = System.nanoTime() - started;
    pace.took(nanos, rows);
    stats.executed(rows, nanos);
    return outputs;
  }

  @Override
  public int waiting() {
    return workers.waiting();
  }

  @Override
  public void close() {
    workers.close();
  }
}
