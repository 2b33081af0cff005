package dev.slipway.apiserver.admission;

import dev.slipway.apiserver.admission.AdmissionRequest.Operation;
import dev.slipway.apiserver.error.ApiException;
import dev.slipway.apiserver.store.Objects;
import dev.slipway.base.Json;
import java.util.Set;
import tools.jackson.databind.node.ObjectNode;

/// Objects live in a namespace that exists and is not going away; three namespaces never go.
public final class NamespaceLifecycle implements Admission {
  private static final Set<String> IMMORTAL = Set.of("default", "kube-system", "kube-public");

  private final Namespaces namespaces;

  public NamespaceLifecycle(Objects objects) {
    namespaces = new Namespaces(objects);
  }

  @Override
  public void mutate(AdmissionRequest request) {
    if (needsNamespace(request)) {
      check(request);
    }
  }

  @Override
  public void validate(AdmissionRequest request) {
    if (request.resource().storageKey().equals("namespaces")) {
      keepImmortal(request);
    }
  }

  private static void keepImmortal(AdmissionRequest request) {
    boolean deleting = request.operation() == Operation.DELETE && request.subresource().isEmpty();
    if (deleting && IMMORTAL.contains(request.name())) {
      throw Refusal.forbidden(request, "this namespace may not be deleted");
    }
  }

  /// Deleting must work while a namespace empties, and an access review stores nothing.
  private static boolean needsNamespace(AdmissionRequest request) {
    return !request.namespace().isEmpty()
        && (request.operation() == Operation.CREATE || request.operation() == Operation.UPDATE)
        && !request.resource().plural().equals("localsubjectaccessreviews");
  }

  private void check(AdmissionRequest request) {
    String name = request.namespace();
    Namespaces.Namespace namespace =
        namespaces.find(name).orElseThrow(() -> ApiException.notFound("namespaces", name));
    if (request.operation() == Operation.CREATE && namespace.terminating()) {
      throw terminating(request);
    }
  }

  private static ApiException terminating(AdmissionRequest request) {
    String namespace = request.namespace();
    ApiException plain =
        Refusal.forbidden(
            request,
            "unable to create new content in namespace %s because it is being terminated"
                .formatted(namespace));
    ObjectNode details = Json.ensureObject(plain.toStatus(), "details").deepCopy();
    details
        .putArray("causes")
        .addObject()
        .put("reason", "NamespaceTerminating")
        .put("message", "namespace " + namespace + " is being terminated")
        .put("field", "metadata.namespace");
    return ApiException.of(403, "Forbidden", String.valueOf(plain.getMessage()), details);
  }
}
