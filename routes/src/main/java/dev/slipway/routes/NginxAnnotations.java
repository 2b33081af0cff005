package dev.slipway.routes;

import dev.slipway.base.Json;
import dev.slipway.control.Kinds;
import dev.slipway.control.Resource;
import dev.slipway.dataplane.gateway.RouteTable.Action;
import dev.slipway.dataplane.gateway.RouteTable.ClientShare;
import dev.slipway.dataplane.gateway.RouteTable.Edits;
import dev.slipway.dataplane.gateway.RouteTable.HeaderEdits;
import dev.slipway.dataplane.gateway.RouteTable.Identity;
import dev.slipway.dataplane.gateway.RouteTable.Match;
import dev.slipway.dataplane.gateway.RouteTable.PathEdit;
import dev.slipway.dataplane.gateway.RouteTable.PathMatch;
import dev.slipway.dataplane.gateway.RouteTable.Policy;
import dev.slipway.dataplane.gateway.RouteTable.Rate;
import dev.slipway.dataplane.gateway.RouteTable.Redirect;
import dev.slipway.dataplane.gateway.RouteTable.Rule;
import dev.slipway.dataplane.gateway.RouteTable.Stickiness;
import dev.slipway.dataplane.gateway.RouteTable.Timeouts;
import java.net.URI;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/// The annotations `nginx.ingress.kubernetes.io/…` of an Ingress, with ingress-nginx's defaults.
///
/// Source: kubernetes/ingress-nginx, `docs/user-guide/nginx-configuration/annotations.md`. What
/// nginx
/// does with `rewrite-target`: every path of the Ingress becomes a regular expression without
/// regard to
/// case, anchored at the start alone, and the whole path is replaced by the target with its
/// captures.
final class NginxAnnotations {
  static final String PREFIX = "nginx.ingress.kubernetes.io/";
  private static final Duration PROXY_TIMEOUT = Duration.ofSeconds(60);
  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(5);
  private static final long BODY_BYTES = 1 << 20;
  private static final int BURST = 5;

  private final Resource ingress;
  private final Lookup lookup;

  NginxAnnotations(Resource ingress, Lookup lookup) {
    this.ingress = ingress;
    this.lookup = lookup;
  }

  /// The annotation, or `""`.
  String said(String name) {
    return ingress.annotation(PREFIX + name);
  }

  private boolean yes(String name) {
    return said(name).equals("true");
  }

  private boolean rewrites() {
    return !said("rewrite-target").isEmpty();
  }

  PathMatch match(String path, String type) {
    if (rewrites() || yes("use-regex")) {
      var pattern = path.startsWith("^") ? path : "^" + path;
      var whole = type.equals("Exact") ? pattern + "$" : pattern + ".*";
      return new PathMatch(PathMatch.Type.REGEX_IGNORING_CASE, readable(whole, path));
    }
    return switch (type) {
      case "Exact" -> new PathMatch(PathMatch.Type.EXACT, path);
      case "Prefix" -> new PathMatch(PathMatch.Type.ELEMENT_PREFIX, path);
      default -> new PathMatch(PathMatch.Type.TEXT_PREFIX, path);
    };
  }

  /// A path that is no regular expression is taken letter by letter.
  private static String readable(String pattern, String path) {
    try {
      return Pattern.compile(pattern).pattern();
    } catch (PatternSyntaxException _) {
      return "^" + Pattern.quote(path) + ".*";
    }
  }

  Edits edits() {
    Optional<PathEdit> path =
        rewrites()
            ? Optional.of(new PathEdit.Substitute(said("rewrite-target")))
            : Optional.empty();
    var host = said("upstream-vhost");
    var request = new LinkedHashMap<String, String>();
    if (!said("x-forwarded-prefix").isEmpty()) {
      request.put("X-Forwarded-Prefix", said("x-forwarded-prefix"));
    }
    return new Edits(
        path,
        host.isEmpty() ? Optional.empty() : Optional.of(host),
        new HeaderEdits(request, Map.of(), Set.of()),
        cors());
  }

  private HeaderEdits cors() {
    if (!yes("enable-cors")) {
      return HeaderEdits.NONE;
    }
    var headers = new LinkedHashMap<String, String>();
    headers.put("Access-Control-Allow-Origin", or("cors-allow-origin", "*"));
    headers.put(
        "Access-Control-Allow-Methods",
        or("cors-allow-methods", "GET, PUT, POST, DELETE, PATCH, OPTIONS"));
    headers.put(
        "Access-Control-Allow-Headers",
        or(
            "cors-allow-headers",
            "DNT,Keep-Alive,User-Agent,X-Requested-With,If-Modified-Since,Cache-Control,"
                + "Content-Type,Range,Authorization"));
    headers.put("Access-Control-Max-Age", or("cors-max-age", "1728000"));
    if (!said("cors-allow-credentials").equals("false")) {
      headers.put("Access-Control-Allow-Credentials", "true");
    }
    return new HeaderEdits(headers, Map.of(), Set.of());
  }

  private String or(String name, String absent) {
    return said(name).isEmpty() ? absent : said(name);
  }

  Timeouts timeouts() {
    var read = Amounts.time(said("proxy-read-timeout"), PROXY_TIMEOUT);
    var send = Amounts.time(said("proxy-send-timeout"), PROXY_TIMEOUT);
    return new Timeouts(
        Duration.ZERO,
        read,
        read.compareTo(send) > 0 ? read : send,
        Amounts.time(said("proxy-connect-timeout"), CONNECT_TIMEOUT));
  }

