package dev.slipway.controllers.training;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.api.training.TrainingKind;
import dev.slipway.base.Json;
import dev.slipway.control.Resource;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

/// The variables of replicas. Upstream's cases: `pod_test.go`, `envvar_test.go`, `elastic_test.go`
/// of each kind.
final class InjectedTest {
  private static List<String> variables(
      TrainingKind kind, String spec, String type, int index, String domain) {
    var job =
        TrainingJob.of(kind, Resource.of(TrainingJob.apiKind(kind), JobWorld.manifest(kind, spec)));
    var replica = job.replica(type).orElseThrow();
    JsonNode pod = new ReplicaDesired(job, new TrainingSettings(domain)).pod(replica, index);
    var all = new ArrayList<String>();
    for (JsonNode each : pod.at("/spec/containers/0/env")) {
      String from = Json.text(each, "valueFrom", "fieldRef", "fieldPath");
      all.add(
          Json.text(each, "name")
              + "="
              + (from.isEmpty() ? Json.text(each, "value") : "<" + from + ">"));
    }
    return all;
  }

  /// `PS 1, Worker 2`.
  private static String spec(TrainingKind kind, String replicas, String more) {
    var parts = new ArrayList<String>();
    for (String each : replicas.split(",", -1)) {
      String[] words = each.strip().split(" ", -1);
      parts.add(JobWorld.replica(kind, words[0], Integer.parseInt(words[1]), ""));
    }
    return "{%s %s: {%s}}"
        .formatted(
            more == null ? "" : more + ",", kind.replicas().field(), String.join(", ", parts));
  }

  @ParameterizedTest(name = "{0} {3} {4}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          # replicas              | more                      | domain          | type   | index | TF_CONFIG
          Worker 1                |                           |                 | Worker | 0     |
          PS 1, Worker 1          |                           |                 | Worker | 0     | {"cluster":{"ps":["job-ps-0.default.svc:2222"],"worker":["job-worker-0.default.svc:2222"]},"task":{"type":"worker","index":0},"environment":"cloud"}
          PS 1, Worker 1          |                           | tf.training.io  | Worker | 0     | {"cluster":{"ps":["job-ps-0.default.svc.tf.training.io:2222"],"worker":["job-worker-0.default.svc.tf.training.io:2222"]},"task":{"type":"worker","index":0},"environment":"cloud"}
          Chief 1, Worker 1       |                           |                 | Chief  | 0     | {"cluster":{"chief":["job-chief-0.default.svc:2222"],"worker":["job-worker-0.default.svc:2222"]},"task":{"type":"chief","index":0},"environment":"cloud"}
          Evaluator 1, Worker 1   |                           |                 | Worker | 0     | {"cluster":{"evaluator":["job-evaluator-0.default.svc:2222"],"worker":["job-worker-0.default.svc:2222"]},"task":{"type":"worker","index":0},"environment":"cloud"}
          PS 2, Worker 2          | enableDynamicWorker: true |                 | Worker | 1     | {"cluster":{"worker":{"1":"job-worker-1.default.svc:2222"},"ps":["job-ps-0.default.svc:2222","job-ps-1.default.svc:2222"]},"task":{"type":"worker","index":1}}
          PS 2, Worker 2          | enableDynamicWorker: true |                 | PS     | 1     | {"cluster":{"worker":{},"ps":["job-ps-1.default.svc:2222"]},"task":{"type":"ps","index":1}}
          """)
  void tensorflow(
      String replicas, String more, String domain, String type, int index, String config) {
    var found =
        variables(
            TrainingKind.TF_JOB,
            spec(TrainingKind.TF_JOB, replicas, more),
            type,
            index,
            domain == null ? "" : domain);
    assertThat(found).isEqualTo(config == null ? List.of() : List.of("TF_CONFIG=" + config));
  }

  private static final String MASTER =
      "MASTER_PORT=23456 PET_MASTER_PORT=23456 MASTER_ADDR=job-master-0"
          + " PET_MASTER_ADDR=job-master-0";

  @ParameterizedTest(name = "{0} {1} {2}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          # kind      | replicas           | more | type | index | variables
          PYTORCH_JOB | Master 1, Worker 2 | | Master | 0 | PYTHONUNBUFFERED=1 <master> WORLD_SIZE=3 RANK=0 PET_NODE_RANK=0 PET_NPROC_PER_NODE=auto PET_NNODES=3
          PYTORCH_JOB | Master 1, Worker 2 | nprocPerNode: '2' | Worker | 1 | PYTHONUNBUFFERED=1 <master> WORLD_SIZE=6 RANK=2 PET_NODE_RANK=2 PET_NPROC_PER_NODE=2 PET_NNODES=3
          PYTORCH_JOB | Worker 2 | | Worker | 1 | PYTHONUNBUFFERED=1 PET_NPROC_PER_NODE=auto PET_NNODES=2
          PYTORCH_JOB | Worker 2 | elasticPolicy: {minReplicas: 1, maxReplicas: 3, maxRestarts: 100} | Worker | 0 | PYTHONUNBUFFERED=1 PET_NPROC_PER_NODE=auto PET_RDZV_ENDPOINT=job-worker-0:23456 PET_RDZV_BACKEND=c10d PET_NNODES=1:3 PET_MAX_RESTARTS=100
          PYTORCH_JOB | Worker 2 | elasticPolicy: {rdzvBackend: etcd, rdzvHost: etcd, rdzvPort: 2379, rdzvId: x, nProcPerNode: 4, standalone: true, rdzvConf: [{key: a, value: b}, {key: c, value: d}]} | Worker | 0 | PYTHONUNBUFFERED=1 PET_RDZV_ENDPOINT=etcd:2379 PET_RDZV_BACKEND=etcd PET_NNODES=2:2 PET_NPROC_PER_NODE=4 PET_RDZV_ID=x PET_RDZV_CONF=a=b,c=d PET_STANDALONE=
          XGBOOST_JOB | Master 1, Worker 2 | | Worker | 1 | MASTER_PORT=9999 MASTER_ADDR=job-master-0 WORLD_SIZE=3 RANK=2 PYTHONUNBUFFERED=1 WORKER_PORT=9999 WORKER_ADDRS=job-worker-0,job-worker-1
          XGBOOST_JOB | Master 1 | | Master | 0 | MASTER_PORT=9999 MASTER_ADDR=job-master-0 WORLD_SIZE=1 RANK=0 PYTHONUNBUFFERED=1
          PADDLE_JOB  | Worker 2 | | Worker | 0 | PYTHONUNBUFFERED=1 PADDLE_JOB_ID=job PADDLE_NNODES=2 POD_IP_DUMMY=<status.podIP> PADDLE_MASTER=$(POD_IP_DUMMY):36543
          PADDLE_JOB  | Worker 2 | | Worker | 1 | PYTHONUNBUFFERED=1 PADDLE_JOB_ID=job PADDLE_NNODES=2 PADDLE_MASTER=job-worker-0:36543
          PADDLE_JOB  | Master 1, Worker 1 | | Master | 0 | PYTHONUNBUFFERED=1 PADDLE_JOB_ID=job PADDLE_NNODES=2 POD_IP_DUMMY=<status.podIP> PADDLE_MASTER=$(POD_IP_DUMMY):36543 PADDLE_SERVER_NUM=1
          PADDLE_JOB  | Master 1, Worker 1 | | Worker | 0 | PYTHONUNBUFFERED=1 PADDLE_JOB_ID=job PADDLE_NNODES=2 PADDLE_MASTER=job-master-0:36543 PADDLE_TRAINER_NUM=1
          JAX_JOB     | Worker 2 | | Worker | 1 | PYTHONUNBUFFERED=1 COORDINATOR_PORT=6666 COORDINATOR_ADDRESS=job-worker-0 NUM_PROCESSES=2 PROCESS_ID=1
          """)
  void others(
      TrainingKind kind, String replicas, String more, String type, int index, String expected) {
    assertThat(String.join(" ", variables(kind, spec(kind, replicas, more), type, index, "")))
        .isEqualTo(expected.replace("<master>", MASTER));
  }

