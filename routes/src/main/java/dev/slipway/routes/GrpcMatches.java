package dev.slipway.routes;

import dev.slipway.base.Json;
import dev.slipway.dataplane.gateway.RouteTable.Match;
import dev.slipway.dataplane.gateway.RouteTable.PathMatch;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;

/// The matches of a GRPCRoute: a call of `SERVICE`'s `METHOD` is a POST of `/SERVICE/METHOD` (gRPC
/// over HTTP/2).
final class GrpcMatches {
  private static final String ANYTHING = "[^/]+";

  private GrpcMatches() {}

  static List<Match> of(JsonNode matches) {
    if (matches.isEmpty()) {
      return List.of(new Match(PathMatch.ANY, "POST", List.of(), List.of()));
    }
    var made = new ArrayList<Match>();
    for (var each : matches) {
      made.add(
          new Match(
              path(each.path("method")),
              "POST",
              HttpRouteRoutes.values(each.path("headers")),
              List.of()));
    }
    return made;
  }

  private static PathMatch path(JsonNode method) {
    var service = Json.text(method, "service");
    var name = Json.text(method, "method");
    if (service.isEmpty() && name.isEmpty()) {
      return PathMatch.ANY;
    }
    if (Json.text(method, "type").equals("RegularExpression")) {
      return expression(anythingIfEmpty(service), anythingIfEmpty(name));
    }
    if (service.isEmpty()) {
      return expression(ANYTHING, Pattern.quote(name));
    }
    return name.isEmpty()
        ? new PathMatch(PathMatch.Type.TEXT_PREFIX, "/" + service + "/")
        : new PathMatch(PathMatch.Type.EXACT, "/" + service + "/" + name);
  }

  private static String anythingIfEmpty(String text) {
    return text.isEmpty() ? ANYTHING : text;
  }

  private static PathMatch expression(String service, String method) {
    return new PathMatch(PathMatch.Type.REGEX, "/(?:" + service + ")/(?:" + method + ")");
  }
}
