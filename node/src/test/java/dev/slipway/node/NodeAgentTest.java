package dev.slipway.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.slipway.base.Json;
import dev.slipway.control.Kinds;
import dev.slipway.control.Recorder;
import dev.slipway.control.Resource;
import dev.slipway.control.fake.WatchedCluster;
import dev.slipway.dataplane.gateway.LocalEndpoints;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.node.ObjectNode;

final class NodeAgentTest {
  @TempDir private Path data;
  private final WatchedCluster cluster = new WatchedCluster();
  private final TestRuntime runtime = new TestRuntime();
  private final List<Recorder.Happened> events = new CopyOnWriteArrayList<>();
  private final List<NodeAgent> agents = new CopyOnWriteArrayList<>();

  private NodeAgent started() {
    return started(NodeSettings.at(data));
  }

  private NodeAgent started(NodeSettings settings) {
    var agent =
        new NodeAgent(
            cluster,
            events::add,
            InstantSource.system(),
            settings,
            List.of(runtime),
            new LocalEndpoints());
    agent.start();
    agents.add(agent);
    return agent;
  }

  @AfterEach
  void close() {
    agents.forEach(NodeAgent::close);
  }

  private static ObjectNode pod(String name, String more) {
    return Json.parseObject(
        """
        {"apiVersion": "v1", "kind": "Pod",
         "metadata": {"name": "%s", "namespace": "default"},
         "spec": {"nodeName": "slipway", "restartPolicy": "Always",
           "terminationGracePeriodSeconds": 30,
           "containers": [{"name": "main", "image": "test/server"%s}]},
         "status": {"phase": "Pending", "qosClass": "BestEffort"}}
        """
            .formatted(name, more));
  }

  private Resource awaitPod(String name, Predicate<Resource> wanted) {
    return await()
        .atMost(Duration.ofSeconds(20))
        .pollInterval(Duration.ofMillis(2))
        .until(() -> cluster.find(Kinds.POD, name), wanted);
  }

  private List<String> reasons() {
    return events.stream().map(Recorder.Happened::reason).toList();
  }

  @Test
  void registersTheNodeWithItsCapacityAndConditions() {
    started();

    var node = cluster.get(Kinds.NODE.key("", "slipway")).orElseThrow();
    assertThat(node.isTrue("Ready")).isTrue();
    assertThat(node.condition("MemoryPressure")).isEqualTo("False");
    var cores = Integer.toString(Runtime.getRuntime().availableProcessors());
    for (var list : List.of("capacity", "allocatable")) {
      assertThat(node.text("status", list, "pods")).isEqualTo("110000");
      assertThat(node.text("status", list, "cpu")).as("the machine's own").isEqualTo(cores);
      assertThat(node.text("status", list, "memory"))
          .isEqualTo(Capacity.memoryBytes() / 1024 + "Ki");
      assertThat(node.text("status", list, "ephemeral-storage")).matches("[1-9]\\d*Ki");
    }
    assertThat(node.label("kubernetes.io/hostname")).isEqualTo("slipway");
  }

  @Test
  void aPodThatIsReadyAtOnceTakesOneWrite() {
    started(NodeSettings.at(data).withStatusDelay(Duration.ofMinutes(5)));
    cluster.create(Kinds.POD, pod("web", ""));

    var pod = awaitPod("web", each -> each.isTrue("Ready"));

    assertThat(pod.text("status", "phase")).isEqualTo("Running");
    assertThat(pod.text("status", "podIP")).startsWith("127.64.");
    assertThat(pod.text("status", "hostIP")).isEqualTo("127.0.0.1");
    assertThat(pod.isTrue("ContainersReady")).isTrue();
    assertThat(pod.isTrue("Initialized")).isTrue();
    assertThat(pod.isTrue("PodReadyToStartContainers")).isTrue();
    var status = pod.status().path("containerStatuses").path(0);
    assertThat(status.path("ready").asBoolean()).isTrue();
    assertThat(status.path("started").asBoolean()).isTrue();
    assertThat(status.path("restartCount").asInt()).isZero();
    assertThat(status.path("state").has("running")).isTrue();
    assertThat(cluster.writes()).filteredOn(each -> each.equals("patch Pod web")).hasSize(1);
    await().until(() -> reasons().containsAll(List.of("Pulled", "Created", "Started")));
  }

