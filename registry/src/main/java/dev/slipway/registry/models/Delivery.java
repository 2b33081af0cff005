package dev.slipway.registry.models;

import dev.slipway.base.Json;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Base64;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Semaphore;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.node.ObjectNode;

/// Brings events to their receivers, signed where there is a secret; a receiver that fails is tried
/// again. What does not fit into the queue is dropped and said so.
///
/// Source: mlflow/webhooks/delivery.py for headers and signature.
public final class Delivery implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Delivery.class);
  private static final int UNDER_WAY = 1000;
  private static final int TRIES = 4;
  private static final Duration TIMEOUT = Duration.ofSeconds(30);
  private static final Set<Integer> TRY_AGAIN = Set.of(429, 500, 502, 503, 504);

  private final InstantSource clock;
  private final HttpClient client = HttpClient.newBuilder().connectTimeout(TIMEOUT).build();
  private final Semaphore room = new Semaphore(UNDER_WAY);

  public Delivery(InstantSource clock) {
    this.clock = clock;
  }

  /// @param secret empty for none
  record Target(URI url, String secret) {
    /// Without the secret.
    @Override
    public String toString() {
      return url.toString();
    }
  }

  void enqueue(Target target, String entity, String action, ObjectNode data) {
    if (!room.tryAcquire()) {
      log.warn("too many events wait for webhooks; {} is not told of {}", target, entity);
      return;
    }
    Thread.ofVirtual()
        .name("webhook")
        .start(
            () -> {
              try {
                var _ = send(target, entity, action, data);
              } finally {
                room.release();
              }
            });
  }

  /// Sends one event, and says what came of it, as MLflow's `WebhookTestResult`.
  ObjectNode send(Target target, String entity, String action, ObjectNode data) {
    HttpRequest request = request(target, entity, action, data);
    String problem = "";
    for (int attempt = 1; attempt <= TRIES; attempt++) {
      try {
        HttpResponse<String> answer = client.send(request, BodyHandlers.ofString());
        boolean sound = answer.statusCode() / 100 == 2;
        if (!TRY_AGAIN.contains(answer.statusCode()) || attempt == TRIES) {
          return Json.object()
              .put("success", sound)
              .put("response_status", answer.statusCode())
              .put("response_body", answer.body());
        }
        Thread.sleep(Duration.ofSeconds(1L << (attempt - 1)));
      } catch (IOException e) {
        problem = e.toString();
        break;
      } catch (InterruptedException _) {
        Thread.currentThread().interrupt();
        problem = "interrupted";
        break;
      }
    }
    log.warn("the webhook {} was not told of {} {}: {}", target, entity, action, problem);
    return Json.object().put("success", false).put("error_message", problem);
  }

  private HttpRequest request(Target target, String entity, String action, ObjectNode data) {
    ObjectNode event =
        Json.object()
            .put("entity", entity.toLowerCase(java.util.Locale.ROOT))
            .put("action", action.toLowerCase(java.util.Locale.ROOT))
            .put("timestamp", clock.instant().toString());
    event.set("data", data);
    String payload = event.toString();
    String id = UUID.randomUUID().toString();
    String time = Long.toString(clock.instant().getEpochSecond());
    var request =
        HttpRequest.newBuilder(target.url())
            .timeout(TIMEOUT)
            .header("Content-Type", "application/json")
            .header("X-MLflow-Delivery-Id", id)
            .header("X-MLflow-Timestamp", time)
            .POST(BodyPublishers.ofString(payload));
    if (!target.secret().isEmpty()) {
      request.header("X-MLflow-Signature", signature(target.secret(), id, time, payload));
    }
    return request.build();
  }

  /// `v1,` and the HMAC-SHA256 of `id.time.payload`, in base64.
  static String signature(String secret, String id, String time, String payload) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
      byte[] signed = (id + "." + time + "." + payload).getBytes(StandardCharsets.UTF_8);
      return "v1," + Base64.getEncoder().encodeToString(mac.doFinal(signed));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() {
    client.shutdownNow();
  }
}
