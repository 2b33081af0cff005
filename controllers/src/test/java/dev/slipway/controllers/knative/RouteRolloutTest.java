package dev.slipway.controllers.knative;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.base.Json;
import dev.slipway.control.Kinds;
import dev.slipway.control.fake.FakeClock;
import dev.slipway.control.fake.LoopWorld;
import dev.slipway.control.fake.World;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

final class RouteRolloutTest {
  private static final KnativeSettings SETTINGS = new KnativeSettings("localhost", "http", 8080);
  private static final String ROUTE =
      """
      {"metadata":{"name":"web","annotations":{"serving.knative.dev/rollout-duration":"%s"}},
       "spec":{"traffic":[{"configurationName":"web","latestRevision":true,"percent":100}]}}
      """;

  private static LoopWorld world(String duration) {
    var world =
        new LoopWorld(List.of(new RouteReconciler(SETTINGS), new KnativeIngressReconciler()));
    revision(world, "web-1");
    latest(world, "web-1");
    world.cluster().put(Kinds.KNATIVE_ROUTE, Json.parseObject(ROUTE.formatted(duration)));
    world.settle();
    return world;
  }

  private static void revision(LoopWorld world, String name) {
    world
        .cluster()
        .put(
            Kinds.REVISION,
            Json.parseObject(
                "{\"metadata\":{\"name\":\"%s\"},\"status\":{\"conditions\":[{\"type\":\"Ready\","
                        .formatted(name)
                    + "\"status\":\"True\"}]}}"));
  }

  private static void latest(LoopWorld world, String name) {
    revision(world, name);
    world
        .cluster()
        .put(
            Kinds.CONFIGURATION,
            Json.parseObject(
                "{\"metadata\":{\"name\":\"web\"},\"status\":{\"latestReadyRevisionName\":\"%s\"}}"
                    .formatted(name)));
  }

  private static Map<String, Integer> splits(LoopWorld world) {
    var ingress = world.cluster().get(Kinds.KNATIVE_INGRESS.key("default", "web")).orElseThrow();
    var shares = new LinkedHashMap<String, Integer>();
    for (JsonNode each : ingress.tree().at("/spec/rules/0/http/paths/0/splits")) {
      shares.put(Json.text(each, "serviceName"), each.path("percent").asInt());
    }
    return shares;
  }

  private static String reason(LoopWorld world) {
    var route = world.cluster().get(Kinds.KNATIVE_ROUTE.key("default", "web")).orElseThrow();
    return route.condition("Ready") + " " + Json.text(route.conditionNode("Ready"), "reason");
  }

  @Test
  void withoutADurationTrafficMovesAtOnce() {
    try (var world = world("0s")) {
      latest(world, "web-2");
      world.settle();
      assertThat(splits(world)).containsExactly(Map.entry("web-2", 100));
      assertThat(reason(world)).isEqualTo("True ");
    }
  }

  @Test
  void trafficMovesStepByStepAndNeverLosesAPercent() {
    try (var world = world("60s")) {
      assertThat(splits(world)).containsExactly(Map.entry("web-1", 100));
      latest(world, "web-2");
      world.settle();
      assertThat(splits(world)).containsExactly(Map.entry("web-1", 99), Map.entry("web-2", 1));
      assertThat(reason(world)).isEqualTo("Unknown RolloutInProgress");
      var seen = new ArrayList<Integer>();
      for (int second = 0; second < 60; second++) {
        world.pass(Duration.ofSeconds(1));
        var splits = splits(world);
        assertThat(splits.values().stream().mapToInt(each -> each).sum()).isEqualTo(100);
        seen.add(splits.getOrDefault("web-2", 0));
      }
      assertThat(seen).isSorted().contains(3, 51, 99);
      assertThat(splits(world)).containsExactly(Map.entry("web-2", 100));
      assertThat(reason(world)).isEqualTo("True ");
      world.mustBeSettled();
    }
  }

