package dev.slipway.controllers.katib;

import dev.slipway.api.katib.Katib;
import dev.slipway.api.katib.TrialTemplate;
import dev.slipway.base.Json;
import dev.slipway.control.Kinds;
import dev.slipway.control.Observed;
import dev.slipway.control.Resource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// The Trial of a set of parameters. Pure.
///
/// Source: `getTrialInstance` in `experiment_controller_util.go`, `manifest/generator.go`.
final class TrialDesired {
  private static final List<String> COPIED =
      List.of("primaryPodLabels", "primaryContainerName", "successCondition", "failureCondition");

  private final Resource experiment;
  private final JsonNode template;
  private final Observed observed;

  TrialDesired(Resource experiment, Observed observed) {
    this.experiment = experiment;
    this.template = experiment.spec().path("trialTemplate");
    this.observed = observed;
  }

  /// @param assignment an element of `Suggestion.status.suggestions`
  /// @throws TrialTemplate.TemplateException where the template gives no object
  ObjectNode trial(JsonNode assignment) {
    String name = Json.text(assignment, "name");
    ObjectNode trial = Json.object();
    ObjectNode metadata = trial.putObject("metadata").put("name", name);
    metadata.put("namespace", experiment.namespace());
    ObjectNode labels = metadata.putObject("labels");
    labels(experiment.name(), experiment.labels(), Json.strings(assignment, "labels"))
        .forEach(labels::put);
    metadata.putArray("finalizers").add(Katib.METRICS_FINALIZER);
    ObjectNode spec = trial.putObject("spec");
    spec.set("objective", experiment.spec().path("objective").deepCopy());
    spec.set("parameterAssignments", assignment.path("parameterAssignments").deepCopy());
    if (!assignment.path("earlyStoppingRules").isEmpty()) {
      spec.set("earlyStoppingRules", assignment.path("earlyStoppingRules").deepCopy());
    }
    run(name, assignment, spec);
    if (template.path("retain").asBoolean(false)) {
      spec.put("retainRun", true);
    }
    if (experiment.spec().path("metricsCollectorSpec").isObject()) {
      spec.set("metricsCollector", experiment.spec().path("metricsCollectorSpec").deepCopy());
    }
    ObjectNode own =
        Json.strings(assignment, "labels").isEmpty() ? Json.object() : spec.putObject("labels");
    Json.strings(assignment, "labels").forEach(own::put);
    return trial;
  }

  static Map<String, String> labels(
      String experiment, Map<String, String> inherited, Map<String, String> own) {
    var labels = new LinkedHashMap<>(inherited);
    labels.put(Katib.EXPERIMENT_LABEL, experiment);
    labels.putAll(own);
    return labels;
  }

  private void run(String name, JsonNode assignment, ObjectNode spec) {
    var assigned = new LinkedHashMap<String, String>();
    for (JsonNode each : assignment.path("parameterAssignments")) {
      assigned.put(Json.text(each, "name"), Json.text(each, "value"));
    }
    TrialTemplate source = source();
    JsonNode parameters = template.path("trialParameters");
    spec.set("runSpec", source.of(name, experiment.namespace(), parameters, assigned));
    Map<String, String> values = source.values(name, experiment.namespace(), parameters, assigned);
    for (String each : COPIED) {
      JsonNode value = template.path(each);
      if (!value.isMissingNode() && !value.isNull()) {
        spec.set(each, TrialTemplate.replaced(value, text -> TrialTemplate.replace(text, values)));
      }
    }
  }

  private TrialTemplate source() {
    if (template.path("trialSpec").isObject()) {
      return new TrialTemplate.Inline(template.path("trialSpec"));
    }
    String namespace = Json.text(template, "configMap", "configMapNamespace");
    String name = Json.text(template, "configMap", "configMapName");
    String key = Json.text(template, "configMap", "templatePath");
    JsonNode text =
        observed
            .find(Kinds.CONFIG_MAP.key(namespace, name))
            .orElseThrow(
                () ->
                    new TrialTemplate.TemplateException(
                        "configMap not found: ConfigMap \""
                            + namespace
                            + "/"
                            + name
                            + "\" not found"))
            .at("data", key);
    if (!text.isString()) {
      throw new TrialTemplate.TemplateException(
          "unable to find trial template in ConfigMap: TemplatePath: "
              + key
              + ", ConfigMap: "
              + name);
    }
    return new TrialTemplate.Text(text.stringValue());
  }
}
