package dev.slipway.apiserver.builtin.core;

import dev.slipway.apiserver.builtin.Field;
import dev.slipway.apiserver.builtin.Problems;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;

/// Where a container sees the pod's volumes.
final class MountRules {
  private static final List<String> PROPAGATIONS =
      List.of("Bidirectional", "HostToContainer", "None");
  private static final List<String> RECURSIVE = List.of("Disabled", "Enabled", "IfPossible");

  private MountRules() {}

  /// Judges `volumeMounts` and `volumeDevices`.
  static void judge(Field container, Map<String, Field> volumes, Problems problems) {
    Map<String, String> mounts = paths(container.at("volumeMounts"), "mountPath");
    Map<String, String> devices = paths(container.at("volumeDevices"), "devicePath");
    var seen = new HashSet<String>();
    for (Field mount : container.items("volumeMounts")) {
      mount(mount, volumes, devices, problems);
      Field path = mount.at("mountPath");
      problems.demand(path);
      if (!seen.add(path.text())) {
        problems.invalid(path, "must be unique");
      }
      propagation(mount, container, problems);
    }
    var names = new HashSet<String>();
    var devicePaths = new HashSet<String>();
    for (Field device : container.items("volumeDevices")) {
      device(device, volumes, mounts, problems);
      if (!names.add(device.text("name"))) {
        problems.invalid(device.at("name"), "must be unique");
      }
      if (!devicePaths.add(device.text("devicePath"))) {
        problems.invalid(device.at("devicePath"), "must be unique");
      }
    }
  }

  private static Map<String, String> paths(Field list, String field) {
    var paths = new HashMap<String, String>();
    list.items().forEach(each -> paths.put(each.text("name"), each.text(field)));
    return paths;
  }

  private static void mount(
      Field mount, Map<String, Field> volumes, Map<String, String> devices, Problems problems) {
    Field name = mount.at("name");
    problems.demand(name);
    if (!volumes.containsKey(name.text())) {
      problems.notFound(name);
    }
    if (devices.containsKey(name.text())) {
      problems.invalid(name, "must not already exist in volumeDevices");
    }
    if (devices.containsValue(mount.text("mountPath"))) {
      problems.invalid(mount.at("mountPath"), "must not already exist as a path in volumeDevices");
    }
    PathRules.descending(mount.at("subPath"), problems);
    Field expression = mount.at("subPathExpr");
    if (expression.filled() && mount.at("subPath").filled()) {
      problems.invalid(expression, "subPathExpr and subPath are mutually exclusive");
    }
    PathRules.descending(expression, problems);
  }

  private static void propagation(Field mount, Field container, Problems problems) {
    Field propagation = mount.at("mountPropagation");
    problems.oneOf(propagation, PROPAGATIONS);
    boolean privileged = container.at("securityContext", "privileged").isTrue();
    if (propagation.text().equals("Bidirectional") && !privileged) {
      problems.forbidden(
          propagation,
          "Bidirectional mount propagation is available only to privileged containers");
    }
    Field recursive = mount.at("recursiveReadOnly");
    problems.oneOf(recursive, RECURSIVE);
    if (List.of("Enabled", "IfPossible").contains(recursive.text())) {
      if (!mount.at("readOnly").isTrue()) {
        problems.forbidden(recursive, "may only be specified when readOnly is true");
      }
      if (propagation.filled() && !propagation.text().equals("None")) {
        problems.forbidden(
            recursive, "may only be specified when mountPropagation is None or not specified");
      }
    }
  }

  private static void device(
      Field device, Map<String, Field> volumes, Map<String, String> mounts, Problems problems) {
    Field name = device.at("name");
    Field path = device.at("devicePath");
    problems.demand(name);
    Field volume = volumes.get(name.text());
    if (volume == null) {
      problems.notFound(name);
    } else if (!volume.at("persistentVolumeClaim").present() && !volume.at("ephemeral").present()) {
      problems.invalid(
          name,
          "can only use volume source type of PersistentVolumeClaim or Ephemeral for block mode");
    }
    problems.demand(path);
    if (List.of(path.text().split("/", -1)).contains("..")) {
      problems.invalid(path, "can not contain backsteps ('..')");
    }
    if (mounts.containsKey(name.text())) {
      problems.invalid(name, "must not already exist in volumeMounts");
    }
    if (mounts.containsValue(path.text())) {
      problems.invalid(path, "must not already exist as a path in volumeMounts");
    }
  }
}
