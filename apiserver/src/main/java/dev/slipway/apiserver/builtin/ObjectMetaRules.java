package dev.slipway.apiserver.builtin;

import dev.slipway.apiserver.resource.GroupVersionKind;
import dev.slipway.base.FieldPath;
import dev.slipway.base.Problem;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import tools.jackson.databind.node.ObjectNode;

/// What every object's `metadata` must obey.
///
/// Source: `k8s.io/apimachinery/pkg/api/validation/objectmeta.go`.
public final class ObjectMetaRules {
  /// Most bytes all keys and values of an object's annotations may have together.
  public static final int MAX_ANNOTATION_BYTES = 256 * 1024;

  private static final FieldPath METADATA = FieldPath.of("metadata");
  private static final List<String> UNCHANGEABLE =
      List.of(
          "name",
          "namespace",
          "uid",
          "creationTimestamp",
          "deletionTimestamp",
          "deletionGracePeriodSeconds");
  private static final int MAX_MANAGER_BYTES = 128;
  private static final int MAX_SUBRESOURCE_BYTES = 256;

  private ObjectMetaRules() {}

  /// Judges the metadata of a new object, once a `generateName` has become a name.
  public static List<Problem> create(ObjectNode metadata, boolean namespaced, NameRule rule) {
    var problems = new Problems();
    var meta = new Field(metadata, METADATA);
    name(meta, rule, problems);
    namespace(meta, namespaced, problems);
    problems.notNegative(meta.at("generation"));
    labels(meta.at("labels"), problems);
    annotations(meta.at("annotations"), problems);
    ownerReferences(meta.at("ownerReferences"), problems);
    finalizers(meta.at("finalizers"), problems);
    managedFields(meta.at("managedFields"), problems);
    return problems.list();
  }

  /// Judges a change of metadata.
  public static List<Problem> update(ObjectNode metadata, ObjectNode oldMetadata) {
    var problems = new Problems();
    var meta = new Field(metadata, METADATA);
    var old = new Field(oldMetadata, METADATA);
    if (old.at("deletionTimestamp").present()) {
      noNewFinalizers(meta.at("finalizers"), old.at("finalizers"), problems);
    }
    if (meta.text("resourceVersion").isEmpty()) {
      problems.invalidText(meta.at("resourceVersion"), "must be specified for an update");
    }
    if (meta.at("generation").number(0) < old.at("generation").number(0)) {
      problems.invalid(
          meta.at("generation").path(), meta.at("generation").number(0), "must not be decremented");
    }
    UNCHANGEABLE.forEach(each -> immutable(meta.at(each), old.at(each), problems));
    labels(meta.at("labels"), problems);
    annotations(meta.at("annotations"), problems);
    ownerReferences(meta.at("ownerReferences"), problems);
    finalizers(meta.at("finalizers"), problems);
    managedFields(meta.at("managedFields"), problems);
    return problems.list();
  }

  /// Judges `metadata.labels`, or any map of labels.
  public static void labels(Field labels, Problems problems) {
    for (Map.Entry<String, Field> each : labels.entries()) {
      problems.sentences(labels.path(), each.getKey(), Names.qualified(each.getKey()));
      String value = each.getValue().text();
      problems.sentences(labels.path(), value, Names.labelValue(value));
    }
  }

  /// Judges `metadata.annotations`.
  public static void annotations(Field annotations, Problems problems) {
    long bytes = 0;
    for (Map.Entry<String, Field> each : annotations.entries()) {
      problems.sentences(annotations.path(), each.getKey(), Names.annotationKey(each.getKey()));
      bytes += bytes(each.getKey()) + bytes(each.getValue().text());
    }
    if (bytes > MAX_ANNOTATION_BYTES) {
      problems.tooLong(annotations, MAX_ANNOTATION_BYTES);
    }
  }

  private static void name(Field meta, NameRule rule, Problems problems) {
    Field generate = meta.at("generateName");
    if (generate.filled()) {
      problems.sentences(generate, rule.check(generate.text(), true));
    }
    Field name = meta.at("name");
    if (name.text().isEmpty()) {
      problems.required(name, "name or generateName is required");
    } else {
      problems.sentences(name, rule.check(name.text(), false));
    }
  }

