package dev.slipway.routes;

import dev.slipway.base.Json;
import dev.slipway.control.Kinds;
import dev.slipway.control.Resource;
import dev.slipway.dataplane.gateway.RouteTable.Action;
import dev.slipway.dataplane.gateway.RouteTable.Backend;
import dev.slipway.dataplane.gateway.RouteTable.Cors;
import dev.slipway.dataplane.gateway.RouteTable.Edits;
import dev.slipway.dataplane.gateway.RouteTable.Forwarding;
import dev.slipway.dataplane.gateway.RouteTable.HeaderEdits;
import dev.slipway.dataplane.gateway.RouteTable.Match;
import dev.slipway.dataplane.gateway.RouteTable.Mirror;
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

/// `gateway.networking.k8s.io/v1 HTTPRoute` and `GRPCRoute`, as the Gateway API's specification
/// says; a backend that is invalid answers its share with 500.
final class HttpRouteRoutes {
  /// Answers 500 (HTTPRouteRule, "backendRefs").
  private static final List<Backend> NOBODY = List.of(Backend.of(Backend.NOWHERE, 1));

  /// Filters that cannot be carried out here: passing them over could let in what they keep out.
  private static final List<String> UNKNOWN = List.of("ExtensionRef", "ExternalAuth");

  /// Where a route says that it wants retries, but not how many or when.
  private static final int RETRIES = 1;

  private static final Duration BACKOFF = Duration.ofMillis(25);

  private final Resource route;
  private final Lookup lookup;
  private final RouteBackends backends;
  private final RoutePolicies policies;
  private final Fragment.Builder built;

  private HttpRouteRoutes(Resource route, Lookup lookup) {
    this.route = route;
    this.lookup = lookup;
    this.policies = new RoutePolicies(route, lookup);
    this.backends = new RouteBackends(route, lookup);
    this.built = new Fragment.Builder(route.created());
  }

  static Fragment compile(Resource route, Lookup lookup) {
    return new HttpRouteRoutes(route, lookup).compile();
  }

  private Fragment compile() {
    var hosts = RouteParents.hosts(route, lookup);
    for (var rule : route.spec().path("rules")) {
      var action = action(rule);
      for (var match : matches(rule)) {
        var made =
            new Rule(route.namespace() + "/" + route.name(), match, action, policies.policy());
        hosts.forEach(host -> built.rule(host, made));
      }
    }
    return built.build();
  }

  private List<Match> matches(JsonNode rule) {
    var matches = rule.path("matches");
    return route.kind().equals(Kinds.GRPC_ROUTE) ? GrpcMatches.of(matches) : httpMatches(matches);
  }

  private static List<Match> httpMatches(JsonNode matches) {
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

  static List<ValueMatch> values(JsonNode values) {
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
    var filters = rule.path("filters");
    for (var filter : filters) {
      if (Json.text(filter, "type").equals("RequestRedirect")) {
        return redirect(filter.path("requestRedirect"));
      }
    }
    boolean unknown = UNKNOWN.stream().anyMatch(type -> has(filters, type));
    return new Forwarding(
        unknown ? NOBODY : backends(rule.path("backendRefs")),
        edits(filters),
        stickiness(rule.path("sessionPersistence")),
        timeouts(rule.path("timeouts")),
        retries(
            rule.path("retry"), Amounts.duration(Json.text(rule, "timeouts", "backendRequest"))),
        mirrors(filters),
        cors(filters));
  }

  static boolean has(JsonNode filters, String type) {
    for (var filter : filters) {
      if (Json.text(filter, "type").equals(type)) {
        return true;
      }
    }
    return false;
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

  /// One that is not there keeps its share, which is answered 500; so is a rule without any.
  private List<Backend> backends(JsonNode references) {
    var made = new ArrayList<Backend>();
    for (var each : references) {
      int weight = each.path("weight").asInt(1);
      var found = backends.find(each);
      found.trouble().ifPresent(trouble -> built.problem(trouble.message()));
      boolean known = UNKNOWN.stream().noneMatch(type -> has(each.path("filters"), type));
      made.add(
          new Backend(
              found.upstream().filter(_ -> known).orElse(Backend.NOWHERE),
              weight,
              edits(each.path("filters"))));
    }
    return made.stream().allMatch(each -> each.weight() == 0) ? NOBODY : made;
  }

  private List<Mirror> mirrors(JsonNode filters) {
    var made = new ArrayList<Mirror>();
    for (var filter : filters) {
      if (Json.text(filter, "type").equals("RequestMirror")) {
        var mirror = filter.path("requestMirror");
        backends
            .find(mirror.path("backendRef"))
            .upstream()
            .ifPresent(found -> made.add(mirror(found, mirror)));
      }
    }
    return made;
  }

  private static Mirror mirror(String upstream, JsonNode mirror) {
    var fraction = mirror.path("fraction");
    return fraction.isObject()
        ? new Mirror(
            upstream, fraction.path("numerator").asInt(0), fraction.path("denominator").asInt(100))
        : new Mirror(upstream, mirror.path("percent").asInt(100), 100);
  }

  private static Optional<Cors> cors(JsonNode filters) {
    for (var filter : filters) {
      if (Json.text(filter, "type").equals("CORS")) {
        var cors = filter.path("cors");
        return Optional.of(
            new Cors(
                texts(cors.path("allowOrigins")),
                texts(cors.path("allowMethods")),
                texts(cors.path("allowHeaders")),
                texts(cors.path("exposeHeaders")),
                cors.path("allowCredentials").asBoolean(false),
                Duration.ofSeconds(cors.path("maxAge").asInt(5))));
      }
    }
    return Optional.empty();
  }

  private static List<String> texts(JsonNode list) {
    var texts = new ArrayList<String>();
    list.forEach(each -> texts.add(each.asString("")));
    return texts;
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
    boolean lasting = Json.text(persistence, "cookieConfig", "lifetimeType").equals("Permanent");
    var age = Amounts.duration(Json.text(persistence, "absoluteTimeout"));
    return Optional.of(
        new Stickiness(
            by,
            name.isEmpty() ? "slipway-session" : name,
            lasting && !age.isZero() ? Optional.of(age) : Optional.empty(),
            Map.of()));
  }

  private static Timeouts timeouts(JsonNode timeouts) {
    return new Timeouts(
        Amounts.duration(Json.text(timeouts, "request")),
        Amounts.duration(Json.text(timeouts, "backendRequest")),
        Duration.ZERO,
        Timeouts.NONE.connect());
  }

  /// @param each longest time of one attempt
  private static Retries retries(JsonNode retry, Duration each) {
    if (retry.isMissingNode()) {
      return each.isZero()
          ? Retries.SAFE
          : new Retries(Retries.SAFE.attempts(), Set.of(), Duration.ZERO, each);
    }
    var statuses = new LinkedHashSet<Integer>();
    retry.path("codes").forEach(code -> statuses.add(code.asInt()));
    var backoff = Amounts.duration(Json.text(retry, "backoff"));
    return new Retries(
        1 + retry.path("attempts").asInt(RETRIES),
        statuses,
        backoff.isZero() ? BACKOFF : backoff,
        each);
  }
}
