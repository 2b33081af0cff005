package dev.slipway.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.slipway.apiserver.ApiServer;
import dev.slipway.apiserver.ApiServerSettings;
import dev.slipway.base.Json;
import dev.slipway.control.Cluster;
import dev.slipway.control.ClusterException;
import dev.slipway.control.Key;
import dev.slipway.control.Kinds;
import dev.slipway.control.LeaderElection;
import dev.slipway.control.Reconciler;
import dev.slipway.kubernetes.RemoteCluster;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.node.ObjectNode;

/// Against an API server of our own that has no controllers, over TLS, with its kubeconfig alone.
class OperatorTest {
  private static final Duration PATIENCE = Duration.ofSeconds(90);
  private static final Key IRIS = Kinds.KNATIVE_SERVICE.key("default", "iris-predictor");

  @TempDir private Path directory;
  private ApiServer server;
  private Cluster user;

  private record Replica(RemoteCluster cluster, Operator operator) implements AutoCloseable {
    @Override
    public void close() {
      operator.close();
      cluster.close();
    }
  }

  @BeforeEach
  void start() {
    server = ApiServer.start(new ApiServerSettings(directory.resolve("api"), "127.0.0.1", 0));
    user = server.cluster();
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private Replica replica(String name) {
    var cluster = RemoteCluster.connect(Optional.of(server.kubeconfig()));
    var times =
        new LeaderElection.Times(
            Duration.ofSeconds(3), Duration.ofSeconds(2), Duration.ofMillis(200));
    var settings =
        new Operator.Settings(
            directory.resolve(name),
            "127.0.0.1",
            0,
            new Operator.GatewayAddress("127.0.0.1", 0),
            "kube-system",
            name,
            times);
    return new Replica(
        cluster, Operator.start(cluster, OperatorCommand.work("example.com", 80), settings));
  }

  private static ObjectNode service(String name, String model) {
    return Json.parseObject(
        """
        {"metadata": {"name": "%s", "namespace": "default"}, "spec": {"predictor": %s}}
        """
            .formatted(name, model));
  }

  private static final String SKLEARN =
      """
      {"model": {"modelFormat": {"name": "sklearn"}, "storageUri": "https://example.com/iris"}}
      """;

  @Test
  void leavesKindsThatTrainToWhoeverHasInstalledThem() {
    var work = OperatorCommand.work("example.com", 80);
    var all = kinds(work.beside(Set.of()));
    var some =
        kinds(work.beside(Set.of("jobsets.jobset.x-k8s.io", "revisions.serving.knative.dev")));
    assertThat(all).contains("JobSet", "TFJob", "TrainJob", "InferenceService", "Revision");
    assertThat(all)
        .as("the cluster's own")
        .doesNotContain("Deployment", "ReplicaSet", "Job", "Pod");
    assertThat(some).contains("TFJob", "TrainJob", "Revision").doesNotContain("JobSet");
  }

  private static Set<String> kinds(List<Reconciler> all) {
    return all.stream().map(each -> each.kind().kind()).collect(Collectors.toSet());
  }

  @Test
  void bringsServicesAboutJudgesThemAndIsTakenOverFrom() {
    try (var first = replica("first")) {
      await().atMost(PATIENCE).until(first.operator::leads);
      await()
          .atMost(PATIENCE)
          .ignoreExceptionsInstanceOf(ClusterException.class)
          .until(
              () -> {
                user.apply(Kinds.INFERENCE_SERVICE, service("iris", SKLEARN));
                return user.get(IRIS).isPresent();
              });
      assertThat(user.get(IRIS).orElseThrow().controllerUid())
          .isEqualTo(user.get(Kinds.INFERENCE_SERVICE.key("default", "iris")).orElseThrow().uid());
      assertThatThrownBy(() -> user.create(Kinds.INFERENCE_SERVICE, service("bad", "{}")))
          .isInstanceOf(ClusterException.class)
          .hasMessageContaining("validate.slipway.dev")
          .hasMessageContaining("spec.predictor");
      try (var second = replica("second")) {
        first.operator.close();
        await().atMost(PATIENCE).until(second.operator::leads);
        user.delete(IRIS, Json.object());
        await().atMost(PATIENCE).until(() -> user.get(IRIS).isPresent());
      }
    }
  }
}
