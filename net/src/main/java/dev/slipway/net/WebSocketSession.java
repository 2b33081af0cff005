package dev.slipway.net;

import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.websocketx.BinaryWebSocketFrame;
import io.netty.handler.codec.http.websocketx.CloseWebSocketFrame;
import io.netty.handler.codec.http.websocketx.ContinuationWebSocketFrame;
import io.netty.handler.codec.http.websocketx.TextWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;

/// A WebSocket as its handler sees it: blocking calls on one side, an event loop on the other.
final class WebSocketSession implements WebSocket {
  /// Longer messages go out in several frames, so that one does not fill the memory for sockets.
  private static final int FRAME_BYTES = Outlet.HIGH_BYTES;

  /// The most a close frame has room for after its code (RFC 6455, 5.5).
  private static final int REASON_BYTES = 123;

  private static final Duration FOREVER = Duration.ofDays(36_500);

  private final Outlet outlet;
  private final Inlet<Message> inlet;
  private final Runnable closeSent;
  private final CloseSignal over = new CloseSignal();
  private final AtomicBoolean closing = new AtomicBoolean();

  /// @param resume asks the event loop to go on reading
  /// @param closeSent runs on the event loop after a close frame of ours
  WebSocketSession(Outlet outlet, Runnable resume, Runnable closeSent) {
    this.outlet = outlet;
    this.inlet = new Inlet<>(ServerLimits.INLET_BYTES, _ -> {}, resume);
    this.closeSent = closeSent;
  }

  /// What arrives is offered here; finished when the peer is gone.
  Inlet<Message> inlet() {
    return inlet;
  }

  @Override
  public Optional<Message> receive() throws InterruptedException {
    return inlet.take(FOREVER);
  }

  @Override
  public void sendText(byte[] utf8) {
    requireOpen();
    int first = Math.min(FRAME_BYTES, utf8.length);
    var start = Unpooled.wrappedBuffer(utf8, 0, first);
    outlet.put(new TextWebSocketFrame(first == utf8.length, 0, start), first);
    sendRest(utf8, first, true);
    outlet.flush();
  }

  @Override
  public void sendBinary(byte[]... parts) {
    requireOpen();
    int total = 0;
    for (var part : parts) {
      total = Math.addExact(total, part.length);
    }
    if (total <= FRAME_BYTES) {
      outlet.put(new BinaryWebSocketFrame(Unpooled.wrappedBuffer(parts)), total);
    } else {
      outlet.put(new BinaryWebSocketFrame(false, 0, Unpooled.EMPTY_BUFFER), 0);
      for (int i = 0; i < parts.length; i++) {
        sendRest(parts[i], 0, i == parts.length - 1);
      }
      if (parts[parts.length - 1].length == 0) {
        outlet.put(new ContinuationWebSocketFrame(true, 0, Unpooled.EMPTY_BUFFER), 0);
      }
    }
    outlet.flush();
  }

  private void sendRest(byte[] bytes, int from, boolean ends) {
    for (int at = from; at < bytes.length; at += FRAME_BYTES) {
      int length = Math.min(FRAME_BYTES, bytes.length - at);
      boolean last = ends && at + length == bytes.length;
      var piece = Unpooled.wrappedBuffer(bytes, at, length);
      outlet.put(new ContinuationWebSocketFrame(last, 0, piece), length);
    }
  }

  private void requireOpen() {
    if (closed()) {
      throw new Response.ClientGoneException();
    }
  }

  @Override
  public void close(int code, String reason) {
    var frame = new CloseWebSocketFrame(code, fitting(reason));
    if (closing.compareAndSet(false, true)) {
      outlet.last(frame, closeSent);
    } else {
      frame.release();
    }
  }

  private static String fitting(String reason) {
    int end = Math.min(reason.length(), REASON_BYTES);
    while (reason.substring(0, end).getBytes(StandardCharsets.UTF_8).length > REASON_BYTES) {
      end--;
    }
    boolean halved =
        end > 0 && end < reason.length() && Character.isHighSurrogate(reason.charAt(end - 1));
    return reason.substring(0, halved ? end - 1 : end);
  }

  /// The frame that answers the peer's close; empty if ours has been sent. On the event loop.
  Optional<WebSocketFrame> closeReply(int code) {
    return closing.compareAndSet(false, true)
        ? Optional.of(code < 0 ? new CloseWebSocketFrame() : new CloseWebSocketFrame(code, ""))
        : Optional.empty();
  }

  /// The handler has returned: says goodbye if it has not, and ignores what still arrives.
  void handlerDone() {
    inlet.close();
    close(1000, "");
  }

  /// The peer is gone or not to be trusted any more; on the event loop.
  void ended() {
    closing.set(true);
    outlet.close();
    inlet.finish();
    over.fire();
  }

  @Override
  public boolean closed() {
    return closing.get() || outlet.gone();
  }

  @Override
  public void onClose(Runnable action) {
    over.add(action);
  }
}
