package dev.slipway.apiserver.admission;

import static dev.slipway.apiserver.admission.PspDefaults.mustRunAs;
import static dev.slipway.apiserver.admission.PspDefaults.texts;

import dev.slipway.base.FieldPath;
import dev.slipway.base.Json;
import dev.slipway.base.Problem;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// What a PodSecurityPolicy forbids. Pure.
///
/// Rules and words: `pkg/security/podsecuritypolicy` of Kubernetes 1.24. Annotations about seccomp
/// and AppArmor profiles are not looked at: the kinds they talk about have become fields since.
final class PspRules {
  private static final FieldPath SPEC = FieldPath.of("spec");
  private static final Set<String> SAFE_SYSCTLS =
      Set.of(
          "kernel.shm_rmid_forced",
          "net.ipv4.ip_local_port_range",
          "net.ipv4.tcp_syncookies",
          "net.ipv4.ping_group_range",
          "net.ipv4.ip_unprivileged_port_start");

  private final JsonNode policy;
  private final JsonNode spec;
  private final List<Problem> problems = new ArrayList<>();

  private PspRules(JsonNode policy, JsonNode spec) {
    this.policy = policy;
    this.spec = spec;
  }

  static List<Problem> judge(JsonNode policy, ObjectNode pod) {
    var rules = new PspRules(policy, pod.path("spec"));
    rules.pod();
    rules.containers("initContainers");
    rules.containers("containers");
    return rules.problems;
  }

  private void pod() {
    FieldPath security = SPEC.field("securityContext");
    host(security, "hostNetwork", "Host network is not allowed to be used");
    host(security, "hostPID", "Host PID is not allowed to be used");
    host(security, "hostIPC", "Host IPC is not allowed to be used");
    JsonNode context = spec.path("securityContext");
    groups(security, "fsGroup", context.path("fsGroup"));
    for (JsonNode each : context.path("supplementalGroups")) {
      groups(security, "supplementalGroups", each);
    }
    sysctls(security, context);
    volumes();
    runtimeClass();
  }

  private void host(FieldPath security, String field, String why) {
    if (spec.path(field).asBoolean(false) && !policy.path(field).asBoolean(false)) {
      problems.add(Problem.invalid(security.field(field), true, why));
    }
  }

  private void groups(FieldPath security, String field, JsonNode group) {
    String rule = Json.text(policy, field, "rule");
    boolean bound = rule.equals("MustRunAs") || (rule.equals("MayRunAs") && group.isNumber());
    if (!bound) {
      return;
    }
    if (!group.isNumber()) {
      problems.add(
          Problem.invalid(
              security.field(field),
              "",
              "unable to validate empty groups against required ranges"));
    } else if (!inRanges(field, group.asLong(0))) {
      problems.add(
          Problem.invalid(
              security.field(field),
              group.asLong(0),
              "group %d must be in the ranges: %s".formatted(group.asLong(0), ranges(field))));
    }
  }

  private boolean inRanges(String what, long id) {
    for (JsonNode range : Json.at(policy, what, "ranges")) {
      if (id >= range.path("min").asLong(0) && id <= range.path("max").asLong(0)) {
        return true;
      }
    }
    return false;
  }

  private String ranges(String what) {
    return Json.at(policy, what, "ranges")
        .valueStream()
        .map(range -> "{" + range.path("min").asLong(0) + " " + range.path("max").asLong(0) + "}")
        .collect(Collectors.joining(" ", "[", "]"));
  }

  private void sysctls(FieldPath security, JsonNode context) {
    List<String> forbidden = texts(policy.path("forbiddenSysctls"));
    List<String> unsafeAllowed = texts(policy.path("allowedUnsafeSysctls"));
    int position = 0;
    for (JsonNode each : context.path("sysctls")) {
      String name = Json.text(each, "name");
      FieldPath field = security.field("sysctls").index(position++);
      if (matches(forbidden, name)) {
        problems.add(Problem.forbidden(field, "sysctl \"" + name + "\" is not allowed"));
      } else if (!SAFE_SYSCTLS.contains(name) && !matches(unsafeAllowed, name)) {
        problems.add(Problem.forbidden(field, "unsafe sysctl \"" + name + "\" is not allowed"));
      }
    }
  }

  private static boolean matches(List<String> patterns, String name) {
    return patterns.stream()
        .anyMatch(
            each ->
                each.endsWith("*")
                    ? name.startsWith(each.substring(0, each.length() - 1))
                    : name.equals(each));
  }

