package dev.slipway.node.process;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/// Those who read along with what a container writes, from when they came. One who is too slow
/// loses the oldest, and holds up nobody. Thread-safe.
final class Taps {
  private static final int MOST_HELD = 1024 * 1024;

  private final Set<Tap> open = ConcurrentHashMap.newKeySet();
  private volatile boolean over;

  InputStream open() {
    var tap = new Tap();
    open.add(tap);
    if (over) {
      tap.end();
    }
    return tap;
  }

  void write(byte[] bytes, int length) {
    if (!open.isEmpty()) {
      var copy = Arrays.copyOf(bytes, length);
      open.forEach(each -> each.offer(copy));
    }
  }

  /// Nothing more comes.
  void end() {
    over = true;
    open.forEach(Tap::end);
  }

  private final class Tap extends InputStream {
    private final ArrayDeque<byte[]> held = new ArrayDeque<>();
    private int heldBytes;
    private boolean ended;
    private byte[] piece = new byte[0];
    private int at;

    synchronized void offer(byte[] bytes) {
      held.add(bytes);
      heldBytes += bytes.length;
      while (heldBytes > MOST_HELD && held.size() > 1) {
        heldBytes -= held.remove().length;
      }
      notifyAll();
    }

    synchronized void end() {
      ended = true;
      notifyAll();
    }

    @Override
    public int read() throws IOException {
      var one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public synchronized int read(byte[] into, int from, int length) throws IOException {
      try {
        while (at == piece.length && held.isEmpty() && !ended) {
          wait();
        }
      } catch (InterruptedException _) {
        Thread.currentThread().interrupt();
        throw new IOException("interrupted");
      }
      if (at == piece.length) {
        if (held.isEmpty()) {
          return -1;
        }
        piece = held.remove();
        heldBytes -= piece.length;
        at = 0;
      }
      int count = Math.min(length, piece.length - at);
      System.arraycopy(piece, at, into, from, count);
      at += count;
      return count;
    }

    @Override
    public void close() {
      open.remove(this);
      end();
    }
  }
}
