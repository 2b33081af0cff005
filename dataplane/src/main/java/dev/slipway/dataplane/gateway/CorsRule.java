package dev.slipway.dataplane.gateway;

import dev.slipway.dataplane.gateway.EditPlan.Field;
import dev.slipway.dataplane.gateway.EditPlan.Kind;
import dev.slipway.dataplane.gateway.RouteTable.Cors;
import dev.slipway.net.Request;
import dev.slipway.net.Response;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// What browsers are told of who may call a rule from pages of other origins (Fetch standard, "CORS
/// protocol"; Gateway API, HTTPCORSFilter).
final class CorsRule {
  private static final String ANY = "*";
  private static final String PREFIX = "access-control-";
  private static final int NO_CONTENT = 204;

  private final Cors cors;

  CorsRule(Cors cors) {
    this.cors = cors;
  }

  /// Whether a browser asks before it calls.
  static boolean isPreflight(Request request) {
    return request.method().equals("OPTIONS")
        && !request.header("origin").isEmpty()
        && !request.header(PREFIX + "request-method").isEmpty();
  }

  /// Answers such a question; an origin that may not is told nothing.
  ///
  /// @return the status sent
  int answer(Request request, Response response) {
    for (var field : answered(request)) {
      if (field.kind() != Kind.REMOVE) {
        response.header(field.name(), field.value());
      }
    }
    if (allows(request.header("origin"))) {
      list(response, "allow-methods", cors.methods(), request.header(PREFIX + "request-method"));
      list(response, "allow-headers", cors.headers(), request.header(PREFIX + "request-headers"));
      response.header(PREFIX + "max-age", Long.toString(cors.maxAge().toSeconds()));
    }
    response.status(NO_CONTENT).send(new byte[0]);
    return NO_CONTENT;
  }

  /// @param asked what the browser is about to send
  private static void list(Response response, String name, List<String> allowed, String asked) {
    var value = allowed.contains(ANY) ? asked : String.join(", ", allowed);
    if (!value.isEmpty()) {
      response.header(PREFIX + name, value);
    }
  }

  /// The headers of the answer to the call itself; what a backend says of the same is overridden.
  List<Field> answered(Request request) {
    var origin = request.header("origin");
    if (origin.isEmpty()) {
      return List.of();
    }
    var fields = new ArrayList<Field>();
    boolean everybody = cors.origins().contains(ANY) && !cors.credentials();
    if (!everybody) {
      fields.add(new Field(Kind.ADD, "vary", "Origin"));
    }
    if (!allows(origin)) {
      fields.add(new Field(Kind.REMOVE, PREFIX + "allow-origin", ""));
      return fields;
    }
    fields.add(new Field(Kind.SET, PREFIX + "allow-origin", everybody ? ANY : origin));
    if (cors.credentials()) {
      fields.add(new Field(Kind.SET, PREFIX + "allow-credentials", "true"));
    }
    if (!cors.exposed().isEmpty()) {
      fields.add(new Field(Kind.SET, PREFIX + "expose-headers", String.join(", ", cors.exposed())));
    }
    return fields;
  }

  private boolean allows(String origin) {
    return cors.origins().stream().anyMatch(pattern -> allows(pattern, origin));
  }

  private static boolean allows(String pattern, String origin) {
    var wanted = pattern.toLowerCase(Locale.ROOT);
    var given = origin.toLowerCase(Locale.ROOT);
    int star = wanted.indexOf('*');
    if (star < 0 || wanted.equals(ANY)) {
      return wanted.equals(ANY) || wanted.equals(given);
    }
    return given.length() > wanted.length() - 1
        && given.startsWith(wanted.substring(0, star))
        && given.endsWith(wanted.substring(star + 1));
  }
}
