package dev.slipway.apiserver.custom;

import dev.slipway.apiserver.cel.CelRules;
import dev.slipway.apiserver.resource.Scale;
import dev.slipway.apiserver.resource.Strategy;
import dev.slipway.apiserver.schema.Defaulting;
import dev.slipway.apiserver.schema.EmbeddedObjects;
import dev.slipway.apiserver.schema.Schema;
import dev.slipway.apiserver.schema.Validation;
import dev.slipway.base.Json;
import dev.slipway.base.Problem;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// How objects of a custom resource behave: their schema says it all.
/// Source: `k8s.io/apiextensions-apiserver/pkg/registry/customresource`.
final class CustomResourceStrategy implements Strategy {
  private static final long MAX_REPLICAS = Integer.MAX_VALUE;

  private final String apiVersion;
  private final String kind;
  private final Schema schema;
  private final Validation validation;
  private final CelRules rules;
  private final boolean hasStatus;
  private final Optional<Scale> scale;

  CustomResourceStrategy(
      String apiVersion, String kind, Schema schema, boolean hasStatus, Optional<Scale> scale) {
    this.apiVersion = apiVersion;
    this.kind = kind;
    this.schema = schema;
    this.validation = Validation.of(withoutMetadata(schema));
    this.rules = CelRules.of(schema);
    this.hasStatus = hasStatus;
    this.scale = scale;
  }

  /// Metadata is judged by the rules common to all kinds, but for what the definition adds.
  private static Schema withoutMetadata(Schema schema) {
    Schema metadata = schema.properties().get("metadata");
    if (metadata == null || metadata.typeName().isEmpty()) {
      return schema;
    }
    Schema.Builder bare =
        Schema.of(schema.type()).required(schema.required()).bounds(schema.bounds());
    schema
        .properties()
        .forEach(
            (name, shape) ->
                bare.property(
                    name, name.equals("metadata") ? Schema.of(Schema.Type.OBJECT).build() : shape));
    return bare.build();
  }

  @Override
  public void defaults(ObjectNode object) {
    JsonNode metadata = object.get("metadata");
    Defaulting.apply(object, schema);
    if (metadata != null && !object.has("metadata")) {
      object.set("metadata", metadata);
    }
  }

  @Override
  public void prepareForCreate(ObjectNode object) {
    if (hasStatus) {
      object.remove("status");
    }
  }

  @Override
  public void prepareForUpdate(ObjectNode object, ObjectNode old, String subresource) {
    if (subresource.equals("status")) {
      keepAllButStatus(object, old);
    } else if (hasStatus) {
      keep(object, old, "status");
    }
  }

  private static void keepAllButStatus(ObjectNode object, ObjectNode old) {
    JsonNode status = object.get("status");
    JsonNode metadata = object.get("metadata");
    object.removeAll();
    object.setAll(old.deepCopy());
    object.remove("status");
    if (metadata instanceof ObjectNode asked) {
      keepBookkeeping(object, asked);
    }
    if (status != null) {
      object.set("status", status);
    }
  }

  /// What the verbs wrote into the metadata on the way here.
  private static void keepBookkeeping(ObjectNode object, ObjectNode asked) {
    ObjectNode metadata = Json.ensureObject(object, "metadata");
    for (String field : List.of("managedFields", "resourceVersion")) {
      if (asked.has(field)) {
        metadata.set(field, asked.get(field));
      }
    }
  }

  private static void keep(ObjectNode object, ObjectNode old, String field) {
    JsonNode before = old.get(field);
    if (before == null) {
      object.remove(field);
    } else {
      object.set(field, before.deepCopy());
    }
  }

  @Override
  public List<Problem> validateCreate(ObjectNode object) {
    List<Problem> problems = common(object);
    if (!problems.isEmpty()) {
      return problems;
    }
    problems.addAll(validation.validate(object));
    problems.addAll(replicas(object, true));
    problems.addAll(EmbeddedObjects.problems(object, schema));
    if (!rules.isEmpty()) {
      problems.addAll(
          Validation.blocksRules(problems)
              ? List.of(Validation.rulesUnchecked())
              : rules.validate(object));
    }
    return problems;
  }

  @Override
  public List<Problem> validateUpdate(ObjectNode object, ObjectNode old, String subresource) {
    List<Problem> problems = common(object);
    if (!problems.isEmpty()) {
      return problems;
    }
    boolean statusOnly = subresource.equals("status");
    problems.addAll(validation.validateUpdate(object, old));
    problems.addAll(replicas(object, !statusOnly));
    if (!statusOnly) {
      problems.addAll(EmbeddedObjects.problems(object, schema));
    }
    if (!rules.isEmpty()) {
      problems.addAll(
          Validation.blocksRules(problems)
              ? List.of(Validation.rulesUnchecked())
              : rules.validateUpdate(object, old));
    }
    return problems;
  }

  private List<Problem> common(ObjectNode object) {
    var problems = new ArrayList<Problem>();
    mustBe(problems, "kind", Json.text(object, "kind"), kind);
    mustBe(problems, "apiVersion", Json.text(object, "apiVersion"), apiVersion);
    return problems;
  }

  private static void mustBe(List<Problem> problems, String field, String found, String wanted) {
    if (!found.equals(wanted)) {
      problems.add(
          new Problem(Problem.Type.INVALID, field, '"' + found + '"', "must be " + wanted));
    }
  }

  private List<Problem> replicas(ObjectNode object, boolean spec) {
    var problems = new ArrayList<Problem>();
    if (scale.isPresent()) {
      if (spec) {
        count(object, scale.get().specReplicasPath(), problems);
      }
      count(object, scale.get().statusReplicasPath(), problems);
    }
    return problems;
  }

  private static void count(ObjectNode object, String path, List<Problem> problems) {
    JsonNode found = Json.at(object, path.replaceFirst("^\\.", "").split("\\."));
    if (found.isMissingNode()) {
      return;
    }
    if (!found.isIntegralNumber()) {
      problems.add(
          new Problem(
              Problem.Type.INVALID,
              path,
              "0",
              path
                  + " accessor error: "
                  + found
                  + " is of the type other than int64, expected int64"));
    } else if (found.asLong(0) < 0) {
      problems.add(
          new Problem(
              Problem.Type.INVALID, path, found.toString(), "should be a non-negative integer"));
    } else if (found.asLong(0) > MAX_REPLICAS) {
      problems.add(
          new Problem(
              Problem.Type.INVALID,
              path,
              found.toString(),
              "should be less than or equal to " + MAX_REPLICAS));
    }
  }

  @Override
  public List<String> warnings(ObjectNode object) {
    var warnings = new ArrayList<String>();
    for (JsonNode each : object.path("metadata").path("finalizers")) {
      String name = each.asString("");
      if (name.indexOf('/') < 0 && !STANDARD_FINALIZERS.contains(name)) {
        String form = name.contains(".") ? "name including a path (/)" : "name";
        warnings.add(
            "metadata.finalizers: \""
                + name
                + "\": prefer a domain-qualified finalizer "
                + form
                + " to avoid accidental conflicts with other finalizer writers");
      }
    }
    return warnings;
  }

  private static final List<String> STANDARD_FINALIZERS =
      List.of("orphan", "foregroundDeletion", "kubernetes");
}
