package dev.slipway.dataplane.model;

import java.util.List;
import java.util.Map;

/// What a model's source turned out to hold.
///
/// @param versions to be loaded, at least one
/// @param labels names for versions
record OpenedModel(List<VersionPlan> versions, Map<String, String> labels) {
  OpenedModel {
    versions = List.copyOf(versions);
    labels = Map.copyOf(labels);
  }
}
