package dev.slipway.apiserver.builtin.policy;

import dev.slipway.apiserver.builtin.Defaults;
import dev.slipway.apiserver.builtin.Field;
import dev.slipway.apiserver.builtin.KindStrategy;
import dev.slipway.apiserver.builtin.Problems;
import dev.slipway.base.FieldPath;
import dev.slipway.base.Problem;
import java.util.List;
import java.util.Set;
import tools.jackson.databind.node.ObjectNode;

/// PodSecurityPolicies, as Kubernetes had them up to 1.24.
final class PodSecurityPolicyStrategy extends KindStrategy {
  private static final Set<String> VOLUMES =
      Set.of(
          "*",
          "awsElasticBlockStore",
          "azureDisk",
          "azureFile",
          "cephFS",
          "cinder",
          "configMap",
          "csi",
          "downwardAPI",
          "emptyDir",
          "ephemeral",
          "fc",
          "flexVolume",
          "flocker",
          "gcePersistentDisk",
          "gitRepo",
          "glusterfs",
          "hostPath",
          "iscsi",
          "nfs",
          "persistentVolumeClaim",
          "photonPersistentDisk",
          "portworxVolume",
          "projected",
          "quobyte",
          "rbd",
          "scaleIO",
          "secret",
          "storageos",
          "vsphereVolume");
  private static final List<String> RANGED = List.of("MayRunAs", "MustRunAs", "RunAsAny");

  private final String warning;

  /// @param warning said of every object; empty for none
  PodSecurityPolicyStrategy(String warning) {
    this.warning = warning;
  }

  @Override
  protected boolean hasStatus() {
    return false;
  }

  @Override
  protected void fill(ObjectNode policy) {
    Defaults.flag(Defaults.object(policy, "spec"), "allowPrivilegeEscalation", true);
  }

  @Override
  protected void judge(Field policy, Problems problems) {
    Field spec = policy.at("spec");
    rule(spec.at("runAsUser"), List.of("MustRunAs", "MustRunAsNonRoot", "RunAsAny"), problems);
    if (spec.at("runAsGroup").present()) {
      runAsGroup(spec.at("runAsGroup"), problems);
    }
    rule(spec.at("seLinux"), List.of("MustRunAs", "RunAsAny"), problems);
    rule(spec.at("supplementalGroups"), RANGED, problems);
    rule(spec.at("fsGroup"), RANGED, problems);
    for (String each : spec.at("volumes").texts()) {
      if (!VOLUMES.contains(each)) {
        problems.add(Problem.notSupported(spec.at("volumes").path(), each, VOLUMES));
      }
    }
    capabilities(spec, problems);
    escalation(spec, problems);
    hostPaths(spec, problems);
    hostPorts(spec, problems);
    sysctls(spec, problems);
  }

  private static void rule(Field strategy, List<String> rules, Problems problems) {
    if (!rules.contains(strategy.text("rule"))) {
      problems.notSupported(strategy.at("rule"), rules);
    }
    strategy.items("ranges").forEach(each -> range(each, problems));
  }

  private static void runAsGroup(Field strategy, Problems problems) {
    Field ranges = strategy.at("ranges");
    String rule = strategy.text("rule");
    if (rule.equals("RunAsAny") && ranges.size() > 0) {
      problems.invalid(ranges, "Ranges must be empty");
    } else if (List.of("MayRunAs", "MustRunAs").contains(rule) && ranges.size() == 0) {
      problems.invalid(ranges, "must provide at least one range");
    }
    rule(strategy, RANGED, problems);
  }

  private static void range(Field range, Problems problems) {
    long least = range.at("min").number(0);
    long most = range.at("max").number(0);
    if (least < 0) {
      problems.invalid(range.at("min"), "min cannot be negative");
    }
    if (most < 0) {
      problems.invalid(range.at("max"), "max cannot be negative");
    }
    if (least > most) {
      problems.invalid(range.at("min"), "min cannot be greater than max");
    }
  }

  private static void capabilities(Field spec, Problems problems) {
    List<String> dropped = spec.at("requiredDropCapabilities").texts();
    if (!dropped.isEmpty() && spec.at("allowedCapabilities").texts().contains("*")) {
      problems.add(
          Problem.invalid(
              FieldPath.of("requiredDropCapabilities"),
              spec.at("requiredDropCapabilities").value(),
              "must be empty when all capabilities are allowed by a wildcard"));
    }
    for (String list : List.of("defaultAddCapabilities", "allowedCapabilities")) {
      for (String each : spec.at(list).texts()) {
        if (dropped.contains(each)) {
          problems.add(
              Problem.invalid(
                  FieldPath.of(list),
                  each,
                  "capability is listed in " + list + " and requiredDropCapabilities"));
        }
      }
    }
  }

  private static void escalation(Field spec, Problems problems) {
    Field byDefault = spec.at("defaultAllowPrivilegeEscalation");
    if (byDefault.isTrue() && !spec.at("allowPrivilegeEscalation").isTrue()) {
      problems.invalid(
          byDefault,
          "Cannot set DefaultAllowPrivilegeEscalation to true without also setting"
              + " AllowPrivilegeEscalation to true");
    }
  }

  private static void hostPaths(Field spec, Problems problems) {
    for (Field path : spec.items("allowedHostPaths")) {
      String prefix = path.text("pathPrefix");
      if (prefix.isEmpty()) {
        problems.required(path, "is required");
      } else if (List.of(prefix.split("/", -1)).contains("..")) {
        problems.add(Problem.invalid(path.path(), prefix, "must not contain '..'"));
      }
    }
  }

  private static void hostPorts(Field spec, Problems problems) {
    for (Field range : spec.items("hostPorts")) {
      if (range.at("min").number(0) > range.at("max").number(0)) {
        problems.invalid(range.at("min"), "min cannot be greater than max");
      }
    }
  }

  private static void sysctls(Field spec, Problems problems) {
    List<String> forbidden = spec.at("forbiddenSysctls").texts();
    for (Field each : spec.items("allowedUnsafeSysctls")) {
      if (forbidden.contains(each.text())) {
        problems.invalid(each, "sysctl overlaps with " + each.text());
      }
    }
  }

  @Override
  public List<String> warnings(ObjectNode policy) {
    return warning.isEmpty() ? List.of() : List.of(warning);
  }
}
