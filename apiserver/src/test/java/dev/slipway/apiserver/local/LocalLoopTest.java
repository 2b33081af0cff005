package dev.slipway.apiserver.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.slipway.apiserver.ApiServer;
import dev.slipway.apiserver.ApiServerSettings;
import dev.slipway.base.Json;
import dev.slipway.control.Cluster;
import dev.slipway.control.Kind;
import dev.slipway.control.Kinds;
import dev.slipway.control.Loop;
import dev.slipway.control.Observed;
import dev.slipway.control.Plan;
import dev.slipway.control.Reconciler;
import dev.slipway.control.Resource;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.node.ObjectNode;

/// The loop on the API server of the same process.
class LocalLoopTest {
  private static final int MANY = Integer.getInteger("slipway.loop.objects", 500);

  /// A Deployment keeps a Service and a ConfigMap of its name; the API fills in much of both.
  private static final class Keeps implements Reconciler {
    @Override
    public Kind kind() {
      return Kinds.DEPLOYMENT;
    }

    @Override
    public Set<Kind> children() {
      return Set.of(Kinds.SERVICE, Kinds.CONFIG_MAP);
    }

    @Override
    public Plan plan(Resource primary, Observed observed) {
      ObjectNode service = Json.object();
      service.putObject("metadata").put("name", primary.name()).putObject("labels").put("a", "b");
      ObjectNode spec = service.putObject("spec").put("clusterIP", "None");
      spec.putObject("selector").put("app", primary.name());
      spec.putArray("ports").addObject().put("name", "http").put("port", 80).put("targetPort", 1);
      ObjectNode map = Json.object();
      map.putObject("metadata").put("name", primary.name());
      map.putObject("data").put("services", "" + observed.children(Kinds.SERVICE).size());
      ObjectNode status = Json.object().put("observedGeneration", primary.generation());
      status.put("replicas", observed.children(Kinds.CONFIG_MAP).size());
      return new Plan().keep(Kinds.SERVICE, service).keep(Kinds.CONFIG_MAP, map).status(status);
    }
  }

  private static ObjectNode deployment(String name) {
    return Json.parseObject(
        """
        {"metadata": {"name": "%1$s", "namespace": "default"}, "spec": {"replicas": 1,
          "selector": {"matchLabels": {"app": "%1$s"}}, "template": {
            "metadata": {"labels": {"app": "%1$s"}},
            "spec": {"containers": [{"name": "main", "image": "example"}]}}}}
        """
            .formatted(name));
  }

  @Test
  void bringsManyAboutAndASecondPassWritesNothing(@TempDir Path data) {
    try (var server = ApiServer.start(new ApiServerSettings(data, "127.0.0.1", 0));
        var loop = Loop.start(server.cluster(), List.of(new Keeps()), InstantSource.system())) {
      Cluster cluster = server.cluster();
      try (var threads = Executors.newFixedThreadPool(16)) {
        for (int i = 0; i < MANY; i++) {
          String name = "web-" + i;
          threads.execute(() -> cluster.create(Kinds.DEPLOYMENT, deployment(name)));
        }
      }
      await().atMost(Duration.ofMinutes(3)).until(() -> isSettled(cluster, loop));
      long plans = loop.counts().plans();
      long writes = loop.counts().writes();
      loop.planAll();
      await()
          .atMost(Duration.ofMinutes(3))
          .until(() -> loop.counts().plans() >= plans + MANY && loop.isIdle());
      assertThat(loop.counts().writes()).isEqualTo(writes);
      assertThat(loop.counts().failures()).isZero();
    }
  }

  private static boolean isSettled(Cluster cluster, Loop loop) {
    return loop.isIdle()
        && cluster.list(Kinds.DEPLOYMENT, "default").stream()
            .allMatch(each -> each.status().path("replicas").asInt(0) == 1)
        && cluster.list(Kinds.CONFIG_MAP, "default").stream()
                .filter(each -> each.text("data", "services").equals("1"))
                .count()
            == MANY;
  }
}
