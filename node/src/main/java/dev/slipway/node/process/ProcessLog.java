package dev.slipway.node.process;

import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Comparator;
import org.jspecify.annotations.Nullable;

/// What one process has written, on disk, each line with its time: up to the last fifty megabytes,
/// in files of ten. Written by one thread, read by any.
final class ProcessLog {
  private static final int MOST_FILE = 10 * 1024 * 1024;
  private static final int KEPT_FILES = 5;
  private static final int MOST_LINE = 256 * 1024;
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSSSSSSSS'Z'").withZone(ZoneOffset.UTC);

  private final Path directory;
  private final String name;
  private final InstantSource clock;
  private final ByteArrayOutputStream line = new ByteArrayOutputStream();
  private @Nullable OutputStream out;
  private long written;
  private int newest;
  private boolean ended;

  /// @param name of this start among those of the container
  ProcessLog(Path directory, String name, InstantSource clock) {
    this.directory = directory;
    this.name = name;
    this.clock = clock;
  }

  private Path file(int number) {
    return directory.resolve(name + "." + number + ".log");
  }

  /// Takes output as it comes; lines become visible as they are complete.
  void write(byte[] bytes, int length) throws IOException {
    for (int i = 0; i < length; i++) {
      line.write(bytes[i]);
      if (bytes[i] == '\n') {
        endLine();
      } else if (line.size() >= MOST_LINE) {
        line.write('\n');
        endLine();
      }
    }
    published();
  }

  private void endLine() throws IOException {
    var to = out;
    if (to == null || written >= MOST_FILE) {
      to = next();
    }
    var stamp = (TIME.format(clock.instant()) + " ").getBytes(StandardCharsets.UTF_8);
    to.write(stamp);
    line.writeTo(to);
    written += stamp.length + line.size();
    line.reset();
  }

  private OutputStream next() throws IOException {
    var before = out;
    if (before != null) {
      before.close();
    }
    synchronized (this) {
      if (before != null) {
        newest++;
        Files.deleteIfExists(file(newest - KEPT_FILES));
      } else {
        Files.createDirectories(directory);
      }
      written = 0;
      var made = new BufferedOutputStream(Files.newOutputStream(file(newest)), 64 * 1024);
      out = made;
      return made;
    }
  }

  private void published() throws IOException {
    if (out != null) {
      out.flush();
      synchronized (this) {
        notifyAll();
      }
    }
  }

  /// Nothing more comes: a line without its end is written, and those who follow come to an end.
  void end() {
    try {
      if (line.size() > 0) {
        endLine();
      }
      if (out != null) {
        out.close();
      }
    } catch (IOException _) {
      // what cannot be written is lost; the process has ended all the same
    } finally {
      synchronized (this) {
        ended = true;
        notifyAll();
      }
    }
  }

  /// Deletes what earlier starts have left, but for the latest of them.
  void clearOlder() {
    if (!Files.isDirectory(directory)) {
      return;
    }
    try (var all = Files.list(directory)) {
      var files = all.sorted(Comparator.comparing(ProcessLog::time).reversed()).toList();
      var kept = files.isEmpty() ? "" : of(files.getFirst());
      for (var each : files) {
        if (!of(each).equals(kept)) {
          Files.deleteIfExists(each);
        }
      }
    } catch (IOException _) {
      // goes with the pod's directory
    }
  }

  private static String of(Path file) {
    var whole = file.getFileName().toString();
    return whole.substring(0, whole.indexOf('.'));
  }

  private static FileTime time(Path file) {
    try {
      return Files.getLastModifiedTime(file);
    } catch (IOException _) {
      return FileTime.fromMillis(0);
    }
  }

  /// The last of it, without times, for a message.
  String tail(int mostLines, int mostBytes) {
    try (var all = read(false)) {
      var text = new String(all.readAllBytes(), StandardCharsets.UTF_8);
      var lines = text.lines().map(each -> each.substring(each.indexOf(' ') + 1)).toList();
      var last =
          String.join("\n", lines.subList(Math.max(0, lines.size() - mostLines), lines.size()));
      return last.length() <= mostBytes ? last : last.substring(last.length() - mostBytes);
    } catch (IOException _) {
      return "";
    }
  }

  InputStream read(boolean follow) {
    return new Reader(follow);
  }

  private synchronized int oldest() {
    return Math.max(0, newest - KEPT_FILES + 1);
  }

  /// Waits for more than the reader has seen.
  ///
  /// @return whether there may be
  private synchronized boolean more(Reader reader) throws IOException {
    while (!ended && reader.number == newest && !reader.isBehind()) {
      try {
        wait();
      } catch (InterruptedException _) {
        Thread.currentThread().interrupt();
        throw new IOException("interrupted");
      }
    }
    return reader.number < newest || reader.isBehind();
  }

  private final class Reader extends InputStream {
    private final boolean follow;
    private int number = oldest();
    private long seen;
    private @Nullable InputStream from;

    Reader(boolean follow) {
      this.follow = follow;
    }

    @Override
    public int read() throws IOException {
      var one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] into, int at, int length) throws IOException {
      while (true) {
        if (open()) {
          int count = from == null ? -1 : from.read(into, at, length);
          if (count > 0) {
            seen += count;
            return count;
          }
        }
        if (number < newest()) {
          advance();
        } else if (!follow || !more(this)) {
          return -1;
        }
      }
    }

    private boolean open() throws IOException {
      if (from == null && Files.exists(file(number))) {
        from = Files.newInputStream(file(number));
      }
      return from != null;
    }

    private void advance() throws IOException {
      close();
      from = null;
      seen = 0;
      number = Math.max(number + 1, oldest());
    }

    boolean isBehind() throws IOException {
      var file = file(number);
      return Files.exists(file) && Files.size(file) > seen;
    }

    @Override
    public int available() throws IOException {
      return from == null ? 0 : from.available();
    }

    @Override
    public void close() throws IOException {
      if (from != null) {
        from.close();
      }
    }
  }

  private synchronized int newest() {
    return newest;
  }
}
