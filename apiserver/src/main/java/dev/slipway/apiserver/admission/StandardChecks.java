package dev.slipway.apiserver.admission;

import static dev.slipway.apiserver.admission.StandardCheck.containers;
import static dev.slipway.apiserver.admission.StandardCheck.plural;
import static dev.slipway.apiserver.admission.StandardCheck.quoted;
import static dev.slipway.apiserver.admission.StandardCheck.setters;

import dev.slipway.apiserver.admission.PodStandard.Level;
import dev.slipway.apiserver.admission.StandardCheck.Subject;
import dev.slipway.apiserver.admission.StandardCheck.Violation;
import dev.slipway.base.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// The rules of the Pod Security Standards, in the order in which they are told.
///
/// Rules and words: `k8s.io/pod-security-admission/policy/check_*.go`. Rules about what a profile
/// may say (seccomp, AppArmor, SELinux) are in [StandardProfileChecks].
final class StandardChecks {
  static final List<StandardCheck> ALL =
      List.of(
          baseline("appArmorProfile", 0, StandardProfileChecks::appArmor),
          baseline("capabilities_baseline", 0, StandardChecks::addedCapabilities),
          baseline("hostNamespaces", 0, StandardChecks::hostNamespaces),
          baseline("hostPathVolumes", 0, StandardChecks::hostPaths),
          baseline("hostPorts", 0, StandardChecks::hostPorts),
          baseline("hostProbesAndHostLifecycle", 34, StandardChecks::probeHosts),
          baseline("privileged", 0, StandardChecks::privileged),
          baseline("procMount", 0, StandardChecks::procMountOutsideUserNamespace),
          baseline("seLinuxOptions", 0, StandardProfileChecks::seLinux),
          baseline("seccompProfile_baseline", 0, StandardProfileChecks::seccompBaseline),
          baseline("sysctls", 0, StandardProfileChecks::sysctls),
          baseline("windowsHostProcess", 0, StandardChecks::hostProcess),
          restricted("allowPrivilegeEscalation", 8, "", StandardChecks::escalation),
          restricted(
              "capabilities_restricted",
              22,
              "capabilities_baseline",
              StandardChecks::droppedCapabilities),
          restricted("procMount_restricted", 35, "procMount", StandardChecks::procMount),
          restricted("restrictedVolumes", 0, "hostPathVolumes", StandardChecks::volumes),
          restricted("runAsNonRoot", 0, "", StandardChecks::nonRoot),
          restricted("runAsUser", 23, "", StandardChecks::rootUser),
          restricted(
              "seccompProfile_restricted",
              19,
              "seccompProfile_baseline",
              StandardProfileChecks::seccompRestricted));

  private static final Set<String> DEFAULT_CAPABILITIES =
      Set.of(
          "AUDIT_WRITE",
          "CHOWN",
          "DAC_OVERRIDE",
          "FOWNER",
          "FSETID",
          "KILL",
          "MKNOD",
          "NET_BIND_SERVICE",
          "SETFCAP",
          "SETGID",
          "SETPCAP",
          "SETUID",
          "SYS_CHROOT");
  private static final Set<String> FREE_VOLUMES =
      Set.of(
          "configMap",
          "csi",
          "downwardAPI",
          "emptyDir",
          "ephemeral",
          "image",
          "persistentVolumeClaim",
          "projected",
          "secret");

  private StandardChecks() {}

  private interface Judge extends java.util.function.Function<Subject, Optional<Violation>> {}

  private static StandardCheck baseline(String id, int since, Judge judge) {
    return new StandardCheck(id, Level.BASELINE, since, "", judge);
  }

  private static StandardCheck restricted(String id, int since, String overrides, Judge judge) {
    return new StandardCheck(id, Level.RESTRICTED, since, overrides, judge);
  }

  private static Optional<Violation> addedCapabilities(Subject subject) {
    String detail = forbiddenAdditions(subject, DEFAULT_CAPABILITIES);
    return detail.isEmpty()
        ? Optional.empty()
        : Optional.of(new Violation("non-default capabilities", detail));
  }

  private static Optional<Violation> droppedCapabilities(Subject subject) {
    if (subject.minor() >= 25 && subject.isWindows()) {
      return Optional.empty();
    }
    List<String> keeping = subject.where(security -> !dropsAll(security));
    var details = new ArrayList<String>();
    if (!keeping.isEmpty()) {
      details.add(containers(keeping) + " must set securityContext.capabilities.drop=[\"ALL\"]");
    }
    String additions = forbiddenAdditions(subject, Set.of("NET_BIND_SERVICE"));
    if (!additions.isEmpty()) {
      details.add(additions);
    }
    return details.isEmpty()
        ? Optional.empty()
        : Optional.of(new Violation("unrestricted capabilities", String.join("; ", details)));
  }

