package dev.slipway.dataplane.model;

import dev.slipway.dataplane.model.ModelSettings.Limits;
import java.time.Duration;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;

/// Platform threads of one model, made when first needed and gone when idle, with a bounded queue.
final class Workers implements AutoCloseable {
  private static final int IDLE_SECONDS = 20;

  private final String model;
  private final Limits limits;
  private final ThreadPoolExecutor threads;

  Workers(String model, Limits limits) {
    this.model = model;
    this.limits = limits;
    int count = limits.concurrency() > 0 ? limits.concurrency() : limits.instances();
    threads =
        new ThreadPoolExecutor(
            count,
            count,
            IDLE_SECONDS,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(Math.max(1, limits.queue())),
            Thread.ofPlatform().daemon().name("model " + model).factory());
    threads.allowCoreThreadTimeOut(true);
  }

  /// Computes on one of the threads and waits.
  <T> T call(Supplier<T> work, Caller caller) {
    var task = new FutureTask<>(work::get);
    try {
      threads.execute(task);
    } catch (RejectedExecutionException _) {
      throw refusal();
    }
    caller.onGone(
        () -> {
          task.cancel(false);
          threads.remove(task);
        });
    return await(task, caller);
  }

  private ServeException refusal() {
    return threads.isShutdown() ? new ServeException.Retired(model) : overloaded(model, limits);
  }

  static ServeException.Overloaded overloaded(String model, Limits limits) {
    return new ServeException.Overloaded(
        "Model " + model + ": " + limits.queue() + " requests wait already", Duration.ofSeconds(1));
  }

  private <T> T await(FutureTask<T> task, Caller caller) {
    try {
      return task.get(
          Deadlines.remaining(limits.timeout(), caller.deadlineNanos()), TimeUnit.NANOSECONDS);
    } catch (TimeoutException _) {
      task.cancel(false);
      threads.remove(task);
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

  int waiting() {
    return threads.getQueue().size();
  }

  @Override
  public void close() {
    threads.shutdown();
  }
}
