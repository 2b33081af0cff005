package dev.slipway.apiserver.admission;

import dev.slipway.base.Json;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Executors;
import javax.net.ssl.SSLException;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// Sends `AdmissionReview`s to webhooks over HTTPS and reads their answers. Thread-safe.
final class WebhookCaller {
  private static final int MAX_CLIENTS = 64;
  private static final String API = "admission.k8s.io/v1";

  private final ServiceResolver services;
  private final Map<String, HttpClient> clients =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, HttpClient> eldest) {
          return size() > MAX_CLIENTS;
        }
      };

  WebhookCaller(ServiceResolver services) {
    this.services = services;
  }

  /// Asks a webhook.
  ///
  /// @return `response` of its answer
  /// @throws WebhookFailure if there is no usable answer
  JsonNode call(Webhook webhook, VersionedRequest request) throws WebhookFailure {
    String uid = UUID.randomUUID().toString();
    ObjectNode review = Json.object().put("kind", "AdmissionReview").put("apiVersion", API);
    ObjectNode asked = review.putObject("request").put("uid", uid);
    asked.setAll(request.describe());
    asked.set("object", request.object());
    asked.set("oldObject", request.old());
    return answer(post(webhook.client(), webhook.timeout(), Json.bytes(review)), uid);
  }

  /// Posts a document and returns the answer's body.
  byte[] post(Webhook.Client to, Duration timeout, byte[] body) throws WebhookFailure {
    URI shown = shown(to, timeout);
    HttpRequest request =
        HttpRequest.newBuilder(target(to, shown))
            .timeout(timeout)
            .header("Content-Type", "application/json")
            .header("Accept", "application/json, */*")
            .POST(HttpRequest.BodyPublishers.ofByteArray(body))
            .build();
    String doing = "failed to call webhook: Post \"" + shown + "\": ";
    try {
      HttpResponse<byte[]> response =
          client(to, shown).send(request, HttpResponse.BodyHandlers.ofByteArray());
      if (response.statusCode() < 200 || response.statusCode() > 299) {
        throw new WebhookFailure(
            "failed to call webhook: the server responded with status code "
                + response.statusCode());
      }
      return response.body();
    } catch (HttpTimeoutException _) {
      throw new WebhookFailure(doing + "context deadline exceeded");
    } catch (ConnectException _) {
      throw new WebhookFailure(
          doing + "dial tcp " + request.uri().getAuthority() + ": connect: connection refused");
    } catch (SSLException untrusted) {
      throw new WebhookFailure(doing + "tls: " + rootMessage(untrusted));
    } catch (IOException failed) {
      throw new WebhookFailure(doing + rootMessage(failed));
    } catch (GeneralSecurityException bundle) {
      throw new WebhookFailure("could not get REST client: " + bundle.getMessage());
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      throw new WebhookFailure(doing + "context canceled");
    }
  }

  private static String rootMessage(Throwable failure) {
    Throwable root = failure;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    return root.getMessage() == null ? root.getClass().getSimpleName() : root.getMessage();
  }

  /// The address as upstream names it: a Service by its name in the cluster.
  private static URI shown(Webhook.Client to, Duration timeout) throws WebhookFailure {
    String base =
        to.isService()
            ? "https://%s.%s.svc:%d%s"
                .formatted(
                    to.service(),
                    to.namespace(),
                    to.port(),
                    to.path().isEmpty() || to.path().startsWith("/") ? to.path() : "/" + to.path())
            : to.url();
    try {
      return URI.create(
          base + (base.contains("?") ? "&" : "?") + "timeout=" + timeout.toSeconds() + "s");
    } catch (IllegalArgumentException malformed) {
      throw new WebhookFailure("could not get REST client: " + malformed.getMessage());
    }
  }

  private URI target(Webhook.Client to, URI shown) throws WebhookFailure {
    if (!to.isService()) {
      return shown;
    }
    try {
      InetSocketAddress found = services.resolve(to.namespace(), to.service(), to.port());
      String host = found.getAddress().getHostAddress();
      String query = "?" + shown.getRawQuery();
      return URI.create(
          "https://%s:%d%s%s"
              .formatted(
                  host.contains(":") ? "[" + host + "]" : host,
                  found.getPort(),
                  shown.getRawPath(),
                  query));
    } catch (IllegalArgumentException absent) {
      throw new WebhookFailure(
          "failed to call webhook: Post \"" + shown + "\": " + absent.getMessage());
    }
  }

  /// One client per name and authorities, so that connections are kept between requests.
  private HttpClient client(Webhook.Client to, URI shown) throws GeneralSecurityException {
    String authorities = to.authorities();
    String key = shown.getHost() + " " + authorities;
    synchronized (clients) {
      HttpClient present = clients.get(key);
      if (present == null) {
        present =
            HttpClient.newBuilder()
                .sslContext(WebhookTrust.context(authorities, shown.getHost()))
                .proxy(HttpClient.Builder.NO_PROXY)
                .followRedirects(HttpClient.Redirect.NEVER)
                .executor(Executors.newVirtualThreadPerTaskExecutor())
                .build();
        clients.put(key, present);
      }
      return present;
    }
  }

  private static JsonNode answer(byte[] body, String uid) throws WebhookFailure {
    JsonNode review;
    try {
      review = Json.parse(body);
    } catch (JacksonException malformed) {
      throw new WebhookFailure(
          "failed to call webhook: couldn't get version/kind; json parse error: "
              + malformed.getOriginalMessage());
    }
    if (!Json.text(review, "apiVersion").equals(API)
        || !Json.text(review, "kind").equals("AdmissionReview")) {
      throw new WebhookFailure(
          "received invalid webhook response: expected webhook response of %s, Kind=AdmissionReview, got %s, Kind=%s"
              .formatted(API, Json.text(review, "apiVersion"), Json.text(review, "kind")));
    }
    JsonNode response = review.path("response");
    if (!response.isObject()) {
      throw new WebhookFailure("received invalid webhook response: webhook response was absent");
    }
    if (!Json.text(response, "uid").equals(uid)) {
      throw new WebhookFailure(
          "received invalid webhook response: expected response.uid=\"%s\", got \"%s\""
              .formatted(uid, Json.text(response, "uid")));
    }
    return response;
  }
}
