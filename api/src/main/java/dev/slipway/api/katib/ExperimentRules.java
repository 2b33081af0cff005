package dev.slipway.api.katib;

import dev.slipway.api.KindRules;
import dev.slipway.base.FieldPath;
import dev.slipway.base.Json;
import dev.slipway.base.Problem;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// An Experiment before it is stored: older dialects lifted, defaults filled in, then judged as
/// Katib's webhook does, with its messages.
///
/// Source: `pkg/webhook/v1beta1/experiment/validator/validator.go`. Beyond it: numbers that are no
/// numbers are refused here rather than by the algorithm, and the namespace needs no label.
public final class ExperimentRules implements KindRules {
  private static final FieldPath SPEC = FieldPath.of("spec");
  private static final Pattern NAME = Pattern.compile("[a-z]([-a-z0-9]*[a-z0-9])?");
  private static final int LONGEST_NAME = 40;
  private static final List<String> EDITABLE =
      List.of("parallelTrialCount", "maxTrialCount", "maxFailedTrialCount");

  @Override
  public String group() {
    return Katib.GROUP;
  }

  @Override
  public String kind() {
    return "Experiment";
  }

  @Override
  public void complete(Admitting admitting, ObjectNode object) {
    if (object.path("spec") instanceof ObjectNode spec) {
      new OldParameters(admitting.warnings()).lift(spec.path("parameters"));
      OldTemplate.lift(admitting, object);
    }
    ExperimentDefaults.complete(object);
    if (admitting.before().isEmpty() && !object.path("spec").hasNonNull("maxTrialCount")) {
      admitting
          .warnings()
          .accept("spec.maxTrialCount is not set: trials are made until the goal is reached");
    }
  }

  @Override
  public List<Problem> judge(Admitting admitting, ObjectNode object) {
    if (!Json.text(object, "metadata", "deletionTimestamp").isEmpty()) {
      return List.of();
    }
    var problems = new ArrayList<Problem>();
    name(Json.text(object, "metadata", "name"), problems);
    JsonNode spec = object.path("spec");
    counts(spec, problems);
    admitting.before().ifPresent(before -> edited(before, spec, problems));
    if (!objective(spec.path("objective"), problems)) {
      return problems;
    }
    var config =
        KatibConfig.of(admitting.find("", "configmaps", KatibConfig.NAMESPACE, KatibConfig.NAME));
    algorithm(spec.path("algorithm"), config, problems);
    earlyStopping(spec.path("earlyStopping"), config, problems);
    resumePolicy(spec, problems);
    new TemplateRules(admitting, object, problems).judge();
    space(spec, problems);
    new CollectorRules(spec.path("metricsCollectorSpec"), problems).judge();
    return problems;
  }

  private static void name(String name, List<Problem> problems) {
    if (!NAME.matcher(name).matches() || name.length() > LONGEST_NAME) {
      problems.add(
          Problem.invalid(
              FieldPath.of("metadata", "name"),
              name,
              "name must consist of lower case alphanumeric characters or '-', start with an"
                  + " alphabetic character, and end with an alphanumeric character (e.g."
                  + " 'my-name', or 'abc-123', regex used for validation is '^"
                  + NAME.pattern()
                  + ")') and may not be longer than 40 characters"));
    }
  }

  private static void counts(JsonNode spec, List<Problem> problems) {
    OptionalLong failed = count(spec, "maxFailedTrialCount", problems);
    OptionalLong most = count(spec, "maxTrialCount", problems);
    OptionalLong parallel = count(spec, "parallelTrialCount", problems);
    if (failed.isPresent() && failed.getAsLong() < 0) {
      invalid("maxFailedTrialCount", failed.getAsLong(), "should not be less than 0", problems);
    }
    if (most.isPresent() && most.getAsLong() <= 0) {
      invalid("maxTrialCount", most.getAsLong(), "must be greater than 0", problems);
    }
    if (parallel.isPresent() && parallel.getAsLong() <= 0) {
      invalid("parallelTrialCount", parallel.getAsLong(), "must be greater than 0", problems);
    }
    atMost("maxFailedTrialCount", failed, most, problems);
    atMost("parallelTrialCount", parallel, most, problems);
  }

  private static OptionalLong count(JsonNode spec, String field, List<Problem> problems) {
    JsonNode value = spec.path(field);
    if (value.isMissingNode() || value.isNull()) {
      return OptionalLong.empty();
    }
    if (!value.isIntegralNumber()) {
      problems.add(
          Problem.wrongType(
              SPEC.field(field),
              value.isString() ? value.stringValue() : value,
              "must be a whole number"));
      return OptionalLong.empty();
    }
    return OptionalLong.of(value.asLong());
  }

  private static void atMost(
      String field, OptionalLong value, OptionalLong most, List<Problem> problems) {
    if (value.isPresent() && most.isPresent() && value.getAsLong() > most.getAsLong()) {
      invalid(
          field, value.getAsLong(), "should be less than or equal to spec.maxTrialCount", problems);
    }
  }

  private static void invalid(String field, Object found, String why, List<Problem> problems) {
    problems.add(Problem.invalid(SPEC.field(field), found, why));
  }

  /// What may change of an experiment, and when.
  private static void edited(ObjectNode before, JsonNode spec, List<Problem> problems) {
    JsonNode old = before.path("spec");
    if (old.equals(spec)) {
      return;
    }
    if (isCompleted(before) && !isRestartable(before)) {
      invalid(
          "resumePolicy",
          Json.text(spec, "resumePolicy"),
          "Experiment can be restarted if it is in succeeded state by reaching max trials and"
              + " spec.resumePolicy = LongRunning or spec.resumePolicy = FromVolume, when"
              + " experiment is completed",
          problems);
    }
    long trials = before.path("status").path("trials").asLong(0);
    JsonNode most = spec.path("maxTrialCount");
    if (most.isIntegralNumber() && most.asLong() <= trials) {
      invalid("maxTrialCount", most.asLong(), "must be greater than status.trials count", problems);
    }
    if (!withoutEditable(old).equals(withoutEditable(spec))) {
      problems.add(
          Problem.forbidden(
              SPEC,
              "only spec.parallelTrialCount, spec.maxTrialCount and spec.maxFailedTrialCount are"
                  + " editable"));
    }
  }

