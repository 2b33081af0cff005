package dev.slipway.inference.artifact;

import java.io.IOException;
import java.net.http.HttpResponse.BodySubscriber;
import java.net.http.HttpTimeoutException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// A response body read piece by piece, where waiting for the next piece has a limit: the JDK's own
/// streams wait for ever. One item is asked for at a time, so a slow disk slows the sender.
final class TimedBody implements BodySubscriber<TimedBody>, AutoCloseable {
  /// How the message of a body that stopped coming begins.
  static final String STALLED = "no bytes for ";

  /// What the connection may say.
  private sealed interface Event {
    record Bytes(List<ByteBuffer> pieces) implements Event {}

    record Failed(Throwable why) implements Event {}

    record End() implements Event {}
  }

  private final LinkedBlockingQueue<Event> events = new LinkedBlockingQueue<>();
  private final Deque<ByteBuffer> ready = new ArrayDeque<>();
  private final Duration patience;
  private volatile Flow.@Nullable Subscription subscription;
  private boolean ended;

  TimedBody(Duration patience) {
    this.patience = patience;
  }

  @Override
  public CompletionStage<TimedBody> getBody() {
    return CompletableFuture.completedFuture(this);
  }

  @Override
  public void onSubscribe(Flow.Subscription given) {
    subscription = given;
    given.request(1);
  }

  @Override
  public void onNext(List<ByteBuffer> pieces) {
    events.add(new Event.Bytes(pieces));
  }

  @Override
  public void onError(Throwable why) {
    events.add(new Event.Failed(why));
  }

  @Override
  public void onComplete() {
    events.add(new Event.End());
  }

  /// The next bytes, or null at the end; for one thread.
  ///
  /// @throws HttpTimeoutException if none come in time
  @Nullable ByteBuffer next() throws IOException, InterruptedException {
    while (ready.isEmpty() && !ended) {
      Event event = events.poll(patience.toMillis(), TimeUnit.MILLISECONDS);
      switch (event) {
        case null -> throw new HttpTimeoutException(STALLED + patience.toMillis() + " ms");
        case Event.Bytes(var pieces) -> {
          ready.addAll(pieces);
          more();
        }
        case Event.Failed(var why) -> throw new IOException(why.getMessage(), why);
        case Event.End() -> ended = true;
      }
    }
    return ready.poll();
  }

  private void more() {
    Flow.Subscription current = subscription;
    if (current != null) {
      current.request(1);
    }
  }

  /// At most `limit` bytes of the body.
  byte[] read(int limit) throws IOException, InterruptedException {
    var out = new java.io.ByteArrayOutputStream();
    for (ByteBuffer piece = next(); piece != null; piece = next()) {
      byte[] bytes = new byte[Math.min(piece.remaining(), limit - out.size())];
      piece.get(bytes);
      out.write(bytes);
      if (out.size() >= limit) {
        break;
      }
    }
    return out.toByteArray();
  }

  /// Lets the connection go, at once where the body has not ended.
  @Override
  public void close() {
    Flow.Subscription current = subscription;
    if (!ended && current != null) {
      current.cancel();
    }
  }
}
