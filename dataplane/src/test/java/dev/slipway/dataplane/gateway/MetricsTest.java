package dev.slipway.dataplane.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
final class MetricsTest {
  @Test
  void aWokenUpstreamIsCountedUnderTheNamesOfDashboards() {
    try (var serving = new Serving()) {
      serving.local.put(Tables.address(1), (_, response) -> response.status(201).send(new byte[0]));
      serving.route("default/iris-00001");
      serving.gateway.upstreams().put(upstream());
      var answer =
          CompletableFuture.supplyAsync(() -> serving.get("/"), Thread::startVirtualThread);
      await().until(() -> serving.gateway.upstreams().held("default/iris-00001") == 1);
      serving.gateway.upstreams().put(upstream(1));
      assertThat(answer.join().statusCode()).isEqualTo(201);
      await().untilAsserted(() -> assertThat(page(serving)).contains(counted()));
      assertThat(page(serving))
          .contains("revision_request_latencies_bucket{configuration_name=\"iris\"")
          .contains("revision_queue_depth{")
          .contains("activator_request_concurrency{")
          .contains("istio_requests_total{")
          .contains("nginx_ingress_controller_requests{host=\"*\",ingress=\"all\"")
          .contains("slipway_cold_start_seconds_count{configuration_name=\"iris\"")
          .contains("jvm_");
    }
  }

  private static String counted() {
    return "revision_request_count{configuration_name=\"iris\",namespace_name=\"default\","
        + "response_code=\"201\",response_code_class=\"2xx\",revision_name=\"iris-00001\","
        + "service_name=\"iris\"} 1.0";
  }

  private static Upstream upstream(int... numbers) {
    var bare = Tables.upstream("default/iris-00001", 0, true, numbers);
    return new Upstream(
        bare.key(),
        bare.protocol(),
        0,
        true,
        List.copyOf(bare.endpoints()),
        false,
        bare.timeouts(),
        0,
        Map.of("service_name", "iris"));
  }

  private static String page(Serving serving) {
    var response = new FakeResponse();
    try {
      new MetricsPage(new GatewayMetrics(serving.gateway))
          .handle(FakeRequest.get("h", "/metrics"), response);
    } catch (IOException problem) {
      throw new UncheckedIOException(problem);
    }
    return response.text();
  }
}
