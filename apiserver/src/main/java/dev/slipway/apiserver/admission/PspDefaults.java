package dev.slipway.apiserver.admission;

import dev.slipway.base.Json;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// What a PodSecurityPolicy fills in where a pod is silent. Pure.
///
/// Rules: `pkg/security/podsecuritypolicy/provider.go` of Kubernetes 1.24.
final class PspDefaults {
  private PspDefaults() {}

  static void apply(JsonNode policy, ObjectNode pod) {
    ObjectNode spec = Json.ensureObject(pod, "spec");
    groups(policy, spec);
    JsonNode ofPod = spec.path("securityContext");
    var containers = new ArrayList<ObjectNode>(Containers.init(spec));
    containers.addAll(Containers.main(spec));
    for (ObjectNode container : containers) {
      container(policy, ofPod, container);
    }
  }

  private static void groups(JsonNode policy, ObjectNode spec) {
    JsonNode security = spec.path("securityContext");
    if (mustRunAs(policy, "fsGroup") && !security.has("fsGroup")) {
      Json.ensureObject(spec, "securityContext").put("fsGroup", first(policy, "fsGroup"));
    }
    if (mustRunAs(policy, "supplementalGroups") && !security.has("supplementalGroups")) {
      Json.ensureObject(spec, "securityContext")
          .putArray("supplementalGroups")
          .add(first(policy, "supplementalGroups"));
    }
  }

  private static void container(JsonNode policy, JsonNode ofPod, ObjectNode container) {
    user(policy, ofPod, container);
    JsonNode present = container.path("securityContext");
    if (mustRunAs(policy, "seLinux")
        && !present.has("seLinuxOptions")
        && !ofPod.has("seLinuxOptions")) {
      Json.ensureObject(container, "securityContext")
          .set("seLinuxOptions", Json.at(policy, "seLinux", "seLinuxOptions").deepCopy());
    }
    capabilities(policy, container);
    if (policy.path("readOnlyRootFilesystem").asBoolean(false)
        && !present.has("readOnlyRootFilesystem")) {
      Json.ensureObject(container, "securityContext").put("readOnlyRootFilesystem", true);
    }
    escalation(policy, container);
  }

  private static void user(JsonNode policy, JsonNode ofPod, ObjectNode container) {
    JsonNode own = container.path("securityContext");
    boolean chosen = own.has("runAsUser") || ofPod.has("runAsUser");
    if (mustRunAs(policy, "runAsUser") && !chosen) {
      Json.ensureObject(container, "securityContext").put("runAsUser", first(policy, "runAsUser"));
    }
    boolean nonRoot = Json.text(policy, "runAsUser", "rule").equals("MustRunAsNonRoot");
    if (nonRoot && !chosen && !own.has("runAsNonRoot") && !ofPod.has("runAsNonRoot")) {
      Json.ensureObject(container, "securityContext").put("runAsNonRoot", true);
    }
    if (mustRunAs(policy, "runAsGroup") && !own.has("runAsGroup") && !ofPod.has("runAsGroup")) {
      Json.ensureObject(container, "securityContext")
          .put("runAsGroup", first(policy, "runAsGroup"));
    }
  }

  /// Adds what the policy adds and drops what it drops, unless the container decided otherwise.
  private static void capabilities(JsonNode policy, ObjectNode container) {
    JsonNode present = Json.at(container, "securityContext", "capabilities");
    List<String> added = texts(present.path("add"));
    List<String> dropped = texts(present.path("drop"));
    for (String each : texts(policy.path("defaultAddCapabilities"))) {
      if (!added.contains(each) && !dropped.contains(each)) {
        list(container, "add").add(each);
      }
    }
    for (String each : texts(policy.path("requiredDropCapabilities"))) {
      if (!added.contains(each) && !dropped.contains(each)) {
        list(container, "drop").add(each);
      }
    }
  }

  private static ArrayNode list(ObjectNode container, String side) {
    ObjectNode capabilities = Json.ensureObject(container, "securityContext", "capabilities");
    return capabilities.get(side) instanceof ArrayNode array ? array : capabilities.putArray(side);
  }

  private static void escalation(JsonNode policy, ObjectNode container) {
    if (container.path("securityContext").has("allowPrivilegeEscalation")) {
      return;
    }
    JsonNode byDefault = policy.path("defaultAllowPrivilegeEscalation");
    if (byDefault.isBoolean()) {
      Json.ensureObject(container, "securityContext")
          .put("allowPrivilegeEscalation", byDefault.asBoolean(false));
    } else if (!policy.path("allowPrivilegeEscalation").asBoolean(true)) {
      Json.ensureObject(container, "securityContext").put("allowPrivilegeEscalation", false);
    }
  }

  static boolean mustRunAs(JsonNode policy, String what) {
    return Json.text(policy, what, "rule").equals("MustRunAs");
  }

  private static long first(JsonNode policy, String what) {
    return Json.at(policy, what, "ranges").path(0).path("min").asLong(0);
  }

  static List<String> texts(JsonNode list) {
    return list.valueStream().map(each -> each.asString("")).toList();
  }
}
