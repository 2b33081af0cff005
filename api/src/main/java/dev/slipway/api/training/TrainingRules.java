package dev.slipway.api.training;

import dev.slipway.api.KindRules;
import dev.slipway.base.FieldPath;
import dev.slipway.base.Json;
import dev.slipway.base.Problem;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// A training job before it is stored: defaults filled in, then judged as the operator's webhooks
/// do, with their messages.
///
/// Source: `pkg/webhooks/*`, `mpi_validation.go`. Beyond them: words and numbers that no job could
/// run with are refused here, and `managedBy` is immutable for every kind.
public final class TrainingRules implements KindRules {
  private static final Pattern NAME = Pattern.compile("[a-z]([-a-z0-9]*[a-z0-9])?");
  private static final int LONGEST_NAME = 63;
  private static final List<String> MANAGERS =
      List.of("kubeflow.org/training-operator", "kueue.x-k8s.io/multikueue");

  private final TrainingKind kind;

  public TrainingRules(TrainingKind kind) {
    this.kind = kind;
  }

  /// Those of all kinds.
  public static List<KindRules> all() {
    return Arrays.stream(TrainingKind.values()).<KindRules>map(TrainingRules::new).toList();
  }

  @Override
  public String group() {
    return TrainingKind.GROUP;
  }

  @Override
  public String kind() {
    return kind.kind();
  }

  @Override
  public void complete(Admitting admitting, ObjectNode object) {
    TrainingDefaults.complete(kind, object);
  }

  @Override
  public List<Problem> judge(Admitting admitting, ObjectNode object) {
    if (!Json.text(object, "metadata", "deletionTimestamp").isEmpty()) {
      return List.of();
    }
    var problems = new ArrayList<Problem>();
    name(Json.text(object, "metadata", "name"), problems);
    JsonNode policy = object.path("spec").path("runPolicy");
    admitting
        .before()
        .ifPresent(before -> managerKept(before.path("spec").path("runPolicy"), policy, problems));
    runPolicy(policy, problems);
    if (kind == TrainingKind.PYTORCH_JOB) {
      elasticPolicy(admitting, object.path("spec"), problems);
    }
    choice(object, "successPolicy", List.of("", "AllWorkers"), problems);
    new ReplicaRules(kind, problems).judge(object.path("spec").path(kind.replicas().field()));
    return problems;
  }

  private static void name(String name, List<Problem> problems) {
    var wrong = new ArrayList<String>();
    if (name.length() > LONGEST_NAME) {
      wrong.add("must be no more than 63 characters");
    }
    if (!NAME.matcher(name).matches()) {
      wrong.add(
          "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with"
              + " an alphabetic character, and end with an alphanumeric character (e.g. 'my-name',"
              + "  or 'abc-123', regex used for validation is '"
              + NAME.pattern()
              + "')");
    }
    if (!wrong.isEmpty()) {
      problems.add(
          Problem.invalid(
              FieldPath.of("metadata", "name"), name, "should match: " + String.join(",", wrong)));
    }
  }

  private static void managerKept(JsonNode before, JsonNode now, List<Problem> problems) {
    if (!before.path("managedBy").equals(now.path("managedBy"))) {
      problems.add(
          Problem.invalid(
              FieldPath.of("spec", "runPolicy", "managedBy"),
              Json.text(now, "managedBy"),
              "field is immutable"));
    }
  }

  private static void runPolicy(JsonNode policy, List<Problem> problems) {
    FieldPath path = FieldPath.of("spec", "runPolicy");
    if (policy.hasNonNull("managedBy") && !MANAGERS.contains(Json.text(policy, "managedBy"))) {
      problems.add(
          Problem.notSupported(
              path.field("managedBy"), policy.path("managedBy").asString(""), MANAGERS));
    }
    String clean = Json.text(policy, "cleanPodPolicy");
    if (!List.of("", "All", "None", "Running").contains(clean)) {
      problems.add(
          Problem.notSupported(
              path.field("cleanPodPolicy"), clean, List.of("All", "None", "Running")));
    }
    atLeast(policy, path, "activeDeadlineSeconds", 1, problems);
    atLeast(policy, path, "backoffLimit", 0, problems);
    atLeast(policy, path, "ttlSecondsAfterFinished", 0, problems);
    JsonNode scheduling = policy.path("schedulingPolicy");
    atLeast(scheduling, path.field("schedulingPolicy"), "minAvailable", 1, problems);
  }

  static void atLeast(
      JsonNode parent, FieldPath path, String field, long least, List<Problem> problems) {
    JsonNode value = parent.path(field);
    if (value.isNumber() && value.asLong() < least) {
      problems.add(
          Problem.invalid(
              path.field(field), value.asLong(), "must be greater than or equal to " + least));
    }
  }

  private static void choice(
      ObjectNode object, String field, List<String> choices, List<Problem> problems) {
    JsonNode value = object.path("spec").path(field);
    if (value.isString() && !choices.contains(value.stringValue())) {
      problems.add(Problem.notSupported(FieldPath.of("spec", field), value.stringValue(), choices));
    }
  }

  private static void elasticPolicy(Admitting admitting, JsonNode spec, List<Problem> problems) {
    JsonNode policy = spec.path("elasticPolicy");
    if (!policy.isObject()) {
      return;
    }
    FieldPath path = FieldPath.of("spec", "elasticPolicy");
    if (!spec.path("pytorchReplicaSpecs").has("Worker")) {
      problems.add(
          Problem.required(
              FieldPath.of("spec", "pytorchReplicaSpecs").key("Worker"),
              "must be configured if elastic policy is used"));
    }
    if (policy.hasNonNull("nProcPerNode")) {
      admitting
          .warnings()
          .accept("spec.elasticPolicy.nProcPerNode is deprecated, use spec.nprocPerNode instead");
      if (spec.hasNonNull("nprocPerNode")) {
        problems.add(
            Problem.forbidden(
                path.field("nProcPerNode"), "must not be used with spec.nprocPerNode"));
      }
    }
    JsonNode least = policy.path("minReplicas");
    JsonNode most = policy.path("maxReplicas");
    if (least.isNumber() && most.isNumber() && least.asLong() > most.asLong()) {
      problems.add(
          Problem.invalid(
              path.field("minReplicas"),
              least.asLong(),
              "must not be more than maxReplicas, which is " + most.asLong()));
    }
  }
}
