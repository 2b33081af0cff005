package dev.slipway.journeys;

import dev.slipway.base.Json;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.dataformat.yaml.YAMLMapper;

/// HTTP with nothing in between: what is sent and what comes back, to the byte.
record RawClient(HttpClient client, String url, String token) {
  private static final YAMLMapper YAML = new YAMLMapper();

  /// An answer; a body that is no JSON object is kept as text alone.
  record Answer(int status, String text, HttpResponse<?> response) {
    ObjectNode json() {
      return Json.parseObject(text);
    }

    String reason() {
      return json().path("reason").asString("");
    }

    String message() {
      return json().path("message").asString("");
    }

    String resourceVersion() {
      return Json.text(json(), "metadata", "resourceVersion");
    }

    List<String> warnings() {
      return response.headers().allValues("warning");
    }
  }

  /// Speaks as the kubeconfig's user.
  static RawClient of(Path kubeconfig) {
    JsonNode config = YAML.readTree(kubeconfig.toFile());
    JsonNode cluster = config.path("clusters").path(0).path("cluster");
    String authority = cluster.path("certificate-authority-data").asString();
    HttpClient client =
        HttpClient.newBuilder()
            .sslContext(trusting(Base64.getDecoder().decode(authority)))
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(20))
            .build();
    String token = config.path("users").path(0).path("user").path("token").asString("");
    return new RawClient(client, cluster.path("server").asString(), token);
  }

  RawClient withToken(String other) {
    return new RawClient(client, url, other);
  }

  Answer get(String path) {
    return send(request(path).GET());
  }

  Answer post(String path, String body) {
    return send("POST", path, "application/json", body);
  }

  Answer put(String path, String body) {
    return send("PUT", path, "application/json", body);
  }

  Answer mergePatch(String path, String body) {
    return send("PATCH", path, "application/merge-patch+json", body);
  }

  Answer delete(String path) {
    return send(request(path).DELETE());
  }

  Answer send(String method, String path, String contentType, String body) {
    return send(
        request(path)
            .header("content-type", contentType)
            .method(method, BodyPublishers.ofString(body)));
  }

  Answer send(HttpRequest.Builder request) {
    try {
      HttpResponse<String> response = client.send(request.build(), BodyHandlers.ofString());
      return new Answer(response.statusCode(), response.body(), response);
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted");
    }
  }

  /// The body as it arrives, for watches.
  HttpResponse<InputStream> stream(String path) throws IOException, InterruptedException {
    return client.send(request(path).GET().build(), BodyHandlers.ofInputStream());
  }

  HttpRequest.Builder request(String path) {
    var request = HttpRequest.newBuilder(URI.create(url + path)).timeout(Duration.ofSeconds(60));
    return token.isEmpty() ? request : request.header("authorization", "Bearer " + token);
  }

  private static SSLContext trusting(byte[] authorityPem) {
    try {
      var certificate =
          CertificateFactory.getInstance("X.509")
              .generateCertificate(new ByteArrayInputStream(authorityPem));
      KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
      store.load(null, null);
      store.setCertificateEntry("authority", certificate);
      var trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      trust.init(store);
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(null, trust.getTrustManagers(), null);
      return context;
    } catch (GeneralSecurityException | IOException unusable) {
      throw new IllegalStateException("the kubeconfig's authority is unusable", unusable);
    }
  }
}
