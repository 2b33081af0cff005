package dev.slipway.dataplane.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpServer;
import dev.slipway.dataplane.model.FakeEngine;
import dev.slipway.dataplane.model.ModelSettings;
import dev.slipway.dataplane.model.ModelSettings.PayloadLogging;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class PayloadLogsTest {
  @TempDir private Path directory;

  @Test
  void sendsRequestAndAnswerAsEventsOfOneId() throws IOException {
    var events = new CopyOnWriteArrayList<Map<String, String>>();
    var sink = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    sink.createContext(
        "/",
        exchange -> {
          var event = new ConcurrentHashMap<String, String>();
          for (var name : List.of("ce-type", "ce-id", "ce-source", "ce-inferenceservicename")) {
            event.put(name, String.valueOf(exchange.getRequestHeaders().getFirst(name)));
          }
          event.put(
              "body", new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
          events.add(event);
          exchange.sendResponseHeaders(202, -1);
          exchange.close();
        });
    sink.start();
    try (var running = new Running(directory)) {
      var uri = URI.create("http://127.0.0.1:" + sink.getAddress().getPort() + "/");
      var settings =
          ModelSettings.of("logged", FakeEngine.file(directory, 2).toString())
              .withLogger(PayloadLogging.of(uri, "all", "me"));
      running.server.models().load(settings).join();
      running.post("/v1/models/logged:predict", "{\"instances\":[[1,2]]}");
      await().until(() -> events.size() == 2);
      var refused = running.post("/v1/models/logged:predict", "{\"instances\":7");
      assertThat(refused.status()).isEqualTo(400);
      await().until(() -> events.size() == 3);
      assertThat(events.removeLast())
          .containsEntry("ce-type", "org.kubeflow.serving.inference.request")
          .containsEntry("body", "{\"instances\":7");
      running.post("/v2/models/logged/infer", "{}");
      await().until(() -> events.size() == 3);
      assertThat(events.removeLast()).containsEntry("body", "{}");
      assertThat(events)
          .extracting(event -> event.get("ce-type"))
          .containsExactlyInAnyOrder(
              "org.kubeflow.serving.inference.request", "org.kubeflow.serving.inference.response");
      assertThat(events)
          .extracting(event -> event.get("ce-id"))
          .containsOnly(events.getFirst().get("ce-id"));
      assertThat(events).extracting(event -> event.get("ce-source")).containsOnly("me");
      assertThat(events)
          .extracting(event -> event.get("body"))
          .containsExactlyInAnyOrder("{\"instances\":[[1,2]]}", "{\"predictions\":[[2.0,4.0]]}");
    } finally {
      sink.stop(0);
    }
  }
}
