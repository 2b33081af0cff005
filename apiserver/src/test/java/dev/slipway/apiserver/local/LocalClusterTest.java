package dev.slipway.apiserver.local;

import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import dev.slipway.apiserver.ApiServer;
import dev.slipway.apiserver.ApiServerSettings;
import dev.slipway.control.fake.ClusterContract;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class LocalClusterTest {
  private ApiServer server;

  @BeforeAll
  void start(@TempDir Path data) {
    server = ApiServer.start(new ApiServerSettings(data, "127.0.0.1", 0));
  }

  @AfterAll
  void stop() {
    server.close();
  }

  @TestFactory
  Stream<DynamicTest> keepsThePromisesOfACluster() {
    return ClusterContract.promises().stream()
        .map(each -> dynamicTest(each.name(), () -> each.check().on(server.cluster())));
  }
}
