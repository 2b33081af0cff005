package dev.slipway.apiserver.stream;

import dev.slipway.base.Json;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import tools.jackson.databind.node.ObjectNode;

/// One run of a program for a client, whatever connects the two.
///
/// @param command for messages
record CommandRun(
    RemoteCommand.Wanted wanted, List<String> command, RemoteCommand.Starter starter) {
  CommandRun {
    command = List.copyOf(command);
  }

  /// Sends output on until the program has ended and all it wrote is sent. What it has left running
  /// may keep its output open; that is not waited for once it is silent.
  ///
  /// @return what the client is told: a `Status`
  ObjectNode finish(RemoteCommand.Program program, OutputStream output, OutputStream errors)
      throws InterruptedException {
    var copies =
        List.of(
            new Copy(program.output(), wanted.output() ? output : OutputStream.nullOutputStream()),
            new Copy(program.errors(), wanted.errors() ? errors : OutputStream.nullOutputStream()));
    copies.forEach(Copy::start);
    int code = program.await();
    for (var each : copies) {
      each.awaitSilence();
    }
    return code == 0 ? success() : exited(code);
  }

  private static ObjectNode success() {
    var status = Json.object();
    status.putObject("metadata");
    return status.put("status", "Success");
  }

  private ObjectNode exited(int code) {
    var status = Json.object();
    status.putObject("metadata");
    status.put("status", "Failure");
    status.put(
        "message",
        "command terminated with non-zero exit code: error executing command ["
            + String.join(" ", command)
            + "], exit code "
            + code);
    status.put("reason", "NonZeroExitCode");
    var causes = status.putObject("details").putArray("causes");
    causes.addObject().put("reason", "ExitCode").put("message", String.valueOf(code));
    return status;
  }

  /// What the client is told of a program that could not be started.
  static ObjectNode refused(IOException problem) {
    var words = "error executing command in container: " + problem.getMessage();
    var status = Json.object();
    status.putObject("metadata");
    status.put("status", "Failure").put("message", "Internal error occurred: " + words);
    status.put("reason", "InternalError");
    status.putObject("details").putArray("causes").addObject().put("message", words);
    return status.put("code", 500);
  }

  /// One direction, on a thread of its own: reading from a process holds a thread.
  private static final class Copy {
    private static final long SILENCE_MILLIS = 300;

    private final InputStream from;
    private final OutputStream to;
    private final CountDownLatch done = new CountDownLatch(1);
    private final AtomicLong pieces = new AtomicLong();
    private volatile boolean sending;

    Copy(InputStream from, OutputStream to) {
      this.from = from;
      this.to = to;
    }

    void start() {
      Thread.ofPlatform().daemon().name("command output").start(this::run);
    }

    private void run() {
      var buffer = new byte[32 * 1024];
      try (from) {
        for (int count = from.read(buffer); count >= 0; count = from.read(buffer)) {
          sending = true;
          pieces.incrementAndGet();
          to.write(buffer, 0, count);
          to.flush();
          sending = false;
        }
      } catch (IOException _) {
        // either side is gone; the other is ended by whoever notices
      } finally {
        done.countDown();
      }
    }

    void awaitSilence() throws InterruptedException {
      long before = -1;
      while (!done.await(SILENCE_MILLIS, TimeUnit.MILLISECONDS)) {
        long now = pieces.get();
        if (!sending && now == before) {
          return;
        }
        before = now;
      }
    }
  }
}