  /// Who adds what beyond the allowed; empty where nobody does.
  private static String forbiddenAdditions(Subject subject, Set<String> allowed) {
    List<String> adding = subject.where(security -> !addedBeyond(security, allowed).isEmpty());
    if (adding.isEmpty()) {
      return "";
    }
    var added = new TreeSet<String>();
    for (ObjectNode container : subject.containers()) {
      added.addAll(addedBeyond(container.path("securityContext"), allowed));
    }
    return "%s must not include %s in securityContext.capabilities.add"
        .formatted(containers(adding), quoted(added));
  }

  private static Set<String> addedBeyond(JsonNode security, Set<String> allowed) {
    var beyond = new TreeSet<String>();
    for (JsonNode each : Json.at(security, "capabilities", "add")) {
      if (!allowed.contains(each.asString(""))) {
        beyond.add(each.asString(""));
      }
    }
    return beyond;
  }

  private static boolean dropsAll(JsonNode security) {
    for (JsonNode each : Json.at(security, "capabilities", "drop")) {
      if (each.asString("").equals("ALL")) {
        return true;
      }
    }
    return false;
  }

  private static Optional<Violation> hostNamespaces(Subject subject) {
    var shared = new ArrayList<String>();
    for (String each : List.of("hostNetwork", "hostPID", "hostIPC")) {
      if (subject.spec().path(each).asBoolean(false)) {
        shared.add(each + "=true");
      }
    }
    return shared.isEmpty()
        ? Optional.empty()
        : Optional.of(new Violation("host namespaces", String.join(", ", shared)));
  }

  private static Optional<Violation> hostPaths(Subject subject) {
    var bad = new ArrayList<String>();
    for (JsonNode volume : subject.spec().path("volumes")) {
      if (volume.hasNonNull("hostPath")) {
        bad.add(Json.text(volume, "name"));
      }
    }
    return bad.isEmpty()
        ? Optional.empty()
        : Optional.of(new Violation("hostPath volumes", plural("volume", bad) + " " + quoted(bad)));
  }

  private static Optional<Violation> hostPorts(Subject subject) {
    var ports = new TreeSet<String>();
    var bad = new ArrayList<String>();
    for (ObjectNode container : subject.containers()) {
      int before = bad.size();
      for (JsonNode port : container.path("ports")) {
        int hostPort = port.path("hostPort").asInt(0);
        if (hostPort != 0) {
          ports.add(Integer.toString(hostPort));
          if (bad.size() == before) {
            bad.add(Json.text(container, "name"));
          }
        }
      }
    }
    return bad.isEmpty()
        ? Optional.empty()
        : Optional.of(
            new Violation(
                "hostPort",
                "%s %s %s %s"
                    .formatted(
                        containers(bad),
                        uses(bad),
                        plural("hostPort", ports),
                        String.join(", ", ports))));
  }

  private static String uses(List<String> subjects) {
    return subjects.size() == 1 ? "uses" : "use";
  }

  private static Optional<Violation> probeHosts(Subject subject) {
    var hosts = new TreeSet<String>();
    var bad = new TreeSet<String>();
    for (ObjectNode container : subject.containers()) {
      List<JsonNode> handlers =
          List.of(
              container.path("livenessProbe"),
              container.path("readinessProbe"),
              container.path("startupProbe"),
              Json.at(container, "lifecycle", "postStart"),
              Json.at(container, "lifecycle", "preStop"));
      for (JsonNode handler : handlers) {
        for (String action : List.of("httpGet", "tcpSocket")) {
          String host = Json.text(handler, action, "host");
          if (!host.isEmpty()) {
            hosts.add(host);
            bad.add(Json.text(container, "name"));
          }
        }
      }
    }
    return bad.isEmpty()
        ? Optional.empty()
        : Optional.of(
            new Violation(
                "probe or lifecycle host",
                "%s %s %s %s"
                    .formatted(
                        containers(List.copyOf(bad)),
                        uses(List.copyOf(bad)),
                        plural("probe or lifecycle host", hosts),
                        quoted(hosts))));
  }

