package dev.slipway.apiserver.custom;

import dev.slipway.apiserver.builtin.Names;
import dev.slipway.apiserver.resource.Strategy;
import dev.slipway.apiserver.schema.Formats;
import dev.slipway.apiserver.schema.SchemaReader;
import dev.slipway.base.FieldPath;
import dev.slipway.base.Json;
import dev.slipway.base.Problem;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// How CustomResourceDefinitions behave: their defaults and their rules.
/// Source:
/// `k8s.io/apiextensions-apiserver/pkg/{apis/apiextensions,registry/customresourcedefinition}`.
public final class CustomResourceDefinitionRules implements Strategy {
  @Override
  public void defaults(ObjectNode object) {
    ObjectNode spec = Json.ensureObject(object, "spec");
    ObjectNode names = Json.ensureObject(spec, "names");
    String kind = Json.text(names, "kind");
    if (Json.text(names, "singular").isEmpty() && !kind.isEmpty()) {
      names.put("singular", kind.toLowerCase(Locale.ROOT));
    }
    if (Json.text(names, "listKind").isEmpty() && !kind.isEmpty()) {
      names.put("listKind", kind + "List");
    }
    if (!spec.path("conversion").isObject()) {
      spec.putObject("conversion").put("strategy", "None");
    }
    if (spec.path("conversion").path("webhook").path("clientConfig").path("service")
            instanceof ObjectNode service
        && !service.has("port")) {
      service.put("port", 443);
    }
  }

  @Override
  public void prepareForCreate(ObjectNode object) {
    object.remove("status");
    storedVersions(object);
  }

  @Override
  public void prepareForUpdate(ObjectNode object, ObjectNode old, String subresource) {
    if (subresource.equals("status")) {
      object.set("spec", old.path("spec").deepCopy());
      return;
    }
    JsonNode before = old.get("status");
    if (before == null) {
      object.remove("status");
    } else {
      object.set("status", before.deepCopy());
    }
    storedVersions(object);
  }

  private static void storedVersions(ObjectNode object) {
    String storage = CustomResources.storageVersion(object.path("spec"));
    ObjectNode status = Json.ensureObject(object, "status");
    ArrayNode stored =
        status.get("storedVersions") instanceof ArrayNode present
            ? present
            : status.putArray("storedVersions");
    for (JsonNode each : stored) {
      if (each.asString("").equals(storage)) {
        return;
      }
    }
    if (!storage.isEmpty()) {
      stored.add(storage);
    }
  }

  @Override
  public List<Problem> validateCreate(ObjectNode object) {
    var problems = new ArrayList<Problem>();
    JsonNode spec = object.path("spec");
    String wanted = Json.text(spec, "names", "plural") + "." + Json.text(spec, "group");
    String name = Json.text(object, "metadata", "name");
    if (!name.equals(wanted)) {
      problems.add(
          Problem.invalid(
              FieldPath.of("metadata", "name"),
              name,
              "must be spec.names.plural+\".\"+spec.group"));
    }
    problems.addAll(common(object, Set.of()));
    if (spec.path("preserveUnknownFields").asBoolean(false)) {
      problems.add(preserving());
    }
    problems.addAll(ApiApproval.problems(object, Json.object()));
    return problems;
  }

  private static Problem preserving() {
    return Problem.invalid(
        FieldPath.of("spec", "preserveUnknownFields"),
        true,
        "cannot set to true, set x-kubernetes-preserve-unknown-fields to true in"
            + " spec.versions[*].schema instead");
  }

  @Override
  public List<Problem> validateUpdate(ObjectNode object, ObjectNode old, String subresource) {
    if (subresource.equals("status")) {
      return List.of();
    }
    var problems = new ArrayList<Problem>();
    JsonNode spec = object.path("spec");
    JsonNode before = old.path("spec");
    problems.addAll(common(object, unchangedSchemas(spec, before)));
    if (CrdConditions.isEstablished(old)) {
      immutable(problems, spec, before, "scope");
      immutable(problems, spec, before, "names", "kind");
    }
    immutable(problems, spec, before, "group");
    immutable(problems, spec, before, "names", "plural");
    if (spec.path("preserveUnknownFields").asBoolean(false)
        && !before.path("preserveUnknownFields").asBoolean(false)) {
      problems.add(preserving());
    }
    problems.addAll(ApiApproval.problems(object, old));
    return problems;
  }

  /// Versions whose schema was accepted before, perhaps under other rules.
  private static Set<String> unchangedSchemas(JsonNode spec, JsonNode before) {
    var unchanged = new HashSet<String>();
    for (JsonNode version : spec.path("versions")) {
      for (JsonNode old : before.path("versions")) {
        if (old.path("name").equals(version.path("name"))
            && old.path("schema").equals(version.path("schema"))) {
          unchanged.add(Json.text(version, "name"));
        }
      }
    }
    return unchanged;
  }

