package dev.slipway.apiserver.admission;

import dev.slipway.apiserver.access.Authorizer;
import dev.slipway.apiserver.cel.CelEnvironment;
import dev.slipway.apiserver.error.ApiException;
import dev.slipway.apiserver.resource.Resource;
import dev.slipway.base.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// What mutating and validating webhooks have in common: which are called for a request, and what
/// their answers mean. Thread-safe.
final class Webhooks {
  /// A webhook must not be able to make itself indelible.
  private static final Set<String> NEVER_ASKED_ABOUT =
      Set.of(
          "mutatingwebhookconfigurations",
          "validatingwebhookconfigurations",
          "validatingadmissionpolicies",
          "validatingadmissionpolicybindings",
          "mutatingadmissionpolicies",
          "mutatingadmissionpolicybindings");

  private final AdmissionParts parts;
  private final Stored<List<Webhook>> configurations;
  private final Namespaces namespaces;
  private final WebhookCaller caller;
  private final Authorizer authorizer;

  Webhooks(AdmissionParts parts, String resource) {
    this.parts = parts;
    this.authorizer = parts.authorizer();
    configurations =
        new Stored<>(
            parts.objects(),
            "admissionregistration.k8s.io/" + resource,
            object -> Webhook.readAll(object, Environment::shared));
    namespaces = new Namespaces(parts.objects());
    caller = new WebhookCaller(parts.services());
  }

  /// Made when the first match condition is read: most clusters have none.
  private static final class Environment {
    private static final CelEnvironment SHARED = PolicyVariables.environment().build();

    private Environment() {}

    static CelEnvironment shared() {
      return SHARED;
    }
  }

  /// A webhook and the version in which it wants to see the request.
  record Call(Webhook webhook, Resource as) {}

  /// Those that the request concerns, configurations in the order of their names.
  List<Call> concerned(AdmissionRequest request) {
    if (configurations.isEmpty() || isExempt(request)) {
      return List.of();
    }
    var calls = new ArrayList<Call>();
    for (List<Webhook> configuration : configurations.in("")) {
      for (Webhook webhook : configuration) {
        webhook
            .criteria()
            .match(request, parts.api()::catalog, namespaces)
            .ifPresent(as -> calls.add(new Call(webhook, as)));
      }
    }
    return calls;
  }

  static boolean isExempt(AdmissionRequest request) {
    return request.resource().group().equals("admissionregistration.k8s.io")
        && NEVER_ASKED_ABOUT.contains(request.resource().plural());
  }

  /// Calls a webhook, tells its warnings, and refuses if it refuses.
  ///
  /// @return its response; empty where it was not called or its failure is ignored
  Optional<JsonNode> ask(Call call, VersionedRequest request) {
    Webhook webhook = call.webhook;
    if (!conditionsHold(webhook, request)) {
      return Optional.empty();
    }
    if (request.request().dryRun() && webhook.hasSideEffects()) {
      throw ApiException.badRequest(
          "admission webhook \"" + webhook.name() + "\" does not support dry run");
    }
    try {
      JsonNode response = caller.call(webhook, request);
      for (JsonNode warning : response.path("warnings")) {
        request.request().warnings().accept(warning.asString(""));
      }
      if (!response.path("allowed").asBoolean(false)) {
        throw denied(webhook, response.path("status"));
      }
      return Optional.of(response);
    } catch (WebhookFailure failure) {
      if (webhook.ignoresFailure()) {
        return Optional.empty();
      }
      throw ApiException.internal(
          "failed calling webhook \"" + webhook.name() + "\": " + failure.getMessage());
    }
  }

  private boolean conditionsHold(Webhook webhook, VersionedRequest request) {
    return switch (webhook.conditions().judge(() -> PolicyVariables.of(request, authorizer))) {
      case MatchConditions.Verdict.Holds _ -> true;
      case MatchConditions.Verdict.Fails _ -> false;
      case MatchConditions.Verdict.Broken(String message) -> {
        if (webhook.ignoresFailure()) {
          yield false;
        }
        throw Refusal.forbidden(request.request(), message);
      }
    };
  }

  /// Source: `pkg/admission/plugin/webhook/errors/statuserror.go`.
  private static ApiException denied(Webhook webhook, JsonNode status) {
    String denial = "admission webhook \"" + webhook.name() + "\" denied the request";
    String message = Json.text(status, "message");
    String reason = Json.text(status, "reason");
    String told =
        !message.isEmpty()
            ? denial + ": " + message
            : !reason.isEmpty() ? denial + ": " + reason : denial + " without explanation";
    int code = status.path("code").asInt(0);
    ObjectNode details =
        status.path("details") instanceof ObjectNode given ? given.deepCopy() : Json.object();
    return ApiException.of(code < 400 ? 400 : code, reason, told, details);
  }
}
