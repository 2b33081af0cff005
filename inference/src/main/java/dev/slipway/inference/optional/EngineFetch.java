package dev.slipway.inference.optional;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Builds an engine's module with the Maven wrapper of a checkout and gathers its jars, with what
/// they need, in one directory. The directory appears whole or not at all.
final class EngineFetch {
  private static final Logger LOG = LoggerFactory.getLogger(EngineFetch.class);
  private static final int KEPT_LINES = 12;

  /// `Downloaded from central: https://…/a-1.0.jar (155 MB at 20 MB/s)`, without colours.
  private static final Pattern DOWNLOADED =
      Pattern.compile("Downloaded from [^:]+: \\S*/([^/\\s]+\\.jar) \\(([^)]+)\\)");

  private EngineFetch() {}

  /// Whether there is a wrapper and the module.
  static boolean possible(Path checkout, OptionalFormat format) {
    return Files.isExecutable(checkout.resolve("mvnw"))
        && Files.isRegularFile(checkout.resolve(format.module()).resolve("pom.xml"));
  }

  /// @param home where the jars go
  /// @throws IOException if Maven fails, with the errors it reports
  static void run(Path checkout, OptionalFormat format, Path home) throws IOException {
    var parent = home.toAbsolutePath().getParent();
    if (parent == null) {
      throw new IOException(home + " is no directory for jars");
    }
    var part = Files.createTempDirectory(parent, format.name() + ".part");
    LOG.info("fetching the engine for {} (about {} MB, once)", format.name(), format.megabytes());
    try {
      maven(checkout, format, part);
      if (Files.isDirectory(home)) {
        delete(home);
      }
      Files.move(part, home, StandardCopyOption.ATOMIC_MOVE);
      LOG.info("the engine for {} is in {}", format.name(), home);
    } finally {
      delete(part);
    }
  }

  private static void maven(Path checkout, OptionalFormat format, Path part) throws IOException {
    var command =
        List.of(
            checkout.resolve("mvnw").toAbsolutePath().toString(),
            "-B",
            "-Dstyle.color=never",
            "-Dfast",
            "-Dmaven.test.skip=true",
            "-Dengine.directory=" + part.toAbsolutePath(),
            "-pl",
            format.module(),
            "-am",
            "package");
    var builder =
        new ProcessBuilder(command).directory(checkout.toFile()).redirectErrorStream(true);
    builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
    var process = builder.start();
    process.getOutputStream().close();
    try (var lines = process.inputReader()) {
      var errors = told(format, lines);
      if (process.waitFor() != 0) {
        throw new IOException(String.join(" ", command) + " failed: " + errors);
      }
    } catch (InterruptedException problem) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", problem);
    } finally {
      process.descendants().forEach(ProcessHandle::destroy);
      process.destroy();
    }
  }

  /// Logs what is downloaded and keeps the last errors.
  private static String told(OptionalFormat format, BufferedReader lines) throws IOException {
    var errors = new ArrayDeque<String>();
    for (var line = lines.readLine(); line != null; line = lines.readLine()) {
      progress(line).ifPresent(what -> LOG.info("{}: {}", format.name(), what));
      if (line.startsWith("[ERROR]") && line.length() > "[ERROR] ".length()) {
        errors.add(line.substring("[ERROR] ".length()));
        if (errors.size() > KEPT_LINES) {
          errors.removeFirst();
        }
      }
    }
    return String.join("\n", errors);
  }

  /// What a line of Maven's output tells a user; empty for most.
  static Optional<String> progress(String line) {
    var downloaded = DOWNLOADED.matcher(line);
    if (downloaded.find() && downloaded.group(2).contains("MB at")) {
      return Optional.of("downloaded " + downloaded.group(1) + " (" + downloaded.group(2) + ")");
    }
    if (line.startsWith("[INFO] Building Slipway")) {
      return Optional.of("building " + line.substring("[INFO] Building ".length()).strip());
    }
    return Optional.empty();
  }

  private static void delete(Path directory) throws IOException {
    if (!Files.exists(directory)) {
      return;
    }
    try (var files = Files.walk(directory)) {
      for (var file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }
}
