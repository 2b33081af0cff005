package dev.slipway.journeys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// What a kubelet does for pods besides running them: volumes that outlive them, hooks, sidecars,
/// tokens, limits of disk, logs of those that have ended.
final class PodLifeJourneyTest {
  private static final Path MANIFESTS = Path.of("src/test/resources/manifests");
  private static final Duration PATIENCE = Duration.ofSeconds(90);

  private static Path data = Path.of("");
  private static LivePlatform platform;
  private static Kubectl kubectl;

  @BeforeAll
  static void start() throws IOException, InterruptedException {
    data = Files.createTempDirectory("slipway-data");
    platform = LivePlatform.start(data, "--capacity", "nvidia.com/gpu=2");
    kubectl = platform.kubectl();
  }

  @AfterAll
  static void end() throws IOException {
    platform.close();
    LiveServer.deleteTree(data);
  }

  /// A pod of one container that runs a script.
  private static String pod(String name, String script, String container, String more) {
    return """
    apiVersion: v1
    kind: Pod
    metadata: {name: %s}
    spec:
      restartPolicy: Never
      terminationGracePeriodSeconds: 20
      containers:
        - name: main
          image: busybox
          command: [sh, -c, '%s']
          %s
      %s
    """
        .formatted(name, script, container, more);
  }

  private static void awaitPhase(String pod, String phase) {
    await()
        .atMost(PATIENCE)
        .untilAsserted(
            () ->
                assertThat(kubectl.field(".status.phase", "pod/" + pod))
                    .as(() -> kubectl.ok("describe", "pod", pod))
                    .isEqualTo(phase));
  }

  @Test
  void aFileInAClaimIsThereForTheNextPod() {
    var volume = "volumes: [{name: v, persistentVolumeClaim: {claimName: shelf}}]";
    var mount = "volumeMounts: [{name: v, mountPath: /shelf}]";
    kubectl.apply(pod("writer", "echo kept > /shelf/note", mount, volume));
    await()
        .atMost(PATIENCE)
        .untilAsserted(
            () ->
                assertThat(kubectl.ok("describe", "pod", "writer"))
                    .contains("persistentvolumeclaim \"shelf\" not found"));
    kubectl.apply(
        """
        apiVersion: v1
        kind: PersistentVolumeClaim
        metadata: {name: shelf}
        spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}
        """);
    awaitPhase("writer", "Succeeded");
    kubectl.ok("delete", "pod", "writer");
    kubectl.apply(pod("reader", "cat /shelf/note", mount, volume));
    awaitPhase("reader", "Succeeded");

    assertThat(kubectl.ok("logs", "reader")).isEqualTo("kept\n");
    assertThat(kubectl.ok("get", "pvc", "shelf", "--no-headers"))
        .containsPattern("Bound +pvc-\\S+ +1Gi +RWO +standard");
    kubectl.ok("delete", "pod/reader", "pvc/shelf");
    await()
        .atMost(PATIENCE)
        .untilAsserted(() -> assertThat(data.resolve("volumes")).isEmptyDirectory());
  }

  /// Where pods may leave a trace that outlives them.
  private static String traces() throws IOException {
    var directory = Files.createDirectories(data.resolve("traces"));
    return "volumes: [{name: t, hostPath: {path: " + directory + "}}]";
  }

  private static List<String> trace(String name) throws IOException {
    return Files.readAllLines(data.resolve("traces").resolve(name));
  }

  @Test
  void hooksRunAfterTheStartAndBeforeTheEnd() throws IOException {
    var hooks =
        "{name: t, mountPath: /traces}], lifecycle: {"
            + "postStart: {exec: {command: [sh, -c, echo started >> /traces/hooks]}}, "
            + "preStop: {exec: {command: [sh, -c, sleep 0.5; echo stopping >> /traces/hooks]}}}";
    var script = "trap \"echo term >> /traces/hooks; exit 0\" TERM; while :; do sleep 0.1; done";
    kubectl.apply(
        """
        apiVersion: v1
        kind: Pod
        metadata: {name: hooked}
        spec:
          terminationGracePeriodSeconds: 60
          %s
          containers:
            - {name: main, image: busybox, command: [sh, -c, '%s'], volumeMounts: [%s}
        """
            .formatted(traces(), script, hooks));
    kubectl.ok("wait", "--for=condition=Ready", "pod/hooked", "--timeout=90s");
    assertThat(trace("hooks")).containsExactly("started");
    kubectl.ok("delete", "pod", "hooked");

    assertThat(trace("hooks")).containsExactly("started", "stopping", "term");
  }

