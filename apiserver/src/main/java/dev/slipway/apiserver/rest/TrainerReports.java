package dev.slipway.apiserver.rest;

import dev.slipway.apiserver.access.ServiceAccountName;
import dev.slipway.apiserver.access.UserInfo;
import dev.slipway.apiserver.access.authn.BearerTokens;
import dev.slipway.apiserver.access.authn.Outcome.Known;
import dev.slipway.apiserver.error.ApiException;
import dev.slipway.apiserver.resource.Catalog;
import dev.slipway.apiserver.resource.Resource;
import dev.slipway.base.Json;
import dev.slipway.net.Request;
import dev.slipway.net.Response;
import java.time.DateTimeException;
import java.time.OffsetDateTime;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// How far a TrainJob is, as its own code tells: `POST …/trainjobs/NAME/status` with a token that
/// is good for this one job and nothing else, so it is asked for before anyone is identified.
///
/// What is told becomes `status.trainerStatus`, replacing what was told before. Everything else of
/// the path is the API's as ever.
///
/// Source: Kubeflow Trainer, `pkg/statusserver/{server.go,auth.go}`.
final class TrainerReports {
  private static final String GROUP = "trainer.kubeflow.org";
  private static final String VERSION = "v1alpha1";
  private static final int MAX_BYTES = 1 << 16;
  private static final String MANAGER = "trainer-status";
  private static final String TOLD = "trainerStatus";

  private final BearerTokens tokens;
  private final Verbs verbs;
  private final Supplier<Catalog> catalog;

  TrainerReports(BearerTokens tokens, Verbs verbs, Supplier<Catalog> catalog) {
    this.tokens = tokens;
    this.verbs = verbs;
    this.catalog = catalog;
  }

  /// Which job a request tells of; empty where it tells of none.
  private Optional<Target> target(Request request) {
    if (!request.method().equals("POST")) {
      return Optional.empty();
    }
    return Target.parse(request.rawPath())
        .filter(at -> at.group().equals(GROUP) && at.version().equals(VERSION))
        .filter(at -> at.plural().equals("trainjobs") && at.subresource().equals("status"))
        .filter(at -> !at.namespace().isEmpty() && at.rest().isEmpty() && !at.watch());
  }

  /// Answers if the request is a report.
  ///
  /// @return false where it is none; nothing has been sent then
  /// @throws ApiException 403 where the token is not the job's; 404; 413; 422
  boolean serve(Request request, Response response) {
    var target = target(request);
    if (target.isEmpty()) {
      return false;
    }
    UserInfo user = teller(request, target.get());
    ObjectNode told = read(body(request));
    if (told.has(TOLD)) {
      keep(target.get(), user, told);
    }
    Answers.send(response, 200, told, Form.PLAIN);
    return true;
  }

  private UserInfo teller(Request request, Target target) {
    String audience =
        "%s/%s/namespaces/%s/trainjobs/%s/status"
            .formatted(GROUP, VERSION, target.namespace(), target.name());
    return BearerTokens.of(request)
        .map(token -> tokens.authenticate(token, List.of(audience)))
        .filter(Known.class::isInstance)
        .map(known -> ((Known) known).user())
        .filter(user -> isOf(user, target.namespace()))
        .orElseThrow(() -> ApiException.of(403, "Forbidden", "Forbidden", Json.object()));
  }

  private static boolean isOf(UserInfo user, String namespace) {
    return ServiceAccountName.parse(user.name())
        .filter(account -> account.namespace().equals(namespace))
        .isPresent();
  }

  private static byte[] body(Request request) {
    try {
      return request.body(MAX_BYTES);
    } catch (Request.BodyTooLargeException _) {
      throw ApiException.tooLarge("Payload too large");
    }
  }

  private void keep(Target target, UserInfo user, ObjectNode told) {
    Resource resource =
        catalog
            .get()
            .find(target.group(), target.version(), target.plural())
            .orElseThrow(ApiException::noSuchPath);
    var call =
        new Call(
            resource,
            target.namespace(),
            target.name(),
            "status",
            user,
            false,
            MANAGER,
            "Ignore",
            new Warnings());
    var wanted =
        Json.object().put("apiVersion", resource.apiVersion()).put("kind", resource.kind());
    wanted.putObject("metadata").put("name", target.name()).put("namespace", target.namespace());
    wanted.putObject("status").set(TOLD, told.get(TOLD).deepCopy());
    try {
      verbs.apply(call, wanted, true, Verbs.noOptions());
    } catch (ApiException refused) {
      throw switch (refused.code()) {
        case 404 -> ApiException.of(404, "NotFound", "Train job not found", Json.object());
        case 400, 422 -> invalid(String.valueOf(refused.getMessage()));
        default -> refused;
      };
    }
  }

  private static ApiException invalid(String message) {
    return ApiException.of(422, "Invalid", message, Json.object());
  }

  /// What a report says, as far as it has a meaning; fields of no meaning are passed over.
  ///
  /// @throws ApiException 422 where it is no JSON, or a field is of another type
  static ObjectNode read(byte[] body) {
    JsonNode given;
    try {
      given = Json.parse(body);
    } catch (JacksonException | IllegalArgumentException _) {
      throw invalidPayload();
    }
    if (!given.isObject()) {
      throw invalidPayload();
    }
    ObjectNode told = Json.object();
    JsonNode status = given.path(TOLD);
    if (!status.isMissingNode() && !status.isNull()) {
      told.set(TOLD, status(status));
    }
    return told;
  }

  private static ObjectNode status(JsonNode given) {
    if (!given.isObject()) {
      throw invalidPayload();
    }
    ObjectNode status = Json.object();
    number(given, "progressPercentage", status);
    number(given, "estimatedRemainingSeconds", status);
    JsonNode metrics = given.path("metrics");
    if (present(metrics)) {
      metrics(metrics, status);
    }
    text(given, "lastUpdatedTime").ifPresent(at -> status.put("lastUpdatedTime", time(at)));
    return status;
  }

  private static boolean present(JsonNode value) {
    return !value.isMissingNode() && !value.isNull();
  }

  private static void number(JsonNode given, String field, ObjectNode status) {
    JsonNode value = given.path(field);
    if (present(value)) {
      if (!value.isIntegralNumber() || !value.canConvertToInt()) {
        throw invalidPayload();
      }
      status.put(field, value.intValue());
    }
  }

  private static void metrics(JsonNode given, ObjectNode status) {
    if (!given.isArray()) {
      throw invalidPayload();
    }
    if (given.isEmpty()) {
      return;
    }
    ArrayNode metrics = status.putArray("metrics");
    for (JsonNode each : given) {
      if (!each.isObject()) {
        throw invalidPayload();
      }
      ObjectNode metric = metrics.addObject();
      for (String field : List.of("name", "value")) {
        text(each, field)
            .filter(text -> !text.isEmpty())
            .ifPresent(text -> metric.put(field, text));
      }
    }
  }

  private static Optional<String> text(JsonNode given, String field) {
    JsonNode value = given.path(field);
    if (!present(value)) {
      return Optional.empty();
    }
    if (!value.isString()) {
      throw invalidPayload();
    }
    return Optional.of(value.stringValue());
  }

  /// RFC 3339 to whole seconds of UTC, as Kubernetes keeps times.
  private static String time(String given) {
    try {
      return OffsetDateTime.parse(given).toInstant().truncatedTo(ChronoUnit.SECONDS).toString();
    } catch (DateTimeException _) {
      throw invalidPayload();
    }
  }

  private static ApiException invalidPayload() {
    return invalid("Invalid payload");
  }
}