  private static Optional<Violation> privileged(Subject subject) {
    List<String> bad = subject.where(security -> security.path("privileged").asBoolean(false));
    return bad.isEmpty()
        ? Optional.empty()
        : Optional.of(
            new Violation(
                "privileged", containers(bad) + " must not set securityContext.privileged=true"));
  }

  private static Optional<Violation> procMountOutsideUserNamespace(Subject subject) {
    return subject.minor() >= 35 && subject.hasUserNamespace()
        ? Optional.empty()
        : procMount(subject);
  }

  private static Optional<Violation> procMount(Subject subject) {
    var types = new TreeSet<String>();
    List<String> bad =
        subject.where(
            security -> {
              String type = Json.text(security, "procMount");
              boolean unmasked = !type.isEmpty() && !type.equals("Default");
              return unmasked && (types.add(type) || types.contains(type));
            });
    return bad.isEmpty()
        ? Optional.empty()
        : Optional.of(
            new Violation(
                "procMount",
                "%s must not set securityContext.procMount to %s"
                    .formatted(containers(bad), quoted(types))));
  }

  private static Optional<Violation> hostProcess(Subject subject) {
    String setters =
        setters(isHostProcess(subject.security()), subject.where(StandardChecks::isHostProcess));
    return setters.isEmpty()
        ? Optional.empty()
        : Optional.of(
            new Violation(
                "hostProcess",
                setters + " must not set securityContext.windowsOptions.hostProcess=true"));
  }

  private static boolean isHostProcess(JsonNode security) {
    return Json.at(security, "windowsOptions", "hostProcess").asBoolean(false);
  }

  private static Optional<Violation> escalation(Subject subject) {
    if (subject.minor() >= 25 && subject.isWindows()) {
      return Optional.empty();
    }
    List<String> bad =
        subject.where(security -> security.path("allowPrivilegeEscalation").asBoolean(true));
    return bad.isEmpty()
        ? Optional.empty()
        : Optional.of(
            new Violation(
                "allowPrivilegeEscalation != false",
                containers(bad) + " must set securityContext.allowPrivilegeEscalation=false"));
  }

  private static Optional<Violation> volumes(Subject subject) {
    var types = new TreeSet<String>();
    var bad = new ArrayList<String>();
    for (JsonNode volume : subject.spec().path("volumes")) {
      String type = volumeType(volume);
      if (!FREE_VOLUMES.contains(type)) {
        types.add(type);
        bad.add(Json.text(volume, "name"));
      }
    }
    return bad.isEmpty()
        ? Optional.empty()
        : Optional.of(
            new Violation(
                "restricted volume types",
                "%s %s %s %s %s"
                    .formatted(
                        plural("volume", bad),
                        quoted(bad),
                        uses(bad),
                        plural("restricted volume type", types),
                        quoted(types))));
  }

  /// The field that says what kind of volume this is.
  static String volumeType(JsonNode volume) {
    return volume
        .propertyStream()
        .filter(field -> field.getValue().isObject())
        .map(java.util.Map.Entry::getKey)
        .findFirst()
        .orElse("unknown");
  }

  private static Optional<Violation> nonRoot(Subject subject) {
    if (subject.minor() >= 35 && subject.hasUserNamespace()) {
      return Optional.empty();
    }
    JsonNode ofPod = subject.security().path("runAsNonRoot");
    String setters =
        setters(
            ofPod.isBoolean() && !ofPod.asBoolean(true),
            subject.where(security -> !security.path("runAsNonRoot").asBoolean(true)));
    if (!setters.isEmpty()) {
      return Optional.of(
          new Violation(
              "runAsNonRoot != true",
              setters + " must not set securityContext.runAsNonRoot=false"));
    }
    List<String> silent = subject.where(security -> !security.path("runAsNonRoot").isBoolean());
    return ofPod.asBoolean(false) || silent.isEmpty()
        ? Optional.empty()
        : Optional.of(
            new Violation(
                "runAsNonRoot != true",
                "pod or " + containers(silent) + " must set securityContext.runAsNonRoot=true"));
  }

  private static Optional<Violation> rootUser(Subject subject) {
    if (subject.minor() >= 35 && subject.hasUserNamespace()) {
      return Optional.empty();
    }
    String setters = setters(isRoot(subject.security()), subject.where(StandardChecks::isRoot));
    return setters.isEmpty()
        ? Optional.empty()
        : Optional.of(new Violation("runAsUser=0", setters + " must not set runAsUser=0"));
  }

  private static boolean isRoot(JsonNode security) {
    return security.path("runAsUser").asLong(-1) == 0;
  }
}
