package dev.slipway.dataplane.model;

import dev.slipway.inference.artifact.Artifact;
import dev.slipway.inference.artifact.ArtifactException;
import dev.slipway.inference.artifact.Artifacts;
import dev.slipway.inference.artifact.Progress;
import dev.slipway.inference.engine.Engine;
import dev.slipway.inference.engine.ModelLoadException;
import java.util.List;
import java.util.Map;

/// Finds out what a source holds: fetches it, looks at its layout, chooses engine and versions.
public final class ModelOpener {
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
  OpenedModel open(ModelSettings settings, Progress.Listener progress) throws ModelLoadException {
    Artifact artifact = fetch(settings, progress);
    try {
      return opened(settings, artifact);
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

  private OpenedModel opened(ModelSettings settings, Artifact artifact) throws ModelLoadException {
    var path = artifact.path();
    Engine engine =
        settings.format().isPresent()
            ? engines.named(settings.format().get())
            : engines.recognising(path);
    var plan = new VersionPlan("1", engine, path, settings, settings.options(), List.of());
    return new OpenedModel(artifact, List.of(plan), Map.of());
  }
}
