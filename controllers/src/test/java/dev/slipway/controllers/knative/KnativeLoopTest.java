package dev.slipway.controllers.knative;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.base.Json;
import dev.slipway.control.Key;
import dev.slipway.control.Kind;
import dev.slipway.control.Kinds;
import dev.slipway.control.Reconciler;
import dev.slipway.control.Resource;
import dev.slipway.control.fake.LoopWorld;
import dev.slipway.controllers.FakeKubelet;
import dev.slipway.controllers.FakeKubelet.Fate;
import dev.slipway.controllers.apps.AppsControllers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// Knative's controllers with those of `apps/v1` and a kubelet: from a Service to its pods.
final class KnativeLoopTest {
  private static final Key WEB = Kinds.KNATIVE_SERVICE.key("default", "web");
  private static final Duration SOON = Duration.ofSeconds(5);

  private final FakeKubelet kubelet = new FakeKubelet();

  private List<Reconciler> all() {
    var all =
        new ArrayList<>(KnativeControllers.all(new KnativeSettings("localhost", "http", 8080)));
    all.addAll(AppsControllers.all());
    all.add(new FakeAutoscaler());
    all.add(kubelet);
    return all;
  }

  private static ObjectNode service(String image, String traffic) {
    return Json.parseObject(
        """
        {"metadata":{"name":"web","namespace":"default"},"spec":{
          "template":{"spec":{"containers":[{"name":"user-container","image":"%s"}],
            "timeoutSeconds":300,"containerConcurrency":0}},
          "traffic":%s}}
        """
            .formatted(image, traffic));
  }

  private static final String LATEST = "[{\"latestRevision\":true,\"percent\":100}]";

  private static void apply(LoopWorld world, String image, String traffic) {
    world.cluster().apply(Kinds.KNATIVE_SERVICE, service(image, traffic));
  }

  private static Resource web(LoopWorld world) {
    return world.cluster().get(WEB).orElseThrow();
  }

  private static Resource revision(LoopWorld world, int number) {
    return world
        .cluster()
        .get(Kinds.REVISION.key("default", "web-%05d".formatted(number)))
        .orElseThrow();
  }

  /// What the web host leads to, as `web-00001 100`.
  private static Map<String, Integer> splits(LoopWorld world, int rule) {
    var ingress = world.cluster().get(Kinds.KNATIVE_INGRESS.key("default", "web")).orElseThrow();
    var shares = new LinkedHashMap<String, Integer>();
    for (JsonNode each : ingress.tree().at("/spec/rules/" + rule + "/http/paths/0/splits")) {
      shares.put(Json.text(each, "serviceName"), each.path("percent").asInt());
    }
    return shares;
  }

  private static String ready(Resource object) {
    var found = object.conditionNode("Ready");
    var reason = Json.text(found, "reason");
    return object.condition("Ready")
        + (reason.isEmpty() ? "" : " " + reason)
        + (Json.text(found, "message").isEmpty()
            ? ""
            : ": "
                + Json.text(found, "message")
                    .replaceAll("deployment-[a-z0-9]+", "deployment-HASH"));
  }

  private static long count(LoopWorld world, Kind kind) {
    return world.cluster().list(kind, "default").size();
  }

  @Test
  void aServiceBecomesReadyAndASecondPassWritesNothing() {
    try (var world = new LoopWorld(all())) {
      apply(world, "one", LATEST);
      world.settle();
      assertThat(web(world).condition("Ready")).isEqualTo("Unknown");
      world.pass(SOON);
      var status = web(world).status();
      assertThat(ready(web(world))).isEqualTo("True");
      assertThat(Json.text(status, "url")).isEqualTo("http://web.default.localhost:8080");
      assertThat(Json.text(status, "address", "url"))
          .isEqualTo("http://web.default.svc.cluster.local");
      assertThat(Json.text(status, "latestCreatedRevisionName")).isEqualTo("web-00001");
      assertThat(Json.text(status, "latestReadyRevisionName")).isEqualTo("web-00001");
      assertThat(status.path("traffic").toString())
          .isEqualTo("[{\"revisionName\":\"web-00001\",\"latestRevision\":true,\"percent\":100}]");
      assertThat(splits(world, 0)).containsExactly(Map.entry("web-00001", 100));
      assertThat(revision(world, 1).label("serving.knative.dev/routingState")).isEqualTo("active");
      assertThat(count(world, Kinds.POD)).isEqualTo(1);
      world.mustBeSettled();
    }
  }

