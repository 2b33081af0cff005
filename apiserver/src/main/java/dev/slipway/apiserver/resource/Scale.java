package dev.slipway.apiserver.resource;

/// The `scale` subresource: where its numbers live in the object, as dotted paths that start with a
/// dot.
///
/// @param labelSelectorPath empty where the kind publishes no selector
public record Scale(String specReplicasPath, String statusReplicasPath, String labelSelectorPath) {}
