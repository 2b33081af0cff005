package dev.slipway.routes;

import dev.slipway.base.Json;
import dev.slipway.control.Kind;
import dev.slipway.control.Kinds;
import dev.slipway.control.Resource;
import dev.slipway.routes.GatewayApi.Trouble;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/// One listener of a Gateway, judged.
///
/// @param kinds of routes it takes
/// @param conflict with another listener of the Gateway
/// @param refused why it is not accepted; a conflict too
/// @param unresolved what it refers to in vain
/// @param certificates those it shows, where it speaks TLS
record Listener(
    JsonNode spec,
    List<Kind> kinds,
    Optional<Trouble> conflict,
    Optional<Trouble> refused,
    Optional<Trouble> unresolved,
    List<RouteSink.Certificate> certificates) {
  private static final List<Kind> SUPPORTED = List.of(Kinds.HTTP_ROUTE, Kinds.GRPC_ROUTE);
  private static final Set<String> PROTOCOLS = Set.of("HTTP", "HTTPS");

  Listener {
    kinds = List.copyOf(kinds);
    certificates = List.copyOf(certificates);
  }

  /// All of a Gateway, in its order, their certificates read.
  static List<Listener> of(Resource gateway, Lookup lookup) {
    var made = new ArrayList<Listener>();
    for (var each : gateway.spec().path("listeners")) {
      made.add(judged(gateway, each, lookup));
    }
    return made;
  }

  /// The same without certificates and what is wrong with them: what routes need to know.
  static List<Listener> unread(Resource gateway) {
    var made = new ArrayList<Listener>();
    for (var each : gateway.spec().path("listeners")) {
      made.add(unread(gateway, each));
    }
    return made;
  }

  String name() {
    return Json.text(spec, "name");
  }

  int port() {
    return spec.path("port").asInt(0);
  }

  String protocol() {
    return Json.text(spec, "protocol");
  }

  String host() {
    return HostNames.listener(spec);
  }

  boolean accepted() {
    return refused.isEmpty();
  }

  /// Whether it carries traffic.
  boolean programmed() {
    return accepted() && !kinds.isEmpty() && (!secure() || !certificates.isEmpty());
  }

  private boolean secure() {
    return protocol().equals("HTTPS");
  }

  private static Listener judged(Resource gateway, JsonNode spec, Lookup lookup) {
    var listener = unread(gateway, spec);
    if (!listener.secure()) {
      return listener;
    }
    var shown = new ArrayList<RouteSink.Certificate>();
    var trouble = certificates(gateway, spec, lookup, shown).or(listener::unresolved);
    return new Listener(spec, listener.kinds, listener.conflict, listener.refused, trouble, shown);
  }

  private static Listener unread(Resource gateway, JsonNode spec) {
    var protocol = Json.text(spec, "protocol");
    if (!PROTOCOLS.contains(protocol)) {
      var message = "protocol \"" + protocol + "\" is not served here: HTTP and HTTPS are";
      return new Listener(
          spec,
          List.of(),
          Optional.empty(),
          Optional.of(new Trouble("UnsupportedProtocol", message)),
          Optional.empty(),
          List.of());
    }
    var conflict = conflict(gateway, spec);
    return new Listener(spec, kinds(spec), conflict, conflict, unknownKind(spec), List.of());
  }

  private static List<Kind> kinds(JsonNode spec) {
    var wanted = spec.path("allowedRoutes").path("kinds");
    return wanted.isEmpty()
        ? SUPPORTED
        : SUPPORTED.stream().filter(kind -> names(wanted, kind)).toList();
  }

  private static boolean names(JsonNode wanted, Kind kind) {
    for (var each : wanted) {
      if (is(each, kind)) {
        return true;
      }
    }
    return false;
  }

  private static boolean is(JsonNode named, Kind kind) {
    return GatewayApi.text(named, "group", GatewayApi.GROUP).equals(kind.group())
        && Json.text(named, "kind").equals(kind.kind());
  }

  private static Optional<Trouble> unknownKind(JsonNode spec) {
    for (var each : spec.path("allowedRoutes").path("kinds")) {
      if (SUPPORTED.stream().noneMatch(kind -> is(each, kind))) {
        return Optional.of(
            new Trouble(
                "InvalidRouteKinds",
                "kind \"" + Json.text(each, "kind") + "\" is none of HTTPRoute and GRPCRoute"));
      }
    }
    return Optional.empty();
  }

  /// Listeners of one port must speak one protocol, each under a name of its own.
  private static Optional<Trouble> conflict(Resource gateway, JsonNode spec) {
    for (var other : gateway.spec().path("listeners")) {
      if (Json.text(other, "name").equals(Json.text(spec, "name"))
          || other.path("port").asInt(0) != spec.path("port").asInt(0)) {
        continue;
      }
      var where = "listener \"" + Json.text(other, "name") + "\" of the same port ";
      if (!Json.text(other, "protocol").equals(Json.text(spec, "protocol"))) {
        return Optional.of(
            new Trouble("ProtocolConflict", where + "speaks " + Json.text(other, "protocol")));
      }
      if (HostNames.listener(other).equals(HostNames.listener(spec))) {
        return Optional.of(new Trouble("HostnameConflict", where + "has the same host name"));
      }
    }
    return Optional.empty();
  }

  private static Optional<Trouble> certificates(
      Resource gateway, JsonNode spec, Lookup lookup, List<RouteSink.Certificate> found) {
    var tls = spec.path("tls");
    if (GatewayApi.text(tls, "mode", "Terminate").equals("Passthrough")) {
      return invalid("tls.mode Passthrough cannot be routed by HTTP");
    }
    Optional<Trouble> trouble = Optional.empty();
    for (var reference : tls.path("certificateRefs")) {
      var one = certificate(gateway, spec, reference, lookup, found);
      trouble = trouble.isPresent() ? trouble : one;
    }
    return tls.path("certificateRefs").isEmpty()
        ? invalid("tls.certificateRefs is empty: HTTPS needs a certificate")
        : trouble;
  }

  private static Optional<Trouble> certificate(
      Resource gateway,
      JsonNode spec,
      JsonNode reference,
      Lookup lookup,
      List<RouteSink.Certificate> found) {
    var name = Json.text(reference, "name");
    var kind = GatewayApi.text(reference, "kind", "Secret");
    if (!Json.text(reference, "group").isEmpty() || !kind.equals("Secret")) {
      return invalid("certificate \"" + name + "\": kind " + kind + " is not a Secret");
    }
    var namespace = GatewayApi.text(reference, "namespace", gateway.namespace());
    if (!Grants.permit(gateway, new Grants.Target("", "Secret", namespace, name), lookup)) {
      return Optional.of(
          new Trouble(
              "RefNotPermitted",
              "no ReferenceGrant in "
                  + namespace
                  + " lets Gateways of "
                  + gateway.namespace()
                  + " use Secret "
                  + name));
    }
    var secret = lookup.find(Kinds.SECRET.key(namespace, name));
    if (secret.isEmpty()) {
      return invalid("Secret " + namespace + "/" + name + " is not there");
    }
    var hosts = Json.array();
    var host = HostNames.listener(spec);
    hosts.add(host.equals(HostNames.ANY) ? "" : host);
    var why = new ArrayList<String>();
    Certificates.of(secret, hosts, why::add).ifPresent(found::add);
    return why.isEmpty() ? Optional.empty() : invalid(why.getFirst());
  }

  private static Optional<Trouble> invalid(String message) {
    return Optional.of(new Trouble("InvalidCertificateRef", message));
  }

  /// Whether routes of a kind and a namespace may come to it.
  boolean allows(Resource route, Resource gateway, Lookup lookup) {
    if (!kinds.contains(route.kind())) {
      return false;
    }
    var namespaces = spec.path("allowedRoutes").path("namespaces");
    return switch (GatewayApi.text(namespaces, "from", "Same")) {
      case "All" -> true;
      case "Same" -> route.namespace().equals(gateway.namespace());
      case "Selector" ->
          lookup
              .find(Kinds.NAMESPACE.key("", route.namespace()))
              .filter(found -> LabelSelector.matches(namespaces.path("selector"), found.labels()))
              .isPresent();
      default -> false;
    };
  }
}