  @Test
  void trafficMovesToANewRevisionOnlyOnceItIsReady() {
    try (var world = new LoopWorld(all())) {
      kubelet.image("two", new Fate.ReadyAfter(Duration.ofSeconds(30)));
      apply(world, "one", LATEST);
      world.pass(SOON);
      apply(world, "two", LATEST);
      world.pass(SOON);
      assertThat(ready(web(world))).startsWith("Unknown");
      assertThat(web(world).text("status", "latestCreatedRevisionName")).isEqualTo("web-00002");
      assertThat(web(world).text("status", "latestReadyRevisionName")).isEqualTo("web-00001");
      assertThat(splits(world, 0)).containsExactly(Map.entry("web-00001", 100));
      world.pass(Duration.ofSeconds(30));
      assertThat(ready(web(world))).isEqualTo("True");
      assertThat(splits(world, 0)).containsExactly(Map.entry("web-00002", 100));
      assertThat(revision(world, 1).label("serving.knative.dev/routingState")).isEqualTo("reserve");
      assertThat(revision(world, 1).annotations()).doesNotContainKey("serving.knative.dev/routes");
      world.mustBeSettled();
    }
  }

  private void failing(Fate fate, Duration wait, String service, String revision) {
    try (var world = new LoopWorld(all())) {
      kubelet.image("two", fate);
      apply(world, "one", LATEST);
      world.pass(SOON);
      apply(world, "two", LATEST);
      world.pass(wait);
      assertThat(ready(revision(world, 2))).isEqualTo(revision);
      assertThat(ready(web(world))).isEqualTo(service);
      assertThat(splits(world, 0)).containsExactly(Map.entry("web-00001", 100));
      world.mustBeSettled();
      apply(world, "three", LATEST);
      world.pass(SOON);
      assertThat(ready(web(world))).isEqualTo("True");
      assertThat(splits(world, 0)).containsExactly(Map.entry("web-00003", 100));
    }
  }

  @Test
  void aRevisionWhoseProgramEndsGetsNoTrafficAndSaysWhy() {
    failing(
        new Fate.Exits(3, "no such model"),
        SOON,
        "False RevisionFailed: Revision \"web-00002\" failed with message: Container failed with:"
            + " no such model.",
        "False ExitCode3: Container failed with: no such model");
  }

  @Test
  void aRevisionWithoutItsImageSaysWhy() {
    failing(
        new Fate.NoImage(),
        SOON,
        "False RevisionFailed: Revision \"web-00002\" failed with message: Back-off pulling image"
            + " \"two\".",
        "False ImagePullBackOff: Back-off pulling image \"two\"");
  }

  @Test
  void aRevisionThatIsNeverReadyFailsAtItsDeadline() {
    failing(
        new Fate.NeverReady(),
        Duration.ofSeconds(620),
        "False RevisionFailed: Revision \"web-00002\" failed with message: ReplicaSet"
            + " \"web-00002-deployment-HASH\" has timed out progressing..",
        "False ProgressDeadlineExceeded: ReplicaSet \"web-00002-deployment-HASH\" has timed out"
            + " progressing.");
  }

  @Test
  void aRevisionWaitsForCapacityBeyondItsDeadline() {
    try (var world = new LoopWorld(all())) {
      kubelet.image("gpu", new Fate.NoNode());
      apply(world, "gpu", LATEST);
      world.pass(Duration.ofMinutes(30));
      assertThat(ready(revision(world, 1)))
          .isEqualTo(
              "False Unschedulable: 0/1 nodes are available: 1 Insufficient nvidia.com/gpu.");
      var autoscaler = world.cluster().get(Kinds.POD_AUTOSCALER.key("default", "web-00001"));
      assertThat(autoscaler.orElseThrow().text("spec", "reachability")).isEmpty();
      kubelet.image("gpu", new Fate.NeverReady());
      world.cluster().list(Kinds.POD, "default").forEach(each -> touch(world, each));
      world.pass(Duration.ofMinutes(9));
      assertThat(ready(revision(world, 1))).isEqualTo("Unknown Deploying");
      world.pass(Duration.ofMinutes(2));
      assertThat(ready(revision(world, 1))).startsWith("False ProgressDeadlineExceeded");
    }
  }

