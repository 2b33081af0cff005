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
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.node.ObjectNode;

/// StatefulSets and a kubelet, from a manifest to its pods and claims.
final class StatefulSetLoopTest {
  private static final Duration LONG = Duration.ofSeconds(60);

  private final FakeKubelet kubelet = new FakeKubelet();

  private List<Reconciler> all() {
    return List.of(new StatefulSetReconciler(), kubelet);
  }

  private static ObjectNode set(String image, int replicas, String more) {
    return Json.parseObject(
        """
        {"metadata":{"name":"db","namespace":"default"},"spec":{"replicas":%d,%s
          "selector":{"matchLabels":{"app":"db"}},"serviceName":"db",
          "template":{"metadata":{"labels":{"app":"db"}},
            "spec":{"containers":[{"name":"c","image":"%s"}]}}}}
        """
            .formatted(replicas, more, image));
  }

  private static void apply(LoopWorld world, ObjectNode set) {
    world.cluster().apply(Kinds.STATEFUL_SET, set);
  }

  /// `db-0 one`, in order.
  private static List<String> pods(LoopWorld world) {
    return world.cluster().list(Kinds.POD, "default").stream()
        .map(each -> each.name() + " " + Json.text(each.spec().path("containers").path(0), "image"))
        .toList();
  }

  private static Resource db(LoopWorld world) {
    return world.cluster().get(Kinds.STATEFUL_SET.key("default", "db")).orElseThrow();
  }

  @Test
  void podsComeInOrderEachOnceTheOneBeforeIsReady() {
    try (var world = new LoopWorld(all())) {
      kubelet.image("one", new Fate.ReadyAfter(Duration.ofSeconds(10)));
      apply(world, set("one", 3, ""));
      world.settle();
      assertThat(pods(world)).containsExactly("db-0 one");
      world.pass(Duration.ofSeconds(11));
      assertThat(pods(world)).containsExactly("db-0 one", "db-1 one");
      world.pass(LONG);
      assertThat(pods(world)).containsExactly("db-0 one", "db-1 one", "db-2 one");
      assertThat(db(world).status().path("availableReplicas").asInt()).isEqualTo(3);
      assertThat(db(world).text("status", "currentRevision"))
          .isEqualTo(db(world).text("status", "updateRevision"));
      world.mustBeSettled();
    }
  }

  @Test
  void parallelPodsComeAtOnce() {
    try (var world = new LoopWorld(all())) {
      apply(world, set("one", 3, "\"podManagementPolicy\":\"Parallel\","));
      world.settle();
      assertThat(pods(world)).hasSize(3);
    }
  }

  @Test
  void anUpdateGoesFromTheHighestDownAndStopsWhereAPodIsNotReady() {
    try (var world = new LoopWorld(all())) {
      apply(world, set("one", 3, ""));
      world.pass(LONG);
      kubelet.image("two", new Fate.NeverReady());
      apply(world, set("two", 3, ""));
      world.pass(LONG);
      assertThat(pods(world)).containsExactly("db-0 one", "db-1 one", "db-2 two");
      kubelet.image("three", new Fate.ReadyAfter(Duration.ofSeconds(1)));
      apply(world, set("three", 3, ""));
      world.cluster().delete(Kinds.POD.key("default", "db-2"), Json.object());
      world.pass(LONG);
      assertThat(pods(world)).containsExactly("db-0 three", "db-1 three", "db-2 three");
      world.mustBeSettled();
    }
  }

  @Test
  void podsBelowThePartitionStayAsTheyAreEvenWhenMadeAgain() {
    try (var world = new LoopWorld(all())) {
      apply(world, set("one", 3, ""));
      world.pass(LONG);
      var partition = "\"updateStrategy\":{\"rollingUpdate\":{\"partition\":2}},";
      apply(world, set("two", 3, partition));
      world.pass(LONG);
      assertThat(pods(world)).containsExactly("db-0 one", "db-1 one", "db-2 two");
      world.cluster().delete(Kinds.POD.key("default", "db-0"), Json.object());
      world.pass(LONG);
      assertThat(pods(world)).containsExactly("db-0 one", "db-1 one", "db-2 two");
      assertThat(db(world).status().path("updatedReplicas").asInt()).isEqualTo(1);
      world.mustBeSettled();
    }
  }

  @Test
  void scalingInEndsTheHighestFirstOneByOne() {
    try (var world = new LoopWorld(all())) {
      apply(world, set("one", 4, ""));
      world.pass(LONG);
      var gone = new ArrayList<String>();
      var watching =
          world
              .cluster()
              .watch(
                  Kinds.POD,
                  (pod, removed) -> {
                    if (removed) {
                      gone.add(pod.name());
                    }
                  });
      apply(world, set("one", 1, ""));
      world.pass(LONG);
      watching.close();
      assertThat(gone).containsExactly("db-3", "db-2", "db-1");
      assertThat(pods(world)).containsExactly("db-0 one");
    }
  }

  @Test
  void eachPodHasAClaimThatOutlivesIt() {
    var claims =
        "\"volumeClaimTemplates\":[{\"metadata\":{\"name\":\"data\"},\"spec\":{\"accessModes\":"
            + "[\"ReadWriteOnce\"],\"resources\":{\"requests\":{\"storage\":\"1Gi\"}}}}],";
    try (var world = new LoopWorld(all())) {
      apply(world, set("one", 2, claims));
      world.pass(LONG);
      apply(world, set("one", 1, claims));
      world.pass(LONG);
      assertThat(world.cluster().list(Kinds.CLAIM, "default").stream().map(Resource::name))
          .containsExactly("data-db-0", "data-db-1");
      var pod = world.cluster().get(Kinds.POD.key("default", "db-0")).orElseThrow();
      assertThat(pod.tree().at("/spec/volumes/0/persistentVolumeClaim/claimName").asString())
          .isEqualTo("data-db-0");
      var retained =
          claims + "\"persistentVolumeClaimRetentionPolicy\":{\"whenScaled\":\"Delete\"},";
      apply(world, set("one", 1, retained));
      world.pass(LONG);
      assertThat(world.cluster().list(Kinds.CLAIM, "default").stream().map(Resource::name))
          .containsExactly("data-db-0");
    }
  }
}
