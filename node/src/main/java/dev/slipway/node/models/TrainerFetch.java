package dev.slipway.node.models;

import dev.slipway.inference.artifact.ArtifactException;
import dev.slipway.inference.artifact.Artifacts;
import dev.slipway.inference.artifact.CredentialSource;
import dev.slipway.inference.artifact.Patterns;
import dev.slipway.node.ContainerStart;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Kubeflow Trainer's initializers: bring what `STORAGE_URI` names to `/workspace/dataset` or
/// `/workspace/model`, in the volume that the nodes of the TrainJob mount too. The files are copied
/// out of the cache, for training may change them.
///
/// Beside `hf://` and `s3://`, which upstream's take, anything the cache fetches is taken, and
/// paths of the container. Upstream's `cache://`, a cluster of caches, is refused.
///
/// Source: Kubeflow Trainer 2.3, `pkg/initializers`.
final class TrainerFetch implements Fetching.Task {
  private static final String WORKSPACE = "/workspace/";
  private static final String HUB = "hf://";
  private static final List<String> MODEL_FILES =
      List.of("*.json", "*.safetensors", "*.model", "*.txt", "*.gguf");

  /// Its names for what is known here by the names of the libraries.
  private static final Map<String, String> NAMES =
      Map.of(
          "ACCESS_TOKEN", "HF_TOKEN",
          "ENDPOINT", "AWS_ENDPOINT_URL",
          "ACCESS_KEY_ID", "AWS_ACCESS_KEY_ID",
          "SECRET_ACCESS_KEY", "AWS_SECRET_ACCESS_KEY",
          "REGION", "AWS_DEFAULT_REGION");

  private final Artifacts artifacts;
  private final ContainerStart start;
  private final ContainerLog log;
  private final boolean dataset;

  /// @param dataset whether it is the data set's; else the model's
  TrainerFetch(Artifacts artifacts, ContainerStart start, ContainerLog log, boolean dataset) {
    this.artifacts = artifacts;
    this.start = start;
    this.log = log;
    this.dataset = dataset;
  }

  @Override
  public void run() throws ArtifactException, IOException {
    var uri = start.environment().getOrDefault("STORAGE_URI", "").strip();
    if (uri.isEmpty()) {
      throw new IllegalArgumentException("STORAGE_URI environment variable must be set");
    }
    if (uri.startsWith("cache://")) {
      throw new IllegalArgumentException(
          uri + ": a cluster of data caches is not started here (expected hf://, s3://, …)");
    }
    var directory = WORKSPACE + (dataset ? "dataset" : "model");
    log.write("fetching " + uri + " for " + directory);
    try (var artifact =
        artifacts.fetch(
            address(uri),
            CredentialSource.ofEnvironment(named(start.environment())),
            patterns(uri),
            progress -> Fetching.tell(progress, log))) {
      var place = start.volumes().onHost(start.container(), directory);
      if (place.equals(Path.of(directory))) {
        log.write("warning: no volume is mounted at " + directory + ": nobody else sees the files");
        return;
      }
      Fetching.copy(artifact.path(), place);
      log.write("fetched to " + directory);
    }
  }

  private String address(String uri) throws IOException {
    if (uri.startsWith(HUB) && dataset) {
      return HUB + "datasets/" + uri.substring(HUB.length()).replaceFirst("^datasets/", "");
    }
    var path = uri.startsWith("file://") ? uri.substring("file://".length()) : uri;
    return path.startsWith("/") ? start.volumes().onHost(start.container(), path).toString() : uri;
  }

  private static Map<String, String> named(Map<String, String> given) {
    var all = new HashMap<>(given);
    NAMES.forEach(
        (theirs, ours) -> {
          var value = given.getOrDefault(theirs, "");
          if (!value.isEmpty()) {
            all.put(ours, value);
          }
        });
    return all;
  }

  /// Of the hub's models only weights in safe formats are wanted, and what is needed to use them.
  private Patterns patterns(String uri) {
    var ignored =
        Arrays.stream(start.environment().getOrDefault("IGNORE_PATTERNS", "").split(",", -1))
            .map(String::strip)
            .filter(each -> !each.isEmpty())
            .toList();
    return new Patterns(uri.startsWith(HUB) && !dataset ? MODEL_FILES : List.of(), ignored);
  }
}
