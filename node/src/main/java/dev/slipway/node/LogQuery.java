package dev.slipway.node;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayDeque;
import java.util.Optional;

/// Which part of a container's log is wanted, and how.
///
/// Source: Kubernetes API reference, `PodLogOptions`.
///
/// @param follow goes on with what is written from now on
/// @param tailLines only so many of what is there already
/// @param since only what was written at that time or later
/// @param limitBytes ends after so many
public record LogQuery(
    boolean follow,
    boolean timestamps,
    Optional<Long> tailLines,
    Optional<Instant> since,
    Optional<Long> limitBytes) {
  /// All that is there.
  public static final LogQuery ALL =
      new LogQuery(false, false, Optional.empty(), Optional.empty(), Optional.empty());

  /// Copies what is wanted of a log; every line of it begins with its time.
  ///
  /// @param present what is there already
  /// @param later opens the log again with what follows, from its beginning; asked only to follow
  /// @throws IOException of either stream
  public void copy(InputStream present, Opening later, OutputStream to) throws IOException {
    var out = new Limited(to, limitBytes.orElse(Long.MAX_VALUE));
    if (!follow) {
      try (var log = new BufferedInputStream(present)) {
        send(log, last(log), out);
      }
      return;
    }
    long lines;
    try (var log = new BufferedInputStream(present)) {
      lines = count(log);
    }
    try (var log = new BufferedInputStream(later.open())) {
      follow(log, lines, out);
    }
  }

  /// Opens a log.
  @FunctionalInterface
  public interface Opening {
    InputStream open() throws IOException;
  }

  private static long count(InputStream log) throws IOException {
    long lines = 0;
    while (!line(log).isEmpty()) {
      lines++;
    }
    return lines;
  }

  private void follow(InputStream log, long present, Limited out) throws IOException {
    long skip = Math.max(0, present - tailLines.orElse(Long.MAX_VALUE));
    long number = 0;
    for (var line = line(log); !line.isEmpty() && out.hasRoom(); line = line(log)) {
      if (number++ >= skip) {
        write(line, out);
      }
      if (number >= present) {
        out.flush();
      }
    }
  }

  /// Lines kept back because only the last are wanted; empty where all are.
  private ArrayDeque<String> last(InputStream log) throws IOException {
    var last = new ArrayDeque<String>();
    if (tailLines.isEmpty()) {
      return last;
    }
    for (var line = line(log); !line.isEmpty(); line = line(log)) {
      last.addLast(line);
      if (last.size() > tailLines.get()) {
        last.removeFirst();
      }
    }
    return last;
  }

  private void send(InputStream log, ArrayDeque<String> last, Limited out) throws IOException {
    for (var line : last) {
      write(line, out);
    }
    for (var line = line(log); !line.isEmpty() && out.hasRoom(); line = line(log)) {
      write(line, out);
    }
    out.flush();
  }

  private void write(String line, Limited out) throws IOException {
    int space = line.indexOf(' ');
    if (since.isPresent() && space > 0 && time(line, space).isBefore(since.get())) {
      return;
    }
    var shown = timestamps ? line : line.substring(space + 1);
    out.write(shown.getBytes(StandardCharsets.UTF_8));
  }

  private static Instant time(String line, int space) {
    try {
      return Instant.parse(line.substring(0, space));
    } catch (DateTimeParseException _) {
      return Instant.MAX;
    }
  }

  /// With its end; empty at the end of the log.
  private static String line(InputStream log) throws IOException {
    var bytes = new ByteArrayOutputStream();
    for (int next = log.read(); next >= 0; next = log.read()) {
      bytes.write(next);
      if (next == '\n') {
        break;
      }
    }
    return bytes.toString(StandardCharsets.UTF_8);
  }

  /// Takes no more than so many bytes.
  private static final class Limited {
    private final OutputStream to;
    private long room;

    Limited(OutputStream to, long room) {
      this.to = to;
      this.room = room;
    }

    boolean hasRoom() {
      return room > 0;
    }

    void write(byte[] bytes) throws IOException {
      int some = (int) Math.min(room, bytes.length);
      to.write(bytes, 0, some);
      room -= some;
    }

    void flush() throws IOException {
      to.flush();
    }
  }
}
