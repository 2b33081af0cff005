package dev.slipway.kubernetes;

import dev.slipway.base.Json;
import dev.slipway.control.ClusterException;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.http.HttpClient;
import io.fabric8.kubernetes.client.http.HttpRequest;
import io.fabric8.kubernetes.client.http.HttpResponse;
import java.util.concurrent.CompletionException;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.node.ObjectNode;

/// Requests to a Kubernetes API and its answers, as trees. Blocking; thread-safe.
///
/// The client library is asked for its connection alone: who we are, whom we trust, proxies.
final class Wire {
  static final String JSON = "application/json";
  static final String MERGE = "application/merge-patch+json";
  static final String APPLY = "application/apply-patch+yaml";

  private final HttpClient http;
  private final String root;

  Wire(KubernetesClient client) {
    this.http = client.getHttpClient();
    String url = client.getMasterUrl().toString();
    this.root = url.endsWith("/") ? url.substring(0, url.length() - 1) : url;
  }

  HttpClient http() {
    return http;
  }

  /// A request without a body.
  HttpRequest.Builder request(String path) {
    return http.newHttpRequestBuilder().uri(root + path);
  }

  ObjectNode get(String path) {
    return send(request(path).build());
  }

  /// @param method `POST`, `PUT`, `PATCH` or `DELETE`
  /// @throws ClusterException as the API refuses, or 503 where it cannot be reached
  ObjectNode send(String method, String path, String contentType, ObjectNode body) {
    return send(request(path).method(method, contentType, body.toString()).build());
  }

  private ObjectNode send(HttpRequest request) {
    HttpResponse<byte[]> response;
    try {
      response = http.sendAsync(request, byte[].class).join();
    } catch (CompletionException failed) {
      throw unreachable(failed.getCause() == null ? failed : failed.getCause());
    }
    ObjectNode answer = tree(response.body());
    if (!response.isSuccessful()) {
      throw refusal(response.code(), answer);
    }
    return answer;
  }

  private static ObjectNode tree(byte[] body) {
    try {
      return Json.parseObject(body);
    } catch (IllegalArgumentException | JacksonException _) {
      return Json.object();
    }
  }

  /// What a `Status` says.
  static ClusterException refusal(int code, ObjectNode status) {
    String message = Json.text(status, "message");
    return new ClusterException(
        code,
        Json.text(status, "reason"),
        message.isEmpty() ? "the API answered " + code : message);
  }

  static ClusterException unreachable(Throwable why) {
    return new ClusterException(503, "ServiceUnavailable", "the API cannot be reached: " + why);
  }
}
