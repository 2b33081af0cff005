package dev.slipway.api.network;

import dev.slipway.api.KindRules;
import dev.slipway.base.FieldPath;
import dev.slipway.base.Json;
import dev.slipway.base.Problem;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// An HTTPRoute or GRPCRoute before it is stored: what their schemas cannot say.
///
/// Follows the validation rules in `apis/v1/httproute_types.go` and `grpcroute_types.go` of
/// kubernetes-sigs/gateway-api.
public final class RouteRules implements KindRules {
  private static final Map<String, String> FILTERS =
      Map.of(
          "RequestHeaderModifier", "requestHeaderModifier",
          "ResponseHeaderModifier", "responseHeaderModifier",
          "RequestMirror", "requestMirror",
          "RequestRedirect", "requestRedirect",
          "URLRewrite", "urlRewrite",
          "CORS", "cors",
          "ExternalAuth", "externalAuth",
          "ExtensionRef", "extensionRef");
  private static final Set<String> REPEATABLE = Set.of("RequestMirror", "ExtensionRef");
  private static final Pattern PATH =
      Pattern.compile("(?:[-A-Za-z0-9/._~!$&'()*+,;=:@]|%[0-9a-fA-F]{2})+");
  private static final List<String> NOT_IN_PATHS = List.of("//", "/./", "/../", "%2f", "%2F");

  private final String kind;

  /// @param kind `HTTPRoute` or `GRPCRoute`
  public RouteRules(String kind) {
    this.kind = kind;
  }

  @Override
  public String group() {
    return "gateway.networking.k8s.io";
  }

  @Override
  public String kind() {
    return kind;
  }

  @Override
  public List<Problem> judge(Admitting admitting, ObjectNode object) {
    var problems = new ArrayList<Problem>();
    var names = new HashSet<String>();
    var at = FieldPath.of("spec", "rules");
    int i = 0;
    for (var rule : object.path("spec").path("rules")) {
      var where = at.index(i++);
      var name = Json.text(rule, "name");
      if (!name.isEmpty() && !names.add(name)) {
        problems.add(Problem.invalid(where.field("name"), name, "rule names must be unique"));
      }
      rule(where, rule, problems);
    }
    return problems;
  }

  private static void rule(FieldPath at, JsonNode rule, List<Problem> problems) {
    int i = 0;
    for (var match : rule.path("matches")) {
      path(at.field("matches").index(i).field("path"), match.path("path"), problems);
      values(at.field("matches").index(i).field("headers"), match.path("headers"), problems);
      values(
          at.field("matches").index(i++).field("queryParams"), match.path("queryParams"), problems);
    }
    filters(at, rule, rule, problems);
    int j = 0;
    for (var backend : rule.path("backendRefs")) {
      var where = at.field("backendRefs").index(j++);
      service(where, backend, problems);
      filters(where, backend, rule, problems);
    }
    if (!rule.path("backendRefs").isEmpty() && has(rule, "RequestRedirect")) {
      problems.add(
          Problem.forbidden(
              at.field("backendRefs"), "a rule that redirects must have no backendRefs"));
    }
    timeouts(at.field("timeouts"), rule.path("timeouts"), problems);
  }

  private static void path(FieldPath at, JsonNode path, List<Problem> problems) {
    var value = Json.text(path, "value");
    var type = Json.text(path, "type");
    if (type.equals("RegularExpression")) {
      expression(at.field("value"), value, problems);
      return;
    }
    if (value.isEmpty()) {
      return;
    }
    if (!value.startsWith("/")) {
      problems.add(Problem.invalid(at.field("value"), value, "must begin with /"));
    } else if (NOT_IN_PATHS.stream().anyMatch(value::contains)
        || value.endsWith("/.")
        || value.endsWith("/..")) {
      problems.add(
          Problem.invalid(
              at.field("value"),
              value,
              "must not contain //, /./, /../, %2f, or end with /. or /.."));
    } else if (!PATH.matcher(value).matches()) {
      problems.add(Problem.invalid(at.field("value"), value, "must be a path as RFC 3986 has it"));
    }
  }

  private static void values(FieldPath at, JsonNode values, List<Problem> problems) {
    int i = 0;
    for (var each : values) {
      if (Json.text(each, "type").equals("RegularExpression")) {
        expression(at.index(i).field("value"), Json.text(each, "value"), problems);
      }
      i++;
    }
  }

  private static void expression(FieldPath at, String value, List<Problem> problems) {
    try {
      var _ = Pattern.compile(value);
    } catch (PatternSyntaxException malformed) {
      problems.add(
          Problem.invalid(at, value, "is no regular expression: " + malformed.getDescription()));
    }
  }

