package dev.slipway.control;

/// Tells what happened to objects, for people: as Events. Returns at once and never fails.
@FunctionalInterface
public interface Recorder {
  /// Tells no one.
  Recorder NONE = _ -> {};

  void tell(Happened what);

  /// @param component who tells: `kubelet`, `default-scheduler`
  /// @param type `Normal` or `Warning`
  /// @param reason a CamelCase word
  /// @param part of the object, as `spec.containers{web}`; may be empty
  record Happened(
      Resource about, String component, String type, String reason, String message, String part) {}

  default void tell(Resource about, String component, String type, String reason, String message) {
    tell(new Happened(about, component, type, reason, message, ""));
  }
}
