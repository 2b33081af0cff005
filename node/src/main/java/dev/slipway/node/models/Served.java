package dev.slipway.node.models;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/// What a container's image, arguments and environment ask to be served.
///
/// @param models to be loaded at the start
/// @param ports on which everything is answered
/// @param controlled whether clients may load and unload models
/// @param workers requests computed at once by a model that is slow; 0 for as many as fit
record Served(List<Source> models, List<Integer> ports, boolean controlled, int workers) {
  Served {
    models = List.copyOf(models);
    ports = List.copyOf(ports);
  }

  /// Where models come from.
  ///
  /// @param name empty for the names that their directories have
  /// @param path in the container, or an address
  /// @param format an engine's word; empty to find out
  /// @param options for the engine
  /// @param shape what may lie there
  record Source(
      String name, String path, Optional<String> format, Map<String, String> options, Shape shape) {
    Source {
      options = Map.copyOf(options);
    }
  }

  enum Shape {
    /// One model.
    MODEL,
    /// One model, or a directory of models where there are only directories.
    MODEL_OR_REPOSITORY,
    /// A directory of models.
    REPOSITORY,
    /// TensorFlow Serving's file of models.
    CONFIG_FILE
  }
}
