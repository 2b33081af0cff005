package dev.slipway.node;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.slipway.base.Json;
import dev.slipway.control.Kinds;
import dev.slipway.control.Recorder;
import dev.slipway.control.Resource;
import dev.slipway.control.fake.WatchedCluster;
import dev.slipway.dataplane.gateway.LocalEndpoints;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class StandInsTest {
  private final WatchedCluster cluster = new WatchedCluster();
  private final TestRuntime runtime = new TestRuntime();
  private final List<Recorder.Happened> events = new CopyOnWriteArrayList<>();
  private final Map<String, Resource> answering = new ConcurrentHashMap<>();
  private final Map<String, Runnable> over = new ConcurrentHashMap<>();
  private final AtomicInteger ways = new AtomicInteger();
  private final NodeAgent agent =
      new NodeAgent(
          cluster,
          events::add,
          InstantSource.system(),
          NodeSettings.at(Path.of("target", "stand-ins")),
          List.of(runtime),
          new LocalEndpoints());

  private StandIns standIns() {
    runtime.standsIn = true;
    agent
        .standIns()
        .onAnswer(
            (pod, relieved) -> {
              var revision = pod.label("serving.knative.dev/revision");
              answering.put(revision, pod);
              over.put(revision, relieved);
              return () -> answering.remove(revision);
            });
    return agent.standIns();
  }

  @AfterEach
  void close() {
    agent.close();
  }

  /// A revision at zero.
  private void revision(String name, String initialized, int ready) {
    cluster.create(
        Kinds.POD_AUTOSCALER,
        Json.parseObject(
            """
            {"metadata": {"name": "%s", "namespace": "default"},
             "spec": {"scaleTargetRef": {"name": "%s-deployment"}},
             "status": {"conditions": [{"type": "ScaleTargetInitialized", "status": "%s"}]}}
            """
                .formatted(name, name, initialized)));
    cluster.create(
        Kinds.DEPLOYMENT,
        Json.parseObject(
            """
            {"metadata": {"name": "%s-deployment", "namespace": "default"},
             "spec": {"replicas": 0, "template": {
               "metadata": {"labels": {"serving.knative.dev/revision": "%s"}},
               "spec": {"restartPolicy": "Always",
                 "containers": [{"name": "main", "image": "test/server",
                   "ports": [{"containerPort": 8080}]}]}}},
             "status": {"readyReplicas": %d}}
            """
                .formatted(name, name, ready)));
  }

  private void wanted(String revision) {
    agent.standIns().wanted("default", revision, ways::incrementAndGet);
  }

  private int writes() {
    return cluster.writes().size();
  }

  @Test
  void answersBeforeThereIsAPodAndBeginsItsWayThen() {
    standIns();
    revision("a", "True", 0);
    int before = writes();

    wanted("a");

    await().until(() -> answering.containsKey("a") && ways.get() == 1);
    var pod = requireNonNull(answering.get("a"));
    assertThat(pod.isTrue("Ready")).isTrue();
    assertThat(pod.text("status", "podIP")).startsWith("127.");
    assertThat(runtime.latest().start().address()).isEqualTo(pod.text("status", "podIP"));
    assertThat(writes()).isEqualTo(before);
    assertThat(events).isEmpty();
  }

  @Test
  void endsWithinItsGraceWhenAPodAnswers() {
    standIns();
    revision("a", "True", 0);
    wanted("a");
    await().until(() -> answering.containsKey("a"));

    requireNonNull(over.get("a")).run();

    await().until(() -> !runtime.latest().stopped.isZero());
    assertThat(runtime.latest().stopped.toSeconds()).isEqualTo(30);
    assertThat(answering).isEmpty();
    assertThat(cluster.writes()).noneMatch(each -> each.contains("Pod a"));
  }

  @Test
  void beginsNoWayForARevisionWhosePodAnswersAlready() {
    standIns();
    agent
        .standIns()
        .onAnswer(
            (pod, relieved) -> {
              if (pod.label("serving.knative.dev/revision").equals("a")) {
                relieved.run();
              }
              return () -> {};
            });
    revision("a", "True", 0);
    revision("b", "True", 0);
    var others = new AtomicInteger();
    wanted("a");
    await().until(() -> runtime.all.size() == 1 && !runtime.latest().stopped.isZero());
    agent.standIns().wanted("default", "b", others::incrementAndGet);
    await().until(() -> others.get() == 1);
    assertThat(ways).as("it is awake").hasValue(0);
  }

  @Test
  void startsOnceHoweverOftenItIsWanted() {
    standIns();
    revision("a", "True", 0);
    for (int i = 0; i < 20; i++) {
      wanted("a");
    }
    await().until(() -> answering.containsKey("a") && ways.get() > 0);
    assertThat(runtime.all).hasSize(1);
    int begun = ways.get();
    wanted("a");
    assertThat(ways).hasValue(begun + 1); // its way is begun: the word goes straight on
  }

  @Test
  void beginsTheWayOfEveryPodThoughOnlyAFewAtATime() {
    standIns();
    for (int i = 0; i < 20; i++) {
      revision("r" + i, "True", 0);
      wanted("r" + i);
    }
    await().until(() -> answering.size() == 20 && ways.get() == 20);
  }

  @Test
  void oneThatTakesItsTimeKeepsNoOtherFromStarting() {
    standIns();
    runtime.readyAtOnce = false;
    int many = 8 * Runtime.getRuntime().availableProcessors();
    for (int i = 0; i < many; i++) {
      revision("r" + i, "True", 0);
      wanted("r" + i);
    }
    await().until(() -> runtime.all.size() == many && ways.get() == many);
    assertThat(answering).isEmpty();
    runtime.all.forEach(each -> each.listener().ready(true, ""));
    await().until(() -> answering.size() == many);
  }

  @Test
  void leavesAloneWhatHasPodsOrNeverHadOne() {
    standIns();
    revision("running", "True", 1);
    revision("untried", "Unknown", 0);
    wanted("running");
    wanted("untried");
    wanted("missing");
    await().until(() -> ways.get() == 3);
    assertThat(runtime.all).isEmpty();
  }

  @Test
  void leavesAloneWhatWouldBeNoticedTwice() {
    standIns();
    runtime.standsIn = false;
    revision("a", "True", 0);
    wanted("a");
    await().until(() -> ways.get() == 1);
    assertThat(runtime.all).isEmpty();
  }

  @Test
  void givesUpWhereTheContainerFails() {
    standIns();
    runtime.readyAtOnce = false;
    revision("a", "True", 0);
    wanted("a");
    await().until(() -> !runtime.all.isEmpty());
    runtime.latest().listener().ended(1, "Error", "no such file");
    await().until(() -> ways.get() == 1);
    int starts = runtime.all.size();
    runtime.latest().listener().ended(1, "Error", "no such file");
    assertThat(answering).isEmpty();
    assertThat(runtime.all.size() - starts).isLessThanOrEqualTo(1);
  }

  @Test
  void aModelThatTakesItsTimeHoldsNoPodUp() {
    standIns();
    runtime.readyAtOnce = false;
    revision("slow", "True", 0);
    wanted("slow");
    await().until(() -> ways.get() == 1);
    assertThat(answering).isEmpty();
    runtime.latest().listener().ready(true, "");
    await().until(() -> answering.containsKey("slow"));
  }
}
