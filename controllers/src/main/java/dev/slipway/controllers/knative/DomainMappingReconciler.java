package dev.slipway.controllers.knative;

import dev.slipway.base.Json;
import dev.slipway.control.Kind;
import dev.slipway.control.Kinds;
import dev.slipway.control.Observed;
import dev.slipway.control.Plan;
import dev.slipway.control.Reconciler;
import dev.slipway.control.Resource;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.node.ObjectNode;

/// Serves a Knative Service under a domain of one's own: the mapping's name.
public final class DomainMappingReconciler implements Reconciler {
  private static final String REFERENCE = "ReferenceResolved";
  private static final String INGRESS_READY = "IngressReady";
  private static final String CLAIMED = "DomainClaimed";
  private static final String CERTIFICATE = "CertificateProvisioned";

  @Override
  public Kind kind() {
    return Kinds.DOMAIN_MAPPING;
  }

  @Override
  public Set<Kind> children() {
    return Set.of(Kinds.KNATIVE_INGRESS);
  }

  @Override
  public Plan plan(Resource mapping, Observed observed) {
    var plan = new Plan();
    var made =
        new KnativeStatus(mapping, observed.now(), CERTIFICATE, CLAIMED, INGRESS_READY, REFERENCE);
    made.yes(CERTIFICATE);
    made.yes(CLAIMED);
    var target = target(mapping, observed);
    if (target.isEmpty()) {
      var reference = mapping.spec().path("ref");
      made.no(
          REFERENCE,
          "ResolveFailed",
          Json.text(reference, "kind") + " \"" + Json.text(reference, "name") + "\" not found");
      made.unknown(INGRESS_READY, "", "");
    } else {
      made.yes(REFERENCE);
      made.yes(INGRESS_READY);
      plan.keep(Kinds.KNATIVE_INGRESS, ingress(mapping, target.get()));
    }
    var status = made.begin(mapping);
    boolean tls = !mapping.text("spec", "tls", "secretName").isEmpty();
    var url = (tls ? "https://" : "http://") + mapping.name();
    status.put("url", url).putObject("address").put("url", url);
    return plan.status(status);
  }

  /// The Ingress of the Route that is meant.
  private static Optional<Resource> target(Resource mapping, Observed observed) {
    var reference = mapping.spec().path("ref");
    var namespace = Json.text(reference, "namespace");
    boolean known =
        switch (Json.text(reference, "kind")) {
          case "Service", "Route" -> true;
          default -> false;
        };
    return known
        ? observed.find(
            Kinds.KNATIVE_INGRESS.key(
                namespace.isEmpty() ? mapping.namespace() : namespace,
                Json.text(reference, "name")))
        : Optional.empty();
  }

  private static ObjectNode ingress(Resource mapping, Resource target) {
    var child = Serving.child(Kinds.KNATIVE_INGRESS, mapping, mapping.name());
    Serving.annotations(child, Serving.inherited(mapping));
    var secret = mapping.text("spec", "tls", "secretName");
    var spec = child.putObject("spec").put("httpOption", "Enabled");
    if (!secret.isEmpty()) {
      var tls = spec.putArray("tls").addObject();
      tls.put("secretName", secret).put("secretNamespace", mapping.namespace());
      tls.putArray("hosts").add(mapping.name());
      spec.put("httpOption", "Redirected");
    }
    var rule = spec.putArray("rules").addObject();
    rule.putArray("hosts").add(mapping.name());
    rule.put("visibility", "ExternalIP");
    rule.set("http", target.at("spec", "rules").path(0).path("http").deepCopy());
    return child;
  }
}
