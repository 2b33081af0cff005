package dev.slipway.registry;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.slipway.base.Json;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.Base64;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Events of the registry as a receiver hears them.
final class WebhooksTest {
  private static final long PATIENCE_SECONDS = 60;

  /// What arrived.
  private record Heard(String id, String time, String signature, String body) {}

  @TempDir Path directory;
  private final BlockingQueue<Heard> heard = new LinkedBlockingQueue<>();
  private final AtomicInteger refusals = new AtomicInteger();
  private RegistryServer server;
  private HttpServer receiver;

  @BeforeEach
  void start() throws IOException {
    server = new RegistryServer(RegistrySettings.at(directory));
    receiver = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    receiver.createContext("/", this::hear);
    receiver.start();
  }

  @AfterEach
  void stop() {
    receiver.stop(0);
    server.close();
  }

  private void hear(HttpExchange exchange) throws IOException {
    var headers = exchange.getRequestHeaders();
    String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
    boolean busy = refusals.getAndUpdate(left -> Math.max(0, left - 1)) > 0;
    if (!busy) {
      heard.add(
          new Heard(
              headers.getFirst("X-MLflow-Delivery-Id"),
              headers.getFirst("X-MLflow-Timestamp"),
              String.valueOf(headers.getFirst("X-MLflow-Signature")),
              body));
    }
    exchange.sendResponseHeaders(busy ? 503 : 200, -1);
    exchange.close();
  }

  private String hook(String events) {
    return server
        .post(
            "webhooks",
            "{\"name\":\"ci\",\"url\":\"http://127.0.0.1:%d/\",\"secret\":\"s3cret\",\"events\":[%s]}"
                .formatted(receiver.getAddress().getPort(), events))
        .body()
        .at("/webhook/webhook_id")
        .stringValue();
  }

  private Heard next() throws InterruptedException {
    Heard found = heard.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
    assertThat(found).as("an event").isNotNull();
    return found;
  }

  @Test
  void anEventIsSignedWithTheSecret() throws InterruptedException, GeneralSecurityException {
    hook("{\"entity\":\"REGISTERED_MODEL\",\"action\":\"CREATED\"}");
    server.post("registered-models/create", "{\"name\":\"iris\"}");
    Heard event = next();
    var body = Json.parseObject(event.body);
    assertThat(body.path("entity").stringValue()).isEqualTo("registered_model");
    assertThat(body.at("/data/name").stringValue()).isEqualTo("iris");
    Mac mac = Mac.getInstance("HmacSHA256");
    mac.init(new SecretKeySpec("s3cret".getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
    String signed = event.id + "." + event.time + "." + event.body;
    assertThat(event.signature)
        .isEqualTo(
            "v1,"
                + Base64.getEncoder()
                    .encodeToString(mac.doFinal(signed.getBytes(StandardCharsets.UTF_8))));
  }

  @Test
  void aReceiverThatIsBusyIsToldAgainAndAnEventNobodyAskedForIsNotSent()
      throws InterruptedException {
    hook("{\"entity\":\"MODEL_VERSION_ALIAS\",\"action\":\"CREATED\"}");
    refusals.set(1);
    server.post("registered-models/create", "{\"name\":\"iris\"}");
    server.post("model-versions/create", "{\"name\":\"iris\",\"source\":\"s3://b/1\"}");
    server.post(
        "registered-models/alias", "{\"name\":\"iris\",\"alias\":\"best\",\"version\":\"1\"}");
    assertThat(Json.parseObject(next().body).at("/data/alias").stringValue()).isEqualTo("best");
    assertThat(heard).isEmpty();
  }

  @Test
  void aTestSaysWhatTheReceiverAnswered() {
    String id = hook("{\"entity\":\"MODEL_VERSION\",\"action\":\"CREATED\"}");
    var result = server.post("webhooks/" + id + "/test", "{}").body().path("result");
    assertThat(result.path("success").booleanValue()).isTrue();
    assertThat(result.path("response_status").intValue()).isEqualTo(200);
    assertThat(server.call("DELETE", "/api/2.0/mlflow/webhooks/" + id, "").status()).isEqualTo(200);
    assertThat(server.get("webhooks/" + id).status()).isEqualTo(404);
  }
}
