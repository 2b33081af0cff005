package dev.slipway.dataplane.model;

/// Finds another model of the same server; for models made of models.
@FunctionalInterface
interface ServableLookup {
  /// @see Models#serving(String, String)
  Servable serving(String name, String version);
}
