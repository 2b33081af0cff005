package dev.slipway.apiserver.builtin.core;

import dev.slipway.apiserver.builtin.Field;
import dev.slipway.apiserver.builtin.NameRules;
import dev.slipway.apiserver.builtin.Names;
import dev.slipway.apiserver.builtin.Problems;
import dev.slipway.apiserver.builtin.storage.ClaimRules;
import dev.slipway.base.Problem;
import dev.slipway.base.Quantity;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// The volumes of a pod: one source each, named once.
final class VolumeRules {
  private static final String MORE_THAN_ONE = "may not specify more than 1 volume type";
  private static final List<String> HOST_PATH_TYPES =
      List.of(
          "",
          "BlockDevice",
          "CharDevice",
          "Directory",
          "DirectoryOrCreate",
          "File",
          "FileOrCreate",
          "Socket");
  private static final List<String> KINDS =
      List.of(
          "emptyDir",
          "hostPath",
          "gitRepo",
          "gcePersistentDisk",
          "awsElasticBlockStore",
          "secret",
          "nfs",
          "iscsi",
          "glusterfs",
          "flocker",
          "persistentVolumeClaim",
          "rbd",
          "cinder",
          "cephfs",
          "quobyte",
          "downwardAPI",
          "fc",
          "flexVolume",
          "configMap",
          "azureFile",
          "vsphereVolume",
          "photonPersistentDisk",
          "portworxVolume",
          "azureDisk",
          "storageos",
          "projected",
          "scaleIO",
          "csi",
          "ephemeral",
          "image");

  private VolumeRules() {}

  /// Judges all volumes and returns the well-formed ones by name.
  ///
  /// @param podName empty for templates
  static Map<String, Field> judge(Field volumes, String podName, Problems problems) {
    var known = new LinkedHashMap<String, Field>();
    Set<String> made = new HashSet<>();
    for (Field volume : volumes.items()) {
      if (!podName.isEmpty() && volume.at("ephemeral").present()) {
        made.add(podName + "-" + volume.text("name"));
      }
    }
    for (Field volume : volumes.items()) {
      int before = problems.count();
      source(volume, podName, problems);
      Field name = volume.at("name");
      if (problems.demand(name)) {
        problems.sentences(name, Names.dnsLabel(name.text()));
      }
      if (known.containsKey(name.text())) {
        problems.duplicate(name);
      }
      if (problems.count() == before) {
        known.put(name.text(), volume);
      }
      Field claim = volume.at("persistentVolumeClaim", "claimName");
      if (made.contains(claim.text())) {
        problems.invalid(
            claim, "must not reference a PVC that gets created for an ephemeral volume");
      }
    }
    return known;
  }

  private static void source(Field volume, String podName, Problems problems) {
    int found = 0;
    for (String kind : KINDS) {
      Field source = volume.at(kind);
      if (!source.present()) {
        continue;
      }
      if (++found > 1) {
        problems.forbidden(source, MORE_THAN_ONE);
      } else {
        one(kind, source, volume, podName, problems);
      }
    }
    if (found == 0) {
      problems.required(volume, "must specify a volume type");
    }
  }

  private static void one(
      String kind, Field source, Field volume, String podName, Problems problems) {
    switch (kind) {
      case "emptyDir" -> emptyDir(source, problems);
      case "hostPath" -> hostPath(source, problems);
      case "secret" -> files(source, "secretName", problems);
      case "configMap" -> files(source, "name", problems);
      case "persistentVolumeClaim" -> problems.demand(source.at("claimName"));
      case "downwardAPI" -> downward(source, problems);
      case "projected" -> ProjectedRules.judge(source, problems);
      case "csi" -> csi(source, problems);
      case "ephemeral" -> ephemeral(source, volume, podName, problems);
      case "image" -> image(source, problems);
      default -> VolumeSourceRules.judge(kind, source, problems);
    }
  }

  private static void emptyDir(Field source, Problems problems) {
    Field limit = source.at("sizeLimit");
    if (limit.present()) {
      boolean good =
          ResourceRules.quantity(limit)
              .filter(each -> each.compareTo(Quantity.ZERO) >= 0)
              .isPresent();
      if (!good) {
        problems.forbidden(limit, "SizeLimit field must be a valid resource quantity");
      }
    }
  }

  static void hostPath(Field source, Problems problems) {
    Field path = source.at("path");
    if (problems.demand(path)) {
      PathRules.noBacksteps(path, problems);
      Field type = source.at("type");
      if (type.present() && !HOST_PATH_TYPES.contains(type.text())) {
        problems.notSupported(type, HOST_PATH_TYPES);
      }
    }
  }

  private static void files(Field source, String nameField, Problems problems) {
    problems.demand(source.at(nameField));
    mode(source.at("defaultMode"), problems);
    source.items("items").forEach(each -> keyToPath(each, problems));
  }

  static void keyToPath(Field item, Problems problems) {
    problems.demand(item.at("key"));
    problems.demand(item.at("path"));
    PathRules.local(item.at("path"), problems);
    mode(item.at("mode"), problems);
  }

  static void mode(Field mode, Problems problems) {
    long bits = mode.number(0);
    if (bits < 0 || bits > 0777) {
      problems.invalid(mode, "must be a number between 0 and 0777 (octal), both inclusive");
    }
  }

  private static void downward(Field source, Problems problems) {
    mode(source.at("defaultMode"), problems);
    for (Field item : source.items("items")) {
      downwardFile(item.reportedAt(source.path()), problems);
    }
  }

  /// A file of the downward API; problems are reported at the volume, as upstream does.
  static void downwardFile(Field file, Problems problems) {
    problems.demand(file.at("path"));
    PathRules.local(file.at("path"), problems);
    Field field = file.at("fieldRef");
    Field resource = file.at("resourceFieldRef");
    if (field.present()) {
      EnvRules.fieldRef(field, EnvRules.VOLUME_PATHS, problems);
      if (resource.present()) {
        problems.add(
            Problem.invalid(
                file.path(),
                "resource",
                "fieldRef and resourceFieldRef can not be specified simultaneously"));
      }
    } else if (resource.present()) {
      EnvRules.resourceRef(resource, true, problems);
    } else {
      problems.required(file, "one of fieldRef and resourceFieldRef is required");
    }
    mode(file.at("mode"), problems);
  }

  private static void csi(Field source, Problems problems) {
    VolumeSourceRules.driver(source.at("driver"), problems);
    Field secret = source.at("nodePublishSecretRef");
    if (secret.present() && problems.demand(secret.at("name"))) {
      problems.sentences(
          source.at("name").path(), secret.text("name"), Names.dnsSubdomain(secret.text("name")));
    }
  }

  private static void ephemeral(Field source, Field volume, String podName, Problems problems) {
    Field template = source.at("volumeClaimTemplate");
    if (!template.present()) {
      problems.required(template, "");
      return;
    }
    ClaimRules.template(template, problems);
    String name = volume.text("name");
    if (!podName.isEmpty() && !name.isEmpty()) {
      String claim = podName + "-" + name;
      for (String each : NameRules.SUBDOMAIN.check(claim, false)) {
        problems.invalid(volume.at("name"), "PVC name \"" + claim + "\": " + each);
      }
    }
  }

  private static void image(Field source, Problems problems) {
    Field reference = source.at("reference");
    if (problems.demand(reference) && !reference.text().strip().equals(reference.text())) {
      problems.invalid(reference, "must not have leading or trailing whitespace");
    }
    problems.exactlyOneOf(source.at("pullPolicy"), ContainerRules.PULL_POLICIES);
  }
}
