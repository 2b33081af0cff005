package dev.slipway.controllers.policy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.base.Json;
import dev.slipway.control.Kinds;
import dev.slipway.control.fake.FakeClock;
import dev.slipway.control.fake.World;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// From a budget and its pods to how many may go.
///
/// Cases: `pkg/controller/disruption/disruption_test.go`.
final class DisruptionBudgetTest {
  private static World world(String budget) {
    return World.of(
        Kinds.POD_DISRUPTION_BUDGET,
        "{\"metadata\":{\"name\":\"b\"},\"spec\":{"
            + budget
            + ",\"selector\":{\"matchLabels\":{\"app\":\"w\"}}}}");
  }

  private static World pods(World given, int from, int count, boolean ready, String owner) {
    var world = given;
    for (int i = from; i < from + count; i++) {
      world =
          world.with(
              Kinds.POD,
              """
              {"metadata":{"name":"p%d","labels":{"app":"w"},"ownerReferences":[%s]},
               "status":{"conditions":[{"type":"Ready","status":"%s"}]}}
              """
                  .formatted(i, owner, ready ? "True" : "False"));
    }
    return world;
  }

  private static String owner(String apiVersion, String kind) {
    return "{\"apiVersion\":\"%s\",\"kind\":\"%s\",\"name\":\"o\",\"uid\":\"o\",\"controller\":true}"
        .formatted(apiVersion, kind);
  }

  private static World replicas(World world, int replicas) {
    return world.with(
        Kinds.REPLICA_SET,
        "{\"metadata\":{\"name\":\"o\",\"uid\":\"o\"},\"spec\":{\"replicas\":" + replicas + "}}");
  }

  @ParameterizedTest(name = "{7}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          # budget             | owner wants | ready | not ready | allowed | desired | expected | why
          "minAvailable":3     | 3  | 3 | 0 | 0 | 3 | 3  | all are needed
          "minAvailable":2     | 3  | 3 | 0 | 1 | 2 | 3  | one is more than needed
          "minAvailable":2     | 3  | 2 | 1 | 0 | 2 | 3  | one is not ready
          "minAvailable":"28%" | 10 | 10 | 0 | 7 | 3 | 10 | a share is rounded up
          "minAvailable":"67%" | 10 | 1 | 0 | 0 | 7 | 10 | what the owner wants counts
          "minAvailable":"0%"  | 10 | 1 | 0 | 1 | 0 | 10 | none is needed
          "maxUnavailable":1   | 5  | 5 | 0 | 1 | 4 | 5  | one may be missing
          "maxUnavailable":"30%" | 7 | 7 | 0 | 3 | 4 | 7 | a share is rounded up here too
          "maxUnavailable":3   | 2  | 2 | 0 | 2 | 0 | 2  | more than there are
          "maxUnavailable":0   | 2  | 2 | 0 | 0 | 2 | 2  | none may
          "minAvailable":1     | 1  | 0 | 0 | 0 | 1 | 0  | no pods
          """)
  void allows(
      String budget,
      int replicas,
      int ready,
      int unready,
      int allowed,
      int desired,
      int expected,
      String why) {
    var owner = owner("apps/v1", "ReplicaSet");
    var world = pods(replicas(world(budget), replicas), 0, ready, true, owner);
    var status =
        pods(world, ready, unready, false, owner).plan(new DisruptionBudgetReconciler()).status();
    assertThat(status.path("disruptionsAllowed").asInt()).as(why).isEqualTo(allowed);
    assertThat(status.path("desiredHealthy").asInt()).as(why).isEqualTo(desired);
    assertThat(status.path("expectedPods").asInt()).as(why).isEqualTo(expected);
    assertThat(status.path("currentHealthy").asInt()).as(why).isEqualTo(ready);
    var condition = status.path("conditions").path(0);
    assertThat(Json.text(condition, "reason"))
        .isEqualTo(allowed > 0 ? "SufficientPods" : "InsufficientPods");
  }

  @Test
  void aPodThatWasEvictedCountsNoMoreAndIsForgottenAfterTwoMinutes() {
    var owner = owner("apps/v1", "ReplicaSet");
    var world =
        pods(replicas(world("\"minAvailable\":1"), 3), 0, 3, true, owner)
            .with("/status", "disruptedPods", Map.of("p0", FakeClock.START.toString()));
    var soon = world.plan(new DisruptionBudgetReconciler());
    assertThat(soon.status().path("disruptionsAllowed").asInt()).isEqualTo(1);
    assertThat(soon.status().path("disruptedPods").has("p0")).isTrue();
    assertThat(soon.again()).isPresent();
    var late = world.at(FakeClock.START.plusSeconds(121)).plan(new DisruptionBudgetReconciler());
    assertThat(late.status().path("disruptionsAllowed").asInt()).isEqualTo(2);
    assertThat(late.events())
        .containsExactly(
            "Warning NotDeleted Pod was expected by PDB default/b to be deleted but it wasn't");
  }

  @Test
  void anOwnerThatDoesNotScaleIsTold() {
    var world = pods(world("\"maxUnavailable\":1"), 0, 1, true, owner("batch/v1", "Job"));
    var planned = world.plan(new DisruptionBudgetReconciler());
    assertThat(planned.condition("DisruptionAllowed"))
        .isEqualTo("False SyncFailed: jobs.batch does not implement the scale subresource");
    assertThat(planned.events())
        .containsExactly(
            "Warning CalculateExpectedPodCountFailed Failed to calculate the number of expected"
                + " pods: jobs.batch does not implement the scale subresource");
  }

  @Test
  void podsOfNobodyAreTold() {
    var planned =
        pods(world("\"maxUnavailable\":1"), 0, 1, true, "").plan(new DisruptionBudgetReconciler());
    assertThat(planned.events().getFirst()).startsWith("Warning UnmanagedPods Pods selected");
    assertThat(planned.status().path("disruptionsAllowed").asInt()).isZero();
  }
}
