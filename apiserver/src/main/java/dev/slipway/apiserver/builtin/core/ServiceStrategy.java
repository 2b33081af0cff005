package dev.slipway.apiserver.builtin.core;

import dev.slipway.apiserver.builtin.Defaults;
import dev.slipway.apiserver.builtin.Field;
import dev.slipway.apiserver.builtin.KindStrategy;
import dev.slipway.apiserver.builtin.Problems;
import dev.slipway.base.Json;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// Services. Addresses and node ports are handed out by [ServiceAddresses], between here and the
/// rules.
///
/// Sources: `pkg/apis/core/v1/defaults.go`, `pkg/registry/core/service/strategy.go` and
/// `storage/storage.go`.
final class ServiceStrategy extends KindStrategy {
  private static final int AFFINITY_SECONDS = 10800;
  private static final Set<String> WITH_ADDRESS = Set.of("ClusterIP", "NodePort", "LoadBalancer");
  private static final Set<String> WITH_NODE_PORTS = Set.of("NodePort", "LoadBalancer");

  @Override
  protected void fill(ObjectNode service) {
    ObjectNode spec = Defaults.object(service, "spec");
    Defaults.text(spec, "type", "ClusterIP");
    affinity(spec);
    for (ObjectNode port : Defaults.items(spec, "ports")) {
      Defaults.text(port, "protocol", "TCP");
      JsonNode target = port.path("targetPort");
      boolean unset =
          target.isMissingNode()
              || target.isNull()
              || (target.isNumber() && target.asLong(0) == 0)
              || (target.isString() && target.stringValue().isEmpty());
      if (unset && port.has("port")) {
        port.set("targetPort", port.path("port"));
      }
    }
    String type = Json.text(spec, "type");
    if (WITH_NODE_PORTS.contains(type) || (isClusterIp(spec) && hasExternal(spec))) {
      Defaults.text(spec, "externalTrafficPolicy", "Cluster");
    }
    if (WITH_ADDRESS.contains(type)) {
      Defaults.text(spec, "internalTrafficPolicy", "Cluster");
    }
    if (type.equals("LoadBalancer")) {
      Defaults.flag(spec, "allocateLoadBalancerNodePorts", true);
    }
    for (ObjectNode ingress : Defaults.items(service, STATUS, "loadBalancer", "ingress")) {
      if (!Json.text(ingress, "ip").isEmpty()) {
        Defaults.text(ingress, "ipMode", "VIP");
      }
    }
  }

  private static void affinity(ObjectNode spec) {
    Defaults.text(spec, "sessionAffinity", "None");
    String affinity = Json.text(spec, "sessionAffinity");
    if (affinity.equals("None")) {
      spec.remove("sessionAffinityConfig");
    } else if (affinity.equals("ClientIP")) {
      Defaults.number(
          Json.ensureObject(spec, "sessionAffinityConfig", "clientIP"),
          "timeoutSeconds",
          AFFINITY_SECONDS);
    }
  }

  private static boolean isClusterIp(ObjectNode spec) {
    return Json.text(spec, "type").equals("ClusterIP");
  }

  private static boolean hasExternal(ObjectNode spec) {
    return !spec.path("externalIPs").isEmpty();
  }

  @Override
  protected void initialStatus(ObjectNode service, ObjectNode status) {
    status.putObject("loadBalancer");
  }

  @Override
  protected void begin(ObjectNode service) {
    ObjectNode spec = Json.ensureObject(service, "spec");
    String address = Json.text(spec, "clusterIP");
    if (!address.isEmpty() && spec.path("clusterIPs").isEmpty()) {
      spec.putArray("clusterIPs").add(address);
    }
  }

  @Override
  protected void keep(ObjectNode service, ObjectNode old) {
    ObjectNode spec = Json.ensureObject(service, "spec");
    ObjectNode before = Json.ensureObject(old, "spec");
    normalize(spec, before);
    keepAllocated(spec, before);
    dropForeign(spec, before);
  }

  /// A change of `clusterIP` alone means `clusterIPs` too.
  private static void normalize(ObjectNode spec, ObjectNode before) {
    String address = Json.text(spec, "clusterIP");
    boolean changed = !address.equals(Json.text(before, "clusterIP"));
    boolean sameList = spec.path("clusterIPs").equals(before.path("clusterIPs"));
    boolean noList = spec.path("clusterIPs").isEmpty();
    if (changed && address.isEmpty() && sameList) {
      spec.remove("clusterIPs");
    } else if (!address.isEmpty() && (noList || (changed && sameList))) {
      spec.putArray("clusterIPs").add(address);
    }
  }

