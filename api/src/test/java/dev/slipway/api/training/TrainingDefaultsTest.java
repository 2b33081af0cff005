package dev.slipway.api.training;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// What a job has that leaves everything open. Upstream's cases: `*_defaults_test.go`.
final class TrainingDefaultsTest {
  private static JsonNode completed(TrainingKind kind, String job) {
    ObjectNode object = Asked.yaml(job);
    TrainingDefaults.complete(kind, object);
    return object.path("spec");
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          # kind      | written  | type     | restart   | port             | number | replicas
          TF_JOB      | worker   | Worker   | Never     | tfjob-port       | 2222   | 1
          TF_JOB      | ps       | PS       | Never     | tfjob-port       | 2222   | 1
          PYTORCH_JOB | MASTER   | Master   | OnFailure | pytorchjob-port  | 23456  | 1
          XGBOOST_JOB | master   | Master   | Never     | xgboostjob-port  | 9999   | 1
          PADDLE_JOB  | woRker   | Worker   | OnFailure | master           | 36543  | 1
          JAX_JOB     | Worker   | Worker   | OnFailure | jaxjob-port      | 6666   | 1
          MPI_JOB     | launcher | Launcher | Never     |                  | 0      | 1
          MPI_JOB     | Worker   | Worker   | Never     |                  | 0      | 0
          """)
  void eachKindHasItsOwn(
      TrainingKind kind,
      String written,
      String type,
      String restart,
      String port,
      int number,
      int replicas) {
    JsonNode spec =
        completed(
            kind,
            """
            spec:
              %s:
                %s:
                  template: {spec: {containers: [{name: side}, {name: %s}]}}
            """
                .formatted(kind.replicas().field(), written, kind.container().name()));
    JsonNode replica = spec.path(kind.replicas().field()).path(type);
    assertThat(replica.path("restartPolicy").asString("")).isEqualTo(restart);
    assertThat(replica.path("replicas").asInt(-1)).isEqualTo(replicas);
    JsonNode named = replica.at("/template/spec/containers/1/ports/0");
    assertThat(named.path("name").asString(null)).isEqualTo(port);
    assertThat(named.path("containerPort").asInt(0)).isEqualTo(number);
    assertThat(replica.at("/template/spec/containers/0/ports").isMissingNode()).isTrue();
    assertThat(spec.at("/runPolicy/cleanPodPolicy").asString("")).isEqualTo("None");
  }

  @Test
  void whatIsGivenStays() {
    JsonNode spec =
        completed(
            TrainingKind.TF_JOB,
            """
            spec:
              runPolicy: {cleanPodPolicy: All}
              successPolicy: AllWorkers
              tfReplicaSpecs:
                Worker:
                  replicas: 0
                  restartPolicy: ExitCode
                  template:
                    spec:
                      containers:
                      - name: tensorflow
                        ports: [{name: tfjob-port, containerPort: 9000}]
            """);
    assertThat(spec.at("/runPolicy/cleanPodPolicy").asString("")).isEqualTo("All");
    assertThat(spec.path("successPolicy").asString("")).isEqualTo("AllWorkers");
    assertThat(spec.at("/tfReplicaSpecs/Worker/replicas").asInt(-1)).isZero();
    assertThat(spec.at("/tfReplicaSpecs/Worker/restartPolicy").asString("")).isEqualTo("ExitCode");
    assertThat(spec.at("/tfReplicaSpecs/Worker/template/spec/containers/0/ports")).hasSize(1);
  }

  @Test
  void aManifestAppliedAgainReplacesWhatItWasStoredAs() {
    JsonNode spec =
        completed(
            TrainingKind.JAX_JOB,
            "spec: {jaxReplicaSpecs: {Worker: {replicas: 1}, worker: {replicas: 3}}}");
    assertThat(spec.path("jaxReplicaSpecs").propertyNames()).containsExactly("Worker");
    assertThat(spec.at("/jaxReplicaSpecs/Worker/replicas").asInt(0)).isEqualTo(3);
  }

  @ParameterizedTest(name = "{0} {1}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {minReplicas: 1}                 | 1 | 1
          {maxReplicas: 4}                 | 4 | 4
          {minReplicas: 1, maxReplicas: 4} | 1 | 4
          """)
  void aMissingBoundIsTheOtherOne(String policy, int least, int most) {
    JsonNode spec = completed(TrainingKind.PYTORCH_JOB, "spec: {elasticPolicy: " + policy + "}");
    assertThat(spec.at("/elasticPolicy/minReplicas").asInt(0)).isEqualTo(least);
    assertThat(spec.at("/elasticPolicy/maxReplicas").asInt(0)).isEqualTo(most);
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          spec: {}                                  | auto | nothing given
          spec: {nprocPerNode: 2}                   | 2    | a number is the text of it
          spec: {nprocPerNode: gpu}                 | gpu  | a word stays
          spec: {elasticPolicy: {nProcPerNode: 2}}  |      | the old place holds
          """)
  void processesPerNode(String job, String expected, String why) {
    assertThat(completed(TrainingKind.PYTORCH_JOB, job).path("nprocPerNode").asString(null))
        .as(why)
        .isEqualTo(expected);
  }

  @Test
  void bothPlacesOfAnMpiJobsCleaningAgree() {
    JsonNode old = completed(TrainingKind.MPI_JOB, "spec: {cleanPodPolicy: Running}");
    assertThat(old.at("/runPolicy/cleanPodPolicy").asString("")).isEqualTo("Running");
    JsonNode now = completed(TrainingKind.MPI_JOB, "spec: {runPolicy: {cleanPodPolicy: All}}");
    assertThat(now.path("cleanPodPolicy").asString("")).isEqualTo("All");
  }
}
