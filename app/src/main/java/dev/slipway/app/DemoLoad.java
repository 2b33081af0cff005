package dev.slipway.app;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/// Clients that call as fast as they get answers, until closed.
final class DemoLoad implements AutoCloseable {
  /// What the clients saw since the last look.
  record Second(int requests, int failed, double p50Millis, double p99Millis) {
    static final Second NONE = new Second(0, 0, 0, 0);
  }

  private final ConcurrentLinkedQueue<Long> nanos = new ConcurrentLinkedQueue<>();
  private final AtomicInteger failed = new AtomicInteger();
  private final AtomicInteger failedInAll = new AtomicInteger();
  private final AtomicInteger inAll = new AtomicInteger();
  private final List<Thread> clients = new ArrayList<>();
  private volatile boolean closed;

  /// Who calls.
  interface Client extends AutoCloseable {
    /// One request.
    ///
    /// @return whether it was answered as it should be
    boolean call();

    @Override
    void close();
  }

  DemoLoad(int clients, Supplier<Client> made) {
    for (int i = 0; i < clients; i++) {
      this.clients.add(
          Thread.ofVirtual()
              .name("client-" + i)
              .start(
                  () -> {
                    try (var client = made.get()) {
                      run(client);
                    }
                  }));
    }
  }

  private void run(Client client) {
    while (!closed) {
      long start = System.nanoTime();
      boolean answered = client.call();
      nanos.add(System.nanoTime() - start);
      inAll.incrementAndGet();
      if (!answered && !closed) {
        failed.incrementAndGet();
        failedInAll.incrementAndGet();
      }
    }
  }

  /// What was seen since the last call of this.
  Second since() {
    var taken = new ArrayList<Long>();
    for (Long each = nanos.poll(); each != null; each = nanos.poll()) {
      taken.add(each);
    }
    if (taken.isEmpty()) {
      return new Second(0, failed.getAndSet(0), 0, 0);
    }
    long[] sorted = taken.stream().mapToLong(Long::longValue).toArray();
    Arrays.sort(sorted);
    return new Second(
        sorted.length, failed.getAndSet(0), at(sorted, 0.5) / 1e6, at(sorted, 0.99) / 1e6);
  }

  private static long at(long[] sorted, double share) {
    return sorted[(int) Math.min(sorted.length - 1, share * sorted.length)];
  }

  int requests() {
    return inAll.get();
  }

  int failures() {
    return failedInAll.get();
  }

  @Override
  public void close() {
    closed = true;
    for (var client : clients) {
      try {
        client.join(2_000);
      } catch (InterruptedException _) {
        Thread.currentThread().interrupt();
        return;
      }
    }
  }
}
