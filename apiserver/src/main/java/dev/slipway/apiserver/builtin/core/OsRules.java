package dev.slipway.apiserver.builtin.core;

import dev.slipway.apiserver.builtin.Field;
import dev.slipway.apiserver.builtin.Problems;
import java.util.List;

/// What pods of one operating system may not ask of another.
final class OsRules {
  private static final List<String> CONTAINERS =
      List.of("initContainers", "containers", "ephemeralContainers");
  private static final List<String> LINUX_ONLY =
      List.of("hostUsers", "hostPID", "hostIPC", "shareProcessNamespace");
  private static final List<String> SWITCHES = List.of("hostPID", "hostIPC");
  private static final List<String> LINUX_ONLY_CONTEXT =
      List.of(
          "appArmorProfile",
          "seLinuxOptions",
          "seccompProfile",
          "fsGroup",
          "fsGroupChangePolicy",
          "sysctls",
          "runAsUser",
          "runAsGroup",
          "supplementalGroups",
          "supplementalGroupsPolicy",
          "seLinuxChangePolicy");
  private static final List<String> LINUX_ONLY_CONTAINER =
      List.of(
          "appArmorProfile",
          "seLinuxOptions",
          "seccompProfile",
          "capabilities",
          "readOnlyRootFilesystem",
          "privileged",
          "allowPrivilegeEscalation",
          "procMount",
          "runAsUser",
          "runAsGroup");

  private OsRules() {}

  static void judge(Field spec, String os, Problems problems) {
    if (os.equals("windows")) {
      forbid(spec, LINUX_ONLY, "cannot be set for a windows pod", problems);
      forbid(
          spec.at("securityContext"),
          LINUX_ONLY_CONTEXT,
          "cannot be set for a windows pod",
          problems);
      contexts(spec, LINUX_ONLY_CONTAINER, "cannot be set for a windows pod", problems);
    } else {
      String words = "windows options cannot be set for a linux pod";
      forbid(spec.at("securityContext"), List.of("windowsOptions"), words, problems);
      contexts(spec, List.of("windowsOptions"), words, problems);
    }
  }

  private static void contexts(Field spec, List<String> fields, String words, Problems problems) {
    for (String list : CONTAINERS) {
      for (Field container : spec.items(list)) {
        forbid(container.at("securityContext"), fields, words, problems);
      }
    }
  }

  private static void forbid(Field object, List<String> fields, String words, Problems problems) {
    for (String each : fields) {
      Field field = object.at(each);
      boolean set = SWITCHES.contains(each) ? field.isTrue() : field.present();
      if (set) {
        problems.forbidden(field, words);
      }
    }
  }
}