  @ParameterizedTest(name = "{0} {1} {2}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          # kind      | replicas           | more                                             | least | why
          TF_JOB      | Worker 1           |                                                  |       | one pod is no gang
          TF_JOB      | PS 1, Worker 3     |                                                  | 4     | all of a job
          TF_JOB      | PS 1, Worker 3     | enableDynamicWorker: true                        | 2     | workers come and go
          PYTORCH_JOB | Worker 4           | elasticPolicy: {minReplicas: 2, maxReplicas: 4}  | 2     | as many as it goes on with
          PYTORCH_JOB | Worker 4           | runPolicy: {schedulingPolicy: {minAvailable: 3}} | 3     | as asked for
          TF_JOB      | Worker 1           | runPolicy: {schedulingPolicy: {minAvailable: 9}} | 9     | more than there are: never
          MPI_JOB     | Launcher 1, Worker 2 | runPolicy: {schedulingPolicy: {minAvailable: 3}} | 2   | the launcher follows
          """)
  void podsSayHowManyMustStartTogether(
      TrainingKind kind, String replicas, String more, Integer least, String why) {
    var manifest = JobWorld.manifest(kind, spec(kind, replicas, more));
    var job = TrainingJob.of(kind, Resource.of(TrainingJob.apiKind(kind), manifest));
    JsonNode pod =
        new ReplicaDesired(job, TrainingSettings.standard())
            .pod(job.replica("Worker").orElseThrow(), 0);
    assertThat(Json.text(pod, "metadata", "annotations", "slipway.dev/gang-min-members"))
        .as(why)
        .isEqualTo(least == null ? "" : least.toString());
  }
}
