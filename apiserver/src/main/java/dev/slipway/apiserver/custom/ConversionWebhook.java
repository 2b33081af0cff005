package dev.slipway.apiserver.custom;

import tools.jackson.databind.node.ObjectNode;

/// Sends objects to the webhook of a definition for conversion between versions.
@FunctionalInterface
public interface ConversionWebhook {
  /// Converts one object; everything but `metadata.labels` and `metadata.annotations` of its
  /// metadata must come back as it was.
  ///
  /// @param definition the whole CustomResourceDefinition; `spec.conversion.webhook` says whom to
  ///     ask
  /// @param object may be changed
  /// @return the object in the wanted version
  /// @throws dev.slipway.apiserver.error.ApiException if the webhook cannot be reached, refuses, or
  ///     answers nonsense
  ObjectNode convert(ObjectNode definition, ObjectNode object, String wantedApiVersion);
}
