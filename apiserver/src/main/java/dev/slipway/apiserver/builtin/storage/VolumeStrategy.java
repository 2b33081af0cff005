package dev.slipway.apiserver.builtin.storage;

import dev.slipway.apiserver.builtin.Defaults;
import dev.slipway.apiserver.builtin.Differences;
import dev.slipway.apiserver.builtin.Field;
import dev.slipway.apiserver.builtin.KindStrategy;
import dev.slipway.apiserver.builtin.Names;
import dev.slipway.apiserver.builtin.Problems;
import dev.slipway.apiserver.builtin.core.AffinityRules;
import dev.slipway.apiserver.builtin.core.PodDefaults;
import dev.slipway.apiserver.builtin.core.ResourceRules;
import dev.slipway.apiserver.builtin.core.VolumeSourceRules;
import dev.slipway.base.FieldPath;
import dev.slipway.base.Json;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.node.ObjectNode;

/// PersistentVolumes.
final class VolumeStrategy extends KindStrategy {
  private static final List<String> SOURCES =
      List.of(
          "gcePersistentDisk",
          "awsElasticBlockStore",
          "hostPath",
          "glusterfs",
          "nfs",
          "rbd",
          "iscsi",
          "cinder",
          "cephfs",
          "fc",
          "flocker",
          "flexVolume",
          "azureFile",
          "vsphereVolume",
          "quobyte",
          "azureDisk",
          "photonPersistentDisk",
          "portworxVolume",
          "scaleIO",
          "local",
          "storageos",
          "csi");

  @Override
  protected void fill(ObjectNode volume) {
    ObjectNode spec = Defaults.object(volume, "spec");
    Defaults.text(spec, "persistentVolumeReclaimPolicy", "Retain");
    Defaults.text(spec, "volumeMode", "Filesystem");
    Defaults.present(spec, "capacity").forEach(PodDefaults::quantities);
    Defaults.present(spec, "hostPath").forEach(each -> Defaults.absentText(each, "type", ""));
    PodDefaults.legacySources(spec);
  }

  @Override
  protected void initialStatus(ObjectNode volume, ObjectNode status) {
    status.put("phase", "Pending");
  }

  @Override
  protected void judge(Field volume, Problems problems) {
    Field spec = volume.at("spec");
    ClaimRules.accessModes(spec.at("accessModes"), "", problems);
    capacity(spec.at("capacity"), problems);
    problems.oneOf(
        spec.at("persistentVolumeReclaimPolicy"), List.of("Delete", "Recycle", "Retain"));
    Field affinity = spec.at("nodeAffinity");
    if (affinity.present()) {
      if (affinity.at("required").present()) {
        AffinityRules.nodeSelector(affinity.at("required"), problems);
      } else {
        problems.required(affinity.at("required"), "must specify required node constraints");
      }
    }
    source(spec, problems);
    recycling(spec, problems);
    if (spec.at("storageClassName").filled()) {
      problems.sentences(
          spec.at("storageClassName"), Names.dnsSubdomain(spec.text("storageClassName")));
    }
    problems.oneOf(spec.at("volumeMode"), ClaimRules.VOLUME_MODES);
    attributes(spec, problems);
  }

  private static void capacity(Field capacity, Problems problems) {
    problems.demand(capacity);
    Field storage = capacity.at("storage");
    if (!storage.present() || capacity.size() > 1) {
      problems.notSupported(capacity, List.of("storage"));
    }
    for (Map.Entry<String, Field> each : capacity.entries()) {
      int before = problems.count();
      ResourceRules.value(each.getKey(), each.getValue(), problems);
      if (problems.count() == before) {
        ResourceRules.positive(each.getValue(), problems);
      }
    }
  }

  private static void source(Field spec, Problems problems) {
    int found = 0;
    for (String kind : SOURCES) {
      Field source = spec.at(kind);
      if (!source.present()) {
        continue;
      }
      if (++found > 1) {
        problems.forbidden(source, "may not specify more than 1 volume type");
        continue;
      }
      VolumeSourceRules.judge(kind, source, problems);
      if (kind.equals("local") && !spec.at("nodeAffinity").present()) {
        problems.required(spec.at("nodeAffinity"), "Local volume requires node affinity");
      }
    }
    if (found == 0) {
      problems.required(spec, "must specify a volume type");
    }
  }

  private static void recycling(Field spec, Problems problems) {
    boolean root = spec.at("hostPath").text("path").matches("/+\\.?/*");
    if (root && spec.text("persistentVolumeReclaimPolicy").equals("Recycle")) {
      problems.forbidden(
          spec.at("persistentVolumeReclaimPolicy"),
          "may not be 'recycle' for a hostPath mount of '/'");
    }
  }

  private static void attributes(Field spec, Problems problems) {
    Field name = spec.at("volumeAttributesClassName");
    if (!name.present()) {
      return;
    }
    if (problems.demand(name, "an empty string is disallowed")) {
      problems.sentences(name, Names.dnsSubdomain(name.text()));
    }
    if (!spec.at("csi").present()) {
      problems.required(spec.at("csi"), "has to be specified when using volumeAttributesClassName");
    }
  }

  @Override
  protected void judgeChange(Field volume, Field old, Problems problems) {
    Field now = new Field(sources(volume), volume.at("spec").path());
    Field before = new Field(sources(old), volume.at("spec").path());
    if (!now.sameAs(before)) {
      problems.forbidden(
          volume.at("spec", "persistentvolumesource"),
          "spec.persistentvolumesource is immutable after creation"
              + Differences.lines(before, now));
    }
    problems.immutable(
        volume.at("spec", "volumeMode").reportedAt(FieldPath.of("volumeMode")),
        old.at("spec", "volumeMode"));
    Field affinity = volume.at("spec", "nodeAffinity");
    if (old.at("spec", "nodeAffinity").present()) {
      problems.immutable(
          affinity.reportedAt(FieldPath.of("nodeAffinity")),
          old.at("spec", "nodeAffinity"),
          "field is immutable, except for updating from beta label to GA");
    }
  }

  /// The source alone; the secret for growing may be added later.
  private static ObjectNode sources(Field volume) {
    ObjectNode sources = Json.object();
    for (String kind : SOURCES) {
      if (volume.at("spec", kind).value() instanceof ObjectNode source) {
        sources.set(kind, source.deepCopy());
      }
    }
    if (sources.get("csi") instanceof ObjectNode csi) {
      csi.remove("controllerExpandSecretRef");
    }
    return sources;
  }
}
