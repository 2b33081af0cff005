package dev.slipway.apiserver.resource;

/// The `scale` subresource: where its numbers live in the object, as dotted paths that start with a
/// dot.
///
/// @param labelSelectorPath to a selector, written as text or (in built-in kinds) as a
///     `LabelSelector` object; empty where the kind publishes none
public record Scale(String specReplicasPath, String statusReplicasPath, String labelSelectorPath) {}