  @Test
  void aPodOnItsWaySaysSoAfterAWhile() {
    runtime.readyAtOnce = false;
    started();
    cluster.create(Kinds.POD, pod("slow", ""));

    var pod = awaitPod("slow", each -> !each.text("status", "podIP").isEmpty());

    assertThat(pod.text("status", "phase")).isEqualTo("Running");
    assertThat(pod.condition("Ready")).isEqualTo("False");
    assertThat(pod.conditionNode("Ready").path("reason").asString())
        .isEqualTo("ContainersNotReady");
    assertThat(pod.conditionNode("Ready").path("message").asString())
        .isEqualTo("containers with unready status: [main]");
    runtime.latest().listener().ready(true, "");
    awaitPod("slow", each -> each.isTrue("Ready"));
  }

  @Test
  void theFirstRestartIsAtOnceAndTheSecondWaits() {
    started();
    cluster.create(Kinds.POD, pod("crash", ""));
    awaitPod("crash", each -> each.isTrue("Ready"));

    runtime.latest().listener().ended(1, "Error", "no such file");
    var once =
        awaitPod(
            "crash",
            each ->
                each.isTrue("Ready")
                    && each.status().at("/containerStatuses/0/restartCount").asInt() == 1);
    assertThat(once.status().at("/containerStatuses/0/lastState/terminated/message").asString())
        .isEqualTo("no such file");

    runtime.latest().listener().ended(1, "Error", "no such file");
    var twice =
        awaitPod(
            "crash",
            each ->
                each.status()
                    .at("/containerStatuses/0/state/waiting/reason")
                    .asString("")
                    .equals("CrashLoopBackOff"));

    assertThat(twice.status().at("/containerStatuses/0/state/waiting/message").asString())
        .startsWith("back-off 10s restarting failed container=main pod=crash_default(");
    assertThat(twice.condition("Ready")).isEqualTo("False");
    assertThat(twice.text("status", "phase")).isEqualTo("Running");
    assertThat(reasons()).contains("BackOff");
  }

  @Test
  void aPodThatIsNotRestartedFails() {
    started();
    var never = pod("once", "");
    Json.ensureObject(never, "spec").put("restartPolicy", "Never");
    cluster.create(Kinds.POD, never);
    awaitPod("once", each -> each.isTrue("Ready"));

    runtime.latest().listener().ended(3, "Error", "gave up");

    var pod = awaitPod("once", each -> each.text("status", "phase").equals("Failed"));
    assertThat(pod.status().at("/containerStatuses/0/state/terminated/exitCode").asInt())
        .isEqualTo(3);
    assertThat(pod.conditionNode("Ready").path("reason").asString()).isEqualTo("PodFailed");
  }

  @Test
  void initContainersRunOneAfterTheOtherBeforeTheRest() {
    started();
    var pod = pod("steps", "");
    var inits = Json.ensureObject(pod, "spec").putArray("initContainers");
    inits.addObject().put("name", "one").put("image", "test/step");
    inits.addObject().put("name", "two").put("image", "test/step");
    cluster.create(Kinds.POD, pod);

    await().until(() -> runtime.names().equals(List.of("one")));
    var waiting = awaitPod("steps", each -> !each.text("status", "podIP").isEmpty());
    assertThat(waiting.text("status", "phase")).isEqualTo("Pending");
    assertThat(waiting.conditionNode("Initialized").path("message").asString())
        .isEqualTo("containers with incomplete status: [one two]");
    runtime.latest().listener().ended(0, "Completed", "");
    await().until(() -> runtime.names().equals(List.of("one", "two")));
    runtime.latest().listener().ended(0, "Completed", "");

    var ready = awaitPod("steps", each -> each.isTrue("Ready"));
    assertThat(runtime.names()).containsExactly("one", "two", "main");
    assertThat(ready.isTrue("Initialized")).isTrue();
  }

  @Test
  void aDeletedPodEndsItsContainersAndIsRemoved() {
    var agent = started();
    cluster.create(Kinds.POD, pod("gone", ""));
    awaitPod("gone", each -> each.isTrue("Ready"));

    cluster.delete(Kinds.POD.key("default", "gone"), Json.object());

    await().until(() -> cluster.get(Kinds.POD.key("default", "gone")).isEmpty());
    await().until(() -> agent.pods() == 0);
    assertThat(runtime.latest().stopped).isEqualTo(Duration.ofSeconds(30));
    assertThat(reasons()).contains("Killing");
  }

  @Test
  void anImageThatNothingRunsIsSaidSo() {
    started();
    var unknown = pod("alien", "");
    ((ObjectNode) unknown.at("/spec/containers/0")).put("image", "nginx:1");
    cluster.create(Kinds.POD, unknown);

    var pod =
        awaitPod(
            "alien",
            each ->
                each.status()
                    .at("/containerStatuses/0/state/waiting/reason")
                    .asString("")
                    .equals("ImagePullBackOff"));

    assertThat(pod.text("status", "phase")).isEqualTo("Pending");
    assertThat(pod.status().at("/containerStatuses/0/state/waiting/message").asString())
        .startsWith("Back-off pulling image \"nginx:1\"");
  }

