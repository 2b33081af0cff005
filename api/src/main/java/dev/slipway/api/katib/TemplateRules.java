package dev.slipway.api.katib;

import dev.slipway.api.KindRules.Admitting;
import dev.slipway.api.katib.TrialTemplate.TemplateException;
import dev.slipway.base.FieldPath;
import dev.slipway.base.Json;
import dev.slipway.base.Problem;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// Judges `spec.trialTemplate`, and the object that comes of it.
///
/// Source: `validateTrialTemplate` of Katib's validator.
final class TemplateRules {
  private static final FieldPath PATH = FieldPath.of("spec", "trialTemplate");
  private static final FieldPath PARAMETERS = PATH.field("trialParameters");
  private static final String STAND_IN = "test-value";

  private final Admitting admitting;
  private final ObjectNode experiment;
  private final JsonNode template;
  private final List<Problem> problems;

  TemplateRules(Admitting admitting, ObjectNode experiment, List<Problem> problems) {
    this.admitting = admitting;
    this.experiment = experiment;
    this.template = experiment.path("spec").path("trialTemplate");
    this.problems = problems;
  }

  void judge() {
    if (!template.isObject()) {
      required(PATH, "must be specified");
      return;
    }
    Optional<Problem> old = OldTemplate.problem(admitting, experiment);
    if (old.isPresent()) {
      problems.add(old.get());
      return;
    }
    if (Json.text(template, "primaryContainerName").isEmpty()) {
      required(PATH.field("primaryContainerName"), "must be specified");
    }
    if (Json.text(template, "successCondition").isEmpty()
        || Json.text(template, "failureCondition").isEmpty()) {
      required(PATH, "successCondition and failureCondition must be specified");
    }
    if (!template.path("trialParameters").isArray()) {
      required(PARAMETERS, "must be specified");
      return;
    }
    source().ifPresent(this::parameters);
  }

  private void required(FieldPath path, String why) {
    problems.add(Problem.required(path, why));
  }

  /// The template itself, where exactly one is named and can be found.
  private Optional<TrialTemplate> source() {
    boolean inline = template.path("trialSpec").isObject();
    JsonNode map = template.path("configMap");
    if (!inline && !map.isObject()) {
      required(
          PATH.field("TrialSource"),
          "spec.trialTemplate.trialSpec or spec.trialTemplate.configMap must be specified");
      return Optional.empty();
    }
    if (inline && map.isObject()) {
      required(
          PATH,
          "only one of spec.trialTemplate.trialSpec or spec.trialTemplate.configMap can be"
              + " specified");
      return Optional.empty();
    }
    if (inline) {
      return Optional.of(new TrialTemplate.Inline(template.path("trialSpec")));
    }
    String name = Json.text(map, "configMapName");
    String namespace = Json.text(map, "configMapNamespace");
    String key = Json.text(map, "templatePath");
    if (name.isEmpty() || namespace.isEmpty() || key.isEmpty()) {
      required(
          PATH.field("configMap"),
          "configMapName, configMapNamespace and templatePath must be specified");
      return Optional.empty();
    }
    return found(name, namespace, key);
  }

  private Optional<TrialTemplate> found(String name, String namespace, String key) {
    var map = admitting.find("", "configmaps", namespace, name);
    if (map.isEmpty()) {
      unparsed("configMap not found: ConfigMap \"" + namespace + "/" + name + "\" not found");
      return Optional.empty();
    }
    JsonNode text = map.get().path("data").path(key);
    if (!text.isString()) {
      unparsed(
          "unable to find trial template in ConfigMap: TemplatePath: "
              + key
              + ", ConfigMap: "
              + map.get().path("data").propertyNames());
      return Optional.empty();
    }
    return Optional.of(new TrialTemplate.Text(text.stringValue()));
  }

  private void unparsed(String why) {
    problems.add(Problem.invalid(PATH, "", "unable to parse spec.trialTemplate: " + why));
  }

