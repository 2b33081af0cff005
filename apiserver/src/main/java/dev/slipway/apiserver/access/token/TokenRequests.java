package dev.slipway.apiserver.access.token;

import dev.slipway.apiserver.error.ApiException;
import dev.slipway.apiserver.resource.LocalApi;
import dev.slipway.base.FieldPath;
import dev.slipway.base.Json;
import dev.slipway.base.Problem;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// `POST .../serviceaccounts/NAME/token`: signs a token as asked, within bounds.
///
/// Source: `k8s.io/kubernetes/pkg/registry/core/serviceaccount/storage/token.go`.
public final class TokenRequests {
  private static final long DEFAULT_SECONDS = 3600;
  private static final long MIN_SECONDS = 600;
  private static final long MAX_SECONDS = 1L << 32;
  private static final long GRANTED_SECONDS = Duration.ofDays(365).toSeconds();

  private final LocalApi api;
  private final TokenIssuer issuer;
  private final InstantSource clock;

  public TokenRequests(LocalApi api, TokenIssuer issuer, InstantSource clock) {
    this.api = api;
    this.issuer = issuer;
    this.clock = clock;
  }

  /// @param request an `authentication.k8s.io/v1 TokenRequest`
  /// @return the request with defaults filled and `status.token`, `status.expirationTimestamp`
  /// @throws ApiException 404 without such an account or bound object, 422 for bounds, 400 and 409
  ///     for a bound object that does not fit
  public ObjectNode create(String namespace, String name, ObjectNode request) {
    ObjectNode account =
        api.get("", "serviceaccounts", namespace, name)
            .orElseThrow(() -> ApiException.notFound("serviceaccounts", name));
    ObjectNode answer = request.deepCopy();
    ObjectNode spec = Json.ensureObject(answer, "spec");
    fillDefaults(spec);
    long seconds = seconds(spec);
    List<BoundObject> bound = bound(namespace, name, spec.path("boundObjectRef"));
    Instant now = clock.instant().truncatedTo(ChronoUnit.SECONDS);
    var validity = Duration.ofSeconds(seconds);
    String token =
        issuer.bound(new TokenIssuer.Wish(account, bound, audiences(spec), validity), now);
    Json.ensureObject(answer, "metadata")
        .put("name", name)
        .put("namespace", namespace)
        .put("creationTimestamp", now.toString());
    answer
        .putObject("status")
        .put("expirationTimestamp", now.plus(validity).toString())
        .put("token", token);
    return answer;
  }

  private static void fillDefaults(ObjectNode spec) {
    if (spec.path("audiences").isEmpty()) {
      spec.putArray("audiences").add(TokenIssuer.ISSUER);
    }
    if (!spec.path("expirationSeconds").isNumber()) {
      spec.put("expirationSeconds", DEFAULT_SECONDS);
    }
  }

  /// Judges the wish and shortens it to what is granted at most.
  private static long seconds(ObjectNode spec) {
    long asked = spec.path("expirationSeconds").asLong(DEFAULT_SECONDS);
    var field = FieldPath.of("spec", "expirationSeconds");
    if (asked < MIN_SECONDS) {
      throw invalid(
          Problem.invalid(field, asked, "may not specify a duration less than 10 minutes"));
    }
    if (asked > MAX_SECONDS) {
      throw invalid(
          Problem.invalid(field, asked, "may not specify a duration larger than 2^32 seconds"));
    }
    long granted = Math.min(asked, GRANTED_SECONDS);
    spec.put("expirationSeconds", granted);
    return granted;
  }

  private static List<String> audiences(ObjectNode spec) {
    var audiences = new ArrayList<String>();
    ArrayNode array = spec.withArray("audiences");
    for (int i = 0; i < array.size(); i++) {
      if (!array.get(i).isString() || array.get(i).stringValue().isEmpty()) {
        throw invalid(
            Problem.invalid(
                FieldPath.of("spec", "audiences").index(i), "", "audience must not be empty"));
      }
      audiences.add(array.get(i).stringValue());
    }
    return audiences;
  }

  private List<BoundObject> bound(String namespace, String account, JsonNode reference) {
    if (!reference.isObject() || reference.isEmpty()) {
      return List.of();
    }
    String kind = Json.text(reference, "kind");
    String version = Json.text(reference, "apiVersion");
    String name = Json.text(reference, "name");
    List<BoundObject> bound =
        switch (version + " " + kind) {
          case "v1 Pod" -> pod(namespace, account, name);
          case "v1 Secret" -> List.of(found("secret", "secrets", namespace, name));
          case "v1 Node" -> List.of(found("node", "nodes", "", name));
          default ->
              throw ApiException.badRequest(
                  "cannot bind token to object of type %s, Kind=%s"
                      .formatted(version.contains("/") ? version : "/" + version, kind));
        };
    checkUid(kind, bound.getLast(), Json.text(reference, "uid"));
    return bound;
  }

  /// The pod last, behind its node where it has one.
  private List<BoundObject> pod(String namespace, String account, String name) {
    ObjectNode pod =
        api.get("", "pods", namespace, name).orElseThrow(() -> ApiException.notFound("pods", name));
    if (!Json.text(pod, "spec", "serviceAccountName").equals(account)) {
      throw ApiException.badRequest(
          "cannot bind token for serviceaccount \"%s\" to pod running with different serviceaccount name."
              .formatted(account));
    }
    var bound = new ArrayList<BoundObject>();
    String node = Json.text(pod, "spec", "nodeName");
    if (!node.isEmpty()) {
      String uid =
          api.get("", "nodes", "", node).map(each -> Json.text(each, "metadata", "uid")).orElse("");
      bound.add(new BoundObject("node", node, uid));
    }
    bound.add(new BoundObject("pod", name, Json.text(pod, "metadata", "uid")));
    return bound;
  }

  private BoundObject found(String kind, String plural, String namespace, String name) {
    return api.get("", plural, namespace, name)
        .map(each -> new BoundObject(kind, name, Json.text(each, "metadata", "uid")))
        .orElseThrow(() -> ApiException.notFound(plural, name));
  }

  private static void checkUid(String kind, BoundObject bound, String uid) {
    if (!uid.isEmpty() && !uid.equals(bound.uid())) {
      throw ApiException.conflict(
          kind,
          bound.name(),
          ("the UID in the bound object reference (%s) does not match the UID in record."
                  + " The object might have been deleted and then recreated")
              .formatted(uid));
    }
  }

  private static ApiException invalid(Problem problem) {
    return ApiException.invalid("TokenRequest.authentication.k8s.io", "", List.of(problem));
  }
}
