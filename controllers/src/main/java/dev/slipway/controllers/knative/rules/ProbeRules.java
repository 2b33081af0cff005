package dev.slipway.controllers.knative.rules;

import dev.slipway.base.FieldPath;
import dev.slipway.base.Json;
import dev.slipway.base.Problem;
import java.util.List;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// Judges the probes of a container. A readiness probe of period 0 is Knative's own quick probing,
/// which has no thresholds.
final class ProbeRules {
  private static final List<String> HANDLERS = List.of("httpGet", "tcpSocket", "exec", "grpc");
  private static final Set<String> FIELDS =
      Set.of(
          "httpGet",
          "tcpSocket",
          "exec",
          "grpc",
          "initialDelaySeconds",
          "timeoutSeconds",
          "periodSeconds",
          "successThreshold",
          "failureThreshold",
          "terminationGracePeriodSeconds");

  private final FieldPath at;
  private final ContainerRules.Role role;
  private final ObjectNode container;
  private final List<Problem> problems;

  ProbeRules(FieldPath at, ContainerRules.Role role, ObjectNode container, List<Problem> problems) {
    this.at = at;
    this.role = role;
    this.container = container;
    this.problems = problems;
  }

  void judge(String name) {
    JsonNode probe = container.path(name);
    FieldPath place = at.field(name);
    if (probe.isMissingNode() || probe.isNull()) {
      return;
    }
    if (role == ContainerRules.Role.INIT) {
      problems.add(Problem.forbidden(place, "field not allowed in an init container"));
      return;
    }
    if (!probe.isObject()) {
      problems.add(Problem.wrongType(place, probe, "must be a probe"));
      return;
    }
    for (String field : probe.propertyNames()) {
      if (!FIELDS.contains(field)) {
        problems.add(Words.disallowed(place.field(field)));
      }
    }
    judgeHandlers(probe, place);
    if (name.equals("readinessProbe")) {
      judgeReadiness(probe, place);
    }
  }

  private void judgeHandlers(JsonNode probe, FieldPath place) {
    var found = HANDLERS.stream().filter(probe::hasNonNull).toList();
    if (found.isEmpty()) {
      problems.add(Words.none(place, HANDLERS.toArray(String[]::new)));
    } else if (found.size() > 1) {
      problems.add(Words.several(place, found));
    }
    for (String by : new String[] {"httpGet", "tcpSocket"}) {
      if (probe.hasNonNull(by)) {
        judgePort(probe.path(by).path("port"), place.field(by, "port"));
      }
    }
  }

  private void judgePort(JsonNode port, FieldPath place) {
    var named = port.asString("");
    if (role == ContainerRules.Role.SIDECAR) {
      if (named.isEmpty() || named.equals("0")) {
        problems.add(Problem.required(place, "Probe port must be specified"));
      }
      return;
    }
    var own = Json.text(container.path("ports").path(0), "name");
    if (port.isString() && !named.isEmpty() && !named.equals(own.isEmpty() ? "http" : own)) {
      problems.add(Problem.invalid(place, named, "Probe port must match container port"));
    }
  }

  private void judgeReadiness(JsonNode probe, FieldPath place) {
    atLeast(probe, place, "periodSeconds", 0);
    atLeast(probe, place, "initialDelaySeconds", 0);
    atLeast(probe, place, "successThreshold", probe.has("successThreshold") ? 1 : 0);
    boolean quick = probe.path("periodSeconds").asLong(0) == 0;
    for (String field : new String[] {"failureThreshold", "timeoutSeconds"}) {
      if (!quick) {
        atLeast(probe, place, field, 1);
      } else if (probe.path(field).asLong(0) != 0) {
        problems.add(
            Problem.forbidden(
                place.field(field), field + " is disallowed when periodSeconds is zero"));
      }
    }
  }

  private void atLeast(JsonNode probe, FieldPath place, String field, int least) {
    JsonNode found = probe.path(field);
    if (!found.isMissingNode() && !found.isIntegralNumber()) {
      problems.add(Problem.wrongType(place.field(field), found, "must be a whole number"));
    } else if (found.asLong(0) < least) {
      problems.add(
          Words.outOfBounds(place.field(field), found.asLong(0), least, Integer.MAX_VALUE));
    }
  }
}
