package dev.slipway.apiserver.builtin.core;

import dev.slipway.apiserver.builtin.Field;
import dev.slipway.apiserver.builtin.Names;
import dev.slipway.apiserver.builtin.Problems;
import dev.slipway.base.Problem;
import java.util.HashSet;
import java.util.List;
import java.util.regex.Pattern;

/// Security contexts of pods and containers.
final class SecurityRules {
  private static final List<String> PROFILES = List.of("Localhost", "RuntimeDefault", "Unconfined");
  private static final String SYSCTL =
      "([a-z0-9]([-_a-z0-9]*[a-z0-9])?[\\./])*[a-z0-9]([-_a-z0-9]*[a-z0-9])?";
  private static final Pattern SYSCTL_GRAMMAR = Pattern.compile(SYSCTL);
  private static final int LONGEST_SYSCTL = 253;

  private SecurityRules() {}

  /// `spec.securityContext`, and the host's namespaces it goes with.
  static void pod(Field spec, Problems problems) {
    Field context = spec.at("securityContext");
    for (String each : List.of("fsGroup", "runAsUser", "runAsGroup")) {
      id(context.at(each), problems);
    }
    context.items("supplementalGroups").forEach(each -> id(each, problems));
    if (spec.at("shareProcessNamespace").isTrue() && spec.at("hostPID").isTrue()) {
      problems.add(
          Problem.invalid(
              context.path().field("shareProcessNamespace"),
              true,
              "ShareProcessNamespace and HostPID cannot both be enabled"));
    }
    sysctls(spec, context.at("sysctls"), problems);
    problems.oneOf(context.at("fsGroupChangePolicy"), List.of("Always", "OnRootMismatch"));
    seccomp(context.at("seccompProfile"), problems);
    appArmor(context.at("appArmorProfile"), problems);
    problems.oneOf(context.at("supplementalGroupsPolicy"), List.of("Merge", "Strict"));
    problems.oneOf(context.at("seLinuxChangePolicy"), List.of("MountOption", "Recursive"));
  }

  /// A container's `securityContext`.
  ///
  /// @param hostUsers whether the pod shares the host's users
  static void container(Field context, boolean hostUsers, Problems problems) {
    if (!context.present()) {
      return;
    }
    id(context.at("runAsUser"), problems);
    id(context.at("runAsGroup"), problems);
    Field procMount = context.at("procMount");
    problems.oneOf(procMount, List.of("Default", "Unmasked"));
    if (hostUsers && procMount.text().equals("Unmasked")) {
      problems.invalid(procMount, "`hostUsers` must be false to use `Unmasked`");
    }
    seccomp(context.at("seccompProfile"), problems);
    Field escalation = context.at("allowPrivilegeEscalation");
    if (escalation.present() && !escalation.isTrue()) {
      if (context.at("privileged").isTrue()) {
        problems.invalid(
            context, "cannot set `allowPrivilegeEscalation` to false and `privileged` to true");
      }
      if (context.at("capabilities", "add").texts().contains("CAP_SYS_ADMIN")) {
        problems.invalid(
            context,
            "cannot set `allowPrivilegeEscalation` to false and `capabilities.Add`"
                + " CAP_SYS_ADMIN");
      }
    }
    appArmor(context.at("appArmorProfile"), problems);
  }

  private static void id(Field id, Problems problems) {
    if (id.present()) {
      problems.sentences(id, Names.unixId(id.number(0)));
    }
  }

  private static void seccomp(Field profile, Problems problems) {
    if (!profile.present()) {
      return;
    }
    Field type = profile.at("type");
    if (!type.filled()) {
      problems.required(type, "type is required when seccompProfile is set");
    } else {
      problems.oneOf(type, PROFILES);
    }
    Field local = profile.at("localhostProfile");
    if (type.text().equals("Localhost")) {
      if (!local.present()) {
        problems.required(local, "must be set when seccomp type is Localhost");
      } else {
        PathRules.descending(local, problems);
      }
    } else if (local.present()) {
      problems.add(
          Problem.invalid(
              local.path(), profile.value(), "can only be set when seccomp type is Localhost"));
    }
  }

  private static void appArmor(Field profile, Problems problems) {
    if (!profile.present()) {
      return;
    }
    Field type = profile.at("type");
    Field local = profile.at("localhostProfile");
    if (!type.filled()) {
      problems.required(type, "type is required when appArmorProfile is set");
    } else if (!PROFILES.contains(type.text())) {
      problems.notSupported(type, PROFILES);
    } else if (!type.text().equals("Localhost")) {
      if (local.present()) {
        problems.invalid(local, "can only be set when AppArmor type is Localhost");
      }
    } else if (local.text().isBlank()) {
      problems.required(local, "must be set when AppArmor type is Localhost");
    } else if (!local.text().strip().equals(local.text())) {
      problems.invalid(local, "must not be padded with whitespace");
    }
  }

  private static void sysctls(Field spec, Field sysctls, Problems problems) {
    var seen = new HashSet<String>();
    for (Field sysctl : sysctls.items()) {
      Field name = sysctl.at("name");
      String text = name.text();
      if (text.isEmpty()) {
        problems.required(name, "");
      } else if (text.length() > LONGEST_SYSCTL || !SYSCTL_GRAMMAR.matcher(text).matches()) {
        problems.invalid(
            name,
            "must have at most " + LONGEST_SYSCTL + " characters and match regex ^" + SYSCTL + "$");
      } else if (!seen.add(text)) {
        problems.duplicate(name);
      }
      hostSysctl(spec, name, problems);
    }
  }

  private static void hostSysctl(Field spec, Field name, Problems problems) {
    String text = name.text().replace('/', '.');
    boolean ipc =
        text.startsWith("kernel.shm")
            || text.startsWith("kernel.msg")
            || text.startsWith("kernel.sem")
            || text.startsWith("fs.mqueue.");
    if (spec.at("hostNetwork").isTrue() && text.startsWith("net.")) {
      problems.invalid(name, "may not be specified when 'hostNetwork' is true");
    } else if (spec.at("hostIPC").isTrue() && ipc) {
      problems.invalid(name, "may not be specified when 'hostIPC' is true");
    }
  }
}