  private void volumes() {
    List<String> allowed = texts(policy.path("volumes"));
    int position = 0;
    for (JsonNode volume : spec.path("volumes")) {
      FieldPath field = SPEC.field("volumes").index(position++);
      String type = StandardChecks.volumeType(volume);
      boolean free =
          allowed.contains("*")
              || allowed.contains(type)
              || (allowed.contains("secret") && TokenVolume.is(volume));
      if (!free) {
        problems.add(Problem.invalid(field, type, type + " volumes are not allowed to be used"));
      } else {
        drivers(field, type, volume);
      }
    }
  }

  private void drivers(FieldPath field, String type, JsonNode volume) {
    switch (type) {
      case "hostPath" -> hostPath(field, Json.text(volume, "hostPath", "path"));
      case "flexVolume" -> {
        String driver = Json.text(volume, "flexVolume", "driver");
        if (!policy.path("allowedFlexVolumes").isEmpty()
            && !names("allowedFlexVolumes", "driver").contains(driver)) {
          problems.add(
              Problem.invalid(
                  field.field("driver"), driver, "Flexvolume driver is not allowed to be used"));
        }
      }
      case "csi" -> {
        String driver = Json.text(volume, "csi", "driver");
        if (!policy.path("allowedCSIDrivers").isEmpty()
            && !names("allowedCSIDrivers", "name").contains(driver)) {
          problems.add(
              Problem.invalid(
                  field.field("csi", "driver"),
                  driver,
                  "Inline CSI driver is not allowed to be used"));
        }
      }
      default -> {}
    }
  }

  private List<String> names(String list, String field) {
    return policy.path(list).valueStream().map(each -> Json.text(each, field)).toList();
  }

  private void hostPath(FieldPath field, String path) {
    JsonNode allowed = policy.path("allowedHostPaths");
    if (!allowed.isEmpty()
        && !names("allowedHostPaths", "pathPrefix").stream()
            .anyMatch(each -> isUnder(path, each))) {
      problems.add(
          Problem.invalid(
              field.field("hostPath", "pathPrefix"), path, "is not allowed to be used"));
    }
  }

  /// By whole path segments: `/foo` covers `/foo/bar`, not `/foobar`.
  private static boolean isUnder(String path, String prefix) {
    String bare = prefix.endsWith("/") ? prefix.substring(0, prefix.length() - 1) : prefix;
    return path.equals(bare) || path.startsWith(bare + "/");
  }

  private void runtimeClass() {
    JsonNode rule = policy.path("runtimeClass");
    String name = Json.text(spec, "runtimeClassName");
    List<String> allowed = texts(rule.path("allowedRuntimeClassNames"));
    if (rule.isObject() && !name.isEmpty() && !allowed.contains("*") && !allowed.contains(name)) {
      problems.add(Problem.notSupported(SPEC.field("runtimeClassName"), name, allowed));
    }
  }

  private void containers(String list) {
    int position = 0;
    for (JsonNode container : spec.path(list)) {
      FieldPath field = SPEC.field(list).index(position++);
      FieldPath security = field.field("securityContext");
      JsonNode context = container.path("securityContext");
      privileges(security, context);
      identity(security, context);
      capabilities(security, context);
      ports(field, container);
    }
  }

  private void privileges(FieldPath security, JsonNode context) {
    if (context.path("privileged").asBoolean(false)
        && !policy.path("privileged").asBoolean(false)) {
      problems.add(
          Problem.invalid(
              security.field("privileged"), true, "Privileged containers are not allowed"));
    }
    boolean mayEscalate = policy.path("allowPrivilegeEscalation").asBoolean(true);
    if (!mayEscalate && context.path("allowPrivilegeEscalation").asBoolean(true)) {
      problems.add(
          Problem.invalid(
              security.field("allowPrivilegeEscalation"),
              true,
              "Allowing privilege escalation for containers is not allowed"));
    }
    JsonNode readOnly = context.path("readOnlyRootFilesystem");
    if (policy.path("readOnlyRootFilesystem").asBoolean(false) && !readOnly.asBoolean(false)) {
      problems.add(
          Problem.invalid(
              security.field("readOnlyRootFilesystem"),
              readOnly.isBoolean() ? (Object) false : "nil",
              readOnly.isBoolean()
                  ? "ReadOnlyRootFilesystem must be set to true"
                  : "ReadOnlyRootFilesystem may not be nil and must be set to true"));
    }
    String procMount = Json.text(context, "procMount");
    List<String> mounts = texts(policy.path("allowedProcMountTypes"));
    if (!procMount.isEmpty() && !procMount.equals("Default") && !mounts.contains(procMount)) {
      problems.add(
          Problem.invalid(security.field("procMount"), procMount, "ProcMount type is not allowed"));
    }
  }

