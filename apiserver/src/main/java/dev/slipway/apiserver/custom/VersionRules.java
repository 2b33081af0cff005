package dev.slipway.apiserver.custom;

import dev.slipway.apiserver.builtin.Names;
import dev.slipway.base.FieldPath;
import dev.slipway.base.Json;
import dev.slipway.base.Problem;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/// Judges `spec.versions` of a definition.
///
/// Where all versions say the same of their schema, subresources, columns or selectable fields,
/// problems are reported at the place the original moves such things to: `spec.validation`,
/// `spec.subresources`, `spec.additionalPrinterColumns`, `spec.selectableFields`.
final class VersionRules {
  private static final Set<String> COLUMN_TYPES =
      Set.of("boolean", "date", "integer", "number", "string");
  private static final Set<String> COLUMN_FORMATS =
      Set.of("byte", "date", "date-time", "double", "float", "int32", "int64", "password");
  private static final int MAX_SELECTABLE_FIELDS = 8;
  private static final int MAX_WARNING = 256;

  private final JsonNode versions;
  private final FieldPath here;
  private final List<Problem> problems = new ArrayList<>();

  private VersionRules(JsonNode versions, FieldPath here) {
    this.versions = versions;
    this.here = here;
  }

  /// @param unchanged names of versions whose schema was accepted before
  static List<Problem> problems(JsonNode spec, Set<String> unchanged, FieldPath here) {
    var rules = new VersionRules(spec.path("versions"), here);
    rules.all(unchanged);
    return rules.problems;
  }

  private void all(Set<String> unchanged) {
    FieldPath list = here.field("versions");
    var names = new HashSet<String>();
    boolean unique = true;
    int storage = 0;
    for (int i = 0; i < versions.size(); i++) {
      JsonNode version = versions.get(i);
      String name = Json.text(version, "name");
      unique &= names.add(name);
      storage += version.path("storage").asBoolean(false) ? 1 : 0;
      List<String> wrong = Names.dns1035Label(name);
      if (!wrong.isEmpty()) {
        problems.add(Problem.invalid(list.index(i).field("name"), name, String.join(",", wrong)));
      }
      deprecation(version, list.index(i).field("deprecationWarning"));
      part(i, "schema", "validation", (raw, at) -> schema(version, raw, at, unchanged));
      part(i, "subresources", "subresources", this::subresources);
      part(i, "additionalPrinterColumns", "additionalPrinterColumns", this::columns);
      part(i, "selectableFields", "selectableFields", (raw, at) -> selectable(version, raw, at));
    }
    if (!unique) {
      problems.add(Problem.invalid(list, shown(), "must contain unique version names"));
    }
    if (storage != 1) {
      problems.add(
          Problem.invalid(
              list, shown(), "must have exactly one version marked as storage version"));
    }
  }

  private JsonNode shown() {
    return versions.isMissingNode() ? Json.array() : versions;
  }

  @FunctionalInterface
  private interface Part {
    void judge(JsonNode raw, FieldPath at);
  }

  private void part(int index, String field, String shared, Part rules) {
    JsonNode raw = versions.get(index).path(field);
    boolean same = true;
    for (JsonNode each : versions) {
      same &= each.path(field).equals(raw);
    }
    if (!same) {
      rules.judge(raw, here.field("versions").index(index).field(field));
    } else if (index == 0) {
      boolean missing = raw.isMissingNode() || raw.isNull();
      rules.judge(
          raw, missing ? here.field("versions").index(index).field(field) : here.field(shared));
    }
  }

  private void schema(JsonNode version, JsonNode raw, FieldPath at, Set<String> unchanged) {
    JsonNode schema = raw.path("openAPIV3Schema");
    FieldPath field = at.field("openAPIV3Schema");
    if (!schema.isObject()) {
      problems.add(Problem.required(field, ""));
    } else if (!unchanged.contains(Json.text(version, "name"))) {
      boolean status = version.path("subresources").path("status").isObject();
      problems.addAll(SchemaRules.problems(schema, status, field));
    }
  }

  private void deprecation(JsonNode version, FieldPath at) {
    if (!version.has("deprecationWarning")) {
      return;
    }
    String text = Json.text(version, "deprecationWarning");
    if (!version.path("deprecated").asBoolean(false)) {
      problems.add(Problem.invalid(at, text, "can only be set for deprecated versions"));
    }
    if (text.length() > MAX_WARNING) {
      problems.add(Problem.invalid(at, text, "must be <= 256 characters long"));
    }
    if (text.isEmpty()) {
      problems.add(Problem.invalid(at, text, "must not be an empty string"));
    }
    for (int i = 0; i < text.length(); i++) {
      if (Character.isISOControl(text.charAt(i))) {
        problems.add(
            Problem.invalid(
                at,
                text,
                "must only contain printable UTF-8 characters; non-printable character found at"
                    + " index "
                    + i));
        return;
      }
    }
  }

