package dev.slipway.apiserver.admission;

import dev.slipway.apiserver.admission.AdmissionRequest.Operation;
import dev.slipway.apiserver.store.Objects;
import dev.slipway.base.Json;
import tools.jackson.databind.node.ObjectNode;

/// Gives a new Ingress that names no class the default one.
public final class DefaultIngressClass implements Admission {
  private static final String ANNOTATION = "ingressclass.kubernetes.io/is-default-class";

  private final Stored<DefaultClass> classes;

  public DefaultIngressClass(Objects objects) {
    classes =
        new Stored<>(
            objects,
            "networking.k8s.io/ingressclasses",
            object -> DefaultClass.of(object, ANNOTATION));
  }

  @Override
  public void mutate(AdmissionRequest request) {
    if (!request.resource().storageKey().equals("networking.k8s.io/ingresses")
        || request.operation() != Operation.CREATE
        || !request.subresource().isEmpty()) {
      return;
    }
    ObjectNode ingress = request.object().orElseThrow();
    boolean chosen =
        Json.at(ingress, "spec").has("ingressClassName")
            || Json.at(ingress, "metadata", "annotations").has("kubernetes.io/ingress.class");
    if (!chosen) {
      DefaultClass.newest(classes.in(""))
          .ifPresent(
              found -> Json.ensureObject(ingress, "spec").put("ingressClassName", found.name()));
    }
  }
}