  private static void immutable(
      List<Problem> problems, JsonNode spec, JsonNode before, String... path) {
    String now = Json.text(spec, path);
    if (!now.equals(Json.text(before, path))) {
      problems.add(Problem.invalid(FieldPath.of("spec").field(path), now, "field is immutable"));
    }
  }

  private static List<Problem> common(ObjectNode object, Set<String> unchanged) {
    JsonNode spec = object.path("spec");
    var problems = new ArrayList<Problem>();
    FieldPath here = FieldPath.of("spec");
    group(Json.text(spec, "group"), here.field("group"), problems);
    String scope = Json.text(spec, "scope");
    List<String> scopes = List.of("Cluster", "Namespaced");
    if (scope.isEmpty()) {
      problems.add(Problem.required(here.field("scope"), ""));
    } else if (!scopes.contains(scope)) {
      problems.add(Problem.notSupported(here.field("scope"), scope, scopes));
    }
    problems.addAll(VersionRules.problems(spec, unchanged, here));
    names(spec.path("names"), here.field("names"), problems);
    problems.addAll(ConversionRules.problems(spec.path("conversion"), here.field("conversion")));
    stored(object, problems);
    return problems;
  }

  private static void group(String group, FieldPath here, List<Problem> problems) {
    List<String> wrong = Names.dnsSubdomain(group);
    if (group.isEmpty()) {
      problems.add(Problem.required(here, ""));
    } else if (!wrong.isEmpty()) {
      problems.add(Problem.invalid(here, group, String.join(",", wrong)));
    } else if (group.indexOf('.') < 0) {
      problems.add(Problem.invalid(here, group, "should be a domain with at least one dot"));
    }
  }

  private static void names(JsonNode names, FieldPath here, List<Problem> problems) {
    for (String field : List.of("plural", "singular", "kind", "listKind")) {
      String name = Json.text(names, field);
      boolean mixed = field.endsWith("ind");
      if (name.isEmpty()) {
        problems.add(Problem.required(here.field(field), ""));
        continue;
      }
      List<String> wrong = Names.dns1035Label(mixed ? name.toLowerCase(Locale.ROOT) : name);
      if (!wrong.isEmpty()) {
        String prefix = mixed ? "may have mixed case, but should otherwise match: " : "";
        problems.add(Problem.invalid(here.field(field), name, prefix + String.join(",", wrong)));
      }
    }
    String kind = Json.text(names, "kind");
    if (!kind.isEmpty() && kind.equals(Json.text(names, "listKind"))) {
      problems.add(
          Problem.invalid(here.field("listKind"), kind, "kind and listKind may not be the same"));
    }
    for (String field : List.of("shortNames", "categories")) {
      labels(names.path(field), here.field(field), problems);
    }
  }

  private static void labels(JsonNode list, FieldPath here, List<Problem> problems) {
    for (int i = 0; i < list.size(); i++) {
      String name = list.get(i).asString("");
      List<String> wrong = Names.dns1035Label(name);
      if (!wrong.isEmpty()) {
        problems.add(Problem.invalid(here.index(i), name, String.join(",", wrong)));
      }
    }
  }

  private static void stored(ObjectNode object, List<Problem> problems) {
    JsonNode stored = object.path("status").path("storedVersions");
    var known = new HashSet<String>();
    object.path("spec").path("versions").forEach(each -> known.add(Json.text(each, "name")));
    for (int i = 0; i < stored.size(); i++) {
      String version = stored.get(i).asString("");
      if (!known.contains(version)) {
        problems.add(
            Problem.invalid(
                FieldPath.of("status", "storedVersions").index(i),
                version,
                "missing from spec.versions; "
                    + version
                    + " was previously a storage version, and must remain in spec.versions until a"
                    + " storage migration ensures no data remains persisted in "
                    + version
                    + " and removes "
                    + version
                    + " from status.storedVersions"));
      }
    }
  }

  @Override
  public List<String> warnings(ObjectNode object) {
    var formats = new TreeSet<String>();
    for (JsonNode version : object.path("spec").path("versions")) {
      formats(version.path("schema").path("openAPIV3Schema"), formats);
    }
    return formats.stream().map(format -> "unrecognized format \"" + format + '"').toList();
  }

  private static void formats(JsonNode raw, Set<String> unknown) {
    String format = Json.text(raw, "format");
    var bare = Json.object().put("type", Json.text(raw, "type"));
    if (!format.isEmpty() && !Formats.isKnown(SchemaReader.read(bare).type(), format)) {
      unknown.add(format);
    }
    for (Map.Entry<String, JsonNode> property : raw.path("properties").properties()) {
      formats(property.getValue(), unknown);
    }
    for (String below : List.of("items", "additionalProperties")) {
      if (raw.path(below).isObject()) {
        formats(raw.path(below), unknown);
      }
    }
  }
}
