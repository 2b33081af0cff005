package dev.slipway.node.process;

import dev.slipway.control.Resource;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.TreeSet;
import tools.jackson.databind.JsonNode;

/// As whom a container runs and what it may, as its and its pod's `securityContext` say.
///
/// Source: Kubernetes API reference, `SecurityContext`, `PodSecurityContext`; the capabilities that
/// container runtimes leave by default.
///
/// @param groups beside the first one
/// @param capabilities that it can have at all; empty for all
/// @param confined it gets no more than it has by running something
record SandboxUser(
    Optional<Long> user,
    Optional<Long> group,
    List<Long> groups,
    Optional<List<String>> capabilities,
    boolean confined) {
  private static final List<String> STANDARD =
      List.of(
          "chown",
          "dac_override",
          "fowner",
          "fsetid",
          "kill",
          "setgid",
          "setuid",
          "setpcap",
          "net_bind_service",
          "net_raw",
          "sys_chroot",
          "mknod",
          "audit_write",
          "setfcap");

  SandboxUser {
    groups = List.copyOf(groups);
    capabilities = capabilities.map(List::copyOf);
  }

  static SandboxUser of(Resource pod, JsonNode container) {
    var own = container.path("securityContext");
    var common = pod.spec().path("securityContext");
    var groups = new ArrayList<Long>();
    common.path("supplementalGroups").forEach(each -> groups.add(each.asLong(0)));
    fsGroup(pod).ifPresent(groups::add);
    return new SandboxUser(
        number(own, "runAsUser").or(() -> number(common, "runAsUser")),
        number(own, "runAsGroup").or(() -> number(common, "runAsGroup")),
        groups,
        own.path("privileged").asBoolean(false)
            ? Optional.empty()
            : Optional.of(capabilities(own.path("capabilities"))),
        own.has("allowPrivilegeEscalation")
            && !own.path("allowPrivilegeEscalation").asBoolean(true));
  }

  /// The group that owns the pod's volumes.
  static Optional<Long> fsGroup(Resource pod) {
    return number(pod.spec().path("securityContext"), "fsGroup");
  }

  private static Optional<Long> number(JsonNode context, String field) {
    var found = context.path(field);
    return found.isNumber() ? Optional.of(found.asLong(0)) : Optional.empty();
  }

  private static List<String> capabilities(JsonNode asked) {
    var all = new TreeSet<>(STANDARD);
    for (var each : asked.path("drop")) {
      if (each.asString("").equalsIgnoreCase("ALL")) {
        all.clear();
      }
      all.remove(name(each));
    }
    for (var each : asked.path("add")) {
      if (each.asString("").equalsIgnoreCase("ALL")) {
        return List.of("all");
      }
      all.add(name(each));
    }
    return List.copyOf(all);
  }

  private static String name(JsonNode capability) {
    return capability.asString("").toLowerCase(Locale.ROOT).replaceFirst("^cap_", "");
  }

  boolean isRoot() {
    return user.orElse(0L) == 0;
  }

  /// Words for `setpriv`, before the command.
  List<String> words() {
    var all = new ArrayList<String>();
    user.ifPresent(each -> all.add("--reuid=" + each));
    group.or(() -> user.map(_ -> 0L)).ifPresent(each -> all.add("--regid=" + each));
    if (!groups.isEmpty()) {
      all.add("--groups=" + String.join(",", groups.stream().map(String::valueOf).toList()));
    } else if (user.isPresent() || group.isPresent()) {
      all.add("--clear-groups");
    }
    capabilities
        .filter(some -> !some.contains("all"))
        .ifPresent(
            some -> {
              var kept = new StringBuilder("-all");
              some.forEach(each -> kept.append(",+").append(each));
              all.add("--bounding-set=" + kept);
              all.add("--inh-caps=-all");
            });
    if (confined) {
      all.add("--no-new-privs");
    }
    return all;
  }
}