  private void subresources(JsonNode raw, FieldPath at) {
    JsonNode scale = raw.path("scale");
    if (!scale.isObject()) {
      return;
    }
    replicas(scale, "specReplicasPath", ".spec.", at);
    replicas(scale, "statusReplicasPath", ".status.", at);
    String selector = Json.text(scale, "labelSelectorPath");
    if (!selector.isEmpty() && !selector.startsWith(".spec.") && !selector.startsWith(".status.")) {
      problems.add(
          Problem.invalid(
              at.field("scale", "labelSelectorPath"),
              selector,
              selector.startsWith(".")
                  ? "should be a json path under either .spec or .status"
                  : "must be a simple json path starting with ."));
    }
  }

  private void replicas(JsonNode scale, String name, String root, FieldPath at) {
    String path = Json.text(scale, name);
    FieldPath field = at.field("scale", name);
    if (path.isEmpty()) {
      problems.add(Problem.required(field, ""));
    } else if (!path.startsWith(".")) {
      problems.add(Problem.invalid(field, path, "must be a simple json path starting with ."));
    } else if (!path.startsWith(root)) {
      String parent = root.substring(0, root.length() - 1);
      problems.add(Problem.invalid(field, path, "should be a json path under " + parent));
    }
  }

  private void columns(JsonNode raw, FieldPath at) {
    for (int i = 0; i < raw.size(); i++) {
      column(raw.get(i), at.index(i));
    }
  }

  private void column(JsonNode raw, FieldPath at) {
    if (Json.text(raw, "name").isEmpty()) {
      problems.add(Problem.required(at.field("name"), ""));
    }
    String type = Json.text(raw, "type");
    String choices = "must be one of boolean,date,integer,number,string";
    if (type.isEmpty()) {
      problems.add(Problem.required(at.field("type"), choices));
    } else if (!COLUMN_TYPES.contains(type)) {
      problems.add(Problem.invalid(at.field("type"), type, choices));
    }
    String format = Json.text(raw, "format");
    if (!format.isEmpty() && !COLUMN_FORMATS.contains(format)) {
      problems.add(
          Problem.invalid(
              at.field("format"),
              format,
              "must be one of byte,date,date-time,double,float,int32,int64,password"));
    }
    String path = Json.text(raw, "jsonPath");
    if (path.isEmpty()) {
      problems.add(Problem.required(at.field("JSONPath"), ""));
    } else if (!path.startsWith(".")) {
      problems.add(
          Problem.invalid(
              at.field("JSONPath"), path, "must be a simple json path starting with ."));
    }
  }

  private void selectable(JsonNode version, JsonNode raw, FieldPath at) {
    JsonNode schema = version.path("schema").path("openAPIV3Schema");
    var seen = new HashSet<String>();
    for (int i = 0; i < raw.size(); i++) {
      String path = Json.text(raw.get(i), "jsonPath");
      FieldPath field = at.index(i).field("jsonPath");
      if (path.isEmpty()) {
        problems.add(Problem.required(field, ""));
      } else if (path.indexOf('[') >= 0) {
        problems.add(
            Problem.invalid(field, path, "is an invalid path: array notation is not allowed"));
      } else {
        selectable(schema, path, field);
        if (!seen.add(path)) {
          problems.add(Problem.duplicate(field, path));
        }
      }
    }
    if (seen.size() > MAX_SELECTABLE_FIELDS) {
      problems.add(Problem.tooMany(at, seen.size(), MAX_SELECTABLE_FIELDS));
    }
  }

  private void selectable(JsonNode schema, String path, FieldPath field) {
    var found = SchemaPath.find(schema, path);
    if (found.isEmpty()) {
      problems.add(
          Problem.invalid(field, path, "is an invalid path: does not refer to a valid field"));
      return;
    }
    if (path.startsWith(".metadata")) {
      problems.add(Problem.invalid(field, path, "must not point to fields in metadata"));
    }
    if (!Set.of("string", "boolean", "integer").contains(Json.text(found.get(), "type"))) {
      problems.add(
          Problem.invalid(
              field,
              path,
              "must point to a field of type string, boolean or integer. Enum string fields and"
                  + " strings with formats are allowed."));
    }
  }
}
