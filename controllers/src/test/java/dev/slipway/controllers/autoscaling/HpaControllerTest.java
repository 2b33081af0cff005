package dev.slipway.controllers.autoscaling;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.autoscaling.hpa.HpaReading;
import dev.slipway.base.Json;
import dev.slipway.control.ClusterException;
import dev.slipway.control.Key;
import dev.slipway.control.Kinds;
import dev.slipway.control.Resource;
import dev.slipway.control.fake.FakeClock;
import dev.slipway.control.fake.FakeCluster;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class HpaControllerTest {
  private static final Key WEB = Kinds.DEPLOYMENT.key("default", "web");
  private static final String CPU =
      "[{\"type\":\"Resource\",\"resource\":{\"name\":\"cpu\",\"target\":{\"type\":"
          + "\"Utilization\",\"averageUtilization\":50}}}]";
  private static final String QUEUE =
      "[{\"type\":\"External\",\"external\":{\"metric\":{\"name\":\"queue\",\"selector\":"
          + "{\"matchLabels\":{\"topic\":\"a\"}}},\"target\":{\"type\":\"AverageValue\","
          + "\"averageValue\":\"10\"}}}]";

  private final FakeClock clock = new FakeClock();
  private final FakeCluster cluster = new FakeCluster(clock);
  private final List<String> told = new ArrayList<>();
  private Optional<Long> milliCores = Optional.empty();
  private HpaReading queue = new HpaReading.Failed("unable to get external metric default/queue");
  private final List<NamedMetrics.Query> asked = new ArrayList<>();
  private final HpaController controller =
      new HpaController(
          new ScaledTarget.Doors(
              cluster,
              (_, _) ->
                  milliCores.map(
                      each ->
                          new PodMetrics.Usage(
                              clock.instant(),
                              Duration.ofSeconds(15),
                              Map.of("c", Map.of("cpu", each)))),
              query -> {
                asked.add(query);
                return queue;
              },
              what -> told.add(what.type() + " " + what.reason() + " " + what.message())),
          clock,
          Runnable::run);

  @BeforeEach
  void follow() {
    clock.pass(Duration.ofHours(1));
    controller.follow();
  }

  @AfterEach
  void close() {
    controller.close();
  }

  private void deployment(int replicas) {
    cluster.put(
        Kinds.DEPLOYMENT,
        Json.parseObject(
            """
            {"metadata":{"name":"web"},"spec":{"replicas":%d,
              "selector":{"matchLabels":{"app":"web"}}},"status":{"replicas":%d}}
            """
                .formatted(replicas, replicas)));
    for (int i = 0; i < replicas; i++) {
      cluster.put(
          Kinds.POD,
          Json.parseObject(
              """
              {"metadata":{"name":"web-%d","labels":{"app":"web"}},"spec":{"containers":[
                {"name":"c","resources":{"requests":{"cpu":"1"}}}]},"status":{"phase":"Running",
                "startTime":"2026-01-01T00:00:00Z","conditions":[{"type":"Ready","status":"True",
                "lastTransitionTime":"2026-01-01T00:00:10Z"}]}}
              """
                  .formatted(i)));
    }
  }

  private void autoscaler(String metrics, int most) {
    cluster.put(
        Kinds.HORIZONTAL_POD_AUTOSCALER,
        Json.parseObject(
            """
            {"metadata":{"name":"web"},"spec":{"minReplicas":1,"maxReplicas":%d,"metrics":%s,
              "scaleTargetRef":{"apiVersion":"apps/v1","kind":"Deployment","name":"web"}}}
            """
                .formatted(most, metrics)));
  }

  private void pass(int seconds) {
    for (int i = 0; i < seconds; i++) {
      clock.pass(Duration.ofSeconds(1));
      controller.tick(clock.instant());
    }
  }

  private int replicas() {
    return cluster.get(WEB).orElseThrow().spec().path("replicas").asInt();
  }

  private Resource status() {
    return cluster.get(Kinds.HORIZONTAL_POD_AUTOSCALER.key("default", "web")).orElseThrow();
  }

  private String condition(String type) {
    return status().condition(type) + " " + Json.text(status().conditionNode(type), "reason");
  }

  @Test
  void growsWithWhatPodsUseAndSaysSo() {
    deployment(2);
    milliCores = Optional.of(1000L);
    autoscaler(CPU, 10);
    pass(1);
    assertThat(replicas()).isEqualTo(4);
    assertThat(told)
        .containsExactly(
            "Normal SuccessfulRescale New size: 4; reason: cpu resource utilization (percentage of"
                + " request) above target");
    assertThat(condition("AbleToScale")).isEqualTo("True SucceededRescale");
    assertThat(condition("ScalingActive")).isEqualTo("True ValidMetricFound");
    assertThat(status().status().path("currentReplicas").asInt()).isEqualTo(2);
    assertThat(status().status().path("desiredReplicas").asInt()).isEqualTo(4);
    assertThat(status().status().has("lastScaleTime")).isTrue();
    assertThat(status().status().path("currentMetrics").toString())
        .isEqualTo(
            "[{\"type\":\"Resource\",\"resource\":{\"name\":\"cpu\",\"current\":"
                + "{\"averageUtilization\":100,\"averageValue\":\"1\"}}}]");
  }

  @Test
  void shrinksOnlyOnceFiveMinutesAgree() {
    deployment(4);
    milliCores = Optional.of(500L);
    autoscaler(CPU, 10);
    pass(20);
    assertThat(replicas()).isEqualTo(4);
    milliCores = Optional.of(100L);
    pass(240);
    assertThat(replicas()).isEqualTo(4);
    pass(120);
    assertThat(replicas()).isLessThan(4);
  }

  @Test
  void theBoundIsToldOf() {
    deployment(2);
    milliCores = Optional.of(1000L);
    autoscaler(CPU, 3);
    pass(1);
    assertThat(replicas()).isEqualTo(3);
    assertThat(condition("ScalingLimited")).isEqualTo("True TooManyReplicas");
  }

  @Test
  void withoutFiguresNothingChangesAndTheReasonIsTold() {
    deployment(2);
    autoscaler(CPU, 10);
    pass(1);
    assertThat(replicas()).isEqualTo(2);
    assertThat(condition("ScalingActive")).isEqualTo("False FailedGetResourceMetric");
    assertThat(told).singleElement().asString().startsWith("Warning FailedComputeMetricsReplicas");
    autoscaler(QUEUE, 10);
    pass(16);
    assertThat(condition("ScalingActive")).isEqualTo("False FailedGetExternalMetric");
  }

  @Test
  void aFigureFromOutsideIsAskedForByNameAndLabels() {
    deployment(2);
    queue = new HpaReading.Total(45_000);
    autoscaler(QUEUE, 10);
    pass(1);
    assertThat(replicas()).isEqualTo(4); // 5 are wanted, 4 are allowed in one step
    assertThat(asked.getFirst())
        .isEqualTo(
            new NamedMetrics.Query(
                NamedMetrics.Source.EXTERNAL,
                "default",
                "queue",
                "",
                Map.of("topic", "a"),
                List.of()));
  }

  @Test
  void aTargetThatIsNotThereIsToldOf() {
    autoscaler(CPU, 10);
    pass(1);
    assertThat(condition("AbleToScale")).isEqualTo("False FailedGetScale");
    assertThat(told).containsExactly("Warning FailedGetScale deployments.apps \"web\" not found");
  }

  @Test
  void aScaleThatIsRefusedIsToldOfAndTriedAgain() {
    deployment(2);
    milliCores = Optional.of(1000L);
    cluster.refuse(WEB, new ClusterException(403, "Forbidden", "not today"));
    autoscaler(CPU, 10);
    pass(1);
    assertThat(condition("AbleToScale")).isEqualTo("False FailedUpdateScale");
    cluster.relent(WEB);
    pass(15);
    assertThat(replicas()).isEqualTo(4);
    assertThat(condition("AbleToScale")).isEqualTo("True SucceededRescale");
  }

  @Test
  void aWorkloadAtZeroIsLeftAlone() {
    deployment(0);
    milliCores = Optional.of(1000L);
    autoscaler(CPU, 10);
    pass(1);
    assertThat(replicas()).isZero();
    assertThat(condition("ScalingActive")).isEqualTo("False ScalingDisabled");
  }
}
