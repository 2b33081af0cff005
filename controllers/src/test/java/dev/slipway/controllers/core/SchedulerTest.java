package dev.slipway.controllers.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.slipway.base.Json;
import dev.slipway.control.Kinds;
import dev.slipway.control.Recorder;
import dev.slipway.control.fake.WatchedCluster;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.node.ObjectNode;

final class SchedulerTest {
  private final WatchedCluster cluster = new WatchedCluster();
  private final List<Recorder.Happened> events = new CopyOnWriteArrayList<>();
  private final Scheduler scheduler = new Scheduler(cluster, events::add, InstantSource.system());

  @AfterEach
  void close() {
    scheduler.close();
  }

  private void node(String name, String cpu) {
    cluster.create(
        Kinds.NODE,
        Json.parseObject(
            """
            {"metadata": {"name": "%s"}, "spec": {},
             "status": {"allocatable": {"cpu": "%s", "memory": "8Gi", "pods": "10"}}}
            """
                .formatted(name, cpu)));
  }

  private static ObjectNode pod(String name, String cpu, int priority) {
    return Json.parseObject(
        """
        {"metadata": {"name": "%s", "namespace": "default"},
         "spec": {"priority": %d, "schedulerName": "default-scheduler",
           "containers": [{"name": "c", "resources": {"requests": {"cpu": "%s"}}}]}}
        """
            .formatted(name, priority, cpu));
  }

  private String nodeOf(String pod) {
    return cluster.find(Kinds.POD, pod).text("spec", "nodeName");
  }

  @Test
  void aPodGetsTheNodeWithMostRoom() {
    node("small", "2");
    node("large", "8");
    scheduler.start();

    cluster.create(Kinds.POD, pod("web", "1", 0));

    await().until(() -> nodeOf("web").equals("large"));
    await().until(() -> !events.isEmpty());
    assertThat(events.getFirst().message()).isEqualTo("Successfully assigned default/web to large");
  }

  @Test
  void aPodThatFitsNowhereSaysWhyAndGetsTheRoomOfOneThatEnds() {
    node("only", "2");
    scheduler.start();
    cluster.create(Kinds.POD, pod("first", "2", 0));
    await().until(() -> nodeOf("first").equals("only"));

    cluster.create(Kinds.POD, pod("second", "1", 0));

    await()
        .until(
            () ->
                cluster
                    .find(Kinds.POD, "second")
                    .conditionNode("PodScheduled")
                    .path("reason")
                    .asString("")
                    .equals("Unschedulable"));
    assertThat(
            cluster
                .find(Kinds.POD, "second")
                .conditionNode("PodScheduled")
                .path("message")
                .asString())
        .isEqualTo("0/1 nodes are available: 1 Insufficient cpu.");
    assertThat(events).anyMatch(each -> each.reason().equals("FailedScheduling"));

    cluster.delete(Kinds.POD.key("default", "first"), Json.object().put("gracePeriodSeconds", 0));

    await().until(() -> nodeOf("second").equals("only"));
  }

  @Test
  void podsThatHaveNodesAreCountedAfterARestart() {
    node("only", "2");
    var running = pod("running", "2", 0);
    Json.ensureObject(running, "spec").put("nodeName", "only");
    cluster.create(Kinds.POD, running);
    scheduler.start();

    cluster.create(Kinds.POD, pod("late", "1", 0));

    await().until(() -> cluster.find(Kinds.POD, "late").condition("PodScheduled").equals("False"));
    assertThat(nodeOf("late")).isEmpty();
  }

  @Test
  void ofPodsThatWaitTheMoreImportantGoesFirst() {
    cluster.create(Kinds.POD, pod("low", "2", 0));
    cluster.create(Kinds.POD, pod("high", "2", 100));
    scheduler.start();
    await().until(() -> cluster.find(Kinds.POD, "low").condition("PodScheduled").equals("False"));

    node("only", "2");

    await().until(() -> nodeOf("high").equals("only"));
    assertThat(nodeOf("low")).isEmpty();
  }

  @Test
  void otherSchedulersPodsAreLeftAlone() {
    node("only", "8");
    scheduler.start();
    var foreign = pod("foreign", "1", 0);
    Json.ensureObject(foreign, "spec").put("schedulerName", "mine");
    cluster.create(Kinds.POD, foreign);
    cluster.create(Kinds.POD, pod("ours", "1", 0));

    await().until(() -> nodeOf("ours").equals("only"));

    assertThat(nodeOf("foreign")).isEmpty();
  }

  private static ObjectNode member(String name, String cpu, int least) {
    var pod = pod(name, cpu, 0);
    Json.ensureObject(pod, "metadata", "annotations")
        .put(Gangs.NAME, "gang")
        .put(Gangs.LEAST, "" + least);
    return pod;
  }

  @Test
  void aGangThatDoesNotFitWhollyIsNotStartedAndSaysSo() {
    node("only", "2");
    scheduler.start();
    for (var name : List.of("one", "two", "three")) {
      cluster.create(Kinds.POD, member(name, "1", 3));
    }
    cluster.create(Kinds.POD, pod("alone", "2", 0));

    await().until(() -> nodeOf("alone").equals("only"));
    await().until(() -> events.stream().anyMatch(each -> each.message().contains("Pod group")));
    assertThat(events.stream().filter(each -> each.message().contains("Pod group")))
        .first()
        .extracting(Recorder.Happened::message)
        .asString()
        .contains("Insufficient cpu", "Pod group default/gang", "none of them is started");
    for (var name : List.of("one", "two", "three")) {
      assertThat(nodeOf(name)).isEmpty();
    }
  }

  @Test
  void aGangThatFitsStartsOnceAllOfItIsThere() {
    node("only", "4");
    scheduler.start();
    cluster.create(Kinds.POD, member("one", "1", 3));
    cluster.create(Kinds.POD, member("two", "1", 3));
    cluster.create(Kinds.POD, pod("other", "1", 0));
    await().until(() -> nodeOf("other").equals("only"));
    assertThat(nodeOf("one")).isEmpty();

    cluster.create(Kinds.POD, member("three", "1", 3));
    for (var name : List.of("one", "two", "three")) {
      await().until(() -> nodeOf(name).equals("only"));
    }
  }

  @Test
  void ofALargerGangAsManyStartAsFitAndOneMadeAnewFitsAlone() {
    node("only", "2");
    scheduler.start();
    for (var name : List.of("one", "three", "two")) {
      cluster.create(Kinds.POD, member(name, "1", 2));
    }
    await().until(() -> nodeOf("one").equals("only") && nodeOf("three").equals("only"));
    assertThat(nodeOf("two")).isEmpty();

    cluster.delete(Kinds.POD.key("default", "one"), Json.object().put("gracePeriodSeconds", 0));
    await().until(() -> nodeOf("two").equals("only"));
  }
}
