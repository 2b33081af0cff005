package dev.slipway.registry.access;

/// What is asked about.
///
/// @param kind [Permissions#EXPERIMENT] or [Permissions#MODEL]
/// @param id of an experiment; the name of a registered model
record Resource(String kind, String id) {}
