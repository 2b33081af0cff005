package dev.slipway.dataplane.model;

import dev.slipway.inference.engine.Engine;
import dev.slipway.inference.engine.ModelLoadException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/// Finds out what a source holds: fetches it, looks at its layout, chooses engine and versions.
public final class ModelOpener {
  private final Engines engines;

  public ModelOpener(Engines engines) {
    this.engines = engines;
  }

  public Engines engines() {
    return engines;
  }

  OpenedModel open(ModelSettings settings) throws ModelLoadException {
    var artifact = Path.of(settings.source()).toAbsolutePath();
    if (!Files.exists(artifact)) {
      throw new ModelLoadException(artifact + " does not exist");
    }
    Engine engine =
        settings.format().isPresent()
            ? engines.named(settings.format().get())
            : engines.recognising(artifact);
    var plan = new VersionPlan("1", engine, artifact, settings, settings.options(), List.of());
    return new OpenedModel(List.of(plan), Map.of());
  }
}
