package dev.slipway.node.models;

import dev.slipway.base.Json;
import dev.slipway.dataplane.model.ModelSettings;
import dev.slipway.dataplane.model.ModelSettings.Batching;
import dev.slipway.dataplane.model.ModelSettings.Limits;
import dev.slipway.inference.artifact.CredentialSource;
import dev.slipway.inference.artifact.Credentials;
import dev.slipway.inference.engine.ModelLoadException;
import dev.slipway.inference.layout.ModelLayout;
import dev.slipway.inference.layout.ServingConfig;
import dev.slipway.inference.layout.Versions;
import dev.slipway.node.ContainerStart;
import dev.slipway.node.models.Served.Shape;
import dev.slipway.node.models.Served.Source;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/// The models of a container as the model server takes them: with places of this machine, and with
/// what the pod's annotations ask for beside the server (KServe's batcher and logger).
final class ModelPlan {
  private static final String INTERNAL = "internal.serving.kserve.io/";

  /// Frameworks of servers that take several formats: files say which.
  private static final Set<String> OPEN = Set.of("triton", "mlflow", "custom");

  private final ContainerStart start;
  private final Served served;
  private final Credentials credentials;

  ModelPlan(ContainerStart start, Served served) {
    this.start = start;
    this.served = served;
    this.credentials = CredentialSource.ofEnvironment(start.environment());
  }

  /// @throws ModelLoadException if a directory that is to hold models holds none
  List<ModelSettings> settings() throws ModelLoadException, IOException {
    var all = new ArrayList<ModelSettings>();
    for (var source : served.models()) {
      addAll(source, all);
    }
    return all;
  }

  /// The models of a container that a list adds to: none of its own where nothing was brought.
  List<ModelSettings> ownBesideList() throws ModelLoadException, IOException {
    var all = new ArrayList<ModelSettings>();
    for (var source : served.models()) {
      if (isAddress(source.path()) || holdsSomething(source)) {
        addAll(source, all);
      }
    }
    return all;
  }

  private boolean holdsSomething(Source source) throws IOException {
    var place = start.volumes().onHost(start.container(), source.path());
    if (!Files.isDirectory(place)) {
      return Files.exists(place);
    }
    try (var entries = Files.list(place)) {
      return entries.findAny().isPresent();
    }
  }

  /// A model that a list adds, in the format that it is said to have.
  ModelSettings listed(String name, ModelList.Entry entry) {
    var settings = ModelSettings.of(name, entry.uri()).withCredentials(credentials);
    boolean known = !entry.framework().isEmpty() && !OPEN.contains(entry.framework());
    return beside(known ? settings.withFormat(entry.framework()) : settings);
  }

  private void addAll(Source source, List<ModelSettings> all)
      throws ModelLoadException, IOException {
    if (isAddress(source.path())) {
      all.add(settings(source, nonEmpty(source.name()), source.path()));
      return;
    }
    var place = start.volumes().onHost(start.container(), source.path());
    switch (source.shape()) {
      case MODEL -> all.add(settings(source, source.name(), place.toString()));
      case MODEL_OR_REPOSITORY -> {
        if (holdsOnlyDirectories(place)) {
          repository(source, place, all);
        } else {
          all.add(settings(source, nonEmpty(source.name()), place.toString()));
        }
      }
      case REPOSITORY -> repository(source, place, all);
      case CONFIG_FILE -> configured(source, place, all);
    }
  }

  private static boolean isAddress(String path) {
    return path.contains("://") || path.startsWith("models:/") || path.startsWith("runs:/");
  }

  private static String nonEmpty(String name) {
    return name.isEmpty() ? "model" : name;
  }

  private static boolean holdsOnlyDirectories(Path place) throws IOException {
    if (!Files.isDirectory(place)) {
      return false;
    }
    try (var entries = Files.list(place)) {
      var some =
          entries.filter(each -> !String.valueOf(each.getFileName()).startsWith(".")).toList();
      return !some.isEmpty() && some.stream().allMatch(Files::isDirectory);
    }
  }

  /// One model there has the name that was given, several have their own.
  private void repository(Source source, Path place, List<ModelSettings> all)
      throws ModelLoadException {
    var found = ModelLayout.describeAll(place);
    boolean named = found.size() == 1 && !source.name().isEmpty();
    boolean itself = named && !Files.exists(place.resolve(found.getFirst().name()));
    if (itself || (named && source.shape() != Shape.REPOSITORY)) {
      all.add(settings(source, source.name(), place.toString()));
      return;
    }
    for (var each : found) {
      var own = place.resolve(each.name());
      all.add(settings(source, each.name(), (Files.exists(own) ? own : place).toString()));
    }
  }

  private void configured(Source source, Path file, List<ModelSettings> all)
      throws ModelLoadException, IOException {
    for (var each : ServingConfig.read(file)) {
      var place =
          isAddress(each.basePath())
              ? each.basePath()
              : start.volumes().onHost(start.container(), each.basePath()).toString();
      var options = new HashMap<String, String>();
      options.put("version_policy", policy(each.policy()));
      if (!each.labels().isEmpty()) {
        options.put("version_labels", labels(each.labels()));
      }
      all.add(settings(source, each.name(), place).withOptions(options));
    }
  }

  private static String policy(Versions.Policy policy) {
    return switch (policy) {
      case Versions.Policy.All() -> "all";
      case Versions.Policy.Latest(int count) -> "latest:" + count;
      case Versions.Policy.Specific(List<Long> versions) ->
          "specific:" + versions.stream().map(String::valueOf).collect(Collectors.joining(","));
    };
  }

  private static String labels(Map<String, Long> labels) {
    return labels.entrySet().stream()
        .map(each -> each.getKey() + "=" + each.getValue())
        .collect(Collectors.joining(","));
  }

  private ModelSettings settings(Source source, String name, String place) {
    var settings =
        ModelSettings.of(name, place).withOptions(source.options()).withCredentials(credentials);
    if (source.format().isPresent()) {
      settings = settings.withFormat(source.format().get());
    }
    if (served.workers() > 0) {
      var standard = Limits.standard();
      settings =
          settings.withLimits(
              new Limits(
                  standard.concurrency(), standard.queue(), served.workers(), standard.timeout()));
    }
    return beside(settings);
  }

  private ModelSettings beside(ModelSettings given) {
    var settings = given;
    if (annotation("batcher").equals("true")) {
      settings =
          settings.withBatching(
              new Batching(
                  (int) number("batcher-max-batchsize", 32),
                  Duration.ofMillis(number("batcher-max-latency", 5_000)),
                  List.of(),
                  true));
    }
    if (annotation("logger").equals("true")) {
      var logging = new PayloadAnnotations(start.pod()).logging();
      settings = logging.map(settings::withLogger).orElse(settings);
    }
    return settings;
  }

  private String annotation(String name) {
    return Json.text(start.pod().tree(), "metadata", "annotations", INTERNAL + name);
  }

  private long number(String name, long otherwise) {
    var text = annotation(name);
    return text.matches("\\d{1,9}") && Long.parseLong(text) > 0 ? Long.parseLong(text) : otherwise;
  }
}