  private static JsonNode withoutEditable(JsonNode spec) {
    JsonNode copy = spec.deepCopy();
    if (copy instanceof ObjectNode object) {
      object.remove(EDITABLE);
    }
    return copy;
  }

  private static boolean isCompleted(ObjectNode experiment) {
    return condition(experiment, "Succeeded").isPresent()
        || condition(experiment, "Failed").isPresent();
  }

  /// Whether a completed experiment goes on once `maxTrialCount` is raised.
  public static boolean isRestartable(JsonNode experiment) {
    String policy = Json.text(experiment, "spec", "resumePolicy");
    return condition(experiment, "Succeeded")
            .filter(each -> Json.text(each, "reason").equals(Katib.MAX_TRIALS_REACHED))
            .isPresent()
        && (policy.equals(Katib.LONG_RUNNING) || policy.equals(Katib.FROM_VOLUME));
  }

  private static Optional<JsonNode> condition(JsonNode experiment, String type) {
    for (JsonNode each : experiment.path("status").path("conditions")) {
      if (Json.text(each, "type").equals(type) && Json.text(each, "status").equals("True")) {
        return Optional.of(each);
      }
    }
    return Optional.empty();
  }

  /// @return whether the rest can be judged
  private static boolean objective(JsonNode objective, List<Problem> problems) {
    FieldPath path = SPEC.field("objective");
    if (!objective.isObject()) {
      problems.add(Problem.required(path, "must be specified"));
      return false;
    }
    int before = problems.size();
    String type = Json.text(objective, "type");
    if (!type.equals("minimize") && !type.equals("maximize")) {
      problems.add(Problem.invalid(path.field("type"), type, "must be minimize or maximize"));
    }
    String metric = Json.text(objective, "objectiveMetricName");
    if (metric.isEmpty()) {
      problems.add(Problem.required(path.field("objectiveMetricName"), "must be specified"));
    }
    JsonNode more = objective.path("additionalMetricNames");
    for (JsonNode each : more) {
      if (each.asString("").equals(metric)) {
        problems.add(
            Problem.invalid(
                path.field("additionalMetricNames"),
                more,
                "should not contain spec.objective.objectiveMetricName"));
        break;
      }
    }
    JsonNode goal = objective.path("goal");
    if (!goal.isMissingNode() && !goal.isNull() && !goal.isNumber()) {
      problems.add(
          Problem.wrongType(
              path.field("goal"), goal.isString() ? goal.stringValue() : goal, "must be a number"));
    }
    return problems.size() == before;
  }

  private static void algorithm(JsonNode algorithm, KatibConfig config, List<Problem> problems) {
    FieldPath path = SPEC.field("algorithm");
    if (!algorithm.isObject()) {
      problems.add(Problem.required(path, "must be specified"));
      return;
    }
    String name = Json.text(algorithm, "algorithmName");
    if (name.isEmpty()) {
      problems.add(Problem.required(path.field("algorithmName"), "must be specified"));
    } else if (!Katib.ALGORITHMS.contains(name) && config.suggestion(name).isEmpty()) {
      problems.add(
          Problem.invalid(
              path.field("algorithmName"),
              name,
              "unable to get Suggestion config data for algorithm "
                  + name
                  + ": failed to find suggestion config for algorithm: "
                  + name
                  + " in ConfigMap: katib-config (known without it: "
                  + String.join(", ", Katib.ALGORITHMS)
                  + ")"));
    }
  }

  private static void earlyStopping(JsonNode stopping, KatibConfig config, List<Problem> problems) {
    if (!stopping.isObject()) {
      return;
    }
    FieldPath path = SPEC.field("earlyStopping", "algorithmName");
    String name = Json.text(stopping, "algorithmName");
    if (name.isEmpty()) {
      problems.add(Problem.required(path, "must be specified"));
    } else if (!Katib.EARLY_STOPPING.contains(name) && config.earlyStopping(name).isEmpty()) {
      problems.add(
          Problem.invalid(
              path,
              name,
              "unable to get EarlyStopping config data for algorithm "
                  + name
                  + ": failed to find early stopping config for algorithm: "
                  + name
                  + " in ConfigMap: katib-config (known without it: "
                  + String.join(", ", Katib.EARLY_STOPPING)
                  + ")"));
    }
  }

  private static void resumePolicy(JsonNode spec, List<Problem> problems) {
    String policy = Json.text(spec, "resumePolicy");
    if (!List.of("", Katib.DEFAULT_POLICY, Katib.LONG_RUNNING, Katib.FROM_VOLUME)
        .contains(policy)) {
      invalid("resumePolicy", policy, "invalid ResumePolicyType", problems);
    }
  }

  private static void space(JsonNode spec, List<Problem> problems) {
    boolean parameters = !spec.path("parameters").isEmpty();
    boolean network = spec.path("nasConfig").isObject();
    if (!parameters && !network) {
      problems.add(Problem.required(SPEC, "spec.parameters or spec.nasConfig must be specified"));
    } else if (parameters && network) {
      problems.add(
          Problem.invalid(
              SPEC, "", "only one of spec.parameters and spec.nasConfig can be specified"));
    }
    new ParameterRules(problems).judge(spec.path("parameters"));
  }
}
