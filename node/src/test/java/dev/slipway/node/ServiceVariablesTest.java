package dev.slipway.node;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.base.Json;
import dev.slipway.control.Kinds;
import dev.slipway.control.Resource;
import dev.slipway.control.fake.WatchedCluster;
import java.net.URI;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class ServiceVariablesTest {
  private static final URI API = URI.create("https://127.0.0.1:6443");

  private final WatchedCluster cluster = new WatchedCluster();

  @BeforeEach
  void services() {
    service("red-is", "10.96.0.7", "{\"name\": \"main-port\", \"port\": 6379}");
    service("headless", "None", "{\"port\": 80}");
  }

  private void service(String name, String address, String port) {
    cluster.create(
        Kinds.SERVICE,
        Json.parseObject(
            """
            {"apiVersion": "v1", "kind": "Service",
             "metadata": {"name": "%s", "namespace": "default"},
             "spec": {"clusterIP": "%s", "ports": [%s]}}
            """
                .formatted(name, address, port)));
  }

  private Map<String, String> of(String spec) {
    var tree = Json.parseObject("{\"metadata\": {\"name\": \"p\", \"namespace\": \"default\"}}");
    tree.set("spec", Json.parseObject(spec));
    return ServiceVariables.of(Resource.of(Kinds.POD, tree), cluster, Optional.of(API));
  }

  @Test
  void aServiceIsNamedAsAKubeletDoesAndOneWithoutAddressIsNot() {
    assertThat(of("{}"))
        .containsEntry("RED_IS_SERVICE_HOST", "10.96.0.7")
        .containsEntry("RED_IS_SERVICE_PORT", "6379")
        .containsEntry("RED_IS_SERVICE_PORT_MAIN_PORT", "6379")
        .containsEntry("RED_IS_PORT", "tcp://10.96.0.7:6379")
        .containsEntry("RED_IS_PORT_6379_TCP", "tcp://10.96.0.7:6379")
        .containsEntry("RED_IS_PORT_6379_TCP_PROTO", "tcp")
        .containsEntry("RED_IS_PORT_6379_TCP_PORT", "6379")
        .containsEntry("RED_IS_PORT_6379_TCP_ADDR", "10.96.0.7")
        .doesNotContainKey("HEADLESS_SERVICE_HOST");
  }

  @Test
  void theApiIsNamedWhateverThePodWants() {
    assertThat(of("{\"enableServiceLinks\": false}"))
        .containsEntry("KUBERNETES_SERVICE_HOST", "127.0.0.1")
        .containsEntry("KUBERNETES_SERVICE_PORT", "6443")
        .containsEntry("KUBERNETES_SERVICE_PORT_HTTPS", "6443")
        .doesNotContainKey("RED_IS_SERVICE_HOST");
  }
}
