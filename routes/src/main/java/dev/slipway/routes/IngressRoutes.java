package dev.slipway.routes;

import dev.slipway.base.Json;
import dev.slipway.control.Kinds;
import dev.slipway.control.Resource;
import dev.slipway.dataplane.gateway.RouteTable.Action;
import dev.slipway.dataplane.gateway.RouteTable.Backend;
import dev.slipway.dataplane.gateway.RouteTable.Direct;
import dev.slipway.dataplane.gateway.RouteTable.Forwarding;
import dev.slipway.dataplane.gateway.RouteTable.Match;
import dev.slipway.dataplane.gateway.RouteTable.Retries;
import dev.slipway.dataplane.gateway.RouteTable.Rule;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import tools.jackson.databind.JsonNode;

/// `networking.k8s.io/v1 Ingress`, with the annotations of ingress-nginx (see [NginxAnnotations]).
/// A
/// canary Ingress adds nothing of its own: its share is taken from the rules of the Ingress it goes
/// with.
final class IngressRoutes {
  private final Resource ingress;
  private final List<Resource> canaries;
  private final Lookup lookup;
  private final NginxAnnotations nginx;
  private final Fragment.Builder built;

  private IngressRoutes(Resource ingress, List<Resource> canaries, Lookup lookup) {
    this.ingress = ingress;
    this.canaries = canaries;
    this.lookup = lookup;
    this.nginx = new NginxAnnotations(ingress, lookup);
    this.built = new Fragment.Builder(ingress.created());
  }

  /// @param canaries canary Ingresses of the same namespace
  static Fragment compile(Resource ingress, List<Resource> canaries, Lookup lookup) {
    if (NginxCanary.isCanary(ingress)) {
      return Fragment.EMPTY;
    }
    return new IngressRoutes(ingress, canaries, lookup).compile();
  }

  private Fragment compile() {
    var secured = new TreeSet<String>();
    for (var tls : ingress.spec().path("tls")) {
      tls.path("hosts").forEach(host -> secured.add(host.asString("")));
      var secret = Kinds.SECRET.key(ingress.namespace(), Json.text(tls, "secretName"));
      Certificates.of(lookup.find(secret), tls.path("hosts"), built::problem)
          .ifPresent(
              found -> {
                built.certificate(found);
                secured.addAll(found.hosts());
              });
    }
    for (var rule : ingress.spec().path("rules")) {
      var host = Json.text(rule, "host");
      for (var name : names(host)) {
        rule.path("http").path("paths").forEach(path -> path(name, host, path));
        nginx.appRoot().ifPresent(root -> built.rule(name, root));
        nginx.onlyHttps(secured.contains(name)).ifPresent(how -> built.onlyHttps(name, how));
      }
    }
    if (ingress.spec().has("defaultBackend")) {
      built.rule("*", rule(Match.ALL, action(ingress.spec().path("defaultBackend"), "*", "/")));
    }
    return built.build();
  }

  private Set<String> names(String host) {
    var names = new TreeSet<String>();
    names.add(host.isEmpty() ? "*" : host);
    names.addAll(RoutePolicies.words(nginx.said("server-alias")));
    return names;
  }

  private void path(String name, String host, JsonNode path) {
    var text = Json.text(path, "path");
    var match = nginx.match(text.isEmpty() ? "/" : text, Json.text(path, "pathType"));
    var action = action(path.path("backend"), host, text);
    built.rule(name, rule(new Match(match, "", List.of(), List.of()), action));
    for (var canary : canaries) {
      new NginxCanary(canary, lookup)
          .rules(host, text, match, action)
          .forEach(each -> built.rule(name, rule(each.match(), each.action())));
    }
  }

  private Rule rule(Match match, Action action) {
    return new Rule(ingress.namespace() + "/" + ingress.name(), match, action, nginx.policy());
  }

  private Action action(JsonNode backend, String host, String path) {
    var redirect = nginx.redirect();
    if (redirect.isPresent()) {
      return redirect.get();
    }
    var name = Json.text(backend, "service", "name");
    var upstream = upstream(ingress.namespace(), backend, lookup);
    if (upstream.isEmpty()) {
      built.problem("host " + host + " path " + path + ": service " + name + " has no such port");
      return new Direct(
          503,
          "text/plain; charset=utf-8",
          "service " + ingress.namespace() + "/" + name + " is not there or has no such port\n");
    }
    var backends = List.of(Backend.of(upstream.get(), 100));
    return new Forwarding(
        NginxCanary.share(canaries, lookup, host, path, backends),
        nginx.edits(),
        nginx.stickiness(),
        nginx.timeouts(),
        Retries.SAFE,
        List.of());
  }

  /// The upstream of an `IngressBackend`.
  static Optional<String> upstream(String namespace, JsonNode backend, Lookup lookup) {
    var port = backend.path("service").path("port");
    var wanted = port.has("number") ? port.path("number") : port.path("name");
    return Targets.service(namespace, Json.text(backend, "service", "name"), wanted, lookup);
  }
}
