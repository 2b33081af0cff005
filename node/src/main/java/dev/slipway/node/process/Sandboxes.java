package dev.slipway.node.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// How far this machine lets containers be kept apart, found out by making one and running nothing
/// in it. Thread-safe.
final class Sandboxes {
  private static final Logger LOG = LoggerFactory.getLogger(Sandboxes.class);
  private static final int TRIAL_SECONDS = 30;

  private final Path data;
  private final CompletableFuture<Found> found = new CompletableFuture<>();

  /// @param data the platform's
  Sandboxes(Path data, Isolation wanted) {
    this.data = data;
    if (wanted == Isolation.NONE) {
      found.complete(Found.none("it is not wanted"));
    } else {
      Thread.ofVirtual().name("try sandboxes").start(() -> found.complete(find()));
    }
  }

  /// How containers are kept apart.
  enum Level {
    /// By this program's own rights.
    FULL,
    /// In namespaces that belong to this program's user: own files and processes, but neither an
    /// own network nor other users.
    USER,
    NONE
  }

  /// @param why it is no more than that; empty for the best
  private record Found(Level level, Optional<SandboxTools> tools, String why) {
    static Found none(String why) {
      return new Found(Level.NONE, Optional.empty(), why);
    }
  }

  Level level() {
    return found.join().level;
  }

  /// @throws IllegalStateException if containers are not kept apart
  SandboxTools tools() {
    return found.join().tools.orElseThrow();
  }

  /// Why it is no more than [#level()].
  String why() {
    return found.join().why;
  }

  private Found find() {
    try {
      var tools = SandboxTools.find();
      if (data.toString().matches(".*[,:\\\\\"].*")) {
        return Found.none("no overlay can be in " + data + ", whose name has a , : \\ or \"");
      }
      var full = attempt(tools, Level.FULL);
      if (full.isEmpty()) {
        return new Found(Level.FULL, Optional.of(tools), "");
      }
      var ofUser = attempt(tools, Level.USER);
      LOG.debug("no sandbox by own rights: {}; by user namespaces: {}", full, ofUser);
      return ofUser.isEmpty()
          ? new Found(Level.USER, Optional.of(tools), full.get())
          : Found.none(full.get());
    } catch (StartException problem) {
      return Found.none(problem.why());
    }
  }

  private Optional<String> attempt(SandboxTools tools, Level level) {
    var directory = data.resolve("sandbox-" + UUID.randomUUID());
    try {
      Files.createDirectories(data);
      var root = new ContainerRoot(directory, level == Level.USER, false);
      root.finish(Map.of("/etc/hostname", "trial\n"));
      var user =
          new SandboxUser(
              Optional.empty(), Optional.empty(), List.of(), Optional.of(List.of("kill")), false);
      var command =
          new SandboxCommand(tools, level)
              .in(root, "/")
              .host("trial")
              .as(user)
              .words(List.of(tools.shell().toString(), "-c", "echo > /slipway-trial"));
      var process = new ProcessBuilder(command).redirectErrorStream(true).start();
      process.getOutputStream().close();
      process.getInputStream().readAllBytes();
      if (!process.waitFor(TRIAL_SECONDS, TimeUnit.SECONDS)) {
        process.destroyForcibly();
        return Optional.of("it takes too long");
      }
      var said = Files.exists(root.problem()) ? Files.readString(root.problem()).strip() : "";
      return process.exitValue() == 0
          ? Optional.empty()
          : Optional.of(
              said.isEmpty() ? "unshare is not permitted" : said.lines().findFirst().get());
    } catch (IOException | RuntimeException problem) {
      return Optional.of(String.valueOf(problem.getMessage()));
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      return Optional.of("interrupted");
    } finally {
      discard(directory);
    }
  }

  /// Deletes a container's root.
  static void discard(Path directory) {
    try {
      ContainerRoot.delete(directory);
    } catch (IOException problem) {
      LOG.warn("{} could not be deleted: {}", directory, problem.toString());
    }
  }
}
