package dev.slipway.controllers.apps;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.base.Json;
import dev.slipway.control.Kinds;
import dev.slipway.control.Reconciler;
import dev.slipway.control.Resource;
import dev.slipway.control.fake.LoopWorld;
import dev.slipway.controllers.FakeKubelet;
import dev.slipway.controllers.FakeKubelet.Fate;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/// DaemonSets on several nodes.
final class DaemonSetLoopTest {
  private static final Duration LONG = Duration.ofSeconds(60);

  private final FakeKubelet kubelet = new FakeKubelet();

  private List<Reconciler> all() {
    return List.of(new DaemonSetReconciler(), kubelet);
  }

  private static void node(LoopWorld world, String name, String labels, String spec) {
    world
        .cluster()
        .apply(
            Kinds.NODE,
            Json.parseObject(
                "{\"metadata\":{\"name\":\"%s\",\"labels\":{%s}},\"spec\":{%s}}"
                    .formatted(name, labels, spec)));
  }

  private static void three(LoopWorld world) {
    for (var name : List.of("a", "b", "c")) {
      node(world, name, "", "");
    }
  }

  private static void apply(LoopWorld world, String image, String strategy, String podSpec) {
    world
        .cluster()
        .apply(
            Kinds.DAEMON_SET,
            Json.parseObject(
                """
                {"metadata":{"name":"d","namespace":"default"},"spec":{
                  "selector":{"matchLabels":{"app":"d"}},"updateStrategy":{%s},
                  "template":{"metadata":{"labels":{"app":"d"}},
                    "spec":{%s "containers":[{"name":"c","image":"%s"}]}}}}
                """
                    .formatted(strategy, podSpec, image)));
  }

  /// `{a=one, b=one}`: the image on each node.
  private static Map<String, String> on(LoopWorld world) {
    var images = new TreeMap<String, String>();
    for (var pod : world.cluster().list(Kinds.POD, "default")) {
      var image = Json.text(pod.spec().path("containers").path(0), "image");
      images.merge(DaemonDesired.nodeOf(pod), image, (one, other) -> one + "+" + other);
    }
    return images;
  }

  private static Resource d(LoopWorld world) {
    return world.cluster().get(Kinds.DAEMON_SET.key("default", "d")).orElseThrow();
  }

  @Test
  void eachNodeHasAPodAndANewNodeGetsOne() {
    try (var world = new LoopWorld(all())) {
      three(world);
      apply(world, "one", "", "");
      world.pass(LONG);
      assertThat(on(world)).isEqualTo(Map.of("a", "one", "b", "one", "c", "one"));
      node(world, "d", "", "");
      world.pass(LONG);
      assertThat(on(world)).hasSize(4);
      assertThat(d(world).status().path("numberAvailable").asInt()).isEqualTo(4);
      assertThat(d(world).status().path("desiredNumberScheduled").asInt()).isEqualTo(4);
      assertThat(d(world).status().path("numberUnavailable").isMissingNode()).isTrue();
      world.mustBeSettled();
    }
  }

  @Test
  void nodesAreChosenByLabelsAndTaints() {
    try (var world = new LoopWorld(all())) {
      node(world, "gpu", "\"gpu\":\"yes\"", "");
      node(world, "plain", "", "");
      node(
          world,
          "tainted",
          "\"gpu\":\"yes\"",
          "\"taints\":[{\"key\":\"x\",\"effect\":\"NoSchedule\"}]");
      node(
          world,
          "cordoned",
          "\"gpu\":\"yes\"",
          "\"unschedulable\":true,\"taints\":[{\"key\":\"node.kubernetes.io/unschedulable\","
              + "\"effect\":\"NoSchedule\"}]");
      apply(world, "one", "", "\"nodeSelector\":{\"gpu\":\"yes\"},");
      world.pass(LONG);
      assertThat(on(world)).isEqualTo(Map.of("gpu", "one", "cordoned", "one"));
      node(world, "gpu", "\"gpu\":\"no\"", "");
      world.pass(LONG);
      assertThat(on(world)).isEqualTo(Map.of("cordoned", "one"));
    }
  }

  @Test
  void anUpdateGoesNodeByNodeAndStopsWhereAPodIsNotReady() {
    try (var world = new LoopWorld(all())) {
      three(world);
      apply(world, "one", "", "");
      world.pass(LONG);
      kubelet.image("two", new Fate.NeverReady());
      apply(world, "two", "", "");
      world.pass(LONG);
      assertThat(on(world).values()).containsExactlyInAnyOrder("two", "one", "one");
      assertThat(d(world).status().path("updatedNumberScheduled").asInt()).isEqualTo(1);
      apply(world, "three", "", "");
      world.pass(LONG);
      assertThat(on(world)).isEqualTo(Map.of("a", "three", "b", "three", "c", "three"));
      world.mustBeSettled();
    }
  }

  @Test
  void withMaxSurgeTheNewPodComesFirst() {
    var surge =
        "\"type\":\"RollingUpdate\",\"rollingUpdate\":{\"maxSurge\":1,\"maxUnavailable\":0}";
    try (var world = new LoopWorld(all())) {
      three(world);
      apply(world, "one", surge, "");
      world.pass(LONG);
      kubelet.image("two", new Fate.NeverReady());
      apply(world, "two", surge, "");
      world.pass(LONG);
      assertThat(on(world).values()).hasSize(3).filteredOn(each -> each.contains("+")).hasSize(1);
      assertThat(d(world).status().path("numberAvailable").asInt()).isEqualTo(3);
      apply(world, "three", surge, "");
      world.pass(LONG);
      assertThat(on(world)).isEqualTo(Map.of("a", "three", "b", "three", "c", "three"));
      world.mustBeSettled();
    }
  }

  @Test
  void onDeleteWaitsForTheUser() {
    try (var world = new LoopWorld(all())) {
      node(world, "a", "", "");
      apply(world, "one", "\"type\":\"OnDelete\"", "");
      world.pass(LONG);
      apply(world, "two", "\"type\":\"OnDelete\"", "");
      world.pass(LONG);
      assertThat(on(world)).isEqualTo(Map.of("a", "one"));
      world
          .cluster()
          .list(Kinds.POD, "default")
          .forEach(pod -> world.cluster().delete(pod.key(), Json.object()));
      world.pass(LONG);
      assertThat(on(world)).isEqualTo(Map.of("a", "two"));
    }
  }

  @Test
  void eachTemplateIsKeptAndTheOneThatIsPutBackIsTheNewestAgain() {
    try (var world = new LoopWorld(all())) {
      node(world, "a", "", "");
      for (var image : List.of("one", "two", "one")) {
        apply(world, image, "", "");
        world.pass(LONG);
      }
      var revisions = world.cluster().list(Kinds.CONTROLLER_REVISION, "default");
      assertThat(revisions).hasSize(2);
      for (var each : revisions) {
        var image =
            Json.text(each.at("data", "spec", "template", "spec", "containers").path(0), "image");
        assertThat(each.at("revision").asInt()).isEqualTo(image.equals("one") ? 3 : 2);
        assertThat(each.text("data", "spec", "template", "$patch")).isEqualTo("replace");
      }
    }
  }

  @Test
  void endsInTheSameStateInAnyOrderOfEvents() {
    LoopWorld.mustConverge(
        all(),
        world -> {
          node(world, "a", "", "");
          apply(world, "one", "", "");
          world.settle();
          node(world, "b", "", "");
          world.pass(LONG);
        },
        1,
        11);
  }
}
