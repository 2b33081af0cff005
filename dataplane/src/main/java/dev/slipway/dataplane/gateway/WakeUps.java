package dev.slipway.dataplane.gateway;

/// Hears that requests are held for an upstream without endpoints.
@FunctionalInterface
public interface WakeUps {
  /// Told when the first is held, and again once a second while any is. Runs on a thread of a
  /// request, so it only passes the word on.
  ///
  /// @param key of the upstream
  void wanted(String key);
}
