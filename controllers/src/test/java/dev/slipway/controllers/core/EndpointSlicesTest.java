package dev.slipway.controllers.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.slipway.base.Json;
import dev.slipway.control.Kinds;
import dev.slipway.control.Resource;
import dev.slipway.control.fake.WatchedCluster;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

final class EndpointSlicesTest {
  private final WatchedCluster cluster = new WatchedCluster();
  private final EndpointSlices loop = new EndpointSlices(cluster);

  @AfterEach
  void close() {
    loop.close();
  }

  private void service(String more) {
    cluster.create(
        Kinds.SERVICE,
        Json.parseObject(
            """
            {"metadata": {"name": "web", "namespace": "default", "labels": {"team": "a"}},
             "spec": {"selector": {"app": "web"},
               "ports": [{"name": "http", "port": 80, "targetPort": "serving"}]%s}}
            """
                .formatted(more)));
  }

  private static ObjectNode pod(String name, String ip, boolean ready) {
    return Json.parseObject(
        """
        {"metadata": {"name": "%s", "namespace": "default", "labels": {"app": "web", "v": "1"}},
         "spec": {"nodeName": "slipway", "containers": [
           {"name": "c", "ports": [{"name": "serving", "containerPort": 8080}]}]},
         "status": {"phase": "Running", "podIP": "%s",
           "conditions": [{"type": "Ready", "status": "%s"}]}}
        """
            .formatted(name, ip, ready ? "True" : "False"));
  }

  private List<Resource> slices() {
    return cluster.list(Kinds.ENDPOINT_SLICE, "");
  }

  private JsonNode endpoint(int index) {
    return slices().getFirst().at("endpoints").path(index);
  }

  private void awaitEndpoints(int count) {
    await()
        .until(() -> slices().size() == 1 && slices().getFirst().at("endpoints").size() == count);
  }

  @Test
  void aReadyPodBecomesAnEndpointWithTheNumberOfItsNamedPort() {
    service("");
    loop.start();
    cluster.create(Kinds.POD, pod("one", "127.64.1.1", true));

    awaitEndpoints(1);

    var slice = slices().getFirst();
    assertThat(slice.label("kubernetes.io/service-name")).isEqualTo("web");
    assertThat(slice.label("team")).isEqualTo("a");
    assertThat(slice.at("ports").path(0).path("port").asInt()).isEqualTo(8080);
    assertThat(endpoint(0).path("addresses").path(0).asString()).isEqualTo("127.64.1.1");
    assertThat(endpoint(0).path("conditions").path("ready").asBoolean()).isTrue();
    assertThat(endpoint(0).path("targetRef").path("name").asString()).isEqualTo("one");
    await().until(() -> cluster.get(Kinds.ENDPOINTS.key("default", "web")).isPresent());
    await()
        .until(
            () ->
                cluster
                    .find(Kinds.ENDPOINTS, "web")
                    .tree()
                    .at("/subsets/0/addresses/0/ip")
                    .asString("")
                    .equals("127.64.1.1"));
  }

  @Test
  void aPodThatEndsIsTerminatingAndNotReady() {
    service("");
    cluster.create(Kinds.POD, pod("one", "127.64.1.1", true));
    loop.start();
    awaitEndpoints(1);

    cluster.delete(Kinds.POD.key("default", "one"), Json.object());
    await().until(() -> endpoint(0).path("conditions").path("terminating").asBoolean(false));
    assertThat(endpoint(0).path("conditions").path("ready").asBoolean()).isFalse();
    assertThat(endpoint(0).path("conditions").path("serving").asBoolean()).isTrue();

    cluster.delete(Kinds.POD.key("default", "one"), Json.object().put("gracePeriodSeconds", 0));
    awaitEndpoints(0);
  }

  @Test
  void aPodThatIsNotReadyIsThereButGetsNothingUnlessItIsPublished() {
    service("");
    cluster.create(Kinds.POD, pod("one", "127.64.1.1", false));
    loop.start();
    awaitEndpoints(1);
    assertThat(endpoint(0).path("conditions").path("ready").asBoolean()).isFalse();

    var published = cluster.find(Kinds.SERVICE, "web").copy();
    Json.ensureObject(published, "spec").put("publishNotReadyAddresses", true);
    cluster.update(Kinds.SERVICE, published);

    await().until(() -> endpoint(0).path("conditions").path("ready").asBoolean(false));
  }

  @Test
  void aServiceThatIsGoneLeavesNothing() {
    service("");
    cluster.create(Kinds.POD, pod("one", "127.64.1.1", true));
    loop.start();
    awaitEndpoints(1);
    await().until(() -> cluster.get(Kinds.ENDPOINTS.key("default", "web")).isPresent());

    cluster.delete(Kinds.SERVICE.key("default", "web"), Json.object());

    await().until(() -> slices().isEmpty());
    await().until(() -> cluster.get(Kinds.ENDPOINTS.key("default", "web")).isEmpty());
  }

  @Test
  void aHundredAndOneEndpointsTakeTwoSlices() {
    service("");
    for (int i = 0; i < 101; i++) {
      cluster.create(Kinds.POD, pod("p" + i, "127.64.1." + (i + 1), true));
    }
    loop.start();

    await().until(() -> slices().size() == 2);

    assertThat(slices().stream().mapToInt(each -> each.at("endpoints").size()).sum())
        .isEqualTo(101);
  }

  @Test
  void anotherPassOverASettledWorldWritesNothing() {
    service("");
    cluster.create(Kinds.POD, pod("one", "127.64.1.1", true));
    loop.start();
    awaitEndpoints(1);
    await().until(() -> cluster.get(Kinds.ENDPOINTS.key("default", "web")).isPresent());
    long before = slicesWritten();

    try (var second = new EndpointSlices(cluster)) {
      second.start();
      service2();
      await().until(() -> slices().size() == 2);
    }

    assertThat(slicesWritten()).isEqualTo(before);
  }

  /// Written after all that came before it.
  private void service2() {
    cluster.create(
        Kinds.SERVICE,
        Json.parseObject(
            """
            {"metadata": {"name": "other", "namespace": "default"},
             "spec": {"selector": {"app": "other"}, "ports": [{"port": 80}]}}
            """));
  }

  private long slicesWritten() {
    return cluster.writes().stream().filter(each -> each.contains("EndpointSlice web")).count();
  }
}
