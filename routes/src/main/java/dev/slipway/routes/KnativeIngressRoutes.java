package dev.slipway.routes;

import dev.slipway.base.Json;
import dev.slipway.control.Kinds;
import dev.slipway.control.Resource;
import dev.slipway.dataplane.gateway.RouteTable.Backend;
import dev.slipway.dataplane.gateway.RouteTable.Edits;
import dev.slipway.dataplane.gateway.RouteTable.Forwarding;
import dev.slipway.dataplane.gateway.RouteTable.HeaderEdits;
import dev.slipway.dataplane.gateway.RouteTable.Match;
import dev.slipway.dataplane.gateway.RouteTable.PathMatch;
import dev.slipway.dataplane.gateway.RouteTable.Redirect;
import dev.slipway.dataplane.gateway.RouteTable.Retries;
import dev.slipway.dataplane.gateway.RouteTable.Rule;
import dev.slipway.dataplane.gateway.RouteTable.Timeouts;
import dev.slipway.dataplane.gateway.RouteTable.ValueMatch;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/// `networking.internal.knative.dev/v1alpha1 Ingress`: what a Knative Route becomes. Splits between
/// revisions lead to the revisions themselves, so that one at zero is woken.
///
/// Source: knative.dev/networking `pkg/apis/networking/v1alpha1/ingress_types.go`.
final class KnativeIngressRoutes {
  private static final String REVISION_HEADER = "Knative-Serving-Revision";

  private final Resource ingress;
  private final Lookup lookup;
  private final RoutePolicies policies;

  private KnativeIngressRoutes(Resource ingress, Lookup lookup) {
    this.ingress = ingress;
    this.lookup = lookup;
    this.policies = new RoutePolicies(ingress, lookup);
  }

  static Fragment compile(Resource ingress, Lookup lookup) {
    var routes = new KnativeIngressRoutes(ingress, lookup);
    var built = new Fragment.Builder(ingress.created());
    for (var rule : ingress.spec().path("rules")) {
      for (var host : rule.path("hosts")) {
        routes.host(host.asString(""), rule, built);
      }
    }
    for (var tls : ingress.spec().path("tls")) {
      routes.certificate(tls, built);
    }
    return built.build();
  }

  private void host(String host, JsonNode rule, Fragment.Builder built) {
    for (var path : rule.path("http").path("paths")) {
      built.rule(host, rule(path, built));
    }
    boolean outside = !Json.text(rule, "visibility").equals("ClusterLocal");
    if (outside && ingress.text("spec", "httpOption").equals("Redirected")) {
      built.onlyHttps(
          host,
          new Redirect(
              301, Optional.of("https"), Optional.empty(), Optional.empty(), Optional.empty()));
    }
  }

  private Rule rule(JsonNode path, Fragment.Builder built) {
    var headers = new ArrayList<ValueMatch>();
    for (var each : path.path("headers").properties()) {
      headers.add(
          new ValueMatch(
              each.getKey(), ValueMatch.Type.EXACT, Json.text(each.getValue(), "exact")));
    }
    var prefix = Json.text(path, "path");
    var match =
        new Match(
            new PathMatch(PathMatch.Type.ELEMENT_PREFIX, prefix.isEmpty() ? "/" : prefix),
            "",
            headers,
            List.of());
    var rewriteHost = Json.text(path, "rewriteHost");
    var edits =
        new Edits(
            Optional.empty(),
            rewriteHost.isEmpty() ? Optional.empty() : Optional.of(rewriteHost),
            set(path.path("appendHeaders")),
            HeaderEdits.NONE);
    var forwarding =
        new Forwarding(
            backends(path, built),
            edits,
            policies.stickiness(),
            Timeouts.NONE,
            Retries.SAFE,
            List.of());
    return new Rule(
        ingress.namespace() + "/" + ingress.name(), match, forwarding, policies.policy());
  }

  private List<Backend> backends(JsonNode path, Fragment.Builder built) {
    var backends = new ArrayList<Backend>();
    var splits = path.path("splits");
    for (var split : splits) {
      int percent = split.has("percent") ? split.path("percent").asInt(0) : 0;
      int weight = splits.size() == 1 && percent == 0 ? 100 : percent;
      backends.add(new Backend(upstream(split, built), weight, edits(split)));
    }
    return backends;
  }

  private static Edits edits(JsonNode split) {
    return new Edits(
        Optional.empty(), Optional.empty(), set(split.path("appendHeaders")), HeaderEdits.NONE);
  }

  private String upstream(JsonNode split, Fragment.Builder built) {
    var namespace = Json.text(split, "serviceNamespace");
    if (namespace.isEmpty()) {
      namespace = ingress.namespace();
    }
    var revision = Json.text(split, "appendHeaders", REVISION_HEADER);
    if (!revision.isEmpty()) {
      return Targets.revision(namespace, revision);
    }
    var name = Json.text(split, "serviceName");
    var found = Targets.service(namespace, name, split.path("servicePort"), lookup);
    if (found.isEmpty()) {
      built.problem("service " + namespace + "/" + name + " has no such port");
    }
    return found.orElse(Targets.service(namespace, name, 0));
  }

  private static HeaderEdits set(JsonNode headers) {
    Map<String, String> values = Json.strings(headers);
    return values.isEmpty() ? HeaderEdits.NONE : new HeaderEdits(values, Map.of(), Set.of());
  }

  private void certificate(JsonNode tls, Fragment.Builder built) {
    var namespace = Json.text(tls, "secretNamespace");
    Certificates.of(
            lookup.find(
                Kinds.SECRET.key(
                    namespace.isEmpty() ? ingress.namespace() : namespace,
                    Json.text(tls, "secretName"))),
            tls.path("hosts"),
            built::problem)
        .ifPresent(built::certificate);
  }
}
