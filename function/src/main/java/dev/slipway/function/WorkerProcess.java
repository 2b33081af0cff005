package dev.slipway.function;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/// A worker as the front sees it: a process that handles one request at a time.
final class WorkerProcess implements AutoCloseable {
  private static final int PAGE = 4096;
  private static final Duration END = Duration.ofSeconds(2);

  private final ScheduledExecutorService clock;
  private final Process process;
  private final SocketChannel channel;
  private final DataInputStream in;
  private final DataOutputStream out;
  private volatile long idleSince = System.nanoTime();

  /// Why it was ended on purpose; empty while it was not.
  private volatile String endedFor = "";

  private WorkerProcess(ScheduledExecutorService clock, Process process, SocketChannel channel) {
    this.clock = clock;
    this.process = process;
    this.channel = channel;
    this.in = new DataInputStream(Channels.newInputStream(channel));
    this.out = new DataOutputStream(Channels.newOutputStream(channel));
  }

  /// Returns when the function is loaded. Blocks.
  ///
  /// @param home a directory of the front's own, with the classes in it
  /// @throws FunctionException with Java's words where it cannot be
  static WorkerProcess start(Settings settings, Path home, ScheduledExecutorService clock)
      throws IOException, FunctionException {
    var socket = home.resolve(UUID.randomUUID().toString().substring(0, 8));
    try (var server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      server.bind(UnixDomainSocketAddress.of(socket));
      var process = builder(settings, home, socket).start();
      var _ = process.onExit().thenRun(() -> closeQuietly(server));
      var late = ending(process, settings.load(), clock);
      try {
        var worker = new WorkerProcess(clock, process, server.accept());
        worker.begin();
        return worker;
      } catch (IOException _) {
        process.destroyForcibly();
        var why = late.isDone() ? "within " + settings.load().toSeconds() + " s" : "and ended";
        throw FunctionException.unloadable("the function was not loaded " + why);
      } finally {
        late.cancel(false);
      }
    } finally {
      Files.deleteIfExists(socket);
    }
  }

  private static ProcessBuilder builder(Settings settings, Path home, Path socket) {
    var builder =
        new ProcessBuilder(words(settings, home, socket))
            .redirectInput(Redirect.from(Path.of("/dev/null").toFile()))
            .redirectOutput(Redirect.INHERIT)
            .redirectError(Redirect.INHERIT);
    builder.environment().putAll(settings.variables());
    return builder;
  }

  private static List<String> words(Settings settings, Path home, Path socket) {
    var all = new ArrayList<String>();
    all.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    all.addAll(
        List.of("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=4", "-XX:+ExitOnOutOfMemoryError"));
    all.add("--enable-native-access=ALL-UNNAMED");
    if (settings.memory() > 0) {
      all.add("-Xmx" + settings.memory() / 10 * 7);
    }
    all.addAll(List.of("-cp", Program.classPath(), Program.MAIN));
    all.addAll(List.of(Main.WORKER, settings.handler(), home.toString(), socket.toString()));
    return all;
  }

  private static void closeQuietly(AutoCloseable something) {
    try {
      something.close();
    } catch (Exception _) {
      // it is of no further use either way
    }
  }

  private static Future<?> ending(Process process, Duration after, ScheduledExecutorService clock) {
    return clock.schedule(process::destroyForcibly, after.toMillis(), TimeUnit.MILLISECONDS);
  }

  private void begin() throws IOException, FunctionException {
    var begin = Frames.head(in, Frames.Begin.class);
    var _ = Frames.bytes(in);
    if (!begin.failed().isEmpty()) {
      close();
      throw FunctionException.unloadable(begin.failed());
    }
  }

  /// Blocks until it has answered.
  ///
  /// @throws FunctionException 504 where it took longer, 500 where it ended; it is of no more use
  Reply ask(Call call, byte[] body) throws FunctionException {
    var late =
        clock.schedule(() -> end("late"), (long) (call.seconds() * 1000), TimeUnit.MILLISECONDS);
    try {
      Frames.write(out, call, body);
      var head = Frames.head(in, Frames.Head.class);
      return new Reply(head.status(), head.headers(), Frames.bytes(in));
    } catch (IOException _) {
      if (endedFor.equals("late")) {
        throw new FunctionException(
            504, "the function did not answer within " + seconds(call.seconds()) + " s");
      }
      var why = endedFor.isEmpty() ? "exit code " + code() : endedFor;
      close();
      throw new FunctionException(500, "the function's process ended: " + why);
    } finally {
      late.cancel(false);
    }
  }

  private static String seconds(double value) {
    return value == Math.rint(value) ? String.valueOf((long) value) : String.valueOf(value);
  }

  private String code() {
    try {
      return process.waitFor(END) ? String.valueOf(process.exitValue()) : "unknown";
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      return "unknown";
    }
  }

  boolean isAlive() {
    return process.isAlive() && endedFor.isEmpty();
  }

  /// Bytes it has in memory; 0 where the system does not tell.
  long memory() {
    try {
      var words = Files.readString(Path.of("/proc/" + process.pid() + "/statm")).split(" ", -1);
      return Long.parseLong(words[1]) * PAGE;
    } catch (IOException | NumberFormatException _) {
      return 0;
    }
  }

  void idle() {
    idleSince = System.nanoTime();
  }

  Duration idleFor() {
    return Duration.ofNanos(System.nanoTime() - idleSince);
  }

  /// Ends it at once; a request it has is lost.
  void end(String why) {
    endedFor = why;
    process.destroyForcibly();
  }

  @Override
  public void close() {
    process.destroyForcibly();
    closeQuietly(channel);
  }
}
