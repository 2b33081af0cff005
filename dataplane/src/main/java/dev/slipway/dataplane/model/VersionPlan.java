package dev.slipway.dataplane.model;

import dev.slipway.inference.engine.Engine;
import dev.slipway.inference.engine.Invocation;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/// One version of a model that is to be loaded.
///
/// @param version as clients name it: `1`
/// @param settings of the model, with what its directory says filled in
/// @param options for the engine
/// @param warmUp calls made before the first request; empty for one of zeros
record VersionPlan(
    String version,
    Engine engine,
    Path artifact,
    ModelSettings settings,
    Map<String, String> options,
    List<Invocation> warmUp) {
  VersionPlan {
    options = Map.copyOf(options);
    warmUp = List.copyOf(warmUp);
  }
}
