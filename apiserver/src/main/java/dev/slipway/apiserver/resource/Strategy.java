package dev.slipway.apiserver.resource;

import dev.slipway.base.Problem;
import java.util.List;
import tools.jackson.databind.node.ObjectNode;

/// What is particular about a kind: its defaults and its rules. Pure: no clock, no lookups, no I/O.
///
/// The verbs call it in this order: `defaults`, `prepareForCreate` or `prepareForUpdate`,
/// admission, `validateCreate` or
/// `validateUpdate`. Metadata common to all kinds is the verbs' own business, as is
/// `metadata.generation`, which they raise
/// whenever anything but `metadata` and `status` changed.
public interface Strategy {
  /// Fills absent fields; must be idempotent. Runs on every object that comes in and on the result
  /// of every patch.
  default void defaults(ObjectNode object) {}

  /// Removes what a client may not set on creation, `status` above all.
  default void prepareForCreate(ObjectNode object) {
    object.remove("status");
  }

  /// Takes from `old` what the request may not change.
  ///
  /// @param subresource empty for the object itself, else `status`, `scale`, `ephemeralcontainers`,
  ///     `resize`, …
  default void prepareForUpdate(ObjectNode object, ObjectNode old, String subresource) {}

  /// Judges a new object; all problems at once.
  default List<Problem> validateCreate(ObjectNode object) {
    return List.of();
  }

  /// Judges a change; all problems at once.
  default List<Problem> validateUpdate(ObjectNode object, ObjectNode old, String subresource) {
    return validateCreate(object);
  }

  /// Sentences for `Warning:` headers about an admitted oddity.
  default List<String> warnings(ObjectNode object) {
    return List.of();
  }
}
