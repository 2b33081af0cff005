package dev.slipway.node.models;

import dev.slipway.base.Json;
import dev.slipway.inference.artifact.ArtifactException;
import dev.slipway.inference.artifact.Artifacts;
import dev.slipway.inference.artifact.CredentialSource;
import dev.slipway.inference.artifact.Patterns;
import dev.slipway.node.ContainerStart;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/// KServe's storage initializer: brings each address of its arguments to the directory beside it,
/// and ends. What is fetched stays in the cache and is used from there; nothing is copied.
///
/// Source: KServe 0.20, `python/storage-initializer`.
final class StorageFetch implements Fetching.Task {
  private static final String PLACEHOLDER = "<scheme-placeholder>://";

  private final Artifacts artifacts;
  private final ContainerStart start;
  private final ContainerLog log;

  StorageFetch(Artifacts artifacts, ContainerStart start, ContainerLog log) {
    this.artifacts = artifacts;
    this.start = start;
    this.log = log;
  }

  @Override
  public void run() throws ArtifactException, IOException {
    var args = start.args();
    if (args.size() < 2 || args.size() % 2 != 0) {
      throw new IllegalArgumentException(
          "expected pairs of an address and a directory, found " + args);
    }
    for (int i = 0; i < args.size(); i += 2) {
      bring(args.get(i), args.get(i + 1));
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
            progress -> Fetching.tell(progress, log));
    start.volumes().keep(artifact);
    long millis = Duration.ofNanos(System.nanoTime() - began).toMillis();
    log.write(
        (artifact.cached() ? "found in " : "fetched in ") + millis + " ms: " + artifact.path());
    if (!start.volumes().provide(start.container(), directory, artifact.path())) {
      Fetching.copy(artifact.path(), Path.of(directory)); // one of this machine
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
}
