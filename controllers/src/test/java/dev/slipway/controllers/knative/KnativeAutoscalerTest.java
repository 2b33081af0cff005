package dev.slipway.controllers.knative;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.autoscaling.LoadKey;
import dev.slipway.autoscaling.LoadSamples;
import dev.slipway.base.Json;
import dev.slipway.control.Key;
import dev.slipway.control.Kinds;
import dev.slipway.control.Resource;
import dev.slipway.control.fake.FakeClock;
import dev.slipway.control.fake.FakeCluster;
import dev.slipway.control.fake.World;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class KnativeAutoscalerTest {
  private static final LoadKey REVISION = new LoadKey("default", "web-1");
  private static final Key DEPLOYMENT = Kinds.DEPLOYMENT.key("default", "web-1-deployment");
  private static final Key AUTOSCALER = Kinds.POD_AUTOSCALER.key("default", "web-1");

  private final FakeClock clock = new FakeClock();
  private final FakeCluster cluster = new FakeCluster(clock);
  private final FakeSamples samples = new FakeSamples();
  private KnativeAutoscaler autoscaler =
      new KnativeAutoscaler(cluster, samples, clock, Runnable::run);

  /// Load as a gateway would count it: silent after one period of none.
  private static final class FakeSamples implements LoadSamples {
    private final Map<LoadKey, Double> load = new LinkedHashMap<>();
    private Consumer<LoadKey> listener = _ -> {};

    void load(double concurrency) {
      if (!load.containsKey(REVISION) && concurrency > 0) {
        listener.accept(REVISION);
      }
      load.put(REVISION, concurrency);
    }

    @Override
    public void take(long nanos, BiConsumer<LoadKey, Sample> sink) {
      Map.copyOf(load).forEach((key, value) -> sink.accept(key, new Sample(value, value)));
      load.values().removeIf(each -> each == 0);
    }

    @Override
    public void whenWanted(Consumer<LoadKey> wanted) {
      listener = wanted;
    }
  }

  private void revision(int replicas, String... annotations) {
    cluster.put(
        Kinds.DEPLOYMENT,
        Json.parseObject(
            """
            {"metadata":{"name":"web-1-deployment","labels":{"serving.knative.dev/revision":"web-1"}},
             "spec":{"replicas":%d}}
            """
                .formatted(replicas)));
    var made =
        Json.parseObject(
            """
            {"metadata":{"name":"web-1","annotations":{}},"spec":{"containerConcurrency":0,
             "reachability":"Reachable",
             "scaleTargetRef":{"apiVersion":"apps/v1","kind":"Deployment",
              "name":"web-1-deployment"}}}
            """);
    for (int i = 0; i < annotations.length; i += 2) {
      Json.ensureObject(made, "metadata", "annotations")
          .put("autoscaling.knative.dev/" + annotations[i], annotations[i + 1]);
    }
    cluster.put(Kinds.POD_AUTOSCALER, made);
    autoscaler.follow();
  }

  private boolean podsStart = true;

  /// Lets seconds pass; pods are ready a second after they are wanted.
  private void pass(int seconds) {
    for (int i = 0; i < seconds; i++) {
      clock.pass(Duration.ofSeconds(1));
      var deployment = cluster.get(DEPLOYMENT).orElseThrow();
      if (podsStart && ready() != replicas()) {
        var next = deployment.copy();
        next.putObject("status").put("readyReplicas", replicas());
        cluster.updateStatus(Kinds.DEPLOYMENT, next);
      }
      autoscaler.tick(clock.instant(), clock.nanos());
    }
  }

  private int replicas() {
    return cluster.get(DEPLOYMENT).orElseThrow().spec().path("replicas").asInt();
  }

  private int ready() {
    return cluster.get(DEPLOYMENT).orElseThrow().status().path("readyReplicas").asInt(0);
  }

  private String condition(String type) {
    Resource found = cluster.get(AUTOSCALER).orElseThrow();
    return found.condition(type) + " " + Json.text(found.conditionNode(type), "reason");
  }

  /// Seconds until there are this many replicas.
  private int secondsUntil(int wanted) {
    int seconds = 0;
    while (replicas() != wanted && seconds < 1000) {
      pass(1);
      seconds++;
    }
    return seconds;
  }

  @AfterEach
  void close() {
    autoscaler.close();
  }

  @Test
  void aNewRevisionIsActiveOnceItsPodIsReady() {
    revision(1);
    assertThat(condition("Active")).isEqualTo("Unknown Queued");
    assertThat(condition("ScaleTargetInitialized")).isEqualTo("Unknown ");
    pass(2);
    assertThat(condition("Active")).isEqualTo("True ");
    assertThat(condition("ScaleTargetInitialized")).isEqualTo("True ");
    assertThat(condition("Ready")).isEqualTo("True ");
    assertThat(cluster.get(AUTOSCALER).orElseThrow().status().path("actualScale").asInt())
        .isEqualTo(1);
  }

  @Test
  void withoutRequestsItIsGoneAfterAboutAMinute() {
    revision(1);
    pass(2);
    assertThat(secondsUntil(0)).isBetween(58, 70);
    assertThat(condition("Active")).isEqualTo("False NoTraffic");
    long writes = cluster.changes();
    pass(120);
    assertThat(cluster.changes()).as("at rest nothing is written").isLessThanOrEqualTo(writes + 2);
  }

  @Test
  void theFirstRequestWakesItAtOnce() {
    revision(1);
    pass(80);
    assertThat(replicas()).isZero();
    samples.load(1);
    assertThat(replicas()).as("no second has passed").isEqualTo(1);
    assertThat(condition("Active")).isEqualTo("Unknown Queued");
    pass(2);
    assertThat(condition("Active")).isEqualTo("True ");
  }

  @Test
  void aBurstPanicsUpAndComesDownOnlyAfterTheStableWindow() {
    revision(1, "target", "10", "target-utilization-percentage", "100");
    pass(3);
    samples.load(100);
    pass(10);
    assertThat(replicas()).isEqualTo(10);
    samples.load(10);
    pass(30);
    assertThat(replicas()).as("panic never goes down").isEqualTo(10);
    pass(90);
    assertThat(replicas()).isLessThanOrEqualTo(2);
  }

  @Test
  void boundsHold() {
    revision(1, "min-scale", "2", "max-scale", "3", "target", "10");
    pass(5);
    assertThat(replicas()).isEqualTo(2);
    samples.load(1000);
    pass(10);
    assertThat(replicas()).isEqualTo(3);
    samples.load(0);
    pass(200);
    assertThat(replicas()).isEqualTo(2);
  }

  @Test
  void theInitialScaleIsReachedFirst() {
    revision(3, "initial-scale", "3");
    podsStart = false;
    pass(10);
    assertThat(replicas()).isEqualTo(3);
    assertThat(condition("ScaleTargetInitialized")).isEqualTo("Unknown ");
    podsStart = true;
    pass(3);
    assertThat(condition("ScaleTargetInitialized")).isEqualTo("True ");
  }

  @Test
  void anotherProcessFindsTheTruth() {
    revision(1, "target", "10", "target-utilization-percentage", "100");
    pass(3);
    samples.load(50);
    pass(10);
    assertThat(replicas()).isEqualTo(5);
    autoscaler.close();
    autoscaler = new KnativeAutoscaler(cluster, samples, clock, Runnable::run);
    autoscaler.follow();
    pass(1);
    assertThat(replicas()).as("nothing is lost in a restart").isEqualTo(5);
    pass(20);
    assertThat(replicas()).isEqualTo(5);
    assertThat(condition("Active")).isEqualTo("True ");
  }

  @Test
  void whatNoRouteLeadsToIsNotKeptByItsMinimum() {
    revision(2, "min-scale", "2");
    pass(3);
    var next = cluster.get(AUTOSCALER).orElseThrow().copy();
    Json.ensureObject(next, "spec").put("reachability", "Unreachable");
    cluster.update(Kinds.POD_AUTOSCALER, next);
    assertThat(secondsUntil(0)).isLessThan(130);
  }

  @Test
  void whatDoesNotStartIsGivenUpAfterItsDeadlineUnlessItWaitsForANode() {
    revision(1);
    podsStart = false;
    var pod =
        Json.parseObject(
            """
            {"metadata":{"name":"p","labels":{"serving.knative.dev/revision":"web-1"}},
             "status":{"conditions":[{"type":"PodScheduled","status":"False"}]}}
            """);
    cluster.put(Kinds.POD, pod);
    pass(700);
    assertThat(replicas()).isEqualTo(1);
    assertThat(condition("Active")).startsWith("Unknown");
    cluster.put(
        Kinds.POD,
        Json.parseObject(
            pod.toString()
                .replace(
                    "\"False\"", "\"True\",\"lastTransitionTime\":\"" + clock.instant() + "\"")));
    pass(620);
    assertThat(replicas()).isEqualTo(1);
    pass(30);
    assertThat(replicas()).isZero();
    assertThat(condition("Active")).startsWith("False");
  }

  @Test
  void settingsOfTheClusterAreFollowedAndNonsenseIsNot() {
    revision(1);
    pass(3);
    config("stable-window", "10s");
    assertThat(secondsUntil(0)).isLessThan(25);
    config("stable-window", "soon");
    samples.load(1);
    assertThat(replicas()).isEqualTo(1);
    samples.load(0);
    pass(2);
    assertThat(secondsUntil(0)).isLessThan(25);
  }

  private void config(String key, String value) {
    cluster.put(
        Kinds.CONFIG_MAP,
        Json.parseObject(
            "{\"metadata\":{\"name\":\"config-autoscaler\",\"namespace\":\"knative-serving\"},"
                + "\"data\":{\"%s\":\"%s\"}}".formatted(key, value)));
  }

  @Test
  void anotherClassIsLeftAlone() {
    revision(1, "class", "hpa.autoscaling.knative.dev");
    pass(100);
    assertThat(replicas()).isEqualTo(1);
  }

  @Test
  void theHpaClassGetsAHorizontalPodAutoscaler() {
    var planned =
        World.of(
                Kinds.POD_AUTOSCALER,
                """
                {"metadata":{"name":"web-1","annotations":{
                  "autoscaling.knative.dev/class":"hpa.autoscaling.knative.dev",
                  "autoscaling.knative.dev/metric":"memory","autoscaling.knative.dev/target":"200",
                  "autoscaling.knative.dev/max-scale":"5"}},
                 "spec":{"scaleTargetRef":{"apiVersion":"apps/v1","kind":"Deployment",
                   "name":"web-1-deployment"}}}
                """)
            .with(
                Kinds.DEPLOYMENT,
                "{\"metadata\":{\"name\":\"web-1-deployment\"},\"status\":{\"readyReplicas\":1}}")
            .plan(new PodAutoscalerReconciler());
    var made = planned.only(Kinds.HORIZONTAL_POD_AUTOSCALER);
    assertThat(made.spec().toString())
        .isEqualTo(
            "{\"scaleTargetRef\":{\"apiVersion\":\"apps/v1\",\"kind\":\"Deployment\",\"name\":"
                + "\"web-1-deployment\"},\"minReplicas\":1,\"maxReplicas\":5,\"metrics\":[{\"type\":"
                + "\"Resource\",\"resource\":{\"name\":\"memory\",\"target\":{\"type\":"
                + "\"AverageValue\",\"averageValue\":\"200Mi\"}}}]}");
    assertThat(planned.condition("Ready")).isEqualTo("True");
    assertThat(planned.names(Kinds.HORIZONTAL_POD_AUTOSCALER)).containsExactly("web-1");
  }
}
