package dev.slipway.dataplane.model;

import dev.slipway.inference.artifact.Artifact;
import java.util.List;
import java.util.Map;

/// What a model's source turned out to hold.
///
/// @param artifact the files, to be kept while a version may have to be read again
/// @param versions to be loaded, at least one
/// @param labels names for versions
record OpenedModel(Artifact artifact, List<VersionPlan> versions, Map<String, String> labels) {
  OpenedModel {
    versions = List.copyOf(versions);
    labels = Map.copyOf(labels);
  }
}
