package dev.slipway.controllers.apps;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.base.Json;
import dev.slipway.control.ClusterException;
import dev.slipway.control.Key;
import dev.slipway.control.Kinds;
import dev.slipway.control.Reconciler;
import dev.slipway.control.Resource;
import dev.slipway.control.fake.LoopWorld;
import dev.slipway.controllers.FakeKubelet;
import dev.slipway.controllers.FakeKubelet.Fate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.node.ObjectNode;

/// Deployments, their ReplicaSets and a kubelet, from a manifest to its pods.
final class DeploymentLoopTest {
  private static final Key WEB = Kinds.DEPLOYMENT.key("default", "web");
  private static final Duration SOON = Duration.ofSeconds(5);

  private final FakeKubelet kubelet = new FakeKubelet();

  private List<Reconciler> all() {
    var all = new ArrayList<>(AppsControllers.all());
    all.add(kubelet);
    return all;
  }

  private static ObjectNode deployment(String image, int replicas, String strategy) {
    return Json.parseObject(
        """
        {"metadata":{"name":"web","namespace":"default"},"spec":{"replicas":%d,
          "selector":{"matchLabels":{"app":"web"}},"strategy":%s,"progressDeadlineSeconds":60,
          "template":{"metadata":{"labels":{"app":"web"}},
            "spec":{"containers":[{"name":"c","image":"%s"}]}}}}
        """
            .formatted(replicas, strategy, image));
  }

  private static String rolling(int surge, int unavailable) {
    return "{\"type\":\"RollingUpdate\",\"rollingUpdate\":{\"maxSurge\":%d,\"maxUnavailable\":%d}}"
        .formatted(surge, unavailable);
  }

  private static void apply(LoopWorld world, ObjectNode deployment) {
    world.cluster().apply(Kinds.DEPLOYMENT, deployment);
  }

  private static Resource web(LoopWorld world) {
    return world.cluster().get(WEB).orElseThrow();
  }

  private static List<Resource> pods(LoopWorld world) {
    return world.cluster().list(Kinds.POD, "default");
  }

  private static String image(Resource pod) {
    return Json.text(pod.spec().path("containers").path(0), "image");
  }

  private static List<String> images(LoopWorld world) {
    return pods(world).stream().map(DeploymentLoopTest::image).sorted().toList();
  }

  private static String condition(LoopWorld world, String type) {
    return web(world).condition(type) + " " + Json.text(web(world).conditionNode(type), "reason");
  }

  @Test
  void aRollingUpdateReplacesEveryPodAndSettles() {
    try (var world = new LoopWorld(all())) {
      apply(world, deployment("one", 3, rolling(1, 0)));
      world.pass(SOON);
      assertThat(images(world)).containsExactly("one", "one", "one");
      assertThat(condition(world, "Available")).isEqualTo("True MinimumReplicasAvailable");
      apply(world, deployment("two", 3, rolling(1, 0)));
      world.pass(Duration.ofSeconds(20));
      assertThat(images(world)).containsExactly("two", "two", "two");
      assertThat(condition(world, "Progressing")).isEqualTo("True NewReplicaSetAvailable");
      assertThat(web(world).annotation(ReplicaSets.REVISION)).isEqualTo("2");
      assertThat(web(world).status().path("updatedReplicas").asInt()).isEqualTo(3);
      world.mustBeSettled();
    }
  }

