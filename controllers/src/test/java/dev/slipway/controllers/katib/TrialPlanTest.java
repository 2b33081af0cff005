package dev.slipway.controllers.katib;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.base.Json;
import dev.slipway.control.Kind;
import dev.slipway.control.Kinds;
import dev.slipway.control.fake.Planned;
import dev.slipway.control.fake.World;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What becomes of a trial by its job and its reports. Upstream's cases:
/// `trial_controller_test.go`, `job_util_test.go`.
final class TrialPlanTest {
  private static final String TRIAL =
      """
      {"metadata":{"name":"t","labels":{"katib.kubeflow.org/experiment":"e"},
         "finalizers":["clean-metrics-in-db"]},
       "spec":{
        "objective":{"type":"maximize","objectiveMetricName":"accuracy","metricStrategies":[
          {"name":"accuracy","value":"max"},{"name":"loss","value":"latest"}]},
        "successCondition":"status.conditions.#(type==\\"Complete\\")#|#(status==\\"True\\")#",
        "failureCondition":"status.conditions.#(type==\\"Failed\\")#|#(status==\\"True\\")#",
        "runSpec":{"apiVersion":"batch/v1","kind":"Job","spec":{"a":1}}},
       "status":{"conditions":[{"type":"Created","status":"True","reason":"TrialCreated"},
         {"type":"Running","status":"True","reason":"TrialRunning","message":"Trial is running"}]}}
      """;

  private final FakeObservations observations = new FakeObservations();

  private static World world(String condition) {
    return World.of(KatibKinds.TRIAL, TRIAL)
        .child(
            Kinds.JOB,
            """
            {"metadata":{"name":"t"},"status":{"conditions":[%s]}}
            """
                .formatted(condition));
  }

  private static String condition(String type, String status) {
    return """
    {"type":"%s","status":"%s","reason":"Why","message":"because"}
    """
        .formatted(type, status);
  }

  private Planned plan(World world) {
    return world.plan(new TrialReconciler(observations));
  }

  private void reported(String name, String... values) {
    for (int i = 0; i < values.length; i++) {
      observations.report("default", "t", List.of(FakeObservations.log(i, name, values[i])));
    }
  }

  @Test
  void aTrialWithoutAJobMakesIt() {
    var planned = plan(World.of(KatibKinds.TRIAL, TRIAL));
    assertThat(planned.names(Kinds.JOB)).containsExactly("t");
    assertThat(planned.object(Kinds.JOB, "t").label("katib.kubeflow.org/trial")).isEqualTo("t");
    assertThat(planned.events()).containsExactly("Normal JobCreated Job t has been created");
  }

