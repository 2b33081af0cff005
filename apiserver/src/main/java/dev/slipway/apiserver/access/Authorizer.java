package dev.slipway.apiserver.access;

/// Says whether a request may proceed.
@FunctionalInterface
public interface Authorizer {
  /// @param reason why, for the reviews; may be empty
  record Decision(boolean allowed, String reason) {}

  Decision authorize(Attributes attributes);
}
