package dev.slipway.api;

import dev.slipway.base.Problem;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import tools.jackson.databind.node.ObjectNode;

/// What holds for one kind of manifest before it is stored, beyond its schema: a lenient import of
/// dialects, defaults, and rules. The API server asks in process; on another Kubernetes the same
/// rules
/// answer as admission webhooks.
public interface KindRules {
  /// `serving.kserve.io`.
  String group();

  /// `InferenceService`; all its versions.
  String kind();

  /// Brings an object into the form that is stored: lifts what a dialect wrote elsewhere, fills in
  /// defaults. What the user should know of it is a warning.
  ///
  /// @param object changed in place
  default void complete(Admitting admitting, ObjectNode object) {}

  /// Judges a completed object: all problems at once, with field paths.
  default List<Problem> judge(Admitting admitting, ObjectNode object) {
    return List.of();
  }

  /// The request an object comes with.
  interface Admitting {
    /// The object it replaces; empty when it is being created.
    Optional<ObjectNode> before();

    /// Who asks; for annotations such as `serving.knative.dev/creator`.
    String user();

    /// Another object, as it is now.
    ///
    /// @param namespace empty for cluster-wide kinds
    Optional<ObjectNode> find(String group, String plural, String namespace, String name);

    /// All objects of a resource.
    ///
    /// @param namespace empty for all
    List<ObjectNode> list(String group, String plural, String namespace);

    /// Shown to the user as a `Warning:`.
    Consumer<String> warnings();
  }
}
