package dev.slipway.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// A Python with real libraries in a virtual environment under the project's `target/`; made once
/// for
/// a set of requirements and shared by all modules and runs.
public final class PythonKit {
  private static final int LONGEST_MINUTES = 20;

  private final Path home;

  private PythonKit(Path home) {
    this.home = home;
  }

  /// The environment with these packages; made now if it does not exist yet. Safe among processes.
  ///
  /// @param requirements as pip takes them: `scikit-learn==1.9.1`
  public static PythonKit with(String... requirements) {
    var root = root().resolve("target").resolve("python");
    var home = root.resolve(digest(String.join(" ", requirements)));
    try {
      Files.createDirectories(root);
      try (var lockFile =
              FileChannel.open(
                  root.resolve(home.getFileName() + ".lock"),
                  StandardOpenOption.CREATE,
                  StandardOpenOption.WRITE);
          var lock = lockFile.lock()) {
        if (lock.isValid() && !Files.exists(home.resolve("complete"))) {
          make(home, requirements);
        }
      }
    } catch (IOException problem) {
      throw new UncheckedIOException(problem);
    }
    return new PythonKit(home);
  }

  private static void make(Path home, String... requirements) throws IOException {
    run(root(), List.of("python3", "-m", "venv", "--clear", home.toString()));
    var install =
        new ArrayList<>(
            List.of(home.resolve("bin/pip").toString(), "install", "-q", "--retries", "1"));
    install.addAll(List.of(requirements));
    run(root(), install);
    Files.writeString(home.resolve("complete"), String.join("\n", requirements));
  }

  /// The project's root: the nearest directory upwards with the launcher in it.
  public static Path root() {
    var at = Path.of("").toAbsolutePath();
    while (at != null && !Files.exists(at.resolve("slipway"))) {
      at = at.getParent();
    }
    if (at == null) {
      throw new IllegalStateException("not inside the project");
    }
    return at;
  }

  private static String digest(String text) {
    try {
      var hash =
          java.security.MessageDigest.getInstance("SHA-256")
              .digest(text.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(hash, 0, 6);
    } catch (java.security.NoSuchAlgorithmException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  /// The interpreter.
  public Path python() {
    return home.resolve("bin/python");
  }

  /// Runs a script to its end and gives what it wrote, errors included.
  ///
  /// @throws AssertionError with the output, if it exits with anything but 0
  public String run(Path script, String... arguments) {
    var command = new ArrayList<>(List.of(python().toString(), script.toString()));
    command.addAll(List.of(arguments));
    return run(root(), command);
  }

  private static String run(Path directory, List<String> command) {
    try {
      var output = Files.createTempFile("python", ".log");
      var process =
          new ProcessBuilder(command)
              .directory(directory.toFile())
              .redirectErrorStream(true)
              .redirectOutput(output.toFile())
              .start();
      if (!process.waitFor(LONGEST_MINUTES, TimeUnit.MINUTES)) {
        process.destroyForcibly();
        throw new AssertionError(command + " takes longer than " + LONGEST_MINUTES + " minutes");
      }
      var text = Files.readString(output);
      Files.delete(output);
      if (process.exitValue() != 0) {
        throw new AssertionError(command + " failed:\n" + text);
      }
      return text;
    } catch (IOException problem) {
      throw new UncheckedIOException(problem);
    } catch (InterruptedException problem) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(problem);
    }
  }
}
