package dev.slipway.journeys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.slipway.base.Json;
import dev.slipway.testkit.PythonKit;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/// The platform killed in the middle of training: afterwards jobs are where they say they are, and
/// each goes on or ends as its policy says.
final class TrainingKillTest {
  private static final Duration PATIENCE = Duration.ofMinutes(3);
  private static final Path SCRIPT =
      PythonKit.root().resolve("journeys/src/test/python/count_epochs.py");

  /// @param shared a directory of the test: `go` lets the counting end
  private static String jobs(Path shared) {
    return """
    apiVersion: v1
    kind: PersistentVolumeClaim
    metadata: {name: state}
    spec: {accessModes: [ReadWriteMany], resources: {requests: {storage: 10Mi}}}
    ---
    apiVersion: kubeflow.org/v1
    kind: PyTorchJob
    metadata: {name: resumed}
    spec:
      runPolicy: {backoffLimit: 5}
      pytorchReplicaSpecs:
        Master: {restartPolicy: OnFailure, template: &template {spec: {
          terminationGracePeriodSeconds: 1,
          volumes: [{name: state, persistentVolumeClaim: {claimName: state}},
            {name: script, configMap: {name: script}}, {name: shared, hostPath: {path: %1$s}}],
          containers: [{name: pytorch, image: busybox,
            command: [python3, /opt/count_epochs.py, /state, /shared/go],
            volumeMounts: [{name: state, mountPath: /state}, {name: script, mountPath: /opt},
              {name: shared, mountPath: /shared}]}]}}}
        Worker: {restartPolicy: ExitCode, template: *template}
    ---
    apiVersion: kubeflow.org/v1
    kind: TFJob
    metadata: {name: strict}
    spec:
      runPolicy: {cleanPodPolicy: Running}
      tfReplicaSpecs:
        Worker:
          restartPolicy: Never
          replicas: 1
          template: {spec: {
            terminationGracePeriodSeconds: 1,
            volumes: [{name: shared, hostPath: {path: %1$s}}],
            initContainers: [{name: first, image: busybox,
              command: [sh, -c, "echo once >>/shared/inits"],
              volumeMounts: [{name: shared, mountPath: /shared}]}],
            containers: [{name: tensorflow, image: busybox,
              command: [python3, -c, "import time; time.sleep(3000) # %1$s"]}]}}
    """
        .formatted(shared);
  }

  private static String state(Kubectl in, String kind, String name) {
    var conditions =
        Json.parseObject(in.ok("get", kind, name, "-o", "json")).at("/status/conditions");
    return Json.text(conditions.path(conditions.size() - 1), "type");
  }

  private static List<String> epochs(int rank, int count) {
    return IntStream.range(0, count).mapToObj(i -> "epoch " + i + " of rank " + rank).toList();
  }

  private static String told(Kubectl in, String pod, String file) {
    return in.run("exec", pod, "--", "cat", "/state/" + file).out();
  }

  private static long processes(String words) {
    return ProcessHandle.allProcesses()
        .filter(each -> each.info().commandLine().orElse("").contains(words))
        .count();
  }

  @Test
  void jobsGoOnFromTheirCheckpointsOrFailAsTheirPolicySays() throws Exception {
    var data = Files.createTempDirectory("slipway-data");
    var shared = Files.createTempDirectory("slipway-shared");
    try (var first = LivePlatform.start(data)) {
      var in = first.kubectl().fresh("training");
      in.ok("create", "configmap", "script", "--from-file=" + SCRIPT);
      in.apply(jobs(shared));
      for (int rank = 0; rank < 2; rank++) {
        var pod = rank == 0 ? "resumed-master-0" : "resumed-worker-0";
        var file = "epochs-" + rank;
        await().atMost(PATIENCE).until(() -> told(in, pod, file).lines().count() == 3);
      }
      await().atMost(PATIENCE).until(() -> state(in, "tfjob", "strict").equals("Running"));
      first.kill();
      try (var again = first.again()) {
        goesOn(again.kubectl().in("training"), data, shared);
      }
    } finally {
      LiveServer.deleteTree(data);
      LiveServer.deleteTree(shared);
    }
  }

  private static void goesOn(Kubectl in, Path data, Path shared) throws IOException {
    await().atMost(PATIENCE).until(() -> state(in, "tfjob", "strict").equals("Failed"));
    assertThat(in.field(".status.containerStatuses[0].state.terminated", "pod", "strict-worker-0"))
        .contains("\"exitCode\":255");
    assertThat(in.ok("describe", "tfjob", "strict")).contains("exited with code 255");
    assertThat(Files.readAllLines(shared.resolve("inits"))).containsExactly("once");
    assertThat(processes("time.sleep(3000) # " + shared)).isZero();

    Files.createFile(shared.resolve("go"));
    await()
        .atMost(PATIENCE)
        .until(() -> List.of("Succeeded", "Failed").contains(state(in, "pytorchjob", "resumed")));
    assertThat(state(in, "pytorchjob", "resumed")).isEqualTo("Succeeded");
    await()
        .atMost(PATIENCE)
        .untilAsserted(() -> assertThat(state(data, "epochs-1")).isEqualTo(epochs(1, 6)));
    assertThat(state(data, "epochs-0")).isEqualTo(epochs(0, 6));
    try (var files = Files.walk(data.resolve("volumes"))) {
      assertThat(files).noneMatch(each -> each.endsWith("doubled"));
    }
    assertThat(in.ok("logs", "resumed-master-0")).contains("from epoch 3");
  }

  private static List<String> state(Path data, String name) throws IOException {
    try (var files = Files.walk(data.resolve("volumes"))) {
      var file = files.filter(each -> each.endsWith(name)).findFirst();
      return file.isEmpty() ? List.of() : Files.readAllLines(file.get());
    }
  }
}