  /// Addresses and node ports that a request leaves out stay as they are.
  private static void keepAllocated(ObjectNode spec, ObjectNode before) {
    if (needsAddress(spec) && needsAddress(before)) {
      if (Json.text(spec, "clusterIP").isEmpty() && spec.path("clusterIPs").isEmpty()) {
        copy("clusterIP", before, spec);
        copy("clusterIPs", before, spec);
      }
      for (String each : List.of("ipFamilies", "ipFamilyPolicy")) {
        if (Defaults.lacks(spec, each)) {
          copy(each, before, spec);
        }
      }
    }
    if (needsNodePorts(spec) && needsNodePorts(before)) {
      for (ObjectNode port : Defaults.items(spec, "ports")) {
        boolean open = port.path("nodePort").asLong(0) == 0;
        if (open) {
          samePort(port, before).ifPresent(each -> copy("nodePort", each, port));
        }
      }
    }
    if (needsHealthCheck(spec)
        && needsHealthCheck(before)
        && spec.path("healthCheckNodePort").asLong(0) == 0) {
      copy("healthCheckNodePort", before, spec);
    }
  }

  private static Optional<ObjectNode> samePort(ObjectNode port, ObjectNode before) {
    return Defaults.items(before, "ports").stream()
        .filter(each -> each.path("port").equals(port.path("port")))
        .filter(each -> each.path("protocol").equals(port.path("protocol")))
        .findFirst();
  }

  /// What another type had and this one cannot goes, unless the request itself sets it.
  private static void dropForeign(ObjectNode spec, ObjectNode before) {
    if (needsAddress(before) && !needsAddress(spec)) {
      for (String each : List.of("clusterIP", "clusterIPs", "ipFamilies", "ipFamilyPolicy")) {
        dropUnchanged(each, spec, before);
      }
    }
    if (needsNodePorts(before) && !needsNodePorts(spec)) {
      for (ObjectNode port : Defaults.items(spec, "ports")) {
        samePort(port, before).ifPresent(each -> dropUnchanged("nodePort", port, each));
      }
    }
    if (needsHealthCheck(before) && !needsHealthCheck(spec)) {
      dropUnchanged("healthCheckNodePort", spec, before);
    }
    if (isLoadBalancer(before) && !isLoadBalancer(spec)) {
      dropUnchanged("allocateLoadBalancerNodePorts", spec, before);
      dropUnchanged("loadBalancerClass", spec, before);
    }
    if (isExternal(before) && !isExternal(spec)) {
      dropUnchanged("externalTrafficPolicy", spec, before);
    }
    boolean named = Json.text(before, "type").equals("ExternalName");
    if (named && !Json.text(spec, "type").equals("ExternalName")) {
      dropUnchanged("externalName", spec, before);
    }
  }

  private static void dropUnchanged(String field, ObjectNode now, ObjectNode before) {
    if (now.path(field).equals(before.path(field))) {
      now.remove(field);
    }
  }

  static boolean needsAddress(JsonNode spec) {
    return WITH_ADDRESS.contains(Json.text(spec, "type"));
  }

  static boolean needsNodePorts(JsonNode spec) {
    return Json.text(spec, "type").equals("NodePort")
        || (isLoadBalancer(spec) && spec.path("allocateLoadBalancerNodePorts").asBoolean(true));
  }

  static boolean needsHealthCheck(JsonNode spec) {
    return isLoadBalancer(spec) && Json.text(spec, "externalTrafficPolicy").equals("Local");
  }

  static boolean isExternal(JsonNode spec) {
    return WITH_NODE_PORTS.contains(Json.text(spec, "type"))
        || (Json.text(spec, "type").equals("ClusterIP") && !spec.path("externalIPs").isEmpty());
  }

  private static boolean isLoadBalancer(JsonNode spec) {
    return Json.text(spec, "type").equals("LoadBalancer");
  }

  @Override
  protected void judge(Field service, Problems problems) {
    new ServiceRules(service, List.of(), problems).judge();
  }

  @Override
  protected void judgeUpdated(Field service, Field old, String subresource, Problems problems) {
    ServiceUpdateRules.judge(service, old, problems);
    new ServiceRules(service, old.at("spec", "externalIPs").texts(), problems).judge();
  }

  @Override
  protected void judgeStatus(Field service, Field old, Problems problems) {
    LoadBalancerRules.judge(service.at(STATUS, "loadBalancer"), true, problems);
  }

  @Override
  public List<String> warnings(ObjectNode service) {
    Field spec = Field.of(service).at("spec");
    boolean named = spec.text("type").equals("ExternalName");
    boolean headless = spec.text("clusterIP").equals("None");
    if (spec.at("loadBalancerIP").filled() && headless) {
      return List.of("spec.loadBalancerIP is ignored for headless services");
    }
    if (spec.at("externalIPs").size() > 0 && named) {
      return List.of("spec.externalIPs is ignored when spec.type is \"ExternalName\"");
    }
    return List.of();
  }
}