  @ParameterizedTest(name = "{0} {1}, reported {2}: {3}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          # job     | status | reported    | ends as            | reason                             | message
          Complete  | True   | 0.5         | Succeeded          | TrialSucceeded. Job reason: Why    | Trial has succeeded. Job message: because
          Complete  | True   | unavailable | MetricsUnavailable | MetricsUnavailable. Job reason: Why | Metrics are not available. Job message: because
          Complete  | True   |             | MetricsUnavailable | MetricsUnavailable. Job reason: Why | Metrics are not available. Job message: because
          Failed    | True   | 0.5         | Failed             | TrialFailed. Job reason: Why       | Trial has failed. Job message: because
          """)
  void itEndsAsItsJobDid(
      String job, String status, String value, String type, String reason, String message) {
    if (value != null) {
      reported("accuracy", value);
    }
    var planned = plan(world(condition(job, status)));
    assertThat(planned.condition(type)).isEqualTo("True " + reason + ": " + message);
    assertThat(planned.condition("Running")).isEqualTo("False TrialRunning: Trial is running");
    assertThat(planned.status().path("completionTime").isString()).isTrue();
    assertThat(planned.deleted()).isEmpty();
  }

  @Test
  void failureIsLookedForBeforeSuccess() {
    var planned = plan(world(condition("Complete", "True") + "," + condition("Failed", "True")));
    assertThat(planned.condition("Failed")).startsWith("True");
  }

  @Test
  void aConditionThatDoesNotHoldChangesNothing() {
    var planned = plan(world(condition("Complete", "False")));
    assertThat(planned.condition("Running")).startsWith("True");
    assertThat(planned.condition("Succeeded")).isEmpty();
  }

  @Test
  void aJobThatIsDoneCountsOnceItsReportsHaveBeenRead() {
    observations.awaiting("t");
    reported("accuracy", "0.5");
    assertThat(plan(world(condition("Complete", "True"))).condition("Running")).startsWith("True");
  }

  @Test
  void anObservationHasTheLeastTheGreatestAndTheLatestOfEachMetric() {
    reported("accuracy", "0.5", "0.9", "0.2", "0.7");
    reported("other", "1");
    var metrics = plan(world(condition("Complete", "True"))).status().at("/observation/metrics");
    assertThat(metrics.toString())
        .isEqualTo(
            "[{\"name\":\"accuracy\",\"min\":\"0.2\",\"max\":\"0.9\",\"latest\":\"0.7\"},"
                + "{\"name\":\"loss\",\"min\":\"unavailable\",\"max\":\"unavailable\","
                + "\"latest\":\"unavailable\"}]");
  }

  @ParameterizedTest(name = "retainRun {0}")
  @CsvSource({"false,jobs.batch/t", "true,''"})
  void aJobIsClearedOnceItsTrialIsCompleteUnlessItIsKept(boolean kept, String deleted) {
    var done =
        Json.parseObject(
            """
            {"conditions":[{"type":"Succeeded","status":"True","reason":"TrialSucceeded"}]}
            """);
    var planned =
        plan(
            world(condition("Complete", "True"))
                .with("", "status", done)
                .with("/spec", "retainRun", kept));
    assertThat(String.join(",", planned.deleted())).isEqualTo(deleted);
  }

  @Test
  void anObjectOfItsNameThatIsAnothersIsLeftAlone() {
    var planned =
        plan(World.of(KatibKinds.TRIAL, TRIAL).with(Kinds.JOB, "{\"metadata\":{\"name\":\"t\"}}"));
    assertThat(planned.names(Kinds.JOB)).isEmpty();
    assertThat(planned.events().getFirst()).startsWith("Warning ReconcileError");
  }

  @Test
  void aKindThatNobodyServesIsTold() {
    var flow = Json.parseObject("{\"apiVersion\":\"argoproj.io/v1alpha1\",\"kind\":\"Workflow\"}");
    var world = World.of(KatibKinds.TRIAL, TRIAL).with("/spec", "runSpec", flow);
    assertThat(plan(world).events())
        .containsExactly(
            "Warning ReconcileError Failed to reconcile: no matches for kind \"Workflow\" in"
                + " version \"argoproj.io/v1alpha1\"");
    Kind definitions =
        Kind.clusterWide(
            "apiextensions.k8s.io", "v1", "CustomResourceDefinition", "customresourcedefinitions");
    Kind workflow = Kind.namespaced("argoproj.io", "v1alpha1", "Workflow", "workflows");
    var defined =
        world.with(
            definitions,
            """
            {"metadata":{"name":"workflows.argoproj.io"},"spec":{"group":"argoproj.io",
              "scope":"Namespaced","names":{"kind":"Workflow","plural":"workflows"},
              "versions":[{"name":"v1alpha1","served":true}]}}
            """);
    assertThat(plan(defined).names(workflow)).containsExactly("t");
  }

  @Test
  void aTrialThatGoesForgetsItsReportsAndIsLetGo() {
    reported("accuracy", "0.5");
    var planned =
        plan(
            World.of(KatibKinds.TRIAL, TRIAL)
                .with("/metadata", "deletionTimestamp", "2026-01-01T00:00:00Z"));
    assertThat(planned.primary().at("metadata", "finalizers")).isEmpty();
    assertThat(observations.of("default", "t").logs()).isEmpty();
  }
}
