package dev.slipway.routes;

import dev.slipway.base.Json;
import dev.slipway.control.Resource;
import dev.slipway.dataplane.gateway.RouteTable.Action;
import dev.slipway.dataplane.gateway.RouteTable.Backend;
import dev.slipway.dataplane.gateway.RouteTable.Forwarding;
import dev.slipway.dataplane.gateway.RouteTable.Match;
import dev.slipway.dataplane.gateway.RouteTable.PathMatch;
import dev.slipway.dataplane.gateway.RouteTable.ValueMatch;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;

/// A canary Ingress (`canary: "true"`): by header, then by cookie, then by weight.
///
/// Source: ingress-nginx, annotations, "Canary".
final class NginxCanary {
  private static final int WHOLE = 100;

  private final Resource canary;
  private final Lookup lookup;

  NginxCanary(Resource canary, Lookup lookup) {
    this.canary = canary;
    this.lookup = lookup;
  }

  static boolean isCanary(Resource ingress) {
    return ingress.annotation(NginxAnnotations.PREFIX + "canary").equals("true");
  }

  private String said(String name) {
    return canary.annotation(NginxAnnotations.PREFIX + name);
  }

  /// A rule that takes some requests of the main one away.
  record Taken(Match match, Action action) {}

  /// Rules for the requests that a header or a cookie decides.
  ///
  /// @param main what the Ingress it goes with does
  List<Taken> rules(String host, String path, PathMatch match, Action main) {
    var upstream = backend(host, path);
    if (upstream.isEmpty() || !(main instanceof Forwarding forwarding)) {
      return List.of();
    }
    var taken = new ArrayList<Taken>();
    var header = said("canary-by-header");
    if (!header.isEmpty()) {
      byHeader(header, match, forwarding, upstream.get(), taken);
    }
    var cookie = said("canary-by-cookie");
    if (!cookie.isEmpty()) {
      taken.add(taken(match, cookie(cookie, "always"), forwarding, upstream.get()));
      taken.add(taken(match, cookie(cookie, "never"), forwarding, mainOf(forwarding)));
    }
    return taken;
  }

  private void byHeader(
      String header, PathMatch match, Forwarding main, String upstream, List<Taken> taken) {
    var value = said("canary-by-header-value");
    var pattern = said("canary-by-header-pattern");
    if (!value.isEmpty()) {
      taken.add(taken(match, new ValueMatch(header, ValueMatch.Type.EXACT, value), main, upstream));
    } else if (!pattern.isEmpty()) {
      taken.add(
          taken(match, new ValueMatch(header, ValueMatch.Type.REGEX, pattern), main, upstream));
    } else {
      taken.add(
          taken(match, new ValueMatch(header, ValueMatch.Type.EXACT, "always"), main, upstream));
      taken.add(
          taken(match, new ValueMatch(header, ValueMatch.Type.EXACT, "never"), main, mainOf(main)));
    }
  }

  private static ValueMatch cookie(String name, String value) {
    return new ValueMatch(
        "cookie",
        ValueMatch.Type.REGEX,
        "(.*;\\s*)?" + Pattern.quote(name) + "=" + value + "(;.*)?");
  }

  private static String mainOf(Forwarding main) {
    return main.backends().getFirst().upstream();
  }

  private static Taken taken(PathMatch path, ValueMatch by, Forwarding main, String upstream) {
    return new Taken(
        new Match(path, "", List.of(by), List.of()),
        new Forwarding(
            List.of(Backend.of(upstream, WHOLE)),
            main.edits(),
            main.stickiness(),
            main.timeouts(),
            main.retries(),
            main.mirrors()));
  }

  /// The main backends with the shares of the canaries beside them.
  static List<Backend> share(
      List<Resource> canaries, Lookup lookup, String host, String path, List<Backend> main) {
    var shares = new ArrayList<Backend>();
    int left = WHOLE;
    for (var each : canaries) {
      var canary = new NginxCanary(each, lookup);
      int total = (int) Math.max(1, Amounts.count(canary.said("canary-weight-total"), WHOLE));
      int weight = (int) Amounts.count(canary.said("canary-weight"), 0) * WHOLE / total;
      var upstream = canary.backend(host, path);
      if (weight > 0 && upstream.isPresent()) {
        int share = Math.min(weight, left);
        shares.add(Backend.of(upstream.get(), share));
        left -= share;
      }
    }
    if (shares.isEmpty()) {
      return main;
    }
    shares.addFirst(Backend.of(main.getFirst().upstream(), left));
    return shares;
  }

  /// Where this canary sends what it takes of a host's path.
  private Optional<String> backend(String host, String path) {
    for (JsonNode rule : canary.spec().path("rules")) {
      if (!Json.text(rule, "host").equals(host)) {
        continue;
      }
      for (JsonNode each : rule.path("http").path("paths")) {
        if (Json.text(each, "path").equals(path)) {
          return IngressRoutes.upstream(canary.namespace(), each.path("backend"), lookup);
        }
      }
    }
    return Optional.empty();
  }
}