  @Test
  void aMissingSecretKeepsAContainerWaitingUntilItIsThere() {
    started();
    cluster.create(
        Kinds.POD,
        pod(
            "secretive",
            """
            , "env": [{"name": "KEY", "valueFrom": {"secretKeyRef": {"name": "s", "key": "k"}}}]\
            """));
    var waiting =
        awaitPod(
            "secretive",
            each -> each.status().at("/containerStatuses/0/state/waiting").has("message"));
    assertThat(waiting.status().at("/containerStatuses/0/state/waiting/reason").asString())
        .isEqualTo("CreateContainerConfigError");
    assertThat(waiting.status().at("/containerStatuses/0/state/waiting/message").asString())
        .isEqualTo("secret \"s\" not found");

    cluster.create(
        Kinds.SECRET,
        Json.parseObject("{\"metadata\": {\"name\": \"s\"}, \"data\": {\"k\": \"dg==\"}}"));

    awaitPod("secretive", each -> each.isTrue("Ready"));
    assertThat(runtime.latest().start().environment()).containsEntry("KEY", "v");
  }

  @Test
  void podsOfAnEarlierProgramRunAgainAndSayThatTheyWereCut() {
    var before = pod("old", "");
    before.set(
        "status",
        Json.parseObject(
            """
            {"phase": "Running", "podIP": "127.64.9.9", "startTime": "2026-01-01T00:00:00Z",
             "conditions": [{"type": "Ready", "status": "True"}],
             "containerStatuses": [{"name": "main", "restartCount": 2, "ready": true,
               "state": {"running": {"startedAt": "2026-01-01T00:00:00Z"}}, "lastState": {}}]}
            """));
    cluster.create(Kinds.POD, before);
    started();

    var pod =
        awaitPod(
            "old",
            each ->
                each.isTrue("Ready")
                    && each.status().at("/containerStatuses/0/restartCount").asInt() == 3);

    assertThat(pod.text("status", "podIP")).isEqualTo("127.64.9.9");
    assertThat(pod.status().at("/containerStatuses/0/lastState/terminated/reason").asString())
        .isEqualTo("Unknown");
    assertThat(pod.text("status", "startTime")).isEqualTo("2026-01-01T00:00:00Z");
  }

  /// A pod with an init container that an earlier program was cut off at.
  private void cut(String name, String policy, String init, String main) {
    var before = pod(name, "");
    var spec = Json.ensureObject(before, "spec").put("restartPolicy", policy);
    spec.putArray("initContainers").addObject().put("name", "step").put("image", "test/step");
    before.set(
        "status",
        Json.parseObject(
            """
            {"phase": "Running", "podIP": "127.64.9.9", "startTime": "2026-01-01T00:00:00Z",
             "initContainerStatuses": [{"name": "step", "state": {%s}}],
             "containerStatuses": [{"name": "main", "state": {%s}}]}
            """
                .formatted(init, main)));
    cluster.create(Kinds.POD, before);
  }

  @Test
  void whatIsNotRestartedFailsAndItsInitContainersStayDone() {
    var running = "\"running\": {\"startedAt\": \"2026-01-01T00:00:01Z\"}";
    var done = "\"terminated\": {\"exitCode\": 0}";
    var waiting = "\"waiting\": {\"reason\": \"PodInitializing\"}";
    cut("in-main", "Never", done, running);
    cut("in-init", "Never", running, waiting);
    cut("again", "OnFailure", done, running);
    started();

    for (var name : List.of("in-main", "in-init")) {
      awaitPod(name, each -> each.text("status", "phase").equals("Failed"));
    }
    await().until(() -> runtime.names().equals(List.of("step")));
    runtime.latest().listener().ended(0, "Completed", "");

    awaitPod("again", each -> each.isTrue("Ready"));
    assertThat(runtime.all)
        .as("its processes and network are gone, and made as at first")
        .allMatch(each -> each.start().pod().name().equals("again"));
    var ended = cluster.find(Kinds.POD, "in-main").status();
    assertThat(ended.at("/containerStatuses/0/state/terminated/exitCode").asInt()).isEqualTo(255);
    assertThat(ended.at("/initContainerStatuses/0/state").has("terminated"))
        .as("the API refuses that a container that has ended for good does no longer")
        .isTrue();
  }
}
