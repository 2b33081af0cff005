package dev.slipway.routes;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.slipway.base.Json;
import dev.slipway.control.Kinds;
import dev.slipway.control.Resource;
import dev.slipway.control.fake.WatchedCluster;
import dev.slipway.dataplane.gateway.RouteTable.VirtualHost;
import dev.slipway.dataplane.gateway.Upstream;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.node.ObjectNode;

/// Where requests of a revision go while its pods are on their way.
final class StandInRoutesTest {
  private static final String REVISION = "default/a";

  private final WatchedCluster cluster = new WatchedCluster();
  private final Map<String, Upstream> upstreams = new ConcurrentHashMap<>();
  private final AtomicInteger relieved = new AtomicInteger();
  private final RouteFeed feed = new RouteFeed(cluster, new Sink());

  private final class Sink implements RouteSink {
    @Override
    public void hosts(Map<String, Optional<VirtualHost>> changed) {}

    @Override
    public void upstream(Upstream upstream) {
      upstreams.put(upstream.key(), upstream);
    }

    @Override
    public void gone(String key) {
      upstreams.remove(key);
    }

    @Override
    public void certificates(List<Certificate> certificates) {}
  }

  @BeforeEach
  void start() {
    feed.start();
    cluster.create(
        Kinds.REVISION,
        Json.parseObject(
            """
            {"metadata": {"name": "a", "namespace": "default"},
             "spec": {"containers": [{"name": "main"}]}}
            """));
    await().until(() -> upstreams.containsKey(REVISION));
  }

  @AfterEach
  void close() {
    feed.close();
  }

  private static ObjectNode pod(String name, String address) {
    return Json.parseObject(
        """
        {"apiVersion": "v1", "kind": "Pod",
         "metadata": {"name": "%s", "namespace": "default",
           "labels": {"serving.knative.dev/revision": "a"}},
         "spec": {"containers": [{"name": "main"}]},
         "status": {"podIP": "%s", "conditions": [{"type": "Ready", "status": "True"}]}}
        """
            .formatted(name, address));
  }

  private Runnable standIn() {
    return feed.standIn(
        Resource.of(Kinds.POD, pod("a-stand-in", "127.64.9.1")), relieved::incrementAndGet);
  }

  private List<String> endpoints() {
    return requireNonNull(upstreams.get(REVISION)).endpoints().stream()
        .map(Upstream.Endpoint::pod)
        .toList();
  }

  @Test
  void answersUntilAPodDoes() {
    var _ = standIn();
    assertThat(endpoints()).containsExactly("default/a-stand-in");
    assertThat(relieved).hasValue(0);

    cluster.create(Kinds.POD, pod("a-1", "127.64.9.2"));

    await().until(() -> relieved.get() == 1);
    assertThat(endpoints()).containsExactly("default/a-1");
  }

  @Test
  void isNotNeededWhereAPodAnswers() {
    cluster.create(Kinds.POD, pod("a-1", "127.64.9.2"));
    await().until(() -> !endpoints().isEmpty());
    var _ = standIn();
    assertThat(relieved).hasValue(1);
    assertThat(endpoints()).containsExactly("default/a-1");
  }

  @Test
  void leavesWhenItWillNotAnswerAnyMore() {
    standIn().run();
    assertThat(endpoints()).isEmpty();
    assertThat(relieved).hasValue(0);
  }

  @Test
  void isOverWithItsRevision() {
    var _ = standIn();
    cluster.delete(Kinds.REVISION.key("default", "a"), Json.object());
    await().until(() -> relieved.get() == 1);
    assertThat(upstreams).isEmpty();
  }
}