  private void parameters(TrialTemplate found) {
    var searched = new LinkedHashSet<String>();
    experiment
        .path("spec")
        .path("parameters")
        .forEach(each -> searched.add(Json.text(each, "name")));
    var values = new LinkedHashMap<String, String>();
    var references = new HashSet<String>();
    int position = 0;
    for (JsonNode each : template.path("trialParameters")) {
      FieldPath path = PARAMETERS.index(position++);
      String name = Json.text(each, "name");
      String reference = Json.text(each, "reference");
      if (isNamed(path, name, reference) && isNew(path, each, values, references)) {
        values.put(name, STAND_IN);
        references.add(reference);
        exists(path, reference, searched);
        if (!found.placeholders().contains(name)) {
          problems.add(
              Problem.invalid(
                  path.field("name"),
                  name,
                  "parameter name: "
                      + name
                      + " in spec.trialParameters not found in spec.trialTemplate: "
                      + found.text()));
          return;
        }
      }
    }
    unassigned(searched, references);
    undeclared(found, values);
    object(found, values);
  }

  private boolean isNamed(FieldPath path, String name, String reference) {
    if (!name.isEmpty() && !reference.isEmpty() && !name.contains("{") && !name.contains("}")) {
      return true;
    }
    problems.add(
        Problem.invalid(
            path, "", "name and reference must be specified and name must not contain '{' or '}'"));
    return false;
  }

  private boolean isNew(
      FieldPath path, JsonNode parameter, Map<String, String> names, Set<String> references) {
    String name = Json.text(parameter, "name");
    String reference = Json.text(parameter, "reference");
    if (names.containsKey(name)) {
      duplicated(path.field("name"), "parameter name ", name);
      return false;
    }
    if (references.contains(reference)) {
      duplicated(path.field("reference"), "parameter reference ", reference);
      return false;
    }
    return true;
  }

  private void duplicated(FieldPath path, String what, String found) {
    problems.add(
        Problem.invalid(
            path,
            found,
            what
                + found
                + " can't be duplicated in spec.trialTemplate.trialParameters: "
                + template.path("trialParameters")));
  }

  private void exists(FieldPath path, String reference, Set<String> searched) {
    if (!searched.isEmpty() && !searched.contains(reference) && !TrialTemplate.isMeta(reference)) {
      problems.add(
          Problem.invalid(
              path.field("reference"),
              reference,
              "parameter reference "
                  + reference
                  + " does not exist in spec.parameters: "
                  + experiment.path("spec").path("parameters")));
    }
  }

  /// A parameter that no trial would see: no trial can be made then.
  private void unassigned(Set<String> searched, Set<String> references) {
    for (String each : searched) {
      if (!each.isEmpty() && !references.contains(each)) {
        admitting
            .warnings()
            .accept(
                "spec.parameters: "
                    + each
                    + " is referred to by none of spec.trialTemplate.trialParameters; no trial can"
                    + " be made");
      }
    }
  }

  private void undeclared(TrialTemplate found, Map<String, String> values) {
    List<String> left =
        found.placeholders().stream()
            .filter(each -> !values.containsKey(each))
            .map(each -> "${trialParameters." + each + "}")
            .toList();
    if (!left.isEmpty()) {
      problems.add(
          Problem.invalid(
              PATH,
              "",
              "parameters: ["
                  + String.join(" ", left)
                  + "] in spec.trialTemplate not found in spec.trialParameters: "
                  + template.path("trialParameters")));
    }
  }

  private void object(TrialTemplate found, Map<String, String> values) {
    ObjectNode object;
    try {
      object = found.fill(values);
    } catch (TemplateException _) {
      problems.add(
          Problem.invalid(
              PATH,
              "",
              "unable to convert spec.trialTemplate: " + found.text() + " to unstructured"));
      return;
    }
    if (!Json.text(object, "metadata", "name").isEmpty()
        || !Json.text(object, "metadata", "namespace").isEmpty()) {
      problems.add(
          Problem.invalid(
              PATH,
              "",
              "metadata.name and metadata.namespace in spec.trialTemplate must be omitted"));
    }
    if (Json.text(object, "apiVersion").isEmpty() || Json.text(object, "kind").isEmpty()) {
      required(PATH, "APIVersion and Kind in spec.trialTemplate must be specified");
    }
    JobShape.problem(object)
        .ifPresent(
            each -> problems.add(Problem.invalid(PATH, "", "invalid spec.trialTemplate: " + each)));
  }
}
