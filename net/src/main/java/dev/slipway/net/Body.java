package dev.slipway.net;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// A request's body: bytes arrive on the event loop, one reader takes them.
///
/// Implementation note. A small body has arrived as one buffer when the handler starts; it is
/// handed over as `whole`, with the start of the thread, and nothing is shared afterwards. Any
/// other goes through an `Inlet`, which exists from the second buffer or the start of the handler
/// on, whichever is first: so no inlet at the start means that the body is complete.
final class Body {
  /// Room made before any byte has come, whatever length was declared.
  private static final int FIRST_BYTES = 64 * 1024;

  private static final int UNDECLARED_BYTES = 8 * 1024;

  /// Room for a declared length grows this many times what has come.
  private static final int GROWTH = 8;

  private static final byte[] NOTHING = {};

  private final Carrier carrier;
  private final long declaredBytes;
  private final boolean expectsInvitation;
  private Duration patience;
  private @Nullable ByteBuf whole;
  private @Nullable Inlet<ByteBuf> inlet;
  private @Nullable Stream stream;
  private @Nullable BodySink sink; // of the event loop
  private @Nullable Fields trailers; // of the event loop
  private boolean received; // of the event loop
  private boolean invited;
  private boolean refused;

  /// @param declaredBytes the `Content-Length`; -1 for none
  /// @param expectsInvitation whether the client waits for 100 (Continue), given before the first
  ///     read that has to wait
  Body(Carrier carrier, long declaredBytes, boolean expectsInvitation, Duration patience) {
    this.carrier = carrier;
    this.declaredBytes = declaredBytes;
    this.expectsInvitation = expectsInvitation;
    this.patience = patience;
  }

  /// Takes bytes in; on the event loop.
  ///
  /// @return whether the source should pause
  boolean offer(ByteBuf bytes) {
    if (sink != null) {
      return sink.offer(bytes);
    }
    if (inlet == null && whole == null) {
      whole = bytes;
      return false;
    }
    return opened().offer(bytes, bytes.readableBytes());
  }

  /// Everything has been offered; on the event loop.
  void finish() {
    received = true;
    if (inlet != null) {
      inlet.finish();
    }
    if (sink != null) {
      sink.finish(trailers);
    }
  }

  /// Keeps the fields that follow the body, before `finish`; on the event loop.
  void trailers(Fields fields) {
    trailers = fields;
  }

  /// Whether everything has been offered; on the event loop.
  boolean received() {
    return received;
  }

  /// Everything has arrived: takes it as one buffer, empty if there was none. On the event loop,
  /// instead of `divert` where `small()`.
  ByteBuf takeWhole() {
    var buffer = whole;
    whole = null;
    return buffer == null ? Unpooled.EMPTY_BUFFER : buffer;
  }

  /// Whether all of it has arrived as one buffer, and nobody has read any; on the event loop.
  boolean small() {
    return received && inlet == null && sink == null && trailers == null;
  }

  /// The length of a body that nobody has read: declared, or known since all of it is here; -1 for
  /// unknown. On the event loop.
  long knownBytes() {
    if (declaredBytes >= 0) {
      return declaredBytes;
    }
    if (!received || trailers != null) {
      return -1;
    }
    return inlet == null ? 0 : inlet.heldBytes();
  }

  /// Passes what has arrived, and everything from now on, to `target`; on the event loop. Nobody
  /// may read any more.
  void divert(BodySink target) {
    sink = target;
    boolean paused = false;
    if (whole != null) {
      var bytes = whole;
      whole = null;
      paused = target.offer(bytes);
    }
    var source = inlet;
    while (source != null && target.equals(sink)) {
      var bytes = source.poll();
      if (bytes.isEmpty()) {
        break;
      }
      paused = target.offer(bytes.get());
    }
    if (!target.equals(sink)) {
      return; // it broke under what it was offered, and the body was taken back
    }
    if (received) {
      target.finish(trailers);
    } else {
      opened().failure().ifPresent(target::fail);
      if (!paused) {
        carrier.resumeBody();
      }
    }
  }

  /// Takes the body back from where it was diverted to: what was passed on, and all that is to
  /// come, can be diverted again. On the event loop.
  void restore(List<ByteBuf> passed) {
    sink = null;
    var again = new Inlet<ByteBuf>(ServerLimits.INLET_BYTES, ByteBuf::release, carrier::resumeBody);
    for (var bytes : passed) {
      var _ = again.offer(bytes, bytes.readableBytes());
    }
    var rest = inlet;
    if (rest != null) {
      for (var bytes = rest.poll(); bytes.isPresent(); bytes = rest.poll()) {
        var _ = again.offer(bytes.get(), bytes.get().readableBytes());
      }
      rest.failure().ifPresent(again::fail);
    }
    if (received) {
      again.finish();
    }
    inlet = again;
  }

  /// The source broke; on the event loop.
  void fail(RuntimeException cause) {
    if (inlet != null) {
      inlet.fail(cause);
    } else if (!received) {
      opened().fail(cause);
    }
    if (sink != null && !received) {
      sink.fail(cause);
    }
  }

  /// The handler is about to start; on the event loop.
  void open() {
    if (!received) {
      var _ = opened();
    }
  }

