package dev.slipway.journeys;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// TrainJobs as a user of Trainer v2 meets them: on the runtime that comes with the platform, with
/// real processes that find each other by the names and variables they are given.
final class TrainJobJourneyTest {
  private static Path data = Path.of("");
  private static LivePlatform platform;
  private static Kubectl kubectl;

  @BeforeAll
  static void start() throws IOException, InterruptedException {
    data = Files.createTempDirectory("slipway-data");
    platform = LivePlatform.start(data);
    kubectl = platform.kubectl();
  }

  @AfterAll
  static void end() throws IOException {
    platform.close();
    LiveServer.deleteTree(data);
  }

  private static String trainJob(String name, String runtime, String program) {
    return """
    apiVersion: trainer.kubeflow.org/v1alpha1
    kind: TrainJob
    metadata: {name: %s}
    spec:
      runtimeRef: %s
      trainer:
        image: busybox
        numNodes: 2
        command: [python3, -c]
        args:
          - |
    %s
    """
        .formatted(name, runtime, program.indent(10));
  }

  @Test
  void theNodesOfATrainJobMeetAtItsFirst() {
    kubectl.apply(
        trainJob(
            "meeting",
            "{name: torch-distributed}",
            """
            import os, socket, time
            rank = int(os.environ["PET_NODE_RANK"])
            place = (os.environ["PET_MASTER_ADDR"], int(os.environ["PET_MASTER_PORT"]))
            assert os.environ["PET_NNODES"] == "2"
            if rank == 0:
                with socket.create_server(("", place[1])) as server:
                    other, _ = server.accept()
                    print("heard:", other.makefile().readline(), flush=True)
            else:
                for attempt in range(600):
                    try:
                        with socket.create_connection(place, 5) as there:
                            there.sendall(b"here is rank %d" % rank)
                        break
                    except OSError:
                        time.sleep(0.1)
                else:
                    raise SystemExit("the first node cannot be reached")
            """));

    kubectl.ok("wait", "--for=condition=Complete", "trainjob/meeting", "--timeout=80s");

    var first =
        kubectl.ok(
            "logs",
            "-l",
            "jobset.sigs.k8s.io/jobset-name=meeting,batch.kubernetes.io/job-completion-index=0");
    assertThat(first).contains("heard: here is rank 1");
    assertThat(
            kubectl.field(
                ".status.jobsStatus[?(@.name==\"node\")].succeeded", "trainjob", "meeting"))
        .isEqualTo("1");
  }

  @Test
  void aTrainJobThatFailsSaysSo() {
    kubectl.apply(
        """
        apiVersion: trainer.kubeflow.org/v1alpha1
        kind: TrainingRuntime
        metadata: {name: once}
        spec:
          mlPolicy: {numNodes: 1}
          template:
            spec:
              replicatedJobs:
                - name: node
                  template:
                    metadata: {labels: {trainer.kubeflow.org/trainjob-ancestor-step: trainer}}
                    spec:
                      backoffLimit: 0
                      template:
                        spec:
                          restartPolicy: Never
                          containers: [{name: node, image: busybox}]
        """);
    kubectl.apply(
        trainJob("failing", "{name: once, kind: TrainingRuntime}", "raise SystemExit(3)"));

    kubectl.ok("wait", "--for=condition=Failed", "trainjob/failing", "--timeout=80s");
  }

  @Test
  void aTrainJobOfARuntimeThatIsNotThereIsRefused() {
    var why = kubectl.applyRefused(trainJob("lost", "{name: no-such-runtime}", "pass"));

    assertThat(why).contains("no-such-runtime").contains("ClusterTrainingRuntime");
  }
}
