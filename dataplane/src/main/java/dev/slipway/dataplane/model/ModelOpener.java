package dev.slipway.dataplane.model;

import dev.slipway.inference.artifact.Artifact;
import dev.slipway.inference.artifact.ArtifactException;
import dev.slipway.inference.artifact.Artifacts;
import dev.slipway.inference.artifact.Progress;
import dev.slipway.inference.engine.Engine;
import dev.slipway.inference.engine.ModelLoadException;
import dev.slipway.inference.layout.ModelDescription;
import dev.slipway.inference.layout.ModelLayout;
import dev.slipway.inference.layout.Versions;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Finds out what a source holds: fetches it, looks at its layout, chooses engine and versions.
public final class ModelOpener {
  /// What a model without versions is called.
  static final String ONLY_VERSION = "1";

  /// The option that holds a configuration of Triton's, in JSON, in place of the model's own.
  static final String CONFIG = "config";

  /// The option that names one of the configurations that a model of Triton's has in `configs/`.
  static final String CONFIG_NAME = "model_config_name";

  private final Engines engines;
  private final Artifacts artifacts;

  public ModelOpener(Engines engines, Artifacts artifacts) {
    this.engines = engines;
    this.artifacts = artifacts;
  }

  public Engines engines() {
    return engines;
  }

  /// @param progress told while files are fetched
  /// @param others for ensembles
  OpenedModel open(ModelSettings settings, Progress.Listener progress, ServableLookup others)
      throws ModelLoadException {
    Artifact artifact = fetch(settings, progress);
    try {
      return opened(settings, artifact, others);
    } catch (ModelLoadException | RuntimeException problem) {
      artifact.close();
      throw problem;
    }
  }

  private Artifact fetch(ModelSettings settings, Progress.Listener progress)
      throws ModelLoadException {
    try {
      return artifacts.fetch(settings.source(), settings.credentials(), progress);
    } catch (ArtifactException problem) {
      throw new ModelLoadException(String.valueOf(problem.getMessage()), problem);
    }
  }

  /// The versions that a local directory of versions would have served now; empty for anything
  /// else,
  /// and while that cannot be told.
  List<String> versionsNow(ModelSettings settings) {
    try {
      var path = Path.of(settings.source());
      if (!Files.isDirectory(path)) {
        return List.of();
      }
      var described = described(path, settings);
      return WantedVersions.of(described.versions(), settings.options()).served().stream()
          .map(Versions.Version::name)
          .filter(name -> !name.isEmpty())
          .toList();
    } catch (ModelLoadException | InvalidPathException _) {
      return List.of();
    }
  }

  private static ModelDescription described(Path path, ModelSettings settings)
      throws ModelLoadException {
    return ModelLayout.describe(
        path, settings.format().orElse(""), settings.options().getOrDefault(CONFIG_NAME, ""));
  }

  private OpenedModel opened(ModelSettings settings, Artifact artifact, ServableLookup others)
      throws ModelLoadException {
    var path = artifact.path();
    var config = settings.options().getOrDefault(CONFIG, "");
    ModelDescription described;
    try {
      described =
          config.isEmpty() ? described(path, settings) : ModelLayout.configured(path, config);
    } catch (ModelLoadException problem) {
      if (!config.isEmpty()) {
        throw problem;
      }
      return plain(settings, artifact, problem);
    }
    if (described.format().equals(ModelDescription.ENSEMBLE)) {
      return ensemble(settings, artifact, described, others);
    }
    var engine = engines.named(described.format());
    var versions = new ArrayList<VersionPlan>();
    var wanted = WantedVersions.of(described.versions(), settings.options());
    for (var version : wanted.served()) {
      versions.add(plan(settings, described, engine, version));
    }
    if (versions.isEmpty()) {
      throw new ModelLoadException(
          path + ": its version policy leaves none of " + described.versions().present());
    }
    return new OpenedModel(artifact, versions, labels(wanted));
  }

  /// A file whose name says nothing to the layouts but something to an engine.
  private OpenedModel plain(ModelSettings settings, Artifact artifact, ModelLoadException problem)
      throws ModelLoadException {
    Engine engine;
    try {
      engine =
          settings.format().isPresent()
              ? engines.named(settings.format().get())
              : engines.recognising(artifact.path());
    } catch (ModelLoadException _) {
      throw problem;
    }
    var plan =
        new VersionPlan(
            ONLY_VERSION, engine, artifact.path(), settings, settings.options(), List.of());
    return new OpenedModel(artifact, List.of(plan), Map.of());
  }

  private static VersionPlan plan(
      ModelSettings settings, ModelDescription described, Engine engine, Versions.Version version)
      throws ModelLoadException {
    var name = version.name().isEmpty() ? ONLY_VERSION : version.name();
    return new VersionPlan(
        name,
        new DescribedEngine(engine, described),
        version.artifact(),
        DescribedSettings.of(settings, described.serving()),
        options(settings, described),
        WarmUpCalls.of(described.serving().warmUps()));
  }

  private static OpenedModel ensemble(
      ModelSettings settings, Artifact artifact, ModelDescription described, ServableLookup others)
      throws ModelLoadException {
    var engine = new EnsembleEngine(described, others);
    var latest = described.versions().latest();
    var version = latest.map(Versions.Version::name).filter(name -> !name.isEmpty());
    Path path = latest.map(Versions.Version::artifact).orElse(artifact.path());
    var plan =
        new VersionPlan(
            version.orElse(ONLY_VERSION),
            engine,
            path,
            DescribedSettings.of(settings, described.serving()),
            Map.of(),
            List.of());
    return new OpenedModel(artifact, List.of(plan), Map.of());
  }

  /// What the files say, and over it what the user said.
  private static Map<String, String> options(ModelSettings settings, ModelDescription described) {
    var options = new HashMap<>(described.parameters());
    options.putAll(settings.options());
    options.remove(CONFIG);
    return options;
  }

  private static Map<String, String> labels(Versions versions) {
    var labels = new HashMap<String, String>();
    versions.labels().forEach((label, number) -> labels.put(label, number.toString()));
    return labels;
  }
}
