package dev.slipway.net.grpc;

import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The messages of a caller, one after another; for one thread. A slow reader makes the caller
/// wait.
public final class GrpcReader {
  private static final int PREFIX_BYTES = 5;

  /// Room made at once, whatever length a message claims; it grows as bytes come.
  private static final int FIRST_BYTES = 64 * 1024;

  private static final int GROWTH = 8;

  private final InputStream body;
  private final GrpcCall call;
  private final MessageEncoding encoding;
  private final int maxBytes;
  private final byte[] prefix = new byte[PREFIX_BYTES];

  GrpcReader(InputStream body, GrpcCall call, MessageEncoding encoding, int maxBytes) {
    this.body = body;
    this.call = call;
    this.encoding = encoding;
    this.maxBytes = maxBytes;
  }

  /// The next message; waits for it.
  ///
  /// @return empty when the caller has sent its last
  /// @throws GrpcException RESOURCE_EXHAUSTED if the message is larger than the server takes,
  ///     INTERNAL if it is damaged
  /// @throws GrpcException CANCELLED if the caller is gone, DEADLINE_EXCEEDED if it is too late
  public Optional<byte[]> next() {
    return Optional.ofNullable(read());
  }

  /// The only message of a call.
  ///
  /// @throws GrpcException UNIMPLEMENTED if there is another number of them
  byte[] only() {
    var message = read();
    if (message == null || readSome(prefix, 0, 1) >= 0) {
      throw new GrpcException(
          GrpcStatus.UNIMPLEMENTED,
          "this method takes one message, found " + (message == null ? "none" : "several"));
    }
    return message;
  }

  private byte @Nullable [] read() {
    int got = fill(prefix, 0, PREFIX_BYTES);
    if (got == 0) {
      return null;
    }
    requireWhole(got, PREFIX_BYTES);
    if ((prefix[0] & 0xfe) != 0) {
      throw new GrpcException(
          GrpcStatus.INTERNAL, "a message's compressed flag is " + (prefix[0] & 0xff));
    }
    var message = readBytes(length());
    return prefix[0] == 0 ? message : encoding.decompressed(message, maxBytes);
  }

  private int length() {
    long length =
        (prefix[1] & 0xffL) << 24
            | (prefix[2] & 0xff) << 16
            | (prefix[3] & 0xff) << 8
            | (prefix[4] & 0xff);
    if (length > maxBytes) {
      throw tooLarge(Long.toString(length), maxBytes);
    }
    return (int) length;
  }

  static GrpcException tooLarge(String found, int maxBytes) {
    return new GrpcException(
        GrpcStatus.RESOURCE_EXHAUSTED,
        "message of " + found + " bytes is larger than the limit of " + maxBytes);
  }

  private byte[] readBytes(int length) {
    var bytes = new byte[Math.min(length, FIRST_BYTES)];
    int have = fill(bytes, 0, bytes.length);
    requireWhole(have, bytes.length);
    while (have < length) {
      int room = (int) Math.min(length, (long) GROWTH * bytes.length);
      bytes = Arrays.copyOf(bytes, room);
      requireWhole(fill(bytes, have, room - have), room - have);
      have = room;
    }
    return bytes;
  }

  private int fill(byte[] bytes, int from, int count) {
    int have = 0;
    while (have < count) {
      int more = readSome(bytes, from + have, count - have);
      if (more < 0) {
        return have;
      }
      have += more;
    }
    return have;
  }

  private int readSome(byte[] bytes, int from, int count) {
    try {
      return body.read(bytes, from, count);
    } catch (IOException problem) {
      if (call.late()) {
        throw GrpcCall.deadlineExceeded();
      }
      throw new GrpcException(GrpcStatus.CANCELLED, String.valueOf(problem.getMessage()));
    }
  }

  private static void requireWhole(int found, int expected) {
    if (found < expected) {
      throw new GrpcException(GrpcStatus.INTERNAL, "the request ended within a message");
    }
  }
}