  private void identity(FieldPath security, JsonNode context) {
    JsonNode ofPod = spec.path("securityContext");
    JsonNode user = either(context, ofPod, "runAsUser");
    if (mustRunAs(policy, "runAsUser")) {
      inRange(security.field("runAsUser"), "runAsUser", user);
    } else if (Json.text(policy, "runAsUser", "rule").equals("MustRunAsNonRoot")) {
      nonRoot(security, user, either(context, ofPod, "runAsNonRoot"));
    }
    JsonNode group = either(context, ofPod, "runAsGroup");
    boolean may = Json.text(policy, "runAsGroup", "rule").equals("MayRunAs");
    if (mustRunAs(policy, "runAsGroup") || (may && group.isNumber())) {
      inRange(security.field("runAsGroup"), "runAsGroup", group);
    }
    if (mustRunAs(policy, "seLinux")) {
      seLinux(security.field("seLinuxOptions"), either(context, ofPod, "seLinuxOptions"));
    }
  }

  private static JsonNode either(JsonNode own, JsonNode ofPod, String field) {
    return own.has(field) ? own.path(field) : ofPod.path(field);
  }

  private void inRange(FieldPath field, String what, JsonNode id) {
    if (!id.isNumber()) {
      problems.add(Problem.required(field, ""));
    } else if (!inRanges(what, id.asLong(0))) {
      problems.add(Problem.invalid(field, id.asLong(0), "must be in the ranges: " + ranges(what)));
    }
  }

  private void nonRoot(FieldPath security, JsonNode user, JsonNode nonRoot) {
    if (!user.isNumber() && !nonRoot.isBoolean()) {
      problems.add(Problem.required(security.field("runAsNonRoot"), "must be true"));
    } else if (nonRoot.isBoolean() && !nonRoot.asBoolean(true)) {
      problems.add(Problem.invalid(security.field("runAsNonRoot"), false, "must be true"));
    } else if (user.isNumber() && user.asLong(1) == 0) {
      problems.add(
          Problem.invalid(
              security.field("runAsUser"), 0, "running with the root UID is forbidden"));
    }
  }

  private void seLinux(FieldPath field, JsonNode options) {
    if (!options.isObject()) {
      problems.add(Problem.required(field, ""));
      return;
    }
    JsonNode wanted = Json.at(policy, "seLinux", "seLinuxOptions");
    for (String each : List.of("level", "role", "type", "user")) {
      if (!Json.text(options, each).equals(Json.text(wanted, each))) {
        problems.add(
            Problem.invalid(
                field.field(each), Json.text(options, each), "must be " + Json.text(wanted, each)));
      }
    }
  }

  private void capabilities(FieldPath security, JsonNode context) {
    FieldPath field = security.field("capabilities");
    List<String> allowed = new ArrayList<>(texts(policy.path("allowedCapabilities")));
    allowed.addAll(texts(policy.path("defaultAddCapabilities")));
    for (String each : texts(Json.at(context, "capabilities", "add"))) {
      if (!allowed.contains("*") && !allowed.contains(each)) {
        problems.add(Problem.invalid(field.field("add"), each, "capability may not be added"));
      }
    }
    List<String> dropped = texts(Json.at(context, "capabilities", "drop"));
    for (String each : texts(policy.path("requiredDropCapabilities"))) {
      if (!dropped.contains(each)) {
        problems.add(
            Problem.invalid(
                field.field("drop"),
                dropped,
                each + " is required to be dropped but was not found"));
      }
    }
  }

  private void ports(FieldPath field, JsonNode container) {
    for (JsonNode port : container.path("ports")) {
      int hostPort = port.path("hostPort").asInt(0);
      if (hostPort > 0 && !isPortAllowed(hostPort)) {
        problems.add(
            Problem.invalid(
                field.field("hostPort"),
                hostPort,
                "Host port %d is not allowed to be used. Allowed ports: [%s]"
                    .formatted(hostPort, portRanges())));
      }
    }
  }

  private boolean isPortAllowed(int port) {
    return policy
        .path("hostPorts")
        .valueStream()
        .anyMatch(
            range -> port >= range.path("min").asInt(0) && port <= range.path("max").asInt(0));
  }

  private String portRanges() {
    return policy
        .path("hostPorts")
        .valueStream()
        .map(
            range ->
                range.path("min").asInt(0) == range.path("max").asInt(0)
                    ? range.path("min").asString("")
                    : range.path("min").asString("") + "-" + range.path("max").asString(""))
        .collect(Collectors.joining(","));
  }
}
