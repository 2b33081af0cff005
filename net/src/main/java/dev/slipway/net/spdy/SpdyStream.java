package dev.slipway.net.spdy;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/// A stream that the client has opened. Read by one thread, written by one.
public final class SpdyStream {
  /// What may wait to be read; the session waits with everything else when there is more.
  private static final int MOST_HELD = 1024 * 1024;

  private final SpdySession session;
  private final int id;
  private final Map<String, String> headers;
  private final ArrayDeque<byte[]> held = new ArrayDeque<>();
  private int heldBytes;
  private boolean ended;
  private boolean abandoned;

  SpdyStream(SpdySession session, int id, Map<String, String> headers) {
    this.session = session;
    this.id = id;
    this.headers = new TreeMap<>(headers);
  }

  int id() {
    return id;
  }

  /// A header of its beginning, or `""`.
  public String header(String name) {
    return headers.getOrDefault(name.toLowerCase(Locale.ROOT), "");
  }

  /// On the session's thread; waits while too much is unread.
  synchronized void offer(byte[] bytes) throws InterruptedException {
    while (heldBytes > MOST_HELD && !abandoned) {
      wait();
    }
    if (!abandoned && bytes.length > 0) {
      held.add(bytes);
      heldBytes += bytes.length;
      notifyAll();
    }
  }

  synchronized void end() {
    ended = true;
    notifyAll();
  }

  /// What the client sends; ends with its side of the stream.
  public InputStream in() {
    return new In();
  }

  /// What the client gets; closing it ends this side of the stream.
  public OutputStream out() {
    return new Out();
  }

  /// Ends both sides: what the client still sends is dropped.
  public synchronized void abandon() {
    abandoned = true;
    held.clear();
    heldBytes = 0;
    notifyAll();
  }

  private synchronized byte[] take() throws IOException {
    try {
      while (held.isEmpty() && !ended && !abandoned) {
        wait();
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted");
    }
    var next = held.poll();
    if (next == null) {
      return new byte[0];
    }
    heldBytes -= next.length;
    notifyAll();
    return next;
  }

  private final class In extends InputStream {
    private byte[] piece = new byte[0];
    private int at;

    @Override
    public int read() throws IOException {
      var one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] into, int from, int length) throws IOException {
      if (at == piece.length) {
        piece = take();
        at = 0;
      }
      int count = Math.min(length, piece.length - at);
      System.arraycopy(piece, at, into, from, count);
      at += count;
      return piece.length == 0 ? -1 : count;
    }
  }

  private final class Out extends OutputStream {
    private boolean closed;

    @Override
    public void write(int one) throws IOException {
      write(new byte[] {(byte) one}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int from, int length) throws IOException {
      if (length > 0) {
        session.send(id, Arrays.copyOfRange(bytes, from, from + length), false);
      }
    }

    @Override
    public void close() throws IOException {
      if (!closed) {
        closed = true;
        session.send(id, new byte[0], true);
      }
    }
  }
}
