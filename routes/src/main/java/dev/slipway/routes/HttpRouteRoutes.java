package dev.slipway.routes;

import dev.slipway.base.Json;
import dev.slipway.control.Resource;
import dev.slipway.dataplane.gateway.RouteTable.Action;
import dev.slipway.dataplane.gateway.RouteTable.Backend;
import dev.slipway.dataplane.gateway.RouteTable.Direct;
import dev.slipway.dataplane.gateway.RouteTable.Edits;
import dev.slipway.dataplane.gateway.RouteTable.Forwarding;
import dev.slipway.dataplane.gateway.RouteTable.HeaderEdits;
import dev.slipway.dataplane.gateway.RouteTable.Match;
import dev.slipway.dataplane.gateway.RouteTable.PathEdit;
import dev.slipway.dataplane.gateway.RouteTable.PathMatch;
import dev.slipway.dataplane.gateway.RouteTable.Redirect;
import dev.slipway.dataplane.gateway.RouteTable.Retries;
import dev.slipway.dataplane.gateway.RouteTable.Rule;
import dev.slipway.dataplane.gateway.RouteTable.Stickiness;
import dev.slipway.dataplane.gateway.RouteTable.Timeouts;
import dev.slipway.dataplane.gateway.RouteTable.ValueMatch;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/// `gateway.networking.k8s.io/v1 HTTPRoute`, as the Gateway API's specification says; a rule whose
/// backends are all invalid answers 500.
final class HttpRouteRoutes {
  private final Resource route;
  private final Lookup lookup;
  private final RoutePolicies policies;
  private final Fragment.Builder built;

  private HttpRouteRoutes(Resource route, Lookup lookup) {
    this.route = route;
    this.lookup = lookup;
    this.policies = new RoutePolicies(route, lookup);
    this.built = new Fragment.Builder(route.created());
  }

  static Fragment compile(Resource route, Lookup lookup) {
    return new HttpRouteRoutes(route, lookup).compile();
  }

  private Fragment compile() {
    var hosts = new LinkedHashSet<String>();
    route.spec().path("hostnames").forEach(host -> hosts.add(host.asString("")));
    if (hosts.isEmpty()) {
      hosts.add("*");
    }
    for (var rule : route.spec().path("rules")) {
      var action = action(rule);
      for (var match : matches(rule.path("matches"))) {
        var made =
            new Rule(route.namespace() + "/" + route.name(), match, action, policies.policy());
        hosts.forEach(host -> built.rule(host, made));
      }
    }
    return built.build();
  }

  private static List<Match> matches(JsonNode matches) {
    if (matches.isEmpty()) {
      return List.of(Match.ALL);
    }
    var made = new ArrayList<Match>();
    for (var each : matches) {
      made.add(
          new Match(
              path(each.path("path")),
              Json.text(each, "method"),
              values(each.path("headers")),
              values(each.path("queryParams"))));
    }
    return made;
  }

  private static PathMatch path(JsonNode path) {
    var value = Json.text(path, "value").isEmpty() ? "/" : Json.text(path, "value");
    return switch (Json.text(path, "type")) {
      case "Exact" -> new PathMatch(PathMatch.Type.EXACT, value);
      case "RegularExpression" -> new PathMatch(PathMatch.Type.REGEX, value);
      default -> new PathMatch(PathMatch.Type.ELEMENT_PREFIX, value);
    };
  }

  private static List<ValueMatch> values(JsonNode values) {
    var made = new ArrayList<ValueMatch>();
    for (var each : values) {
      var type =
          Json.text(each, "type").equals("RegularExpression")
              ? ValueMatch.Type.REGEX
              : ValueMatch.Type.EXACT;
      made.add(new ValueMatch(Json.text(each, "name"), type, Json.text(each, "value")));
    }
    return made;
  }

  private Action action(JsonNode rule) {
    for (var filter : rule.path("filters")) {
      if (Json.text(filter, "type").equals("RequestRedirect")) {
        return redirect(filter.path("requestRedirect"));
      }
    }
    var backends = backends(rule.path("backendRefs"));
    if (backends.stream().noneMatch(each -> each.weight() > 0 && isThere(each))) {
      return new Direct(
          500, "text/plain; charset=utf-8", "this route has no backend that is there\n");
    }
    return new Forwarding(
        backends,
        edits(rule.path("filters")),
        stickiness(rule.path("sessionPersistence")),
        timeouts(rule.path("timeouts")),
        retries(rule.path("retry")),
        mirrors(rule.path("filters")));
  }

  private static Redirect redirect(JsonNode redirect) {
    var scheme = Json.text(redirect, "scheme");
    var host = Json.text(redirect, "hostname");
    int port = redirect.path("port").asInt(0);
    return new Redirect(
        redirect.path("statusCode").asInt(302),
        scheme.isEmpty() ? Optional.empty() : Optional.of(scheme),
        host.isEmpty() ? Optional.empty() : Optional.of(host),
        port == 0 ? Optional.empty() : Optional.of(port),
        pathEdit(redirect.path("path")));
  }

