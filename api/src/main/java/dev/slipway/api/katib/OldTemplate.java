package dev.slipway.api.katib;

import dev.slipway.api.KindRules.Admitting;
import dev.slipway.base.FieldPath;
import dev.slipway.base.Json;
import dev.slipway.base.Problem;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// `trialTemplate.goTemplate` of `v1alpha3`, brought into the form of `v1beta1`: the template is
/// rendered once with placeholders for values, and becomes `trialSpec` and `trialParameters`.
///
/// Source: `pkg/apis/controller/experiments/v1alpha3/experiment_types.go`,
/// `pkg/controller.v1alpha3/experiment/manifest/generator.go`.
final class OldTemplate {
  /// Stands for a value while the template is text: a word that YAML leaves alone.
  private static final String MARK = "slipwayTrialParameter";

  private static final String TRIAL_NAME = "trialName";

  private final Admitting admitting;
  private final ObjectNode experiment;
  private final ObjectNode template;
  private final List<String> names = new ArrayList<>();

  private OldTemplate(Admitting admitting, ObjectNode experiment, ObjectNode template) {
    this.admitting = admitting;
    this.experiment = experiment;
    this.template = template;
    names.add(TRIAL_NAME);
    experiment.path("spec").path("parameters").forEach(each -> names.add(Json.text(each, "name")));
  }

  /// @param experiment changed in place; one whose template cannot be read keeps it, and
  /// [#problem] says why
  static void lift(Admitting admitting, ObjectNode experiment) {
    JsonNode template = Json.at(experiment, "spec", "trialTemplate");
    if (template instanceof ObjectNode object && object.path("goTemplate").isObject()) {
      try {
        new OldTemplate(admitting, experiment, object).run();
      } catch (IllegalArgumentException | JacksonException _) {
        // Told by problem(), with the other problems.
      }
    }
  }

  /// What kept a template from being lifted.
  static Optional<Problem> problem(Admitting admitting, ObjectNode experiment) {
    JsonNode template = Json.at(experiment, "spec", "trialTemplate");
    if (!(template instanceof ObjectNode object) || !object.path("goTemplate").isObject()) {
      return Optional.empty();
    }
    var path = FieldPath.of("spec", "trialTemplate", "goTemplate");
    try {
      new OldTemplate(admitting, experiment, object).rendered();
      return Optional.empty();
    } catch (IllegalArgumentException broken) {
      return Optional.of(Problem.invalid(path, "", String.valueOf(broken.getMessage())));
    } catch (JacksonException broken) {
      return Optional.of(Problem.invalid(path, "", "no YAML: " + broken.getOriginalMessage()));
    }
  }

  private void run() {
    ObjectNode object = rendered();
    template.remove("goTemplate");
    warn(
        "trialTemplate.goTemplate is not in kubeflow.org/v1beta1; it is kept as trialSpec and"
            + " trialParameters");
    if (object.get("metadata") instanceof ObjectNode metadata) {
      metadata.remove(List.of("name", "namespace"));
    }
    restartPolicy(object);
    template.set("trialSpec", object);
    parameters(new TrialTemplate.Inline(object));
    container(object);
  }

  private void warn(String text) {
    admitting.warnings().accept("spec." + text);
  }

  private ObjectNode rendered() {
    String text = GoTemplate.render(source(), data());
    if (TrialTemplate.Yaml.MAPPER.readTree(text) instanceof ObjectNode object) {
      return (ObjectNode) TrialTemplate.replaced(object, this::marked);
    }
    throw new IllegalArgumentException("the template is no object");
  }

  private String source() {
    JsonNode go = template.path("goTemplate");
    String raw = Json.text(go, "rawTemplate");
    if (!raw.isEmpty()) {
      return raw;
    }
    JsonNode map = go.path("templateSpec");
    String name = Json.text(map, "configMapName");
    String namespace = map.path("configMapNamespace").asString(namespace());
    String key = Json.text(map, "templatePath");
    if (name.isEmpty()) {
      throw new IllegalArgumentException("rawTemplate or templateSpec must be specified");
    }
    return admitting
        .find("", "configmaps", namespace, name)
        .map(found -> Json.text(found, "data", key))
        .filter(text -> !text.isEmpty())
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "ConfigMap " + namespace + "/" + name + " has no template " + key));
  }

  private String namespace() {
    return Json.text(experiment, "metadata", "namespace");
  }

  private Map<String, Object> data() {
    var values = new LinkedHashMap<String, Object>();
    var parameters = new ArrayList<Map<String, Object>>();
    for (String each : names.subList(1, names.size())) {
      values.put(each, mark(each));
      parameters.add(Map.of("Name", each, "Value", mark(each)));
    }
    return Map.of(
        "Trial", mark(TRIAL_NAME),
        "Experiment", Json.text(experiment, "metadata", "name"),
        "NameSpace", namespace(),
        "Namespace", namespace(),
        "HyperParameters", List.copyOf(parameters),
        "Values", values);
  }

  private String mark(String name) {
    return MARK + names.lastIndexOf(name) + "x";
  }

  private String marked(String text) {
    String plain = text;
    for (int i = 0; i < names.size() && plain.contains(MARK); i++) {
      plain = plain.replace(MARK + i + "x", "${trialParameters." + names.get(i) + "}");
    }
    return plain;
  }

  /// A pod of a Job must not be restarted always, which is what pods are by default.
  private void restartPolicy(ObjectNode object) {
    if (Json.text(object, "kind").equals("Job")
        && Json.at(object, "spec", "template", "spec") instanceof ObjectNode pod
        && !pod.has("restartPolicy")) {
      pod.put("restartPolicy", "Never");
      warn("trialTemplate: the Job's pods have no restartPolicy; Never is assumed");
    }
  }

  private void parameters(TrialTemplate lifted) {
    ArrayNode parameters = template.putArray("trialParameters");
    for (String each : lifted.placeholders()) {
      parameters
          .addObject()
          .put("name", each)
          .put(
              "reference", each.equals(TRIAL_NAME) && !searched(each) ? "${trialSpec.Name}" : each);
    }
  }

  private boolean searched(String name) {
    return names.lastIndexOf(name) > 0;
  }

  /// The only container of the template, or the one TensorFlow's and PyTorch's jobs train in.
  private void container(ObjectNode object) {
    if (!Json.text(template, "primaryContainerName").isEmpty()) {
      return;
    }
    var found = new TreeSet<String>();
    containers(object, found);
    for (String usual : List.of("tensorflow", "pytorch", "training-container")) {
      if (found.contains(usual)) {
        template.put("primaryContainerName", usual);
        return;
      }
    }
    if (found.size() == 1) {
      template.put("primaryContainerName", found.first());
    }
  }

  private static void containers(JsonNode node, Set<String> found) {
    node.path("containers").forEach(each -> found.add(Json.text(each, "name")));
    node.forEach(each -> containers(each, found));
  }
}
