package dev.slipway.api.katib;

import dev.slipway.base.Json;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.databind.node.StringNode;
import tools.jackson.dataformat.yaml.YAMLMapper;

/// The object a trial runs, with `${trialParameters.NAME}` where values come in. Pure.
///
/// A template of a manifest is a tree, and values go into its texts, so that no value can break it;
/// one of a ConfigMap is text until the values are in, so that a number stays a number.
///
/// Source: `pkg/controller.v1beta1/experiment/manifest/generator.go`.
public sealed interface TrialTemplate {
  /// Any placeholder.
  Pattern PLACEHOLDER = Pattern.compile("\\$\\{trialParameters\\.(.+?)}");

  /// A reference to the trial itself: `${trialSpec.Name}`, `${trialSpec.Labels[app]}`.
  Pattern META = Pattern.compile("\\$\\{trialSpec\\.(.+?)}");

  /// An entry of a map in such a reference.
  Pattern META_ENTRY = Pattern.compile("(.+)\\[(.+)]");

  Set<String> META_KEYS = Set.of("Name", "Namespace", "Kind", "APIVersion");
  Set<String> META_MAPS = Set.of("Annotations", "Labels");

  /// Written in the manifest.
  record Inline(JsonNode tree) implements TrialTemplate {
    @Override
    public String text() {
      return tree.toString();
    }

    @Override
    public ObjectNode fill(Map<String, String> values) {
      JsonNode filled = replaced(tree, text -> replace(text, values));
      if (filled instanceof ObjectNode object) {
        return object;
      }
      throw new TemplateException("the template is no object");
    }
  }

  /// Kept in a ConfigMap.
  record Text(String text) implements TrialTemplate {
    @Override
    public ObjectNode fill(Map<String, String> values) {
      try {
        if (Yaml.MAPPER.readTree(replace(text, values)) instanceof ObjectNode object) {
          return object;
        }
      } catch (JacksonException broken) {
        throw new TemplateException("the template is no YAML: " + broken.getOriginalMessage());
      }
      throw new TemplateException("the template is no object");
    }
  }

  /// Made when first needed.
  final class Yaml {
    static final YAMLMapper MAPPER = new YAMLMapper();

    private Yaml() {}
  }

  /// As it is shown in messages.
  String text();

  /// With values in place of placeholders; those of other names stay.
  ///
  /// @throws TemplateException where no object comes of it
  ObjectNode fill(Map<String, String> values);

  /// The names of all placeholders, as they first appear.
  default Set<String> placeholders() {
    var names = new LinkedHashSet<String>();
    Matcher found = PLACEHOLDER.matcher(text());
    while (found.find()) {
      names.add(found.group(1));
    }
    return names;
  }

  /// The object of one trial: values in, named after the trial.
  ///
  /// @param parameters `spec.trialTemplate.trialParameters`
  /// @param assigned by parameter of the search
  /// @throws TemplateException where a value is missing, or one has no place
  default ObjectNode of(
      String name, String namespace, JsonNode parameters, Map<String, String> assigned) {
    ObjectNode filled = fill(values(name, namespace, parameters, assigned));
    Json.ensureObject(filled, "metadata").put("name", name).put("namespace", namespace);
    return filled;
  }

  /// The value of each trial parameter.
  ///
  /// @throws TemplateException as [#of]
  default Map<String, String> values(
      String name, String namespace, JsonNode parameters, Map<String, String> assigned) {
    var values = new LinkedHashMap<String, String>();
    int used = 0;
    for (JsonNode each : parameters) {
      String reference = Json.text(each, "reference");
      Matcher meta = META.matcher(reference);
      if (meta.find()) {
        values.put(Json.text(each, "name"), meta(meta.group(1), name, namespace, reference));
        continue;
      }
      String value = assigned.get(reference);
      if (value == null) {
        throw new TemplateException(
            "unable to find non-meta parameter from TrialParameters in ParameterAssignment:"
                + " parameter: "
                + reference
                + ", parameter assignment: "
                + assigned);
      }
      values.put(Json.text(each, "name"), value);
      used++;
    }
    if (used != assigned.size()) {
      throw new TemplateException(
          "unable to find parameter from ParameterAssignment in TrialParameters: parameter"
              + " assignments: "
              + assigned
              + ", non-meta trial parameter count: "
              + used);
    }
    return values;
  }

  private String meta(String key, String name, String namespace, String reference) {
    Matcher entry = META_ENTRY.matcher(key);
    if (entry.matches()) {
      String map =
          switch (entry.group(1)) {
            case "Annotations" -> "annotations";
            case "Labels" -> "labels";
            default ->
                throw new TemplateException("illegal reference of trial metadata: " + reference);
          };
      JsonNode value = fill(Map.of()).path("metadata").path(map).path(entry.group(2));
      if (!value.isString()) {
        throw new TemplateException(
            "illegal reference of trial metadata: "
                + reference
                + "; failed to fetch "
                + (map.equals("labels") ? "Label" : "Annotation")
                + ": "
                + entry.group(2));
      }
      return value.stringValue();
    }
    return switch (key) {
      case "Name" -> name;
      case "Namespace" -> namespace;
      case "Kind" -> Json.text(fill(Map.of()), "kind");
      case "APIVersion" -> Json.text(fill(Map.of()), "apiVersion");
      default -> throw new TemplateException("illegal reference of trial metadata: " + reference);
    };
  }

  /// Whether a reference names the trial itself rather than a parameter of the search.
  static boolean isMeta(String reference) {
    Matcher meta = META.matcher(reference);
    if (!meta.find()) {
      return false;
    }
    Matcher entry = META_ENTRY.matcher(meta.group(1));
    return META_KEYS.contains(meta.group(1))
        || (entry.matches() && META_MAPS.contains(entry.group(1)));
  }

  /// A text with values in place of placeholders.
  static String replace(String text, Map<String, String> values) {
    return PLACEHOLDER
        .matcher(text)
        .replaceAll(
            found -> Matcher.quoteReplacement(values.getOrDefault(found.group(1), found.group())));
  }

  /// A copy with every text changed, names of fields among them.
  static JsonNode replaced(JsonNode node, UnaryOperator<String> change) {
    return switch (node) {
      case ObjectNode object -> {
        ObjectNode copy = Json.object();
        object
            .properties()
            .forEach(
                each -> copy.set(change.apply(each.getKey()), replaced(each.getValue(), change)));
        yield copy;
      }
      case ArrayNode array -> {
        ArrayNode copy = Json.array();
        array.forEach(each -> copy.add(replaced(each, change)));
        yield copy;
      }
      case StringNode text -> StringNode.valueOf(change.apply(text.stringValue()));
      default -> node.deepCopy();
    };
  }

  /// A template of which no object can be made; the message says why.
  final class TemplateException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public TemplateException(String message) {
      super(message);
    }
  }
}
