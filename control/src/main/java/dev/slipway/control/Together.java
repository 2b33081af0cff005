package dev.slipway.control;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.function.Consumer;

/// Runs writes beside each other, so that they share the waits for the disk.
///
/// @param atOnce how many; 1 for one after the other, in order
record Together(int atOnce) {

  /// Returns when all have run; the first exception is thrown then.
  <T> void run(Collection<T> items, Consumer<T> write) {
    if (atOnce == 1 || items.size() <= 1) {
      items.forEach(write);
      return;
    }
    var turns = new Semaphore(atOnce);
    var writes = new ArrayList<Callable<Boolean>>(items.size());
    for (T each : items) {
      writes.add(
          () -> {
            turns.acquire();
            try {
              write.accept(each);
              return true;
            } finally {
              turns.release();
            }
          });
    }
    finish(writes);
  }

  private static void finish(Collection<Callable<Boolean>> writes) {
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<Boolean>> done = threads.invokeAll(writes);
      for (Future<Boolean> each : done) {
        each.get();
      }
    } catch (ExecutionException failed) {
      throw failed.getCause() instanceof RuntimeException told
          ? told
          : new IllegalStateException(failed.getCause());
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while writing");
    }
  }
}
