package dev.slipway.apiserver.error;

import dev.slipway.base.Json;
import dev.slipway.base.Problem;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// A refusal as Kubernetes words it: an HTTP status, a `reason`, a message, and details that name
/// the object.
///
/// Texts and codes: `k8s.io/apimachinery/pkg/api/errors/errors.go`.
public final class ApiException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final int code;
  private final String reason;
  private final transient ObjectNode details;
  private String continuation = "";

  private ApiException(int code, String reason, String message, ObjectNode details) {
    super(message, null, false, false);
    this.code = code;
    this.reason = reason;
    this.details = details;
  }

  public int code() {
    return code;
  }

  /// The machine-readable reason: `NotFound`, `Conflict`, …; may be empty.
  public String reason() {
    return reason;
  }

  /// Seconds after which the client may try again; 0 where it was not told.
  public int retryAfterSeconds() {
    return details.path("retryAfterSeconds").asInt(0);
  }

  /// The `v1 Status` to send.
  public ObjectNode toStatus() {
    ObjectNode status = Json.object().put("kind", "Status").put("apiVersion", "v1");
    ObjectNode metadata = status.putObject("metadata");
    if (!continuation.isEmpty()) {
      metadata.put("continue", continuation);
    }
    status.put("status", "Failure").put("message", getMessage());
    if (!reason.isEmpty()) {
      status.put("reason", reason);
    }
    if (!details.isEmpty()) {
      status.set("details", details);
    }
    return status.put("code", code);
  }

  /// Adds a token with which an expired list can go on at the newest version.
  public ApiException withContinue(String token) {
    continuation = token;
    return this;
  }

  /// Any status; `details` may be empty.
  public static ApiException of(int code, String reason, String message, ObjectNode details) {
    return new ApiException(code, reason, message, details);
  }

  /// @param resource plural, qualified by its group where it has one: `deployments.apps`
  public static ApiException notFound(String resource, String name) {
    return about(404, "NotFound", quoted(resource, name) + " not found", resource, name);
  }

  /// No such path.
  public static ApiException noSuchPath() {
    return new ApiException(
        404, "NotFound", "the server could not find the requested resource", Json.object());
  }

  public static ApiException alreadyExists(String resource, String name) {
    return about(409, "AlreadyExists", quoted(resource, name) + " already exists", resource, name);
  }

  public static ApiException conflict(String resource, String name, String why) {
    String message = "Operation cannot be fulfilled on " + quoted(resource, name) + ": " + why;
    return about(409, "Conflict", message, resource, name);
  }

  /// The stale `resourceVersion` refusal.
  public static ApiException modified(String resource, String name) {
    return conflict(
        resource,
        name,
        "the object has been modified; please apply your changes to the latest version and try"
            + " again");
  }

  /// A judged object that failed: all problems at once.
  ///
  /// @param kind qualified by its group where it has one: `Deployment.apps`
  public static ApiException invalid(String kind, String name, List<Problem> problems) {
    ObjectNode details = Json.object();
    if (!name.isEmpty()) {
      details.put("name", name);
    }
    qualify(details, kind);
    ArrayNode causes = details.putArray("causes");
    for (Problem problem : problems) {
      causes
          .addObject()
          .put("reason", problem.type().reason())
          .put("message", problem.body())
          .put("field", problem.field());
    }
    String message = kind + " " + quote(name) + " is invalid: " + Problem.join(problems);
    return new ApiException(422, "Invalid", message, details);
  }

  public static ApiException forbidden(String resource, String name, String why) {
    String message =
        resource.isEmpty()
            ? "forbidden: " + why
            : name.isEmpty()
                ? resource + " is forbidden: " + why
                : quoted(resource, name) + " is forbidden: " + why;
    return about(403, "Forbidden", message, resource, name);
  }

  public static ApiException badRequest(String message) {
    return new ApiException(400, "BadRequest", message, Json.object());
  }

  public static ApiException unauthorized() {
    return new ApiException(401, "Unauthorized", "Unauthorized", Json.object());
  }

  public static ApiException methodNotAllowed() {
    return new ApiException(
        405,
        "MethodNotAllowed",
        "the server does not allow this method on the requested resource",
        Json.object());
  }

  public static ApiException notAcceptable(List<String> accepted) {
    return new ApiException(
        406,
        "NotAcceptable",
        "only the following media types are accepted: " + String.join(", ", accepted),
        Json.object());
  }

  public static ApiException unsupportedMediaType(List<String> accepted) {
    return new ApiException(
        415,
        "UnsupportedMediaType",
        "the body of the request was in an unknown format - accepted media types include: "
            + String.join(", ", accepted),
        Json.object());
  }

  public static ApiException tooLarge(String message) {
    return new ApiException(413, "RequestEntityTooLarge", message, Json.object());
  }

  /// The version asked for is no longer retained; the client must list again.
  public static ApiException expired(String message) {
    return new ApiException(410, "Expired", message, Json.object());
  }

  public static ApiException tooManyRequests(String message, int retryAfterSeconds) {
    ObjectNode details = Json.object().put("retryAfterSeconds", retryAfterSeconds);
    return new ApiException(429, "TooManyRequests", message, details);
  }

  public static ApiException timeout(String message) {
    return new ApiException(504, "Timeout", message, Json.object());
  }

  public static ApiException unavailable(String message) {
    return new ApiException(503, "ServiceUnavailable", message, Json.object());
  }

  public static ApiException internal(String message) {
    ObjectNode details = Json.object();
    details.putArray("causes").addObject().put("message", message);
    return new ApiException(500, "InternalError", "Internal error occurred: " + message, details);
  }

  private static ApiException about(
      int code, String reason, String message, String resource, String name) {
    ObjectNode details = Json.object();
    if (!name.isEmpty()) {
      details.put("name", name);
    }
    qualify(details, resource);
    return new ApiException(code, reason, message, details);
  }

  private static void qualify(ObjectNode details, String qualified) {
    int dot = qualified.indexOf('.');
    if (dot > 0) {
      details.put("group", qualified.substring(dot + 1));
    }
    if (!qualified.isEmpty()) {
      details.put("kind", dot > 0 ? qualified.substring(0, dot) : qualified);
    }
  }

  private static String quoted(String resource, String name) {
    return resource + " " + quote(name);
  }

  private static String quote(@Nullable String name) {
    return '"' + (name == null ? "" : name) + '"';
  }
}