  Optional<Stickiness> stickiness() {
    if (!said("affinity").equals("cookie")) {
      return Optional.empty();
    }
    var age = Amounts.count(said("session-cookie-max-age"), 0);
    return Optional.of(
        new Stickiness(
            "cookie",
            or("session-cookie-name", "INGRESSCOOKIE"),
            age > 0 ? Optional.of(Duration.ofSeconds(age)) : Optional.empty(),
            Map.of()));
  }

  Policy policy() {
    var own = new RoutePolicies(ingress, lookup).policy();
    long body = Amounts.bytes(said("proxy-body-size"), BODY_BYTES);
    return new Policy(
        basic().or(own::identity),
        rate().or(own::rate),
        own.maxConcurrent(),
        connections(),
        own.maxBodyBytes() > 0 ? own.maxBodyBytes() : body,
        networks(),
        own.payloads());
  }

  private List<String> networks() {
    var list = or("allowlist-source-range", said("whitelist-source-range"));
    return List.copyOf(RoutePolicies.words(list));
  }

  /// `limit-connections`: requests of one client address at once.
  private Optional<ClientShare> connections() {
    int most = (int) Amounts.count(said("limit-connections"), 0);
    return most > 0 ? Optional.of(new ClientShare(most, unlimited())) : Optional.empty();
  }

  private List<String> unlimited() {
    return List.copyOf(RoutePolicies.words(or("limit-allowlist", said("limit-whitelist"))));
  }

  private Optional<Rate> rate() {
    long perSecond = Amounts.count(said("limit-rps"), 0);
    long perMinute = Amounts.count(said("limit-rpm"), 0);
    if (perSecond <= 0 && perMinute <= 0) {
      return Optional.empty();
    }
    long count = perSecond > 0 ? perSecond : perMinute;
    long burst = count * Amounts.count(said("limit-burst-multiplier"), BURST);
    return Optional.of(
        new Rate(
            (int) count,
            perSecond > 0 ? Duration.ofSeconds(1) : Duration.ofMinutes(1),
            (int) burst,
            unlimited()));
  }

  private Optional<Identity> basic() {
    if (!said("auth-type").equals("basic")) {
      return Optional.empty();
    }
    var users = new LinkedHashMap<String, String>();
    secret(said("auth-secret")).ifPresent(found -> users(found, users));
    return Optional.of(new Identity.Basic(or("auth-realm", "Authentication Required"), users));
  }

  private Optional<Resource> secret(String name) {
    int slash = name.indexOf('/');
    var namespace = slash < 0 ? ingress.namespace() : name.substring(0, slash);
    return lookup.find(Kinds.SECRET.key(namespace, name.substring(slash + 1)));
  }

  private void users(Resource secret, Map<String, String> users) {
    if (said("auth-secret-type").equals("auth-map")) {
      Json.strings(secret.tree(), "data")
          .keySet()
          .forEach(user -> users.put(user, Certificates.decoded(secret, user).strip()));
      return;
    }
    Certificates.decoded(secret, "auth")
        .lines()
        .map(line -> line.split(":", 2))
        .filter(parts -> parts.length == 2)
        .forEach(parts -> users.put(parts[0].strip(), parts[1].strip()));
  }

  /// `permanent-redirect` and `temporal-redirect`.
  Optional<Action> redirect() {
    var permanent = said("permanent-redirect");
    if (!permanent.isEmpty()) {
      return redirect(permanent, (int) Amounts.count(said("permanent-redirect-code"), 301));
    }
    var temporal = said("temporal-redirect");
    return temporal.isEmpty()
        ? Optional.empty()
        : redirect(temporal, (int) Amounts.count(said("temporal-redirect-code"), 302));
  }

  private static Optional<Action> redirect(String target, int status) {
    try {
      var uri = URI.create(target);
      Optional<PathEdit> path =
          uri.getRawPath() == null || uri.getRawPath().isEmpty()
              ? Optional.empty()
              : Optional.of(new PathEdit.Replace(uri.getRawPath()));
      return Optional.of(
          new Redirect(
              status,
              Optional.ofNullable(uri.getScheme()),
              Optional.ofNullable(uri.getHost()),
              uri.getPort() < 0 ? Optional.empty() : Optional.of(uri.getPort()),
              path));
    } catch (IllegalArgumentException _) {
      return Optional.empty();
    }
  }

  /// `app-root`: where `/` itself leads.
  Optional<Rule> appRoot() {
    var root = said("app-root");
    return root.isEmpty()
        ? Optional.empty()
        : Optional.of(
            new Rule(
                ingress.namespace() + "/" + ingress.name(),
                new Match(new PathMatch(PathMatch.Type.EXACT, "/"), "", List.of(), List.of()),
                new Redirect(
                    302,
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty(),
                    Optional.of(new PathEdit.Replace(root))),
                Policy.OPEN));
  }

  /// `ssl-redirect`, on by default where there is TLS, and `force-ssl-redirect`.
  Optional<Redirect> onlyHttps(boolean secured) {
    boolean redirects =
        yes("force-ssl-redirect") || (secured && !said("ssl-redirect").equals("false"));
    return redirects
        ? Optional.of(
            new Redirect(
                308, Optional.of("https"), Optional.empty(), Optional.empty(), Optional.empty()))
        : Optional.empty();
  }
}