  private static Optional<PathEdit> pathEdit(JsonNode path) {
    return switch (Json.text(path, "type")) {
      case "ReplaceFullPath" ->
          Optional.of(new PathEdit.Replace(Json.text(path, "replaceFullPath")));
      case "ReplacePrefixMatch" ->
          Optional.of(new PathEdit.ReplacePrefix(Json.text(path, "replacePrefixMatch")));
      default -> Optional.empty();
    };
  }

  private static boolean isThere(Backend backend) {
    return !backend.upstream().equals(Backend.NOWHERE);
  }

  /// One that is not there keeps its share, which is answered 500.
  private List<Backend> backends(JsonNode references) {
    var made = new ArrayList<Backend>();
    for (var each : references) {
      int weight = each.has("weight") ? each.path("weight").asInt(1) : 1;
      var upstream = upstream(each);
      if (upstream.isPresent()) {
        made.add(new Backend(upstream.get(), weight, edits(each.path("filters"))));
      } else {
        made.add(Backend.of(Backend.NOWHERE, weight));
        built.problem("backend " + Json.text(each, "name") + " is not there or has no such port");
      }
    }
    return made;
  }

  private Optional<String> upstream(JsonNode reference) {
    var given = Json.text(reference, "namespace");
    var namespace = given.isEmpty() ? route.namespace() : given;
    var name = Json.text(reference, "name");
    return Targets.service(namespace, name, reference.path("port"), lookup);
  }

  private List<Backend> mirrors(JsonNode filters) {
    var made = new ArrayList<Backend>();
    for (var filter : filters) {
      if (Json.text(filter, "type").equals("RequestMirror")) {
        upstream(filter.path("requestMirror").path("backendRef"))
            .ifPresent(found -> made.add(Backend.of(found, 1)));
      }
    }
    return made;
  }

  private static Edits edits(JsonNode filters) {
    var request = HeaderEdits.NONE;
    var response = HeaderEdits.NONE;
    Optional<String> host = Optional.empty();
    Optional<PathEdit> path = Optional.empty();
    for (var filter : filters) {
      switch (Json.text(filter, "type")) {
        case "RequestHeaderModifier" -> request = headers(filter.path("requestHeaderModifier"));
        case "ResponseHeaderModifier" -> response = headers(filter.path("responseHeaderModifier"));
        case "URLRewrite" -> {
          var named = Json.text(filter, "urlRewrite", "hostname");
          host = named.isEmpty() ? Optional.empty() : Optional.of(named);
          path = pathEdit(filter.path("urlRewrite").path("path"));
        }
        default -> {
          // redirects and mirrors are read elsewhere; others are refused when the route is judged
        }
      }
    }
    boolean none =
        path.isEmpty()
            && host.isEmpty()
            && request.equals(HeaderEdits.NONE)
            && response.equals(HeaderEdits.NONE);
    return none ? Edits.NONE : new Edits(path, host, request, response);
  }

  private static HeaderEdits headers(JsonNode modifier) {
    var removed = new LinkedHashSet<String>();
    modifier.path("remove").forEach(each -> removed.add(each.asString("")));
    return new HeaderEdits(
        pairs(modifier.path("set")), pairs(modifier.path("add")), Set.copyOf(removed));
  }

  private static Map<String, String> pairs(JsonNode list) {
    var pairs = new LinkedHashMap<String, String>();
    list.forEach(each -> pairs.put(Json.text(each, "name"), Json.text(each, "value")));
    return pairs;
  }

  private Optional<Stickiness> stickiness(JsonNode persistence) {
    if (persistence.isMissingNode()) {
      return policies.stickiness();
    }
    var name = Json.text(persistence, "sessionName");
    var by = Json.text(persistence, "type").equals("Header") ? "header" : "cookie";
    var age = Amounts.time(Json.text(persistence, "absoluteTimeout"), Duration.ZERO);
    return Optional.of(
        new Stickiness(
            by,
            name.isEmpty() ? "slipway-session" : name,
            age.isZero() ? Optional.empty() : Optional.of(age),
            Map.of()));
  }

  private static Timeouts timeouts(JsonNode timeouts) {
    var whole = Amounts.time(Json.text(timeouts, "request"), Duration.ZERO);
    var start = Amounts.time(Json.text(timeouts, "backendRequest"), Duration.ZERO);
    return new Timeouts(whole, start, Duration.ZERO, Timeouts.NONE.connect());
  }

  private static Retries retries(JsonNode retry) {
    if (retry.isMissingNode()) {
      return Retries.SAFE;
    }
    var statuses = new LinkedHashSet<Integer>();
    retry.path("codes").forEach(each -> statuses.add(each.asInt()));
    return new Retries(1 + retry.path("attempts").asInt(0), statuses);
  }
}
