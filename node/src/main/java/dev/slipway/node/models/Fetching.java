package dev.slipway.node.models;

import dev.slipway.inference.artifact.ArtifactException;
import dev.slipway.inference.artifact.Progress;
import dev.slipway.node.PodRuntime;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;

/// A container that fetches files and ends: with 0, or with 1 and why as its last words.
final class Fetching implements PodRuntime.Running {
  /// What is fetched, and where to. Blocks; ends early where its thread is interrupted.
  interface Task {
    void run() throws ArtifactException, IOException;
  }

  private final PodRuntime.Listener listener;
  private final ContainerLog log;
  private final AtomicBoolean ended = new AtomicBoolean();
  private volatile Optional<Thread> thread = Optional.empty();

  private Fetching(PodRuntime.Listener listener, ContainerLog log) {
    this.listener = listener;
    this.log = log;
  }

  static Fetching begin(Task task, PodRuntime.Listener listener, ContainerLog log) {
    var fetching = new Fetching(listener, log);
    listener.started();
    fetching.thread =
        Optional.of(Thread.ofVirtual().name("fetch").start(() -> fetching.carryOut(task)));
    return fetching;
  }

  private void carryOut(Task task) {
    try {
      task.run();
      end(0, "");
    } catch (ArtifactException | IOException | IllegalArgumentException problem) {
      end(1, String.valueOf(problem.getMessage()));
    }
  }

  /// Writes what a user who waits wants to know.
  static void tell(Progress progress, ContainerLog log) {
    if (progress.state() == Progress.State.WAITING
        || progress.state() == Progress.State.UNPACKING) {
      log.write(progress.state() + " " + progress.file());
    }
  }

  /// Copies a file, or all files of a directory, into a directory.
  static void copy(Path artifact, Path directory) throws IOException {
    if (!Files.isDirectory(artifact)) {
      copyFile(artifact, directory.resolve(String.valueOf(artifact.getFileName())));
      return;
    }
    try (var files = Files.walk(artifact)) {
      for (var each : files.filter(Files::isRegularFile).toList()) {
        copyFile(each, directory.resolve(artifact.relativize(each).toString()));
      }
    }
  }

  private static void copyFile(Path from, Path to) throws IOException {
    var parent = to.getParent();
    if (parent != null) {
      Files.createDirectories(parent);
    }
    Files.copy(from, to, StandardCopyOption.REPLACE_EXISTING);
  }

  private void end(int exitCode, String message) {
    if (!ended.compareAndSet(false, true)) {
      return;
    }
    if (exitCode != 0) {
      log.write("error: " + message);
    }
    log.end();
    listener.ended(exitCode, exitCode == 0 ? "Completed" : "Error", message);
  }

  @Override
  public void stop(Duration grace) {
    thread.ifPresent(Thread::interrupt);
    end(143, "ended while fetching");
  }

  @Override
  public InputStream log(boolean follow) {
    return log.read(follow);
  }

  @Override
  public Optional<InetSocketAddress> port(int containerPort) {
    return Optional.empty();
  }

  @Override
  public PodRuntime.Usage usage() {
    return new PodRuntime.Usage(0, 0);
  }
}
