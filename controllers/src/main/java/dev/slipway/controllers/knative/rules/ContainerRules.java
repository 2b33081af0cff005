package dev.slipway.controllers.knative.rules;

import dev.slipway.base.FieldPath;
import dev.slipway.base.Json;
import dev.slipway.base.Problem;
import dev.slipway.base.Quantity;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// Judges one container of a revision.
///
/// Source: knative/serving `pkg/apis/serving/k8s_validation.go` and `fieldmask.go`.
final class ContainerRules {
  /// What a container is there for.
  enum Role {
    SERVING,
    SIDECAR,
    INIT
  }

  private static final Set<String> FIELDS =
      Set.of(
          "name",
          "args",
          "command",
          "env",
          "workingDir",
          "envFrom",
          "image",
          "imagePullPolicy",
          "livenessProbe",
          "ports",
          "readinessProbe",
          "resources",
          "securityContext",
          "startupProbe",
          "terminationMessagePath",
          "terminationMessagePolicy",
          "volumeMounts");
  private static final Set<String> RESERVED_NAMES = Set.of("queue-proxy");
  private static final Set<String> RESERVED_ENV =
      Set.of("PORT", "K_SERVICE", "K_CONFIGURATION", "K_REVISION");
  private static final Set<Integer> RESERVED_PORTS =
      Set.of(8012, 8013, 8112, 8022, 9090, 9091, 8008);
  private static final Set<String> PORT_NAMES = Set.of("", "h2c", "http1");
  private static final int MAX_PORT = 65535;
  private static final Pattern IMAGE =
      Pattern.compile(
          "[A-Za-z0-9][A-Za-z0-9.-]*(:[0-9]+)?(/[A-Za-z0-9._-]+)*"
              + "(:[A-Za-z0-9_][A-Za-z0-9._-]{0,127})?(@[a-z0-9]+:[a-fA-F0-9]{32,})?");

  private final FieldPath at;
  private final Role role;
  private final VolumeRules.Volumes volumes;
  private final List<Problem> problems;

  ContainerRules(FieldPath at, Role role, VolumeRules.Volumes volumes, List<Problem> problems) {
    this.at = at;
    this.role = role;
    this.volumes = volumes;
    this.problems = problems;
  }

  void judge(ObjectNode container) {
    for (String field : container.propertyNames()) {
      if (!FIELDS.contains(field)) {
        problems.add(Words.disallowed(at.field(field)));
      }
    }
    judgeName(Json.text(container, "name"));
    judgeEnv(container.path("env"));
    judgeEnvFrom(container.path("envFrom"));
    judgeImage(Json.text(container, "image"));
    judgePorts(container.path("ports"));
    judgeResources(container.path("resources"));
    volumes.judgeMounts(container.path("volumeMounts"), at.field("volumeMounts"), problems);
    var probes = new ProbeRules(at, role, container, problems);
    probes.judge("livenessProbe");
    probes.judge("readinessProbe");
    probes.judge("startupProbe");
  }

  private void judgeName(String name) {
    if (RESERVED_NAMES.contains(name)) {
      problems.add(
          Problem.invalid(at.field("name"), name, "\"" + name + "\" is a reserved container name"));
    } else if (!name.isEmpty() && !Words.isLabel1123(name)) {
      problems.add(
          Problem.invalid(
              at.field("name"),
              name,
              "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or"
                  + " '-', and must start and end with an alphanumeric character"));
    }
  }

  private boolean isList(JsonNode node, FieldPath field) {
    if (node.isMissingNode() || node.isArray() || node.isNull()) {
      return true;
    }
    problems.add(Problem.wrongType(field, node, "must be a list"));
    return false;
  }

  private void judgeEnv(JsonNode env) {
    FieldPath list = at.field("env");
    if (!isList(env, list)) {
      return;
    }
    for (int i = 0; i < env.size(); i++) {
      var name = Json.text(env.path(i), "name");
      boolean own = RESERVED_ENV.contains(name);
      boolean free = role != Role.SERVING && name.equals("PORT");
      if (name.isEmpty()) {
        problems.add(Words.missing(list.index(i).field("name")));
      } else if (own && !free) {
        problems.add(
            Problem.invalid(
                list.index(i).field("name"),
                name,
                "\"" + name + "\" is a reserved environment variable"));
      }
    }
  }

  private void judgeEnvFrom(JsonNode sources) {
    FieldPath list = at.field("envFrom");
    if (!isList(sources, list)) {
      return;
    }
    for (int i = 0; i < sources.size(); i++) {
      boolean map = sources.path(i).hasNonNull("configMapRef");
      boolean secret = sources.path(i).hasNonNull("secretRef");
      if (map && secret) {
        problems.add(Words.several(list.index(i), List.of("configMapRef", "secretRef")));
      } else if (!map && !secret) {
        problems.add(Words.none(list.index(i), "configMapRef", "secretRef"));
      }
    }
  }

  private void judgeImage(String image) {
    if (image.isEmpty()) {
      problems.add(Words.missing(at.field("image")));
    } else if (!IMAGE.matcher(image).matches()) {
      problems.add(
          Problem.invalid(
              at.field("image"),
              image,
              "Failed to parse image reference: expected [registry/]name[:tag][@digest]"));
    }
  }

  private void judgePorts(JsonNode ports) {
    FieldPath list = at.field("ports");
    if (!isList(ports, list)) {
      return;
    }
    for (int i = 0; i < ports.size(); i++) {
      judgePort(ports.path(i), list.index(i));
    }
  }

  private void judgePort(JsonNode port, FieldPath place) {
    for (String field : new String[] {"hostPort", "hostIP"}) {
      if (port.has(field)) {
        problems.add(Words.disallowed(place.field(field)));
      }
    }
    JsonNode number = port.path("containerPort");
    if (!number.isMissingNode() && !number.isIntegralNumber()) {
      problems.add(
          Problem.wrongType(place.field("containerPort"), number, "must be a whole number"));
    } else if (RESERVED_PORTS.contains(number.asInt(0))) {
      problems.add(
          Problem.invalid(
              place.field("containerPort"),
              number,
              number.asInt() + " is a reserved port, please use a different value"));
    } else if (number.asLong(0) < 0 || number.asLong(0) > MAX_PORT) {
      problems.add(Words.outOfBounds(place.field("containerPort"), number.asLong(), 0, MAX_PORT));
    }
    var protocol = Json.text(port, "protocol");
    if (role != Role.INIT && !protocol.isEmpty() && !protocol.equals("TCP")) {
      problems.add(Problem.invalid(place.field("protocol"), protocol, "must be TCP"));
    }
    var name = Json.text(port, "name");
    if (role != Role.INIT && !PORT_NAMES.contains(name)) {
      problems.add(
          Problem.invalid(
              place.field("name"),
              name,
              "Port name "
                  + name
                  + " is not allowed: Name must be empty, or one of: 'h2c', 'http1'"));
    }
  }

  private void judgeResources(JsonNode resources) {
    for (String side : new String[] {"requests", "limits"}) {
      for (Map.Entry<String, JsonNode> each : resources.path(side).properties()) {
        FieldPath place = at.field("resources", side).key(each.getKey());
        var text = each.getValue().asString("");
        if (Quantity.parse(text).isEmpty()) {
          problems.add(Problem.invalid(place, text, "must be a quantity such as 500m, 2 or 1Gi"));
        }
      }
    }
  }
}
