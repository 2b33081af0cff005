package dev.slipway.node;

import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Does one thing after another, on a virtual thread that exists only while there is something to
/// do. Thread-safe.
final class Serial {
  private static final Logger LOG = LoggerFactory.getLogger(Serial.class);

  private final String name;
  private final ConcurrentLinkedQueue<Runnable> queue = new ConcurrentLinkedQueue<>();
  private final AtomicInteger waiting = new AtomicInteger();

  Serial(String name) {
    this.name = name;
  }

  void execute(Runnable work) {
    queue.add(work);
    if (waiting.getAndIncrement() == 0) {
      Thread.ofVirtual().name(name).start(this::drain);
    }
  }

  private void drain() {
    do {
      var work = queue.poll();
      try {
        if (work != null) {
          work.run();
        }
      } catch (RuntimeException problem) {
        LOG.error("{}", name, problem);
      }
    } while (waiting.decrementAndGet() > 0);
  }
}
