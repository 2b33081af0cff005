package dev.slipway.node;

import dev.slipway.base.Json;
import dev.slipway.control.Resource;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// The Node that stands for this machine, as the API should have it. Same inputs, same answer.
final class NodeObject {
  private static final String VERSION = "v1.34.0-slipway";

  private NodeObject() {}

  /// @param present what the API has; its other labels, annotations and taints stay
  static ObjectNode wanted(
      NodeSettings settings, Map<String, String> capacity, Optional<Resource> present) {
    var node = present.map(Resource::copy).orElseGet(Json::object);
    node.put("apiVersion", "v1").put("kind", "Node");
    var metadata = Json.ensureObject(node, "metadata").put("name", settings.name());
    metadata.remove("managedFields");
    var labels = Json.ensureObject(node, "metadata", "labels");
    labels.put("kubernetes.io/hostname", settings.name());
    labels.put("kubernetes.io/os", "linux").put("kubernetes.io/arch", architecture());
    labels.put("beta.kubernetes.io/os", "linux").put("beta.kubernetes.io/arch", architecture());
    labels.put("node.kubernetes.io/instance-type", "slipway");
    settings.labels().forEach(labels::put);
    Json.ensureObject(node, "spec").put("providerID", "slipway://" + settings.name());
    var status = Json.ensureObject(node, "status");
    quantities(status, "capacity", capacity);
    quantities(status, "allocatable", capacity);
    addresses(settings, status);
    info(status);
    status.putObject("daemonEndpoints").putObject("kubeletEndpoint").put("Port", 10250);
    return node;
  }

  private static void quantities(ObjectNode status, String field, Map<String, String> all) {
    var into = status.putObject(field);
    all.forEach(into::put);
  }

  private static void addresses(NodeSettings settings, ObjectNode status) {
    var addresses = status.putArray("addresses");
    addresses.addObject().put("type", "InternalIP").put("address", settings.address());
    addresses.addObject().put("type", "Hostname").put("address", hostname());
  }

  private static String hostname() {
    try {
      return InetAddress.getLocalHost().getHostName();
    } catch (UnknownHostException _) {
      return "localhost";
    }
  }

  private static void info(ObjectNode status) {
    var info = status.putObject("nodeInfo");
    info.put("machineID", "").put("systemUUID", "").put("bootID", "");
    info.put("kernelVersion", System.getProperty("os.version", ""));
    info.put("osImage", System.getProperty("os.name", "Linux"));
    info.put("containerRuntimeVersion", "slipway://0.1.0");
    info.put("kubeletVersion", VERSION).put("kubeProxyVersion", VERSION);
    info.put("operatingSystem", "linux").put("architecture", architecture());
  }

  private static String architecture() {
    return switch (System.getProperty("os.arch", "")) {
      case "aarch64" -> "arm64";
      case "x86_64", "amd64" -> "amd64";
      case String other -> other;
    };
  }

  /// The five conditions of a node that is well; what has not changed keeps its transition time.
  static ObjectNode conditions(ObjectNode status, JsonNode before, Instant now) {
    var conditions = Json.array();
    pressure(
        conditions.addObject(),
        "MemoryPressure",
        "KubeletHasSufficientMemory",
        "sufficient memory available");
    pressure(
        conditions.addObject(), "DiskPressure", "KubeletHasNoDiskPressure", "no disk pressure");
    pressure(
        conditions.addObject(),
        "PIDPressure",
        "KubeletHasSufficientPID",
        "sufficient PID available");
    conditions
        .addObject()
        .put("type", "Ready")
        .put("status", "True")
        .put("reason", "KubeletReady")
        .put("message", "kubelet is posting ready status");
    var time = ContainerState.seconds(now);
    for (var each : conditions) {
      if (each instanceof ObjectNode condition) {
        condition.put("lastHeartbeatTime", time);
        condition.put("lastTransitionTime", transition(condition, before, time));
      }
    }
    status.set("conditions", conditions);
    return status;
  }

  private static void pressure(ObjectNode into, String type, String reason, String words) {
    into.put("type", type).put("status", "False").put("reason", reason);
    into.put("message", "kubelet has " + words);
  }

  private static String transition(JsonNode condition, JsonNode before, String now) {
    for (var each : before) {
      if (Json.text(each, "type").equals(Json.text(condition, "type"))
          && Json.text(each, "status").equals(Json.text(condition, "status"))) {
        var kept = Json.text(each, "lastTransitionTime");
        return kept.isEmpty() ? now : kept;
      }
    }
    return now;
  }
}