  private static void namespace(Field meta, boolean namespaced, Problems problems) {
    Field namespace = meta.at("namespace");
    if (!namespaced) {
      if (namespace.filled()) {
        problems.forbidden(namespace, "not allowed on this type");
      }
    } else if (problems.demand(namespace)) {
      problems.sentences(namespace, Names.dnsLabel(namespace.text()));
    }
  }

  private static void ownerReferences(Field owners, Problems problems) {
    String controller = "";
    for (Field owner : owners.items()) {
      ownerReference(owner, problems);
      if (!owner.at("controller").isTrue()) {
        continue;
      }
      String here = owner.text("kind") + "/" + owner.text("name");
      if (controller.isEmpty()) {
        controller = here;
      } else {
        problems.invalid(
            owners,
            "Only one reference can have Controller set to true. Found \"true\" in references for "
                + controller
                + " and "
                + here);
      }
    }
  }

  private static void ownerReference(Field owner, Problems problems) {
    String apiVersion = owner.text("apiVersion");
    if (problems.demand(owner.at("apiVersion"), "must not be empty") && !isVersion(apiVersion)) {
      problems.invalid(owner.at("apiVersion"), "must be <group>/<version> or <version>");
    }
    problems.demand(owner.at("kind"), "must not be empty");
    problems.demand(owner.at("name"), "must not be empty");
    problems.demand(owner.at("uid"), "must not be empty");
    var kind = GroupVersionKind.of(apiVersion, owner.text("kind"));
    if (kind.equals(new GroupVersionKind("", "v1", "Event"))) {
      problems.invalid(owner, "/v1, Kind=Event is disallowed from being an owner");
    }
  }

  private static boolean isVersion(String apiVersion) {
    String[] parts = apiVersion.split("/", -1);
    return parts.length <= 2 && !parts[parts.length - 1].isEmpty();
  }

  private static void finalizers(Field finalizers, Problems problems) {
    for (String each : finalizers.texts()) {
      problems.sentences(finalizers.path(), each, Names.qualified(each));
    }
    List<String> all = finalizers.texts();
    if (all.contains("orphan") && all.contains("foregroundDeletion")) {
      problems.invalid(finalizers, "finalizer orphan and foregroundDeletion cannot be both set");
    }
  }

  private static void noNewFinalizers(Field finalizers, Field old, Problems problems) {
    var added = new TreeSet<>(finalizers.texts());
    added.removeAll(old.texts());
    if (!added.isEmpty()) {
      var quoted = new ArrayList<String>();
      added.forEach(each -> quoted.add('"' + each + '"'));
      problems.forbidden(
          finalizers,
          "no new finalizers can be added if the object is being deleted, found new finalizers"
              + " []string{"
              + String.join(", ", quoted)
              + "}");
    }
  }

  private static void immutable(Field field, Field old, Problems problems) {
    boolean bothEmptyText = field.text().isEmpty() && old.text().isEmpty();
    if (!field.sameAs(old) && !(bothEmptyText && !field.isNumber() && !old.isNumber())) {
      problems.invalid(field, Problems.IMMUTABLE);
    }
  }

  private static void managedFields(Field entries, Problems problems) {
    for (Field entry : entries.items()) {
      Field operation = entry.at("operation");
      if (!List.of("Apply", "Update").contains(operation.text())) {
        problems.invalidText(operation, "must be `Apply` or `Update`");
      }
      Field fieldsType = entry.at("fieldsType");
      if (fieldsType.filled() && !fieldsType.text().equals("FieldsV1")) {
        problems.invalidText(fieldsType, "must be `FieldsV1`");
      }
      if (bytes(entry.text("manager")) > MAX_MANAGER_BYTES) {
        problems.tooLong(entry.at("manager"), MAX_MANAGER_BYTES);
      }
      if (bytes(entry.text("subresource")) > MAX_SUBRESOURCE_BYTES) {
        problems.tooLong(entry.at("subresource"), MAX_SUBRESOURCE_BYTES);
      }
    }
  }

  private static long bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8).length;
  }
}
