package dev.slipway.dataplane.model;

/// Where a version of a model is in its life.
public enum ModelState {
  /// Being fetched or read.
  LOADING,
  /// Answers requests.
  READY,
  /// Answers requests, and has to be read from disk again for the next one.
  COLD,
  /// Answers what it has, takes nothing new.
  UNLOADING,
  /// Gone on request.
  UNLOADED,
  /// Could not be loaded.
  FAILED;

  public boolean servable() {
    return this == READY || this == COLD;
  }
}
