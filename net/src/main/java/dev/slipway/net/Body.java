package dev.slipway.net;

import io.netty.buffer.ByteBuf;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;

/// A request's body: bytes arrive on the event loop, one reader takes them.
final class Body {
  /// Room made before any byte has come, whatever length was declared.
  private static final int FIRST_BYTES = 64 * 1024;
  private static final int UNDECLARED_BYTES = 8 * 1024;

  private final Inlet<ByteBuf> inlet;
  private final long declaredBytes;
  private Duration patience;
  private final Runnable invite;
  private final Stream stream = new Stream();
  private boolean invited;
  private boolean refused;

  /// @param declaredBytes the `Content-Length`; -1 for none
  /// @param invite answers `Expect: 100-continue`; run before the first read that has to wait
  Body(long declaredBytes, Duration patience, Runnable resume, Runnable invite) {
    this.inlet = new Inlet<>(ServerLimits.INLET_BYTES, ByteBuf::release, resume);
    this.declaredBytes = declaredBytes;
    this.patience = patience;
    this.invite = invite;
  }

  /// The reader's end of what the event loop offers.
  Inlet<ByteBuf> inlet() {
    return inlet;
  }

  /// Reads everything.
  byte[] bytes(int maxBytes) {
    if (declaredBytes > maxBytes) {
      throw new Request.BodyTooLargeException(maxBytes);
    }
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
        bytes = roomFor(bytes, length, more, maxBytes);
        buffer.readBytes(bytes, length, more);
        length += more;
      } finally {
        buffer.release();
      }
    }
    return length == bytes.length ? bytes : Arrays.copyOf(bytes, length);
  }

  private static byte[] roomFor(byte[] bytes, int length, int more, int maxBytes) {
    if (length + more <= bytes.length) {
      return bytes;
    }
    long doubled = Math.max(2L * bytes.length, length + (long) more);
    return Arrays.copyOf(bytes, (int) Math.min(doubled, maxBytes));
  }

  private Optional<ByteBuf> next() {
    try {
      return take();
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while reading a request body");
    }
  }

  /// While set, an attempt to read is a mistake: the event loop cannot wait for itself.
  void refuseReaders(boolean value) {
    refused = value;
  }

  private Optional<ByteBuf> take() throws InterruptedException {
    if (refused) {
      throw new IllegalStateException("a loop handler may not read the body");
    }
    if (!invited) {
      invited = true;
      if (!inlet.finished()) {
        invite.run();
      }
    }
    return inlet.take(patience);
  }

  /// The body as a stream, for one reader.
  InputStream stream() {
    return stream;
  }

  /// The same, waiting for `longest` at most for the next bytes.
  InputStream stream(Duration longest) {
    patience = longest;
    return stream;
  }

  /// Whether the client has been told to send it.
  boolean invited() {
    return invited;
  }

  /// Frees what was not read; from the reader's thread.
  void close() {
    stream.close();
  }

  private final class Stream extends InputStream {
    private Optional<ByteBuf> current = Optional.empty();

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
      if (current.isEmpty()) {
        current = nextOrIo();
      }
      if (current.isEmpty()) {
        return -1;
      }
      var buffer = current.get();
      int count = Math.min(length, buffer.readableBytes());
      buffer.readBytes(target, offset, count);
      releaseIfRead(buffer);
      return count;
    }

    @Override
    public int available() {
      return current.map(ByteBuf::readableBytes).orElse(0);
    }

    @Override
    public void close() {
      current.ifPresent(ByteBuf::release);
      current = Optional.empty();
      inlet.close();
    }

    private void releaseIfRead(ByteBuf buffer) {
      if (!buffer.isReadable()) {
        buffer.release();
        current = Optional.empty();
      }
    }

    private Optional<ByteBuf> nextOrIo() throws IOException {
      try {
        return take();
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
