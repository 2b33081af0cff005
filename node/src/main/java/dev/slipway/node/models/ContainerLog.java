package dev.slipway.node.models;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/// The last lines a container has written, each with its time. Thread-safe.
final class ContainerLog {
  private static final int MOST_BYTES = 256 * 1024;
  private static final int MOST_LINE = 8 * 1024;
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSSSSSSSS'Z'").withZone(ZoneOffset.UTC);

  private final InstantSource clock;
  private final ArrayDeque<byte[]> lines = new ArrayDeque<>(0);
  private long dropped;
  private int bytes;
  private boolean ended;
  private @Nullable ContainerLog next;
  private Runnable atEnd = () -> {};

  ContainerLog(InstantSource clock) {
    this.clock = clock;
  }

  /// Writes one line, or several where the text has them.
  void write(String text) {
    Instant now = clock.instant();
    for (var line : text.split("\n", -1)) {
      var cut = line.length() <= MOST_LINE ? line : line.substring(0, MOST_LINE) + "…";
      add((TIME.format(now) + " " + cut + "\n").getBytes(StandardCharsets.UTF_8));
    }
  }

  private synchronized void add(byte[] line) {
    lines.addLast(line);
    bytes += line.length;
    while (bytes > MOST_BYTES) {
      bytes -= lines.removeFirst().length;
      dropped++;
    }
    if (next != null) {
      next.add(line);
    }
    notifyAll();
  }

  /// Has another log show what this one has, and what is still written here.
  synchronized void goesOnIn(ContainerLog other) {
    lines.forEach(other::add);
    next = other;
  }

  /// Runs once nothing more is written; not if that is so already.
  synchronized void atEnd(Runnable action) {
    atEnd = action;
  }

  /// Nothing more is written; those who follow come to an end.
  void end() {
    Runnable action;
    synchronized (this) {
      ended = true;
      notifyAll();
      action = atEnd;
    }
    action.run();
  }

  InputStream read(boolean follow) {
    return new Reader(follow);
  }

  /// The line of a number, counted from the first ever written.
  ///
  /// @return empty at the end
  private synchronized byte[] line(long number, boolean follow) throws IOException {
    while (follow && !ended && number >= dropped + lines.size()) {
      try {
        wait();
      } catch (InterruptedException _) {
        Thread.currentThread().interrupt();
        throw new IOException("interrupted");
      }
    }
    long skip = Math.max(0, number - dropped);
    return lines.stream().skip(skip).findFirst().orElse(new byte[0]);
  }

  private synchronized long first() {
    return dropped;
  }

  private final class Reader extends InputStream {
    private final boolean follow;
    private long next;
    private byte[] line = new byte[0];
    private int at;

    Reader(boolean follow) {
      this.follow = follow;
    }

    private boolean more() throws IOException {
      if (at < line.length) {
        return true;
      }
      next = Math.max(next, first());
      line = line(next, follow);
      next++;
      at = 0;
      return line.length > 0;
    }

    @Override
    public int read() throws IOException {
      return more() ? line[at++] & 0xff : -1;
    }

    @Override
    public int read(byte[] into, int from, int length) throws IOException {
      if (length == 0) {
        return 0;
      }
      if (!more()) {
        return -1;
      }
      int count = Math.min(length, line.length - at);
      System.arraycopy(line, at, into, from, count);
      at += count;
      return count;
    }

    @Override
    public int available() {
      return line.length - at;
    }
  }
}
