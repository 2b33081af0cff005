package dev.slipway.node.models;

import dev.slipway.net.Handler;
import dev.slipway.net.Request;
import dev.slipway.net.Response;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;

/// Answers for a container, and knows who is inside, so that it can end without cutting anyone off.
final class Answering implements Handler {
  private static final Duration LOOK = Duration.ofMillis(5);

  private final Handler models;
  private final ContainerLog log;
  private final AtomicInteger inside = new AtomicInteger();
  private volatile long lastNanos = System.nanoTime();
  private volatile boolean ending;

  Answering(Handler models, ContainerLog log) {
    this.models = models;
    this.log = log;
  }

  @Override
  public void handle(Request request, Response response) throws Exception {
    inside.incrementAndGet();
    try {
      models.handle(request, response);
    } catch (Response.ClientGoneException problem) {
      throw problem;
    } catch (Exception problem) {
      log.write("error: " + request.method() + " " + request.rawPath() + ": " + problem);
      throw problem;
    } finally {
      inside.decrementAndGet();
      if (ending) {
        lastNanos = System.nanoTime();
      }
    }
  }

  /// Waits until nobody has been inside for a while.
  ///
  /// @param deadlineNanos of `System.nanoTime`, at which it gives up
  void awaitQuiet(Duration quiet, long deadlineNanos) throws InterruptedException {
    lastNanos = System.nanoTime();
    ending = true;
    while (System.nanoTime() - deadlineNanos < 0
        && (inside.get() > 0 || System.nanoTime() - lastNanos < quiet.toNanos())) {
      Thread.sleep(LOOK);
    }
  }
}
