package dev.slipway.control;

import dev.slipway.base.Json;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// One object as read from the API: its tree, and its metadata by name. The tree must not be
/// changed;
/// [#copy()] gives one that may.
public final class Resource {
  private final Kind kind;
  private final ObjectNode tree;

  private Resource(Kind kind, ObjectNode tree) {
    this.kind = kind;
    this.tree = tree;
  }

  public static Resource of(Kind kind, ObjectNode tree) {
    return new Resource(kind, tree);
  }

  public Kind kind() {
    return kind;
  }

  public Key key() {
    return kind.key(namespace(), name());
  }

  public String name() {
    return Json.text(tree, "metadata", "name");
  }

  /// Empty for cluster-wide kinds.
  public String namespace() {
    return Json.text(tree, "metadata", "namespace");
  }

  public String uid() {
    return Json.text(tree, "metadata", "uid");
  }

  /// The version of the specification; 0 where the API keeps none.
  public long generation() {
    return Json.at(tree, "metadata", "generation").asLong(0);
  }

  public String resourceVersion() {
    return Json.text(tree, "metadata", "resourceVersion");
  }

  public Map<String, String> labels() {
    return Json.strings(tree, "metadata", "labels");
  }

  /// The label, or `""`.
  public String label(String name) {
    return Json.text(tree, "metadata", "labels", name);
  }

  public Map<String, String> annotations() {
    return Json.strings(tree, "metadata", "annotations");
  }

  /// The annotation, or `""`.
  public String annotation(String name) {
    return Json.text(tree, "metadata", "annotations", name);
  }

  /// When it was created; the epoch where the API has not said.
  public Instant created() {
    return instant(Json.text(tree, "metadata", "creationTimestamp")).orElse(Instant.EPOCH);
  }

  /// Whether deletion has been asked for and something still holds it.
  public boolean deleting() {
    return !Json.text(tree, "metadata", "deletionTimestamp").isEmpty();
  }

  /// A missing node where there is none.
  public JsonNode spec() {
    return tree.path("spec");
  }

  /// A missing node where there is none.
  public JsonNode status() {
    return tree.path("status");
  }

  /// The node at a path of field names; missing where anything on the way is.
  public JsonNode at(String... path) {
    return Json.at(tree, path);
  }

  /// The text at a path of field names, or `""`.
  public String text(String... path) {
    return Json.text(tree, path);
  }

  /// The owner that controls it: its uid, or `""`.
  public String controllerUid() {
    for (var owner : tree.path("metadata").path("ownerReferences")) {
      if (owner.path("controller").asBoolean(false)) {
        return Json.text(owner, "uid");
      }
    }
    return "";
  }

  /// A condition's `status`: `True`, `False` or `Unknown`, which it is also where there is none.
  public String condition(String type) {
    var status = Json.text(conditionNode(type), "status");
    return status.isEmpty() ? "Unknown" : status;
  }

  /// The condition itself; a missing node where there is none.
  public JsonNode conditionNode(String type) {
    for (var each : tree.path("status").path("conditions")) {
      if (Json.text(each, "type").equals(type)) {
        return each;
      }
    }
    return tree.path("\0");
  }

  public boolean isTrue(String condition) {
    return condition(condition).equals("True");
  }

  /// The tree itself: for reading.
  public ObjectNode tree() {
    return tree;
  }

  /// A deep copy of the tree: for changing.
  public ObjectNode copy() {
    return tree.deepCopy();
  }

  private static Optional<Instant> instant(String text) {
    try {
      return text.isEmpty() ? Optional.empty() : Optional.of(Instant.parse(text));
    } catch (DateTimeParseException _) {
      return Optional.empty();
    }
  }

  @Override
  public String toString() {
    return key().toString();
  }

  /// Whether its status says the same already, whatever Java types hold the numbers.
  public boolean hasStatus(ObjectNode wanted) {
    return Trees.same(status(), wanted);
  }
}