  private static void touch(LoopWorld world, Resource pod) {
    var patch = Json.object();
    patch.putObject("metadata").putObject("annotations").put("seen", "again");
    world.cluster().mergePatch(pod.key(), "", patch);
  }

  @Test
  void tagsHaveHostsOfTheirOwnAndPinnedTrafficStays() {
    try (var world = new LoopWorld(all())) {
      apply(world, "one", LATEST);
      world.pass(SOON);
      apply(
          world,
          "two",
          """
          [{"revisionName":"web-00001","latestRevision":false,"percent":90,"tag":"current"},
           {"latestRevision":true,"percent":10,"tag":"next"}]
          """);
      world.pass(SOON);
      assertThat(ready(web(world))).isEqualTo("True");
      assertThat(splits(world, 0))
          .containsExactly(Map.entry("web-00001", 90), Map.entry("web-00002", 10));
      assertThat(splits(world, 1)).containsExactly(Map.entry("web-00001", 100));
      assertThat(splits(world, 2)).containsExactly(Map.entry("web-00002", 100));
      assertThat(web(world).status().at("/traffic/1/url").asString())
          .isEqualTo("http://next-web.default.localhost:8080");
      apply(
          world,
          "three",
          "[{\"revisionName\":\"web-00001\",\"latestRevision\":false,\"percent\":100}]");
      world.pass(SOON);
      assertThat(ready(web(world))).isEqualTo("True");
      assertThat(splits(world, 0)).containsExactly(Map.entry("web-00001", 100));
      assertThat(web(world).text("status", "latestReadyRevisionName")).isEqualTo("web-00003");
      world.mustBeSettled();
    }
  }

  @Test
  void aTargetThatIsMissingIsTold() {
    try (var world = new LoopWorld(all())) {
      apply(
          world,
          "one",
          "[{\"revisionName\":\"web-00007\",\"latestRevision\":false,\"percent\":100}]");
      world.pass(SOON);
      assertThat(ready(web(world)))
          .isEqualTo(
              "False RevisionMissing: Revision \"web-00007\" referenced in traffic not found.");
    }
  }

  @Test
  void deletingTheServiceDeletesEverything() {
    try (var world = new LoopWorld(all())) {
      apply(world, "one", LATEST);
      world.pass(SOON);
      world.cluster().delete(WEB, Json.object());
      world.pass(SOON);
      assertThat(world.cluster().all().stream().filter(e -> !e.kind().equals(Kinds.EVENT)))
          .isEmpty();
    }
  }

  @Test
  void aConfigurationOfSomeoneElseIsNotTaken() {
    try (var world = new LoopWorld(all())) {
      var other = service("other", LATEST);
      ((ObjectNode) other.path("spec")).remove("traffic");
      Json.ensureObject(other, "metadata")
          .putArray("ownerReferences")
          .addObject()
          .put("uid", "someone")
          .put("kind", "Other")
          .put("name", "x")
          .put("controller", true);
      world.cluster().put(Kinds.CONFIGURATION, other);
      apply(world, "one", LATEST);
      world.pass(SOON);
      assertThat(ready(web(world)))
          .isEqualTo(
              "False NotOwned: There is an existing Configuration \"web\" that we do not own.");
    }
  }

  @Test
  void aGivenNameIsTheRevisions() {
    try (var world = new LoopWorld(all())) {
      var given = service("one", LATEST);
      Json.ensureObject(given, "spec", "template", "metadata").put("name", "web-blue");
      world.cluster().apply(Kinds.KNATIVE_SERVICE, given);
      world.pass(SOON);
      assertThat(web(world).text("status", "latestReadyRevisionName")).isEqualTo("web-blue");
      assertThat(ready(web(world))).isEqualTo("True");
    }
  }

  @Test
  void eventsInAnyOrderEndInTheSameWorld() {
    LoopWorld.mustConverge(
        all(),
        world -> {
          apply(world, "one", LATEST);
          world.pass(SOON);
          apply(world, "two", LATEST);
          world.pass(SOON);
          world.pass(Duration.ofSeconds(10));
        },
        10,
        7);
  }
}
