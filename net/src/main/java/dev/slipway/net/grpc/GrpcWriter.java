package dev.slipway.net.grpc;

import dev.slipway.net.Response;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

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

  /// As [#write(byte[]...)], of each buffer what remains in it.
  public void write(List<ByteBuffer> parts) {
    put(parts);
    response.flush();
  }

  /// Sends a message together with whatever is sent next.
  void put(byte[]... parts) {
    var buffers = new ArrayList<ByteBuffer>(parts.length);
    for (var part : parts) {
      buffers.add(ByteBuffer.wrap(part));
    }
    put(buffers);
  }

  /// As [#put(byte[]...)], of each buffer what remains in it.
  void put(List<ByteBuffer> parts) {
    long length = 0;
    for (var part : parts) {
      length += part.remaining();
    }
    if (length > Integer.MAX_VALUE) {
      throw new IllegalArgumentException("a message of " + length + " bytes");
    }
    if (encoding == MessageEncoding.GZIP && length >= COMPRESSED_FROM_BYTES) {
      var small = MessageEncoding.gzip(parts);
      response.write(prefix(1, small.length), small);
    } else {
      var all = new ByteBuffer[parts.size() + 1];
      all[0] = ByteBuffer.wrap(prefix(0, (int) length));
      for (int i = 0; i < parts.size(); i++) {
        all[i + 1] = parts.get(i);
      }
      response.write(all);
    }
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
