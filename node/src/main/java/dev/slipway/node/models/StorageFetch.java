package dev.slipway.node.models;

import dev.slipway.base.Json;
import dev.slipway.inference.artifact.ArtifactException;
import dev.slipway.inference.artifact.Artifacts;
import dev.slipway.inference.artifact.CredentialSource;
import dev.slipway.inference.artifact.Patterns;
import dev.slipway.inference.artifact.Progress;
import dev.slipway.node.ContainerStart;
import dev.slipway.node.PodRuntime;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/// KServe's storage initializer: brings each address of its arguments to the directory beside it,
/// and ends. What is fetched stays in the cache and is used from there; nothing is copied.
///
/// Source: KServe 0.20, `python/storage-initializer`.
final class StorageFetch implements PodRuntime.Running {
  private static final String PLACEHOLDER = "<scheme-placeholder>://";

  private final Artifacts artifacts;
  private final ContainerStart start;
  private final PodRuntime.Listener listener;
  private final ContainerLog log;
  private final AtomicBoolean ended = new AtomicBoolean();
  private volatile Optional<Thread> thread = Optional.empty();

  private StorageFetch(
      Artifacts artifacts, ContainerStart start, PodRuntime.Listener listener, ContainerLog log) {
    this.artifacts = artifacts;
    this.start = start;
    this.listener = listener;
    this.log = log;
  }

  static StorageFetch begin(
      Artifacts artifacts, ContainerStart start, PodRuntime.Listener listener, ContainerLog log) {
    var fetch = new StorageFetch(artifacts, start, listener, log);
    listener.started();
    fetch.thread = Optional.of(Thread.ofVirtual().name("fetch").start(fetch::run));
    return fetch;
  }

  private void run() {
    var args = start.args();
    if (args.size() < 2 || args.size() % 2 != 0) {
      end(1, "expected pairs of an address and a directory, found " + args);
      return;
    }
    try {
      for (int i = 0; i < args.size(); i += 2) {
        bring(args.get(i), args.get(i + 1));
      }
      end(0, "");
    } catch (ArtifactException | IOException | IllegalArgumentException problem) {
      end(1, String.valueOf(problem.getMessage()));
    }
  }

  private void bring(String written, String directory) throws ArtifactException, IOException {
    var environment = start.environment();
    var address = written.startsWith(PLACEHOLDER) ? completed(written) : written;
    log.write("fetching " + address + " for " + directory);
    long began = System.nanoTime();
    var artifact =
        artifacts.fetch(
            address,
            CredentialSource.ofEnvironment(environment),
            Patterns.parse(
                environment.getOrDefault("STORAGE_ALLOW_PATTERNS", ""),
                environment.getOrDefault("STORAGE_IGNORE_PATTERNS", "")),
            this::progress);
    start.volumes().keep(artifact);
    long millis = Duration.ofNanos(System.nanoTime() - began).toMillis();
    log.write(
        (artifact.cached() ? "found in " : "fetched in ") + millis + " ms: " + artifact.path());
    if (!start.volumes().provide(start.container(), directory, artifact.path())) {
      copyOutside(artifact.path(), Path.of(directory));
    }
  }

  /// `storage.path` of a service is completed by the entry of `storage-config`: type and bucket.
  private String completed(String written) {
    var config = json("STORAGE_CONFIG");
    var override = json("STORAGE_OVERRIDE_CONFIG");
    var type = first(Json.text(override, "type"), Json.text(config, "type"));
    var bucket = first(Json.text(override, "bucket"), Json.text(config, "bucket"));
    if (type.isEmpty()) {
      throw new IllegalArgumentException(
          "the storage's type is missing (expected in storage.parameters.type or in the entry of"
              + " storage-config)");
    }
    var path = written.substring(PLACEHOLDER.length()).replaceFirst("^/+", "");
    return type + "://" + (bucket.isEmpty() ? path : bucket + "/" + path);
  }

  private static String first(String one, String other) {
    return one.isEmpty() ? other : one;
  }

  private JsonNode json(String variable) {
    try {
      var text = start.environment().getOrDefault(variable, "");
      return text.isEmpty() ? Json.object() : Json.parse(text.getBytes(StandardCharsets.UTF_8));
    } catch (JacksonException _) {
      throw new IllegalArgumentException(variable + ": expected a JSON object");
    }
  }

  /// A directory that is no volume is one of this machine.
  private static void copyOutside(Path artifact, Path directory) throws IOException {
    if (Files.isDirectory(artifact)) {
      try (var files = Files.walk(artifact)) {
        for (var each : files.filter(Files::isRegularFile).toList()) {
          copy(each, directory.resolve(artifact.relativize(each).toString()));
        }
      }
    } else {
      copy(artifact, directory.resolve(String.valueOf(artifact.getFileName())));
    }
  }

  private static void copy(Path from, Path to) throws IOException {
    var parent = to.getParent();
    if (parent != null) {
      Files.createDirectories(parent);
    }
    Files.copy(from, to, StandardCopyOption.REPLACE_EXISTING);
  }

  private void progress(Progress progress) {
    if (progress.state() == Progress.State.WAITING
        || progress.state() == Progress.State.UNPACKING) {
      log.write(progress.state() + " " + progress.file());
    }
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