  @ParameterizedTest(name = "seed {0}")
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12})
  void aRollingUpdateNeverLeavesItsBounds(long seed) {
    var random = new Random(seed);
    int replicas = 1 + random.nextInt(9);
    int surge = random.nextInt(4);
    int unavailable = surge == 0 ? 1 + random.nextInt(3) : random.nextInt(3);
    kubelet.image("two", new Fate.ReadyAfter(Duration.ofMillis(1 + random.nextInt(5000))));
    try (var world = new LoopWorld(all())) {
      apply(world, deployment("one", replicas, rolling(surge, unavailable)));
      world.pass(SOON);
      var broken = new ArrayList<String>();
      int least = replicas - Math.min(unavailable, replicas);
      var watching =
          world
              .cluster()
              .watch(
                  Kinds.POD,
                  (_, _) -> {
                    int pods = pods(world).size();
                    long ready = pods(world).stream().filter(Pods::ready).count();
                    if (pods > replicas + surge || ready < least) {
                      broken.add(pods + " pods, " + ready + " ready");
                    }
                  });
      apply(world, deployment("two", replicas, rolling(surge, unavailable)));
      world.pass(Duration.ofMinutes(2));
      watching.close();
      assertThat(broken)
          .as("%d replicas, surge %d, unavailable %d", replicas, surge, unavailable)
          .isEmpty();
      assertThat(images(world)).hasSize(replicas).containsOnly("two");
      world.mustBeSettled();
    }
  }

  @Test
  void aRollbackTakesTheOldSetAgainAndNumbersItAnew() {
    try (var world = new LoopWorld(all())) {
      apply(world, deployment("one", 2, rolling(1, 0)));
      world.pass(SOON);
      apply(world, deployment("two", 2, rolling(1, 0)));
      world.pass(Duration.ofSeconds(20));
      apply(world, deployment("one", 2, rolling(1, 0)));
      world.pass(Duration.ofSeconds(20));
      assertThat(images(world)).containsExactly("one", "one");
      assertThat(world.cluster().list(Kinds.REPLICA_SET, "default")).hasSize(2);
      assertThat(web(world).annotation(ReplicaSets.REVISION)).isEqualTo("3");
      world.mustBeSettled();
    }
  }

  @Test
  void aPausedDeploymentScalesButDoesNotRoll() {
    try (var world = new LoopWorld(all())) {
      apply(world, deployment("one", 2, rolling(1, 0)));
      world.pass(SOON);
      var paused = deployment("two", 4, rolling(1, 0));
      ((ObjectNode) paused.path("spec")).put("paused", true);
      apply(world, paused);
      world.pass(Duration.ofSeconds(20));
      assertThat(images(world)).containsExactly("one", "one", "one", "one");
      assertThat(condition(world, "Progressing")).isEqualTo("Unknown DeploymentPaused");
      apply(world, deployment("two", 4, rolling(1, 0)));
      world.pass(Duration.ofSeconds(30));
      assertThat(images(world)).containsExactly("two", "two", "two", "two");
    }
  }

  @Test
  void recreateNeverMixesTemplates() {
    try (var world = new LoopWorld(all())) {
      apply(world, deployment("one", 3, "{\"type\":\"Recreate\"}"));
      world.pass(SOON);
      var mixed = new ArrayList<List<String>>();
      var watching =
          world
              .cluster()
              .watch(
                  Kinds.POD,
                  (_, _) -> {
                    if (images(world).stream().distinct().count() > 1) {
                      mixed.add(images(world));
                    }
                  });
      apply(world, deployment("two", 3, "{\"type\":\"Recreate\"}"));
      world.pass(Duration.ofSeconds(20));
      watching.close();
      assertThat(mixed).isEmpty();
      assertThat(images(world)).containsExactly("two", "two", "two");
      world.mustBeSettled();
    }
  }

  @Test
  void aRolloutThatDoesNotMoveIsToldAtItsDeadlineAndKeepsTheOldPods() {
    kubelet.image("two", new Fate.NeverReady());
    try (var world = new LoopWorld(all())) {
      apply(world, deployment("one", 3, rolling(1, 0)));
      world.pass(SOON);
      apply(world, deployment("two", 3, rolling(1, 0)));
      world.pass(Duration.ofSeconds(50));
      assertThat(condition(world, "Progressing")).isEqualTo("True ReplicaSetUpdated");
      world.pass(Duration.ofSeconds(20));
      assertThat(condition(world, "Progressing")).isEqualTo("False ProgressDeadlineExceeded");
      assertThat(images(world)).containsExactly("one", "one", "one", "two");
      world.mustBeSettled();
      apply(world, deployment("three", 3, rolling(1, 0)));
      world.pass(Duration.ofSeconds(20));
      assertThat(images(world)).containsExactly("three", "three", "three");
      assertThat(condition(world, "Progressing")).isEqualTo("True NewReplicaSetAvailable");
    }
  }

  /// `pkg/controller/deployment/progress.go`: a resync of a finished rollout estimates no progress.
  @Test
  void aPlainScaleUpIsNoNewRollout() {
    try (var world = new LoopWorld(all())) {
      apply(world, deployment("one", 2, rolling(1, 0)));
      world.pass(SOON);
      var reasons = new ArrayList<String>();
      var watching =
          world
              .cluster()
              .watch(Kinds.DEPLOYMENT, (now, _) -> reasons.add(reason(now, "Progressing")));
      apply(world, deployment("one", 5, rolling(1, 0)));
      world.pass(Duration.ofSeconds(30));
      watching.close();
      assertThat(images(world)).hasSize(5);
      assertThat(reasons).containsOnly("NewReplicaSetAvailable");
    }
  }

  private static String reason(Resource object, String type) {
    return Json.text(object.conditionNode(type), "reason");
  }

  @Test
  void scalingInTheMiddleOfARolloutIsShared() {
    kubelet.image("two", new Fate.NeverReady());
    try (var world = new LoopWorld(all())) {
      apply(world, deployment("one", 10, rolling(2, 2)));
      world.pass(SOON);
      apply(world, deployment("two", 10, rolling(2, 2)));
      world.pass(SOON);
      assertThat(images(world).stream().filter("two"::equals)).hasSize(4);
      apply(world, deployment("two", 20, rolling(2, 2)));
      world.pass(SOON);
      assertThat(pods(world)).hasSize(22);
      assertThat(images(world).stream().filter("two"::equals).count()).isGreaterThan(4);
      kubelet.image("two", new Fate.ReadyAfter(Duration.ofSeconds(1)));
      for (Resource each : pods(world)) {
        var patch = Json.object();
        patch.putObject("metadata").putObject("annotations").put("seen", "again");
        world.cluster().mergePatch(each.key(), "", patch);
      }
      world.pass(Duration.ofSeconds(60));
      assertThat(images(world)).hasSize(20).containsOnly("two");
    }
  }

  @Test
  void aQuotaThatForbidsPodsIsToldUpToTheDeployment() {
    try (var world = new LoopWorld(all())) {
      apply(world, deployment("one", 0, rolling(1, 0)));
      world.settle();
      var set = world.cluster().list(Kinds.REPLICA_SET, "default").getFirst();
      var pod = Kinds.POD.key("default", set.name() + "-00000");
      world.cluster().refuse(pod, new ClusterException(403, "Forbidden", "exceeded quota: few"));
      apply(world, deployment("one", 1, rolling(1, 0)));
      world.pass(Duration.ofSeconds(2));
      assertThat(condition(world, "ReplicaFailure")).isEqualTo("True FailedCreate");
      world.cluster().relent(pod);
      world.pass(Duration.ofMinutes(3));
      assertThat(images(world)).containsExactly("one");
      assertThat(web(world).condition("ReplicaFailure")).isEqualTo("Unknown");
    }
  }
}
