package dev.slipway.api.kserve;

import dev.slipway.api.KindRules;
import dev.slipway.base.FieldPath;
import dev.slipway.base.Json;
import dev.slipway.base.Problem;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// An InferenceService before it is stored: the dialect lifted, KServe's defaults filled in,
/// KServe's
/// rules judged in its order and with its messages.
///
/// Follows `pkg/apis/serving/v1beta1/inference_service_validation.go`; unlike there, all problems
/// are told at once, and `spec.canary` is allowed in every deployment mode.
public final class InferenceServiceRules implements KindRules {
  private static final String NAME_PATTERN = "[a-z]([-a-z0-9]*[a-z0-9])?";
  private static final Pattern NAME = Pattern.compile(NAME_PATTERN);
  private static final Set<String> AUTOSCALERS = Set.of("hpa", "external", "keda", "none");

  private final Kserve.Mode platformMode;

  /// @param platformMode where neither a service nor KServe's ConfigMap names a mode
  public InferenceServiceRules(Kserve.Mode platformMode) {
    this.platformMode = platformMode;
  }

  @Override
  public String group() {
    return Kserve.GROUP;
  }

  @Override
  public String kind() {
    return "InferenceService";
  }

  @Override
  public void complete(Admitting admitting, ObjectNode object) {
    SeedDialect.lift(admitting, object);
    IsvcDefaults.complete(admitting, object, platformMode);
  }

  @Override
  public List<Problem> judge(Admitting admitting, ObjectNode object) {
    if (!Json.text(object, "metadata", "deletionTimestamp").isEmpty()) {
      return List.of();
    }
    var problems = new ArrayList<Problem>();
    admitting.before().ifPresent(before -> judgeUpdate(before, object, problems));
    judgeMetadata(object, problems);
    FieldPath spec = FieldPath.of("spec");
    if (!object.path("spec").path("predictor").isObject()) {
      problems.add(Problem.required(spec.field("predictor"), "a service needs a predictor"));
      return problems;
    }
    var service = new JudgedService(object, platformMode, problems, admitting.warnings());
    service.component("predictor", "PredictorSpec");
    service.component("transformer", "TransformerSpec");
    service.component("explainer", "ExplainerSpec");
    CanaryRules.judge(object, service, problems);
    return problems;
  }

  private static void judgeMetadata(ObjectNode object, List<Problem> problems) {
    FieldPath metadata = FieldPath.of("metadata");
    String name = Json.text(object, "metadata", "name");
    if (!NAME.matcher(name).matches()) {
      problems.add(
          Problem.invalid(
              metadata.field("name"),
              name,
              "the InferenceService \""
                  + name
                  + "\" is invalid: a InferenceService name must consist of lower case"
                  + " alphanumeric characters or '-', and must start with alphabetical character."
                  + " (e.g. \"my-name\" or \"abc-123\", regex used for validation is '"
                  + NAME_PATTERN
                  + "')"));
    }
    FieldPath annotations = metadata.field("annotations");
    String scaler = Json.text(object, "metadata", "annotations", Kserve.AUTOSCALER_CLASS);
    if (!scaler.isEmpty() && !AUTOSCALERS.contains(scaler)) {
      problems.add(
          Problem.invalid(
              annotations.key(Kserve.AUTOSCALER_CLASS),
              scaler,
              "["
                  + scaler
                  + "] is not a supported autoscaler class type (expected one of: external, hpa,"
                  + " keda, none)"));
    }
    var written = Json.strings(object, "metadata", "annotations");
    problems.addAll(Warmth.judge(written, annotations));
    problems.addAll(RolloutPolicy.judge(written, annotations));
    String mode = Json.text(object, "metadata", "annotations", Kserve.DEPLOYMENT_MODE);
    if (!mode.isEmpty() && Kserve.Mode.parse(mode).isEmpty()) {
      problems.add(
          Problem.notSupported(
              annotations.key(Kserve.DEPLOYMENT_MODE), mode, List.of("Knative", "Standard")));
    }
  }

  private static void judgeUpdate(ObjectNode before, ObjectNode now, List<Problem> problems) {
    Optional<Kserve.Mode> running =
        Kserve.Mode.parse(Json.text(before, "status", "deploymentMode"));
    Optional<Kserve.Mode> asked =
        Kserve.Mode.parse(Json.text(now, "metadata", "annotations", Kserve.DEPLOYMENT_MODE));
    if (running.isPresent() && asked.isPresent() && running.get() != asked.get()) {
      problems.add(
          Problem.invalid(
              FieldPath.of("metadata", "annotations").key(Kserve.DEPLOYMENT_MODE),
              asked.get().word(),
              "update rejected: deploymentMode cannot be changed from '"
                  + running.get().word()
                  + "' to '"
                  + asked.get().word()
                  + "'"));
    }
    JsonNode earlier = before.path("spec").path("predictor");
    JsonNode later = now.path("spec").path("predictor");
    String name = Json.text(later, "name");
    if (!Json.text(earlier, "name").equals(name)
        && StorageRules.location(earlier).equals(StorageRules.location(later))) {
      problems.add(
          Problem.invalid(
              FieldPath.of("spec", "predictor", "name"),
              name,
              "predictor.name change requires a model change (e.g. storageUri)"));
    }
  }
}
