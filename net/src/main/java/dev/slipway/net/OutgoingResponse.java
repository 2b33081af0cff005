package dev.slipway.net;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/// What the responses of both protocols share: the order of things and the rules of bodies.
abstract class OutgoingResponse implements Response {
  private static final byte[] NO_BODY = {};

  protected final Headers headers = new Headers();
  protected final Outlet outlet;
  private @Nullable Headers trailers;
  private final CloseSignal over = new CloseSignal();
  private final boolean toHead;

  private int status = 200;
  private long declaredBytes = -1;
  private long writtenBytes;
  private boolean committed;
  private boolean ended;
  private volatile boolean clientGone;
  private @Nullable Exchange exchange;

  /// @param toHead whether it answers a `HEAD`, which has no body
  OutgoingResponse(Outlet outlet, boolean toHead) {
    this.outlet = outlet;
    this.toHead = toHead;
  }

  /// Tells what this is the response of.
  final void belongsTo(Exchange value) {
    exchange = value;
  }

  @Override
  public final void defer() {
    if (exchange != null) {
      exchange.defer();
    }
  }

  /// Sends head and body together, and ends.
  protected abstract void transmitWhole(byte[] body);

  /// Sends the head of a stream.
  ///
  /// @param declaredBytes the handler's `Content-Length`; -1 for none
  protected abstract void transmitHead(long declaredBytes);

  protected abstract void transmitParts(ByteBuffer[] parts, long bytes);

  protected abstract void transmitEnd();

  /// Breaks off, so that the client cannot take the answer for a whole one.
  protected abstract void breakOff();

  protected final int statusCode() {
    return status;
  }

  /// Whether the status or method rules a body out (RFC 9112, 6.3).
  protected final boolean bodiless() {
    return toHead || status == 204 || status == 304;
  }

  @Override
  public final Response status(int code) {
    if (code < 200 || code > 999) {
      throw new IllegalArgumentException(code + " is no final status");
    }
    requireOpen();
    status = code;
    return this;
  }

  @Override
  public final Response header(String name, String value) {
    requireOpen();
    headers.set(name, value);
    return this;
  }

  @Override
  public final Response addHeader(String name, String value) {
    requireOpen();
    headers.add(name, value);
    return this;
  }

  @Override
  public final Response trailer(String name, String value) {
    if (ended) {
      throw new IllegalStateException("this response has ended");
    }
    if (Headers.neverTrailer(name)) {
      throw new IllegalArgumentException(name + " may not be a trailer");
    }
    if (trailers == null) {
      trailers = new Headers();
    }
    trailers.set(name, value);
    return this;
  }

  /// The fields after the body; null for none, or where no body is sent.
  protected final @Nullable Headers trailers() {
    return bodiless() ? null : trailers;
  }

  private void requireOpen() {
    if (committed) {
      throw new IllegalStateException("the head of this response has been sent");
    }
  }

  @Override
  public final void send(byte[] body) {
    requireOpen();
    committed = true;
    ended = true;
    try {
      transmitWhole(body);
    } catch (ClientGoneException _) {
      clientGone = true;
    }
    over.fire();
  }

  @Override
  public final void write(ByteBuffer... parts) {
    if (ended) {
      throw new IllegalStateException("this response has ended");
    }
    if (closed()) {
      throw new ClientGoneException();
    }
    commit();
    long bytes = 0;
    for (var part : parts) {
      bytes += part.remaining();
    }
    writtenBytes += bytes;
    if (declaredBytes >= 0 && writtenBytes > declaredBytes) {
      throw new IllegalStateException("more written than the declared content-length");
    }
    if (bytes > 0 && !bodiless()) {
      transmitParts(parts, bytes);
    }
  }

  private void commit() {
    if (!committed) {
      committed = true;
      declaredBytes = headers.number("content-length", -1);
      transmitHead(declaredBytes);
    }
  }

  @Override
  public final void flush() {
    if (!ended && !closed()) {
      commit();
      outlet.flush();
    }
  }

  @Override
  public final void end() {
    if (ended) {
      return;
    }
    if (!committed) {
      send(NO_BODY);
      return;
    }
    ended = true;
    if (declaredBytes >= 0 && writtenBytes < declaredBytes && !bodiless()) {
      breakOff();
    } else {
      transmitEnd();
    }
    over.fire();
  }

  @Override
  public final boolean committed() {
    return committed;
  }

  final boolean ended() {
    return ended;
  }

  @Override
  public final boolean closed() {
    return clientGone || outlet.gone();
  }

  @Override
  public final void onClose(Runnable action) {
    over.add(action);
  }

  /// The connection now belongs to a WebSocket.
  final void handedOver() {
    requireOpen();
    committed = true;
    ended = true;
  }

  /// A forwarder has sent the head, past the outlet; on the event loop.
  final void forwardBegan() {
    committed = true;
  }

  /// A forwarder has sent everything; on the event loop.
  final void forwardEnded() {
    committed = true;
    ended = true;
    over.fire();
  }

  /// Streams stop; a one-piece answer may still reach a client that only closed its sending side.
  /// On the event loop.
  final void clientGone() {
    clientGone = true;
    over.fire();
  }

  /// Gives up on the handler's answer: an error where nothing was sent, else a broken stream.
  final void fail(int code, String text) {
    if (ended) {
      return;
    }
    if (committed) {
      ended = true;
      breakOff();
      over.fire();
      return;
    }
    headers.clear();
    trailers = null;
    status(code).header("content-type", "text/plain; charset=utf-8");
    send((text + "\n").getBytes(StandardCharsets.UTF_8));
  }
}
