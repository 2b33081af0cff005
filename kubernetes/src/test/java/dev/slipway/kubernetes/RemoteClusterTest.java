package dev.slipway.kubernetes;

import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import dev.slipway.apiserver.ApiServer;
import dev.slipway.apiserver.ApiServerSettings;
import dev.slipway.control.fake.ClusterContract;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/// Against our own API server, over TLS, with nothing but its kubeconfig.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RemoteClusterTest {
  private ApiServer server;
  private RemoteCluster cluster;

  @BeforeAll
  void start(@TempDir Path data) {
    server = ApiServer.start(new ApiServerSettings(data, "127.0.0.1", 0));
    cluster = RemoteCluster.connect(Optional.of(server.kubeconfig()));
  }

  @AfterAll
  void stop() {
    cluster.close();
    server.close();
  }

  @TestFactory
  Stream<DynamicTest> keepsThePromisesOfACluster() {
    return ClusterContract.promises().stream()
        .map(each -> dynamicTest(each.name(), () -> each.check().on(cluster)));
  }
}
