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
  void trainingCodeTellsHowFarItIs() {
    kubectl.apply(
        trainJob(
            "telling",
            "{name: torch-distributed}",
            """
            import json, os, ssl, sys, urllib.error, urllib.request
            if os.environ["PET_NODE_RANK"] != "0":
                sys.exit()
            url = os.environ["KUBEFLOW_TRAINER_SERVER_URL"]
            trusted = ssl.create_default_context(cafile=os.environ["KUBEFLOW_TRAINER_SERVER_CA_CERT"])
            token = open(os.environ["KUBEFLOW_TRAINER_SERVER_TOKEN"]).read()
            def tell(url, told):
                body = told if isinstance(told, bytes) else json.dumps({"trainerStatus": told}).encode()
                headers = {"Authorization": "Bearer " + token, "Content-Type": "application/json"}
                try:
                    with urllib.request.urlopen(
                        urllib.request.Request(url, body, headers), context=trusted) as answer:
                        print(answer.status, json.load(answer)["trainerStatus"]["metrics"])
                except urllib.error.HTTPError as refused:
                    print(refused.code, json.load(refused)["message"])
            told = {"progressPercentage": 40, "estimatedRemainingSeconds": 60,
                    "metrics": [{"name": "loss", "value": "0.25"}],
                    "lastUpdatedTime": "2026-01-02T03:04:05.678+01:00"}
            tell(url, told)
            tell(url, {**told, "progressPercentage": 101})
            tell(url, {"progressPercentage": 1})
            tell(url, b"nothing")
            tell(url.replace("/telling/", "/meeting/"), told)
            sys.stdout.flush()
            """));

    kubectl.ok("wait", "--for=condition=Complete", "trainjob/telling", "--timeout=80s");

    var first =
        kubectl.ok(
            "logs",
            "-l",
            "jobset.sigs.k8s.io/jobset-name=telling,batch.kubernetes.io/job-completion-index=0");
    assertThat(first.lines().toList())
        .satisfiesExactly(
            taken -> assertThat(taken).isEqualTo("200 [{'name': 'loss', 'value': '0.25'}]"),
            tooMuch -> assertThat(tooMuch).startsWith("422").contains("progressPercentage"),
            noTime -> assertThat(noTime).startsWith("422").contains("lastUpdatedTime is required"),
            noJson -> assertThat(noJson).isEqualTo("422 Invalid payload"),
            ofAnother -> assertThat(ofAnother).isEqualTo("403 Forbidden"));
    assertThat(kubectl.field(".status.trainerStatus", "trainjob", "telling"))
        .contains("\"progressPercentage\":40", "\"lastUpdatedTime\":\"2026-01-02T02:04:05Z\"");
  }

  @Test
  void nodesFindWhatTheInitializersFetched() throws IOException {
    var words = Files.createDirectories(data.resolve("fetched/words"));
    Files.writeString(words.resolve("train.txt"), "one two three");
    kubectl.apply(
        """
        apiVersion: v1
        kind: PersistentVolumeClaim
        metadata: {name: workspace}
        spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 10Mi}}}
        ---
        apiVersion: trainer.kubeflow.org/v1alpha1
        kind: TrainingRuntime
        metadata: {name: initialized}
        spec:
          mlPolicy: {numNodes: 1}
          template:
            spec:
              replicatedJobs:
                - name: dataset-initializer
                  template:
                    metadata: {labels: {trainer.kubeflow.org/trainjob-ancestor-step: dataset-initializer}}
                    spec: {template: {spec: {
                      volumes: [&volume {name: initializer, persistentVolumeClaim: {claimName: workspace}}],
                      containers: [{name: dataset-initializer,
                        image: "ghcr.io/kubeflow/trainer/dataset-initializer:v2.1.0",
                        volumeMounts: [&mount {name: initializer, mountPath: /workspace}]}]}}}
                - name: node
                  dependsOn: [{name: dataset-initializer, status: Complete}]
                  template:
                    metadata: {labels: {trainer.kubeflow.org/trainjob-ancestor-step: trainer}}
                    spec: {template: {spec: {volumes: [*volume], containers: [{name: node,
                      image: busybox, volumeMounts: [*mount]}]}}}
        ---
        apiVersion: trainer.kubeflow.org/v1alpha1
        kind: TrainJob
        metadata: {name: reading}
        spec:
          runtimeRef: {name: initialized, kind: TrainingRuntime}
          initializer: {dataset: {storageUri: "file://%s"}}
          trainer: {command: [cat, /workspace/dataset/train.txt]}
        """
            .formatted(words));

    kubectl.ok("wait", "--for=condition=Complete", "trainjob/reading", "--timeout=80s");

    var of = "jobset.sigs.k8s.io/jobset-name=reading,jobset.sigs.k8s.io/replicatedjob-name=";
    assertThat(kubectl.ok("logs", "-l", of + "node")).isEqualTo("one two three");
    assertThat(kubectl.ok("logs", "-l", of + "dataset-initializer"))
        .contains("fetched to /workspace/dataset");
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