  @Test
  void theStatusTellsWhoHasHowMuch() {
    try (var world = world("60s")) {
      latest(world, "web-2");
      world.pass(Duration.ofSeconds(20));
      var route = world.cluster().get(Kinds.KNATIVE_ROUTE.key("default", "web")).orElseThrow();
      var told = new LinkedHashMap<String, Integer>();
      route
          .status()
          .path("traffic")
          .forEach(e -> told.put(Json.text(e, "revisionName"), e.path("percent").asInt()));
      assertThat(told).isEqualTo(splits(world)).hasSize(2);
      for (String name : List.of("web-1", "web-2")) {
        var revision = world.cluster().get(Kinds.REVISION.key("default", name)).orElseThrow();
        assertThat(revision.label(Serving.ROUTING_STATE)).isEqualTo("active");
      }
    }
  }

  @Test
  void aThirdRevisionBeginsOnTopOfTheMix() {
    try (var world = world("60s")) {
      latest(world, "web-2");
      world.pass(Duration.ofSeconds(20));
      var before = splits(world);
      latest(world, "web-3");
      world.settle();
      assertThat(splits(world))
          .containsEntry("web-3", 1)
          .containsEntry("web-1", before.getOrDefault("web-1", 0))
          .containsEntry("web-2", before.getOrDefault("web-2", 0) - 1);
      world.pass(Duration.ofSeconds(90));
      assertThat(splits(world)).containsExactly(Map.entry("web-3", 100));
    }
  }

  @Test
  void theNetworksDurationHoldsWhereTheRouteHasNone() {
    try (var world = world("")) {
      world
          .cluster()
          .put(
              Kinds.CONFIG_MAP,
              Json.parseObject(
                  "{\"metadata\":{\"name\":\"config-network\",\"namespace\":\"knative-serving\"},"
                      + "\"data\":{\"rollout-duration\":\"30\"}}"));
      world.settle();
      latest(world, "web-2");
      world.settle();
      assertThat(splits(world)).containsEntry("web-2", 1);
      world.pass(Duration.ofSeconds(40));
      assertThat(splits(world)).containsExactly(Map.entry("web-2", 100));
    }
  }

  @Test
  void aRouteIsNotReadyBeforeItsIngressFollows() {
    var route = ROUTE.formatted("");
    var planned =
        World.of(Kinds.KNATIVE_ROUTE, route)
            .with(
                Kinds.CONFIGURATION,
                "{\"metadata\":{\"name\":\"web\"},\"status\":{\"latestReadyRevisionName\":\"a\"}}")
            .with(Kinds.REVISION, "{\"metadata\":{\"name\":\"a\"}}")
            .at(FakeClock.START)
            .plan(new RouteReconciler(SETTINGS));
    assertThat(planned.condition("Ready"))
        .isEqualTo("Unknown IngressNotConfigured: Ingress has not yet been reconciled.");
    assertThat(planned.condition("AllTrafficAssigned")).isEqualTo("True");
  }

  @Test
  void theDomainIsTheOneThatFitsTheLabelsBest() {
    var route =
        World.of(Kinds.KNATIVE_ROUTE, ROUTE.formatted(""))
            .with(
                Kinds.CONFIG_MAP,
                """
                {"metadata":{"name":"config-domain","namespace":"knative-serving"},"data":{
                  "_example":"x","example.com":"","prod.example.com":"selector:\\n  app: prod\\n"}}
                """);
    var plain = route.plan(new RouteReconciler(SETTINGS));
    assertThat(plain.status().path("url").asString())
        .isEqualTo("http://web.default.example.com:8080");
    var prod = route.with("/metadata/labels", "app", "prod").plan(new RouteReconciler(SETTINGS));
    assertThat(prod.status().path("url").asString())
        .isEqualTo("http://web.default.prod.example.com:8080");
    var local =
        route
            .with("/metadata/labels", "networking.knative.dev/visibility", "cluster-local")
            .plan(new RouteReconciler(SETTINGS));
    assertThat(local.status().path("url").asString())
        .isEqualTo("http://web.default.svc.cluster.local");
  }
}
