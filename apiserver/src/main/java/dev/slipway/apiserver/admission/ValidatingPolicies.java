package dev.slipway.apiserver.admission;

import dev.slipway.apiserver.admission.PolicyEvaluation.Objection;
import dev.slipway.apiserver.error.ApiException;
import dev.slipway.apiserver.resource.Resource;
import dev.slipway.base.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.NullNode;
import tools.jackson.databind.node.ObjectNode;

/// Judges requests by ValidatingAdmissionPolicies, each as often as it is bound.
///
/// Words and codes: `pkg/admission/plugin/policy/validating/dispatcher.go`. Audit annotations are
/// not kept, as there is no audit log.
final class ValidatingPolicies implements Admission {
  private static final String GROUP = "admissionregistration.k8s.io/";

  /// Requests that ask and store nothing.
  private static final Set<String> QUESTIONS =
      Set.of(
          "authentication.k8s.io/selfsubjectreviews",
          "authentication.k8s.io/tokenreviews",
          "authorization.k8s.io/localsubjectaccessreviews",
          "authorization.k8s.io/selfsubjectaccessreviews",
          "authorization.k8s.io/selfsubjectrulesreviews",
          "authorization.k8s.io/subjectaccessreviews");

  private final AdmissionParts parts;
  private final Stored<AdmissionPolicy> policies;
  private final Stored<AdmissionPolicy.Binding> bindings;
  private final Namespaces namespaces;
  private final PolicyParams params;

  ValidatingPolicies(AdmissionParts parts) {
    this.parts = parts;
    policies =
        new Stored<>(parts.objects(), GROUP + "validatingadmissionpolicies", AdmissionPolicy::of);
    bindings =
        new Stored<>(
            parts.objects(),
            GROUP + "validatingadmissionpolicybindings",
            AdmissionPolicy.Binding::of);
    namespaces = new Namespaces(parts.objects());
    params = new PolicyParams(parts.api());
  }

  @Override
  public void validate(AdmissionRequest request) {
    if (policies.isEmpty() || bindings.isEmpty() || isExempt(request)) {
      return;
    }
    var denials = new ArrayList<Denial>();
    List<AdmissionPolicy.Binding> all = bindings.in("");
    for (AdmissionPolicy policy : policies.in("")) {
      Optional<Resource> as = policy.criteria().match(request, parts.api()::catalog, namespaces);
      if (as.isPresent()) {
        apply(policy, all, VersionedRequest.of(request, as.get()), denials);
      }
    }
    if (!denials.isEmpty()) {
      throw refusal(request, denials.getFirst());
    }
  }

  private static boolean isExempt(AdmissionRequest request) {
    return Webhooks.isExempt(request) || QUESTIONS.contains(request.resource().storageKey());
  }

  private record Denial(AdmissionPolicy policy, AdmissionPolicy.Binding binding, Objection what) {
    String message() {
      return "ValidatingAdmissionPolicy '%s' with binding '%s' denied request: %s"
          .formatted(policy.name(), binding.name(), what.message());
    }
  }

  private void apply(
      AdmissionPolicy policy,
      List<AdmissionPolicy.Binding> all,
      VersionedRequest request,
      List<Denial> denials) {
    Map<String, Object> values = PolicyVariables.of(request, parts.authorizer());
    for (AdmissionPolicy.Binding binding : all) {
      boolean bound =
          binding.policy().equals(policy.name())
              && binding.criteria().narrows(request.request(), parts.api()::catalog, namespaces);
      if (bound) {
        for (Objection each : objections(policy, binding, request.request(), values, denials)) {
          act(new Denial(policy, binding, each), request.request(), denials);
        }
      }
    }
  }

  private List<Objection> objections(
      AdmissionPolicy policy,
      AdmissionPolicy.Binding binding,
      AdmissionRequest request,
      Map<String, Object> values,
      List<Denial> denials) {
    try {
      var found = new ArrayList<Objection>();
      for (JsonNode param : params.find(policy, binding, request)) {
        found.addAll(
            new PolicyEvaluation(policy, values, param, namespaceOf(request)).objections());
      }
      return found;
    } catch (PolicyParams.UnusableException unusable) {
      if (!policy.ignoresFailure()) {
        String message = "failed to configure binding: " + unusable.getMessage();
        denials.add(new Denial(policy, binding, new Objection(message, "")));
      }
      return List.of();
    }
  }

  private JsonNode namespaceOf(AdmissionRequest request) {
    if (request.resource().storageKey().equals("namespaces") || request.namespace().isEmpty()) {
      return NullNode.getInstance();
    }
    return namespaces
        .find(request.namespace())
        .<JsonNode>map(Namespaces.Namespace::object)
        .orElse(NullNode.getInstance());
  }

  private static void act(Denial denial, AdmissionRequest request, List<Denial> denials) {
    for (String action : denial.binding.actions()) {
      switch (action) {
        case "Deny" -> denials.add(denial);
        case "Warn" ->
            request
                .warnings()
                .accept(
                    "Validation failed for ValidatingAdmissionPolicy '%s' with binding '%s': %s"
                        .formatted(
                            denial.policy.name(), denial.binding.name(), denial.what.message()));
        default -> {}
      }
    }
  }

  private static ApiException refusal(AdmissionRequest request, Denial denial) {
    String reason = denial.what.reason().isEmpty() ? "Invalid" : denial.what.reason();
    ApiException plain = Refusal.forbidden(request, denial.message());
    ObjectNode details = Json.ensureObject(plain.toStatus(), "details").deepCopy();
    details.putArray("causes").addObject().put("message", denial.message());
    return ApiException.of(code(reason), reason, String.valueOf(plain.getMessage()), details);
  }

  private static int code(String reason) {
    return switch (reason) {
      case "Forbidden" -> 403;
      case "Unauthorized" -> 401;
      case "RequestEntityTooLarge" -> 413;
      default -> 422;
    };
  }
}