  @Test
  void aPostStartHookThatFailsEndsTheContainer() {
    var hook = "lifecycle: {postStart: {exec: {command: [sh, -c, exit 3]}}}";
    kubectl.apply(pod("badhook", "sleep 1000", hook, ""));
    awaitPhase("badhook", "Failed");

    await()
        .atMost(PATIENCE)
        .untilAsserted(
            () ->
                assertThat(kubectl.ok("describe", "pod", "badhook"))
                    .contains("FailedPostStartHook"));
  }

  @Test
  void sidecarsEndAfterTheOthersTheLastFirst() throws IOException {
    var mount = "volumeMounts: [{name: t, mountPath: /traces}]";
    var sidecar =
        "{name: %1$s, image: busybox, restartPolicy: Always, "
            + mount
            + ", command: [sh, -c, 'trap \"echo %1$s >> /traces/order; exit 0\" TERM; while :; do"
            + " sleep 0.1; done']}";
    var inits = sidecar.formatted("first") + ", " + sidecar.formatted("second");
    kubectl.apply(
        pod(
            "sidecars",
            "sleep 1; echo main >> /traces/order",
            mount,
            traces() + "\n  initContainers: [" + inits + "]"));
    awaitPhase("sidecars", "Succeeded");

    assertThat(trace("order")).containsExactly("main", "second", "first");
  }

  @Test
  void aPodReachesTheApiWithItsToken() {
    kubectl.apply(
        """
        apiVersion: v1
        kind: Pod
        metadata: {name: caller}
        spec:
          restartPolicy: Never
          containers:
            - name: main
              image: python:3
              command:
                - python3
                - -c
                - |
                  import os, ssl, urllib.request as u
                  d = "/var/run/secrets/kubernetes.io/serviceaccount/"
                  c = ssl.create_default_context(cafile=d + "ca.crt")
                  h = os.environ["KUBERNETES_SERVICE_HOST"]
                  p = os.environ["KUBERNETES_SERVICE_PORT"]
                  r = u.Request(
                      f"https://{h}:{p}/apis/authentication.k8s.io/v1/selfsubjectreviews",
                      b'{"apiVersion": "authentication.k8s.io/v1", "kind": "SelfSubjectReview"}',
                      {"Content-Type": "application/json",
                       "Authorization": "Bearer " + open(d + "token").read()})
                  print(open(d + "namespace").read(), u.urlopen(r, context=c).read())
        """);
    await()
        .atMost(PATIENCE)
        .untilAsserted(
            () ->
                assertThat(kubectl.run("logs", "caller").out())
                    .contains("default ")
                    .contains("system:serviceaccount:default:default"));
  }

  @Test
  void mountedFilesFollowTheirConfigMap() {
    kubectl.ok("create", "configmap", "words", "--from-literal=word=before");
    kubectl.apply(
        pod(
            "follower",
            "until grep -q after /words/word; do sleep 0.1; done; ls -L /words; stat -Lc %a"
                + " /words/word",
            "volumeMounts: [{name: w, mountPath: /words}]",
            "volumes: [{name: w, configMap: {name: words, defaultMode: 0440}}]"));
    awaitPhase("follower", "Running");
    kubectl.ok("patch", "configmap", "words", "-p", "{\"data\": {\"word\": \"after\"}}");
    awaitPhase("follower", "Succeeded");

    assertThat(kubectl.ok("logs", "follower")).isEqualTo("word\n440\n");
  }

  @Test
  void whoFillsALimitedDirectoryIsEvicted() {
    kubectl.apply(
        pod(
            "greedy",
            "head -c 3000000 /dev/zero > /cache/file; sleep 1000",
            "volumeMounts: [{name: c, mountPath: /cache}]",
            "volumes: [{name: c, emptyDir: {sizeLimit: 1Mi}}]"));
    awaitPhase("greedy", "Failed");

    assertThat(kubectl.field(".status.reason", "pod/greedy")).isEqualTo("Evicted");
    assertThat(kubectl.field(".status.message", "pod/greedy"))
        .isEqualTo("Usage of EmptyDir volume \"c\" exceeds the limit \"1Mi\". ");
  }

  @Test
  void aPathOfTheMachineThatIsNotWhatItsTypeSaysIsToldInAnEvent() {
    kubectl.apply(
        pod(
            "mounter",
            "true",
            "volumeMounts: [{name: h, mountPath: /h}]",
            "volumes: [{name: h, hostPath: {path: " + data + "/absent, type: Directory}}]"));
    await()
        .atMost(PATIENCE)
        .untilAsserted(
            () ->
                assertThat(kubectl.ok("describe", "pod", "mounter"))
                    .contains("FailedMount")
                    .contains(
                        "hostPath type check failed: " + data + "/absent is not a directory"));
    assertThat(data.resolve("absent")).doesNotExist();
    kubectl.ok("delete", "pod", "mounter", "--now");
  }

