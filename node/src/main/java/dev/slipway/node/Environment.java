package dev.slipway.node;

import dev.slipway.base.Json;
import dev.slipway.base.Quantity;
import dev.slipway.control.Resource;
import java.math.RoundingMode;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/// The variables of a container: `envFrom`, then `env`, each seeing those before it.
///
/// Source: Kubernetes API reference, `EnvVarSource`.
final class Environment {
  private static final String CONFIG_ERROR = "CreateContainerConfigError";

  private final Resource pod;
  private final JsonNode container;
  private final String address;
  private final NodeFacts node;
  private final ConfigValues values;
  private final Map<String, String> all = new LinkedHashMap<>();

  private Environment(
      Resource pod, JsonNode container, String address, NodeFacts node, ConfigValues values) {
    this.pod = pod;
    this.container = container;
    this.address = address;
    this.node = node;
    this.values = values;
  }

  /// What of the node a pod may ask for.
  ///
  /// @param allocatable quantities by name, which stand for limits that were not given
  record NodeFacts(String name, String address, Map<String, String> allocatable) {
    NodeFacts {
      allocatable = Map.copyOf(allocatable);
    }
  }

  /// @throws NotYetException if a ConfigMap, Secret or key is missing that is not optional
  static Map<String, String> of(
      Resource pod, JsonNode container, String address, NodeFacts node, ConfigValues values)
      throws NotYetException {
    return of(pod, container, address, node, values, Map.of());
  }

  /// @param first what is there before, and may be named and replaced
  /// @throws NotYetException if a ConfigMap, Secret or key is missing that is not optional
  static Map<String, String> of(
      Resource pod,
      JsonNode container,
      String address,
      NodeFacts node,
      ConfigValues values,
      Map<String, String> first)
      throws NotYetException {
    var made = new Environment(pod, container, address, node, values);
    made.all.putAll(first);
    for (var source : container.path("envFrom")) {
      made.addAll(source);
    }
    for (var variable : container.path("env")) {
      made.add(variable);
    }
    return made.all;
  }

  private void addAll(JsonNode source) throws NotYetException {
    boolean secret = source.has("secretRef");
    var reference = source.path(secret ? "secretRef" : "configMapRef");
    var found = object(secret, reference);
    var prefix = Json.text(source, "prefix");
    found.forEach((key, value) -> all.put(prefix + key, new String(value, StandardCharsets.UTF_8)));
  }

  private void add(JsonNode variable) throws NotYetException {
    var name = Json.text(variable, "name");
    var from = variable.path("valueFrom");
    if (!from.isObject()) {
      all.put(name, Expansion.expand(Json.text(variable, "value"), all));
    } else if (from.has("secretKeyRef")) {
      keyed(true, from.path("secretKeyRef")).ifPresent(value -> all.put(name, value));
    } else if (from.has("configMapKeyRef")) {
      keyed(false, from.path("configMapKeyRef")).ifPresent(value -> all.put(name, value));
    } else if (from.has("fieldRef")) {
      all.put(name, field(Json.text(from, "fieldRef", "fieldPath")));
    } else if (from.has("resourceFieldRef")) {
      all.put(name, resource(from.path("resourceFieldRef")));
    }
  }

  private Map<String, byte[]> object(boolean secret, JsonNode reference) throws NotYetException {
    var name = Json.text(reference, "name");
    var found =
        secret ? values.secret(pod.namespace(), name) : values.configMap(pod.namespace(), name);
    if (found.isEmpty() && !reference.path("optional").asBoolean(false)) {
      throw new NotYetException(
          CONFIG_ERROR, (secret ? "secret" : "configmap") + " \"" + name + "\" not found");
    }
    return found.orElse(Map.of());
  }

  private Optional<String> keyed(boolean secret, JsonNode reference) throws NotYetException {
    var key = Json.text(reference, "key");
    var value = object(secret, reference).get(key);
    if (value == null && !reference.path("optional").asBoolean(false)) {
      throw new NotYetException(
          CONFIG_ERROR,
          "couldn't find key "
              + key
              + " in "
              + (secret ? "Secret " : "ConfigMap ")
              + pod.namespace()
              + "/"
              + Json.text(reference, "name"));
    }
    return Optional.ofNullable(value).map(bytes -> new String(bytes, StandardCharsets.UTF_8));
  }

  private String field(String path) {
    return switch (path) {
      case "status.podIP", "status.podIPs" -> address;
      case "status.hostIP", "status.hostIPs" -> node.address();
      case "spec.nodeName" -> node.name();
      default -> field(pod, path);
    };
  }

  /// A field of the pod that does not change while it runs; `""` where there is none.
  static String field(Resource pod, String path) {
    int bracket = path.indexOf("['");
    if (bracket > 0 && path.endsWith("']")) {
      var key = path.substring(bracket + 2, path.length() - 2);
      return path.startsWith("metadata.labels") ? pod.label(key) : pod.annotation(key);
    }
    return switch (path) {
      case "metadata.labels" -> lines(pod.labels());
      case "metadata.annotations" -> lines(pod.annotations());
      default -> pod.text(path.split("\\.", -1));
    };
  }

  private static String lines(Map<String, String> entries) {
    var text = new StringBuilder();
    entries.forEach((key, value) -> text.append(key).append("=\"").append(value).append("\"\n"));
    return text.toString();
  }

  private String resource(JsonNode reference) {
    return resource(container, reference, node);
  }

  /// What a container asks for or may use, in the unit that is asked for.
  static String resource(JsonNode container, JsonNode reference, NodeFacts node) {
    var asked = Json.text(reference, "resource").split("\\.", 2);
    if (asked.length != 2) {
      return "0";
    }
    var given = Json.text(container, "resources", asked[0], asked[1]);
    var standard = asked[0].equals("limits") ? node.allocatable().getOrDefault(asked[1], "0") : "0";
    var amount = Quantity.parse(given.isEmpty() ? standard : given).orElse(Quantity.ZERO);
    var divisor = Quantity.parse(reference.path("divisor").asString("1")).orElse(Quantity.of(1));
    if (divisor.signum() == 0) {
      divisor = Quantity.of(1);
    }
    return amount.value().divide(divisor.value(), 0, RoundingMode.CEILING).toPlainString();
  }
}
