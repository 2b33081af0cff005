package dev.slipway.dataplane.gateway;

import dev.slipway.net.Request;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/// A body that ends with an error beyond a length.
final class BoundedBody extends FilterInputStream {
  private final long maxBytes;
  private long left;

  BoundedBody(InputStream body, long maxBytes) {
    super(body);
    this.maxBytes = maxBytes;
    left = maxBytes;
  }

  @Override
  public int read() throws IOException {
    int value = super.read();
    count(value < 0 ? 0 : 1);
    return value;
  }

  @Override
  public int read(byte[] target, int offset, int length) throws IOException {
    int count = super.read(target, offset, length);
    count(Math.max(0, count));
    return count;
  }

  private void count(int bytes) {
    left -= bytes;
    if (left < 0) {
      throw new Request.BodyTooLargeException(maxBytes);
    }
  }
}
