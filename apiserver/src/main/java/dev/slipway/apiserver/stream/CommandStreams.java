package dev.slipway.apiserver.stream;

import dev.slipway.base.Json;
import dev.slipway.net.spdy.SpdySession;
import dev.slipway.net.spdy.SpdyStream;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/// A program over the streams of a session, which the client opens: `error`, then `stdin`,
/// `stdout`, `stderr` and `resize` as it wants them. The program starts when all are there.
final class CommandStreams {
  private final SpdySession session;
  private final boolean statuses;
  private final CommandRun run;
  private final Set<String> missing;
  private final Map<String, SpdyStream> streams = new ConcurrentHashMap<>();
  private final AtomicReference<RemoteCommand.@Nullable Program> running = new AtomicReference<>();
  private volatile boolean over;

  CommandStreams(SpdySession session, String version, CommandRun run) {
    this.session = session;
    this.statuses = version.startsWith("v4");
    this.run = run;
    this.missing = new HashSet<>(Set.of("error"));
    var wanted = run.wanted();
    expect("stdin", wanted.input());
    expect("stdout", wanted.output());
    expect("stderr", wanted.errors());
    expect("resize", wanted.terminal() && (statuses || version.startsWith("v3")));
  }

  private void expect(String type, boolean is) {
    if (is) {
      missing.add(type);
    }
  }

  void serve() throws IOException, InterruptedException {
    try {
      session.run(this::opened);
    } finally {
      over = true;
      var program = running.get();
      if (program != null) {
        program.end();
      }
    }
  }

  /// On the session's thread.
  private void opened(SpdyStream stream) {
    var type = stream.header("streamtype");
    if (!missing.remove(type)) {
      session.release(stream);
      return;
    }
    streams.put(type, stream);
    if (missing.isEmpty()) {
      Thread.ofVirtual().name("command").start(this::start);
    }
  }

  private void start() {
    try {
      var program = run.starter().start();
      running.set(program);
      if (over) {
        program.end();
      }
      Thread.ofVirtual().name("command input").start(() -> feed(program));
      if (streams.containsKey("resize")) {
        Thread.ofVirtual().name("command sizes").start(() -> resize(program));
      }
      finish(run.finish(program, out("stdout"), out("stderr")));
    } catch (IOException problem) {
      finish(CommandRun.refused(problem));
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  private OutputStream out(String type) {
    var stream = streams.get(type);
    return stream == null ? OutputStream.nullOutputStream() : stream.out();
  }

  private void feed(RemoteCommand.Program program) {
    var stream = streams.get("stdin");
    var to = program.input();
    try {
      if (stream != null) {
        copy(stream, to);
      }
    } catch (IOException _) {
      if (stream != null) {
        stream.abandon(); // it reads no more; the client may go on sending
      }
    } finally {
      close(to);
    }
  }

  private static void copy(SpdyStream stream, OutputStream to) throws IOException {
    var from = stream.in();
    var buffer = new byte[32 * 1024];
    for (int count = from.read(buffer); count >= 0; count = from.read(buffer)) {
      to.write(buffer, 0, count);
      to.flush();
    }
  }

  private static void close(OutputStream stream) {
    try {
      stream.close();
    } catch (IOException _) {
      // its other side is gone already
    }
  }

  /// One JSON object after another, each on a line.
  private void resize(RemoteCommand.Program program) {
    var in = streams.get("resize");
    if (in == null) {
      return;
    }
    try (var lines =
        new BufferedReader(new InputStreamReader(in.in(), StandardCharsets.UTF_8), 256)) {
      for (var line = lines.readLine(); line != null; line = lines.readLine()) {
        CommandChannels.TerminalSize.of(line.getBytes(StandardCharsets.UTF_8))
            .ifPresent(size -> program.resize(size.columns(), size.rows()));
      }
    } catch (IOException _) {
      // the client is gone
    }
  }

  private void finish(ObjectNode status) {
    boolean well = Json.text(status, "status").equals("Success");
    var words = statuses ? status.toString() : well ? "" : Json.text(status, "message");
    var error = streams.get("error");
    try {
      if (error != null && !words.isEmpty()) {
        error.out().write(words.getBytes(StandardCharsets.UTF_8));
      }
      for (var type : new String[] {"stdout", "stderr", "error"}) {
        var stream = streams.get(type);
        if (stream != null) {
          stream.out().close();
        }
      }
    } catch (IOException _) {
      // the client is gone
    }
  }
}
