package dev.slipway.dataplane.model;

import dev.slipway.dataplane.model.ModelSettings.Batching;
import dev.slipway.dataplane.model.ModelSettings.Limits;
import dev.slipway.inference.engine.InvalidInputException;
import dev.slipway.inference.engine.Invocation;
import dev.slipway.inference.tensor.Rows;
import dev.slipway.inference.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/// Joins what waits into calls of the model.
///
/// The rule is Triton's: when a thread is free it takes requests in the order they came, as many of
/// the shape of the oldest as fit into `maxRows`; short of that it waits until the oldest has
/// waited
/// `maxDelay`. Requests of other shapes wait for the next thread.
final class Batcher implements Lane {
  private final String model;
  private final Limits limits;
  private final ModelStats stats;
  private final boolean told;
  private final BatchQueue queue;

  Batcher(String model, Limits limits, Batching batching, ModelStats stats) {
    this.model = model;
    this.limits = limits;
    this.stats = stats;
    this.told = batching.told();
    this.queue = new BatchQueue(model, limits, batching, this::compute);
  }

  /// A request on its way.
  record Waiting(
      Resident model,
      Invocation call,
      BatchKey key,
      int rows,
      long sinceNanos,
      Caller caller,
      CompletableFuture<List<Tensor>> answer) {}

  @Override
  public List<Tensor> run(Resident model, Invocation call, Caller caller) {
    var waiting =
        new Waiting(
            model,
            call,
            BatchKey.of(call),
            Lane.rows(call),
            System.nanoTime(),
            caller,
            new CompletableFuture<>());
    queue.offer(waiting);
    caller.onGone(() -> waiting.answer().cancel(false));
    return await(waiting, caller);
  }

  private List<Tensor> await(Waiting waiting, Caller caller) {
    try {
      long patience = Deadlines.remaining(limits.timeout(), caller.deadlineNanos());
      return waiting.answer().get(patience, TimeUnit.NANOSECONDS);
    } catch (TimeoutException _) {
      waiting.answer().cancel(false);
      throw Deadlines.timedOut(model, limits.timeout());
    } catch (CancellationException _) {
      throw new ServeException.Cancelled();
    } catch (ExecutionException problem) {
      throw Deadlines.rethrow(problem.getCause());
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      throw new ServeException.Cancelled();
    }
  }

  private void compute(List<Waiting> batch) {
    long now = System.nanoTime();
    for (var waiting : batch) {
      stats.queued(now - waiting.sinceNanos());
    }
    var model = batch.getFirst().model();
    if (!model.join()) {
      batch.forEach(waiting -> waiting.answer().cancel(false));
      return;
    }
    try {
      inside(batch);
    } finally {
      model.leave();
    }
  }

  private void inside(List<Waiting> batch) {
    if (told) {
      var name = UUID.randomUUID().toString();
      batch.forEach(waiting -> waiting.caller().joined(name));
    }
    if (batch.size() == 1) {
      alone(batch.getFirst());
      return;
    }
    try {
      hand(batch, infer(batch.getFirst(), joined(batch), rows(batch)));
    } catch (InvalidInputException _) {
      batch.forEach(this::alone); // one bad request must not fail its neighbours
    } catch (Throwable problem) {
      batch.forEach(waiting -> waiting.answer().completeExceptionally(problem));
    }
  }

  private void alone(Waiting waiting) {
    try {
      waiting.answer().complete(infer(waiting, waiting.call(), waiting.rows()));
    } catch (Throwable problem) {
      waiting.answer().completeExceptionally(problem);
    }
  }

  private List<Tensor> infer(Waiting first, Invocation call, int rows) {
    long started = System.nanoTime();
    var outputs = first.model().model().infer(call);
    stats.executed(rows, System.nanoTime() - started);
    return outputs;
  }

  private static int rows(List<Waiting> batch) {
    return batch.stream().mapToInt(Waiting::rows).sum();
  }

  private static Invocation joined(List<Waiting> batch) {
    var first = batch.getFirst().call();
    var inputs = new ArrayList<Tensor>();
    for (int i = 0; i < first.inputs().size(); i++) {
      int index = i;
      inputs.add(
          Rows.concatenate(batch.stream().map(each -> each.call().inputs().get(index)).toList()));
    }
    return new Invocation(first.signature(), inputs, first.outputs(), first.parameters());
  }

  private static void hand(List<Waiting> batch, List<Tensor> outputs) {
    int total = rows(batch);
    for (var output : outputs) {
      if (output.rows() != total) {
        throw new IllegalStateException(
            "joined " + total + " rows, output " + output + " has " + output.rows());
      }
    }
    int at = 0;
    for (var waiting : batch) {
      int from = at;
      int to = at + waiting.rows();
      waiting.answer().complete(outputs.stream().map(each -> each.rows(from, to)).toList());
      at = to;
    }
  }

  @Override
  public int waiting() {
    return queue.size();
  }

  @Override
  public void close() {
    queue.close();
  }
}