  /// The platform is killed and started again: what has ended is still what it was.
  @Test
  void logsOfWhatHasEndedOutliveThePlatform() throws Exception {
    var own = Files.createTempDirectory("slipway-data");
    var first = LivePlatform.start(own);
    var before = first.kubectl();
    before.apply(pod("done", "echo last words; exit 4", "", ""));
    before.ok("wait", "--for=jsonpath={.status.phase}=Failed", "pod/done", "--timeout=90s");
    first.kill();
    try (var second = first.again()) {
      var after = second.kubectl();
      assertThat(after.ok("logs", "done")).isEqualTo("last words\n");
      assertThat(after.ok("logs", "done", "--tail=1", "--timestamps")).contains("Z last words");
      after.ok("delete", "pod", "done");
      await().atMost(PATIENCE).until(() -> isEmpty(own.resolve("pods")));
    } finally {
      LiveServer.deleteTree(own);
    }
  }

  private static boolean isEmpty(Path directory) throws IOException {
    try (var all = Files.list(directory)) {
      return all.findAny().isEmpty();
    }
  }

  @Test
  void previousLogsAreOfTheStartBefore() {
    var script = "if [ -e mark ]; then echo second; sleep 1000; fi; touch mark; echo first; exit 1";
    kubectl.apply(pod("twice", script, "", "").replace("Never", "Always"));
    await()
        .atMost(PATIENCE)
        .untilAsserted(() -> assertThat(kubectl.run("logs", "twice").out()).isEqualTo("second\n"));

    assertThat(kubectl.ok("logs", "twice", "--previous")).isEqualTo("first\n");
    assertThat(kubectl.ok("logs", "twice", "--since=1h", "--limit-bytes=3")).isEqualTo("sec");
    kubectl.ok("delete", "pod", "twice", "--now");
  }

  @Test
  void aDrainedNodeIsEmptiedAndTakesNoPods() {
    kubectl.apply(pod("moved", "sleep 1000", "", ""));
    awaitPhase("moved", "Running");
    kubectl.ok("drain", "slipway", "--force", "--delete-emptydir-data", "--timeout=90s");
    assertThat(kubectl.run("get", "pod", "moved").err()).contains("not found");
    kubectl.apply(pod("waiting", "true", "", ""));
    await()
        .atMost(PATIENCE)
        .untilAsserted(
            () ->
                assertThat(kubectl.ok("describe", "pod", "waiting"))
                    .contains("node(s) were unschedulable"));
    kubectl.ok("uncordon", "slipway");
    awaitPhase("waiting", "Succeeded");
  }

  /// As its manifest stands in an article: the platform says that it has two GPUs, and the one the
  /// pod is given is no other's.
  @Test
  void aGpuBelongsToOnePod() {
    var gpu = "resources: {limits: {nvidia.com/gpu: 1}}";
    var script = "echo gpu $CUDA_VISIBLE_DEVICES; sleep 1000";
    kubectl.ok("apply", "-f", MANIFESTS.resolve("a12-pod-optimized-pod.yaml").toString());
    kubectl.apply(pod("other", script, gpu, ""));
    kubectl.apply(pod("third", script, gpu, ""));
    await()
        .atMost(PATIENCE)
        .untilAsserted(
            () ->
                assertThat(kubectl.ok("get", "events"))
                    .contains("Insufficient nvidia.com/gpu")
                    .contains("Successfully assigned default/optimized-pod"));
    kubectl.ok("delete", "pod", "optimized-pod", "--now");
    for (var name : List.of("other", "third")) {
      awaitPhase(name, "Running");
    }
    await()
        .atMost(PATIENCE)
        .untilAsserted(
            () ->
                assertThat(List.of(kubectl.ok("logs", "other"), kubectl.ok("logs", "third")))
                    .containsExactlyInAnyOrder("gpu 0\n", "gpu 1\n"));
    kubectl.ok("delete", "pod", "other", "third", "--now");
  }

  @Test
  void aPodWithProbesIsTakenAsItIsWritten() {
    kubectl.ok("apply", "-f", MANIFESTS.resolve("b04-pod-health-check-pod.yaml").toString());
    await()
        .atMost(PATIENCE)
        .untilAsserted(
            () ->
                assertThat(kubectl.ok("describe", "pod", "health-check-pod"))
                    .contains("Successfully assigned default/health-check-pod to slipway")
                    .contains("http-get http://:8080/healthz delay=30s"));
    kubectl.ok("delete", "pod", "health-check-pod", "--now");
  }
}
