package dev.slipway.app;

import dev.slipway.base.Json;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// The life of a few InferenceServices on a platform, for the start-up cache: applied until Ready,
/// asked over HTTP and gRPC, every second one woken by that, and deleted.
final class ServiceRehearsal {
  private static final Duration PATIENCE = Duration.ofMinutes(1);
  private static final int REQUESTS = 20;

  private final KubeClient client;
  private final InetSocketAddress gateway;
  private final Path model;

  /// @param model a file of scikit-learn
  ServiceRehearsal(KubeClient client, InetSocketAddress gateway, Path model) {
    this.client = client;
    this.gateway = gateway;
    this.model = model;
  }

  void run(int services) throws IOException, InterruptedException {
    client.apply(client.find("configmaps"), "knative-serving", sleepersAllowed());
    var kind = client.find("inferenceservices.serving.kserve.io");
    for (int i = 0; i < services; i++) {
      String name = "rehearsal-" + i;
      client.apply(kind, "default", service(name, i % 2));
      var ready = awaitReady(kind.path("default", name));
      var host = URI.create(Json.text(ready, "status", "url")).getHost();
      ask(new DemoCalls(gateway, host, name));
    }
    for (int i = 0; i < services; i++) {
      client.delete(kind.path("default", "rehearsal-" + i));
    }
  }

  private static ObjectNode sleepersAllowed() {
    return Json.parseObject(
        """
        {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "config-autoscaler"},
         "data": {"allow-zero-initial-scale": "true"}}
        """);
  }

  /// @param pods at first: 0 for one that sleeps until it is asked
  private ObjectNode service(String name, int pods) {
    return Json.parseObject(
        """
        {"apiVersion": "serving.kserve.io/v1beta1", "kind": "InferenceService",
         "metadata": {"name": "%s", "annotations": {"autoscaling.knative.dev/initial-scale": "%d"}},
         "spec": {"predictor": {"minReplicas": 0, "model": {"modelFormat": {"name": "sklearn"},
                  "storageUri": "file://%s"}}}}
        """
            .formatted(name, pods, model));
  }

  private JsonNode awaitReady(String path) throws IOException, InterruptedException {
    long until = System.nanoTime() + PATIENCE.toNanos();
    while (System.nanoTime() < until) {
      var found = client.get(path, "application/json");
      for (var each : found.path("status").path("conditions")) {
        if (Json.text(each, "type").equals("Ready") && Json.text(each, "status").equals("True")) {
          return found;
        }
      }
      Thread.sleep(20);
    }
    throw new IOException(path + " did not become Ready");
  }

  private static void ask(DemoCalls calls) throws IOException {
    calls.http();
    calls.grpc();
    try (var connection = calls.open()) {
      for (int i = 0; i < REQUESTS; i++) {
        connection.predict();
      }
    }
  }
}