  private Inlet<ByteBuf> opened() {
    if (inlet == null) {
      inlet = new Inlet<>(ServerLimits.INLET_BYTES, ByteBuf::release, carrier::resumeBody);
      if (whole != null) {
        var _ = inlet.offer(whole, whole.readableBytes());
        whole = null;
      }
    }
    return inlet;
  }

  /// Whether all of it has arrived; any thread, once the handler has started.
  boolean complete() {
    return inlet == null || inlet.finished();
  }

  /// Reads everything.
  byte[] bytes(int maxBytes) {
    requireReadable();
    if (declaredBytes > maxBytes) {
      throw new Request.BodyTooLargeException(maxBytes);
    }
    return inlet == null ? arrived(maxBytes) : gathered(maxBytes);
  }

  private byte[] arrived(int maxBytes) {
    var buffer = whole;
    if (buffer == null) {
      return NOTHING;
    }
    whole = null;
    try {
      if (buffer.readableBytes() > maxBytes) {
        throw new Request.BodyTooLargeException(maxBytes);
      }
      var bytes = new byte[buffer.readableBytes()];
      buffer.readBytes(bytes);
      return bytes;
    } finally {
      buffer.release();
    }
  }

  private byte[] gathered(int maxBytes) {
    long expected = declaredBytes >= 0 ? declaredBytes : UNDECLARED_BYTES;
    var bytes = new byte[(int) Math.min(expected, Math.min(FIRST_BYTES, maxBytes))];
    int length = 0;
    for (var part = next(); part.isPresent(); part = next()) {
      var buffer = part.get();
      try {
        int more = buffer.readableBytes();
        if (more > maxBytes - length) {
          throw new Request.BodyTooLargeException(maxBytes);
        }
        bytes = roomFor(bytes, length + more, maxBytes);
        buffer.readBytes(bytes, length, more);
        length += more;
      } finally {
        buffer.release();
      }
    }
    return length == bytes.length ? bytes : Arrays.copyOf(bytes, length);
  }

  private byte[] roomFor(byte[] bytes, int needed, int maxBytes) {
    if (needed <= bytes.length) {
      return bytes;
    }
    long room =
        declaredBytes >= needed
            ? Math.min(declaredBytes, (long) GROWTH * bytes.length)
            : 2L * bytes.length;
    return Arrays.copyOf(bytes, (int) Math.min(Math.max(room, needed), maxBytes));
  }

  private Optional<ByteBuf> next() {
    try {
      return take();
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while reading a request body");
    }
  }

  private Optional<ByteBuf> take() throws InterruptedException {
    requireReadable();
    var source = inlet;
    if (source == null) {
      var buffer = Optional.ofNullable(whole);
      whole = null;
      return buffer;
    }
    if (!invited) {
      invited = true;
      if (expectsInvitation && !source.finished()) {
        carrier.inviteBody();
      }
    }
    return source.take(patience);
  }

  /// While set, an attempt to read is a mistake: the event loop cannot wait for itself.
  void refuseReaders(boolean value) {
    refused = value;
  }

  private void requireReadable() {
    if (refused) {
      throw new IllegalStateException("a loop handler may not read the body");
    }
  }

  /// The body as a stream, for one reader.
  InputStream stream() {
    if (stream == null) {
      stream = new Stream();
    }
    return stream;
  }

  /// The same, waiting for `longest` at most for the next bytes.
  InputStream stream(Duration longest) {
    patience = longest;
    return stream();
  }

  /// Whether the client sends it: it has been told to, or has not asked.
  boolean comes() {
    return invited || !expectsInvitation;
  }

  /// Frees what was not read; from the reader's thread, or if there never was one.
  void close() {
    if (stream != null) {
      stream.close();
    }
    if (whole != null) {
      whole.release();
      whole = null;
    }
    drop();
  }

  /// Nobody will read what is to come; any thread.
  void drop() {
    if (inlet != null) {
      inlet.close();
    }
  }

  private final class Stream extends InputStream {
    private @Nullable ByteBuf current;

    @Override
    public int read() throws IOException {
      var one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
      if (length == 0) {
        return 0;
      }
      var buffer = current == null ? nextOrIo() : current;
      if (buffer == null) {
        return -1;
      }
      int count = Math.min(length, buffer.readableBytes());
      buffer.readBytes(target, offset, count);
      current = buffer;
      if (!buffer.isReadable()) {
        buffer.release();
        current = null;
      }
      return count;
    }

    @Override
    public int available() {
      var buffer = current == null ? whole : current;
      return buffer == null ? 0 : buffer.readableBytes();
    }

    @Override
    public void close() {
      if (current != null) {
        current.release();
        current = null;
      }
      drop();
    }

    private @Nullable ByteBuf nextOrIo() throws IOException {
      try {
        return take().orElse(null);
      } catch (InterruptedException _) {
        Thread.currentThread().interrupt();
        throw new InterruptedIOException("interrupted while reading a request body");
      } catch (Response.ClientGoneException
          | Inlet.StalledException
          | MalformedBodyException problem) {
        throw new IOException(problem.getMessage(), problem);
      }
    }
  }

  /// The bytes of a body broke the protocol's framing.
  static final class MalformedBodyException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    MalformedBodyException() {
      super("malformed request body", null, false, false);
    }
  }
}
