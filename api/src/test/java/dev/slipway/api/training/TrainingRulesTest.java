package dev.slipway.api.training;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import tools.jackson.databind.node.ObjectNode;

/// Jobs that are refused, and the words they are refused with. Upstream's cases:
/// `*_webhook_test.go`
/// of kubeflow/training-operator, release 1.9.
final class TrainingRulesTest {
  /// A job with one replica type, of one container.
  private static String job(TrainingKind kind, String type, String more) {
    return job(kind, type, kind.container().name(), more);
  }

  private static String job(TrainingKind kind, String type, String container, String more) {
    return """
    metadata: {name: job}
    spec:
      %s
      %s:
        %s:
          template:
            spec: {containers: [{name: %s, image: some/image}]}
    """
        .formatted(more, kind.replicas().field(), type, container);
  }

  private static String first(TrainingKind kind) {
    return kind == TrainingKind.TF_JOB ? "Worker" : kind.replicas().types().getFirst();
  }

  @ParameterizedTest
  @EnumSource
  void aSmallJobOfEachKindIsTaken(TrainingKind kind) {
    assertThat(Asked.problems(kind, job(kind, first(kind), ""))).isEmpty();
  }

  @ParameterizedTest
  @EnumSource
  void aJobWithoutReplicasIsRefused(TrainingKind kind) {
    assertThat(Asked.problems(kind, "{metadata: {name: job}, spec: {}}"))
        .contains("spec." + kind.replicas().field() + ": Required value: must be required");
  }

  @ParameterizedTest(name = "{0} {1} {2}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          # kind      | more of spec                                  | problem
          TF_JOB      | runPolicy: {managedBy: other.dev/controller}  | spec.runPolicy.managedBy: Unsupported value: "other.dev/controller": supported values: "kubeflow.org/training-operator", "kueue.x-k8s.io/multikueue"
          PYTORCH_JOB | runPolicy: {cleanPodPolicy: Some}             | spec.runPolicy.cleanPodPolicy: Unsupported value: "Some": supported values: "All", "None", "Running"
          TF_JOB      | successPolicy: Half                           | spec.successPolicy: Unsupported value: "Half": supported values: "", "AllWorkers"
          PADDLE_JOB  | runPolicy: {backoffLimit: -1}                 | spec.runPolicy.backoffLimit: Invalid value: -1: must be greater than or equal to 0
          JAX_JOB     | runPolicy: {activeDeadlineSeconds: 0}         | spec.runPolicy.activeDeadlineSeconds: Invalid value: 0: must be greater than or equal to 1
          PYTORCH_JOB | elasticPolicy: {minReplicas: 1}               | spec.pytorchReplicaSpecs[Worker]: Required value: must be configured if elastic policy is used
          PYTORCH_JOB | elasticPolicy: {minReplicas: 3, maxReplicas: 2} | spec.elasticPolicy.minReplicas: Invalid value: 3: must not be more than maxReplicas, which is 2
          """)
  void wordsOfThePolicyAreJudged(TrainingKind kind, String more, String problem) {
    assertThat(Asked.problems(kind, job(kind, first(kind), more))).contains(problem);
  }

  @ParameterizedTest(name = "{0} {1} {2}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          # kind      | type   | container | problem
          PYTORCH_JOB | Chief  | pytorch   | spec.pytorchReplicaSpecs[Chief]: Unsupported value: "Chief": supported values: "Master", "Worker"
          JAX_JOB     | Master | jax       | spec.jaxReplicaSpecs[Master]: Unsupported value: "Master": supported values: "Worker"
          TF_JOB      | Worker | main      | spec.tfReplicaSpecs[Worker].template.spec.containers: Required value: must have at least one container with name tensorflow
          PADDLE_JOB  | Worker | main      | spec.paddleReplicaSpecs[Worker].template.spec.containers: Required value: must have at least one container with name "paddle"
          XGBOOST_JOB | Worker | xgboost   | spec.xgbReplicaSpecs[Master]: Required value: must be present
          MPI_JOB     | Worker | anything  | spec.mpiReplicaSpecs[Launcher]: Required value: must be present
          """)
  void typesAndContainersAreJudged(
      TrainingKind kind, String type, String container, String problem) {
    assertThat(Asked.problems(kind, job(kind, type, container, ""))).containsExactly(problem);
  }