  /// @param holder a rule or one of its backends
  private static void filters(
      FieldPath at, JsonNode holder, JsonNode rule, List<Problem> problems) {
    var seen = new HashSet<String>();
    int i = 0;
    for (var filter : holder.path("filters")) {
      var where = at.field("filters").index(i++);
      var type = Json.text(filter, "type");
      var field = FILTERS.getOrDefault(type, "");
      if (!field.isEmpty() && !filter.has(field)) {
        problems.add(Problem.required(where.field(field), "a filter of type " + type + " has it"));
      }
      for (var other : FILTERS.entrySet()) {
        if (filter.has(other.getValue()) && !other.getKey().equals(type)) {
          problems.add(
              Problem.forbidden(
                  where.field(other.getValue()), "a filter of type " + type + " does not have it"));
        }
      }
      if (!seen.add(type) && !REPEATABLE.contains(type)) {
        problems.add(Problem.invalid(where.field("type"), type, "may be given once"));
      }
      mirror(where.field("requestMirror"), filter.path("requestMirror"), problems);
      replacement(where.field("urlRewrite"), filter.path("urlRewrite"), rule, problems);
      replacement(where.field("requestRedirect"), filter.path("requestRedirect"), rule, problems);
    }
    if (seen.contains("RequestRedirect") && seen.contains("URLRewrite")) {
      problems.add(
          Problem.forbidden(
              at.field("filters"), "RequestRedirect and URLRewrite cannot be used together"));
    }
  }

  private static void mirror(FieldPath at, JsonNode mirror, List<Problem> problems) {
    if (mirror.isMissingNode()) {
      return;
    }
    service(at.field("backendRef"), mirror.path("backendRef"), problems);
    if (mirror.has("percent") && mirror.has("fraction")) {
      problems.add(Problem.forbidden(at.field("fraction"), "percent is given already"));
    }
    var fraction = mirror.path("fraction");
    if (fraction.path("numerator").asInt(0) > fraction.path("denominator").asInt(100)) {
      problems.add(
          Problem.invalid(
              at.field("fraction", "numerator"),
              fraction.path("numerator").asInt(0),
              "must not be greater than the denominator"));
    }
  }

  private static void replacement(
      FieldPath at, JsonNode filter, JsonNode rule, List<Problem> problems) {
    var path = filter.path("path");
    var type = Json.text(path, "type");
    for (var each : List.of("ReplaceFullPath", "ReplacePrefixMatch")) {
      var field = Character.toLowerCase(each.charAt(0)) + each.substring(1);
      if (type.equals(each) && !path.has(field)) {
        problems.add(Problem.required(at.field("path", field), "type " + type + " has it"));
      } else if (!type.equals(each) && path.has(field)) {
        problems.add(
            Problem.forbidden(at.field("path", field), "type " + type + " does not have it"));
      }
    }
    if (type.equals("ReplacePrefixMatch") && !byPrefix(rule.path("matches"))) {
      problems.add(
          Problem.invalid(
              at.field("path", "type"), type, "needs a rule with one match of type PathPrefix"));
    }
  }

  private static boolean byPrefix(JsonNode matches) {
    var type = Json.text(matches.path(0), "path", "type");
    return matches.isEmpty()
        || (matches.size() == 1 && (type.isEmpty() || type.equals("PathPrefix")));
  }

  private static void service(FieldPath at, JsonNode reference, List<Problem> problems) {
    boolean service =
        Json.text(reference, "group").isEmpty()
            && (!reference.has("kind") || Json.text(reference, "kind").equals("Service"));
    if (service && !reference.has("port")) {
      problems.add(Problem.required(at.field("port"), "a Service is reached by a port"));
    }
  }

  private static boolean has(JsonNode holder, String type) {
    for (var filter : holder.path("filters")) {
      if (Json.text(filter, "type").equals(type)) {
        return true;
      }
    }
    return false;
  }

  private static void timeouts(FieldPath at, JsonNode timeouts, List<Problem> problems) {
    long whole = GatewayDurations.millis(Json.text(timeouts, "request"));
    long each = GatewayDurations.millis(Json.text(timeouts, "backendRequest"));
    if (whole > 0 && each > whole) {
      problems.add(
          Problem.invalid(
              at.field("backendRequest"),
              Json.text(timeouts, "backendRequest"),
              "must not be longer than request, " + Json.text(timeouts, "request")));
    }
  }
}
