package dev.slipway.journeys;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/// Runs programs and keeps what they said.
final class Commands {
  private static final Duration PATIENCE = Duration.ofSeconds(90);

  private Commands() {}

  /// What a program left behind.
  record Result(String command, int exit, String out, String err) {
    boolean ok() {
      return exit == 0;
    }

    @Override
    public String toString() {
      return "$ " + command + "\nexit " + exit + "\n--- stdout\n" + out + "\n--- stderr\n" + err;
    }
  }

  /// Runs to the end; a program that takes longer than a minute and a half is ended and fails.
  static Result run(List<String> command, Map<String, String> environment, String stdin) {
    try {
      Process process = start(command, environment);
      var out = text(process.getInputStream());
      var err = text(process.getErrorStream());
      try (var input = process.getOutputStream()) {
        input.write(stdin.getBytes(StandardCharsets.UTF_8));
      } catch (IOException _) {
        // A program that does not read its input may have closed it.
      }
      if (!process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
        process.destroyForcibly();
        throw new AssertionError(
            "no end after " + PATIENCE + ": " + command + "\n" + out.join() + err.join());
      }
      return new Result(String.join(" ", command), process.exitValue(), out.join(), err.join());
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted: " + command);
    }
  }

  static Process start(List<String> command, Map<String, String> environment) throws IOException {
    var builder = new ProcessBuilder(command);
    builder.environment().putAll(environment);
    return builder.start();
  }

  /// A class of the test class path, as a program of its own.
  static List<String> java(String mainClass, String... args) {
    var command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                mainClass));
    command.addAll(List.of(args));
    return command;
  }

  private static CompletableFuture<String> text(InputStream stream) {
    var text = new CompletableFuture<String>();
    Thread.ofVirtual()
        .start(
            () -> {
              try (stream) {
                text.complete(new String(stream.readAllBytes(), StandardCharsets.UTF_8));
              } catch (IOException failed) {
                text.completeExceptionally(failed);
              }
            });
    return text;
  }
}