  @Test
  void containersNeedImages() {
    assertThat(
            Asked.problems(
                TrainingKind.TF_JOB,
                """
                metadata: {name: job}
                spec:
                  tfReplicaSpecs:
                    PS: {}
                    Worker: {template: {spec: {containers: [{name: tensorflow}]}}}
                """))
        .containsExactlyInAnyOrder(
            "spec.tfReplicaSpecs[PS].template.spec.containers: Required value: must be specified",
            "spec.tfReplicaSpecs[PS].template.spec.containers: Required value: must have at least"
                + " one container with name tensorflow",
            "spec.tfReplicaSpecs[Worker].template.spec.containers[0].image: Required value: must"
                + " be required");
  }

  @Test
  void chiefAndMasterAreOne() {
    assertThat(
            Asked.problems(
                TrainingKind.TF_JOB,
                """
                metadata: {name: job}
                spec:
                  tfReplicaSpecs:
                    chief: {template: {spec: {containers: [{name: tensorflow, image: a}]}}}
                    MASTER: {template: {spec: {containers: [{name: tensorflow, image: a}]}}}
                """))
        .containsExactly(
            "spec.tfReplicaSpecs: Forbidden: must not have more than 1 Chief or Master role");
  }

  @ParameterizedTest(name = "{0} {1}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          PYTORCH_JOB | Master   | 2 | spec.pytorchReplicaSpecs[Master].replicas: Forbidden: must be 1
          PYTORCH_JOB | Worker   | 0 | spec.pytorchReplicaSpecs[Worker].replicas: Forbidden: must be at least 1
          XGBOOST_JOB | Master   | 2 | spec.xgbReplicaSpecs[Master].replicas: Forbidden: must be 1
          MPI_JOB     | Launcher | 2 | spec.mpiReplicaSpecs[Launcher].replicas: Forbidden: must be 1
          """)
  void leadersAreAlone(TrainingKind kind, String type, int replicas, String problem) {
    ObjectNode job = Asked.yaml(job(kind, type, ""));
    ((ObjectNode) job.at("/spec/" + kind.replicas().field() + "/" + type))
        .put("replicas", replicas);
    assertThat(new Asked(null).judged(kind, job)).containsExactly(problem);
  }

  @Test
  void namesAreLabelsOfDns() {
    ObjectNode job = Asked.yaml(job(TrainingKind.TF_JOB, "Worker", ""));
    ((ObjectNode) job.path("metadata")).put("name", "0-job");
    assertThat(new Asked(null).judged(TrainingKind.TF_JOB, job))
        .singleElement()
        .asString()
        .startsWith(
            "metadata.name: Invalid value: \"0-job\": should match: a DNS-1035 label must consist")
        .endsWith("regex used for validation is '[a-z]([-a-z0-9]*[a-z0-9])?')");
  }

  @ParameterizedTest
  @EnumSource
  void whoManagesAJobNeverChanges(TrainingKind kind) {
    String before = job(kind, first(kind), "runPolicy: {managedBy: kueue.x-k8s.io/multikueue}");
    String after = job(kind, first(kind), "runPolicy: {managedBy: kubeflow.org/training-operator}");
    assertThat(new Asked(Asked.yaml(before)).judged(kind, Asked.yaml(after)))
        .containsExactly(
            "spec.runPolicy.managedBy: Invalid value: \"kubeflow.org/training-operator\": field is"
                + " immutable");
    assertThat(new Asked(Asked.yaml(before)).judged(kind, Asked.yaml(before))).isEmpty();
  }

  @Test
  void theOldPlaceOfProcessesPerNodeIsToldAndNotMixedWithTheNew() {
    String old = "elasticPolicy: {nProcPerNode: 2}";
    var asked = new Asked(null);
    assertThat(
            asked.judged(
                TrainingKind.PYTORCH_JOB, Asked.yaml(job(TrainingKind.PYTORCH_JOB, "Worker", old))))
        .isEmpty();
    assertThat(asked.warned)
        .isEqualTo(
            List.of(
                "spec.elasticPolicy.nProcPerNode is deprecated, use spec.nprocPerNode instead"));
    ObjectNode both = Asked.yaml(job(TrainingKind.PYTORCH_JOB, "Worker", old));
    ((ObjectNode) both.path("spec")).put("nprocPerNode", "2");
    assertThat(asked.judged(TrainingKind.PYTORCH_JOB, both))
        .containsExactly(
            "spec.elasticPolicy.nProcPerNode: Forbidden: must not be used with spec.nprocPerNode");
  }
}
