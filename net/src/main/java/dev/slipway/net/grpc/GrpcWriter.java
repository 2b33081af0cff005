package dev.slipway.net.grpc;

import dev.slipway.net.Response;

/// Sends the messages of an answer; for one thread at a time.
public final class GrpcWriter {
  private static final int PREFIX_BYTES = 5;

  /// Smaller messages are not worth compressing.
  private static final int COMPRESSED_FROM_BYTES = 1024;

  private final Response response;
  private final MessageEncoding encoding;

  GrpcWriter(Response response, MessageEncoding encoding) {
    this.response = response;
    this.encoding = encoding;
  }

  /// Sends one message; waits while the caller is slow.
  ///
  /// @param parts of the message, in order; they go to the socket without a copy and must not
  ///     change afterwards
  /// @throws Response.ClientGoneException if the caller is gone
  public void write(byte[]... parts) {
    put(parts);
    response.flush();
  }

  /// Sends a message together with whatever is sent next.
  void put(byte[]... parts) {
    long length = 0;
    for (var part : parts) {
      length += part.length;
    }
    if (length > Integer.MAX_VALUE) {
      throw new IllegalArgumentException("a message of " + length + " bytes");
    }
    if (encoding == MessageEncoding.GZIP && length >= COMPRESSED_FROM_BYTES) {
      var small = MessageEncoding.gzip(parts);
      response.write(prefix(1, small.length), small);
    } else if (parts.length == 1) {
      response.write(prefix(0, (int) length), parts[0]);
    } else {
      response.write(prefixed((int) length, parts));
    }
  }

  private static byte[][] prefixed(int length, byte[][] parts) {
    var all = new byte[parts.length + 1][];
    all[0] = prefix(0, length);
    System.arraycopy(parts, 0, all, 1, parts.length);
    return all;
  }

  private static byte[] prefix(int flag, int length) {
    var prefix = new byte[PREFIX_BYTES];
    prefix[0] = (byte) flag;
    prefix[1] = (byte) (length >>> 24);
    prefix[2] = (byte) (length >>> 16);
    prefix[3] = (byte) (length >>> 8);
    prefix[4] = (byte) length;
    return prefix;
  }
}
