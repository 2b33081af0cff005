package dev.slipway.apiserver.store;

import static dev.slipway.apiserver.store.Fixtures.creation;

import dev.slipway.apiserver.store.Objects.Event;
import dev.slipway.apiserver.store.Objects.Feed;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;

/// Measures the store in a directory that does not exist yet; prints one line for each measure.
final class StoreBenchmark {
  private static final String VALUE = "x".repeat(900);
  private static final AtomicInteger names = new AtomicInteger();

  private StoreBenchmark() {}

  public static void main(String[] arguments) throws Exception {
    Path data = Path.of(arguments[0]);
    long start = System.nanoTime();
    try (Objects objects = StoredObjects.open(data, StoreSettings.defaults())) {
      print("first open ms", millis(start));
      writeAlone(objects, "warm-up");
      writeAlone(objects, "alone");
      for (int writers : new int[] {16, 64, 256}) {
        write(objects, writers, 20_000);
        write(objects, writers, 40_000);
      }
      watch(objects);
    }
    for (int i = 0; i < 2; i++) {
      start = System.nanoTime();
      try (Objects objects = StoredObjects.open(data, StoreSettings.defaults())) {
        print("open again ms, " + objects.count(Fixtures.MAPS) + " objects", millis(start));
        list(objects);
        memory();
      }
    }
  }

  private static void writeAlone(Objects objects, String name) {
    long[] nanos = new long[3000];
    for (int i = 0; i < nanos.length; i++) {
      long start = System.nanoTime();
      objects.commit(creation("a", "o" + names.getAndIncrement(), VALUE));
      nanos[i] = System.nanoTime() - start;
    }
    Arrays.sort(nanos);
    print(name + " p50 us", nanos[nanos.length / 2] / 1000.0);
    print(name + " p99 us", nanos[nanos.length * 99 / 100] / 1000.0);
  }

  private static void write(Objects objects, int writers, int writes) {
    long start = System.nanoTime();
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < writers; i++) {
        threads.execute(
            () -> {
              for (int done = 0; done < writes / writers; done++) {
                objects.commit(creation("a", "o" + names.getAndIncrement(), VALUE));
              }
            });
      }
    }
    print(writers + " writers, creations/s", writes / (millis(start) / 1000));
  }

  private static void watch(Objects objects) throws InterruptedException, ExecutionException {
    int watchers = 100;
    long[] nanos = new long[1000];
    AtomicInteger told = new AtomicInteger();
    long from = objects.resourceVersion();
    List<Future<Integer>> following = new ArrayList<>();
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < watchers; i++) {
        following.add(threads.submit(() -> follow(objects, from, nanos.length, told)));
      }
      for (int i = 0; i < nanos.length; i++) {
        long start = System.nanoTime();
        objects.commit(creation("a", "o" + names.getAndIncrement(), VALUE));
        while (told.get() < (i + 1) * watchers) {
          Thread.onSpinWait();
        }
        nanos[i] = System.nanoTime() - start;
      }
      for (Future<Integer> each : following) {
        each.get();
      }
    }
    Arrays.sort(nanos);
    print("create to event at all of 100 watchers, p50 us", nanos[nanos.length / 2] / 1000.0);
  }

  private static int follow(Objects objects, long from, int count, AtomicInteger told)
      throws InterruptedException {
    try (Feed feed = objects.follow(Fixtures.MAPS, "", from)) {
      for (int i = 0; i < count; i++) {
        Event event = Fixtures.await(feed);
        told.addAndGet(event.version().deleted() ? 0 : 1);
      }
    }
    return count;
  }

  private static void list(Objects objects) {
    for (int i = 0; i < 5; i++) {
      objects.list(Fixtures.MAPS, "", "", 0, 0);
    }
    long start = System.nanoTime();
    int size = objects.list(Fixtures.MAPS, "", "", 0, 0).items().size();
    print("list of " + size + " ms", millis(start));
    start = System.nanoTime();
    objects.list(Fixtures.MAPS, "", "", 500, 0);
    print("page of 500 ms", millis(start));
  }

  private static void memory() throws IOException {
    System.gc();
    Runtime runtime = Runtime.getRuntime();
    print("heap MB", (runtime.totalMemory() - runtime.freeMemory()) / 1048576.0);
  }

  private static double millis(long start) {
    return (System.nanoTime() - start) / 1e6;
  }

  private static void print(String what, double value) {
    System.out.printf("%-50s %12.1f%n", what, value);
  }
}
