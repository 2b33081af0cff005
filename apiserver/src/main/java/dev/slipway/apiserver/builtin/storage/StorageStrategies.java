package dev.slipway.apiserver.builtin.storage;

import dev.slipway.apiserver.builtin.Defaults;
import dev.slipway.apiserver.builtin.Field;
import dev.slipway.apiserver.builtin.KindStrategy;
import dev.slipway.apiserver.builtin.Names;
import dev.slipway.apiserver.builtin.Problems;
import dev.slipway.apiserver.builtin.core.VolumeSourceRules;
import dev.slipway.apiserver.resource.Strategy;
import dev.slipway.base.Problem;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import tools.jackson.databind.node.ObjectNode;

/// Behaviours of storage.k8s.io/v1, and of the volumes and claims of core/v1, by kind.
///
/// Sources: `pkg/apis/storage/v1/defaults.go`, `pkg/apis/storage/validation/validation.go`.
public final class StorageStrategies {
  private StorageStrategies() {}

  public static Map<String, Strategy> byKind() {
    return Map.of(
        "StorageClass", new StorageClasses(),
        "VolumeAttributesClass", new AttributesClasses(),
        "CSIDriver", new CsiDrivers(),
        "VolumeAttachment", new Attachments());
  }

  /// Persistent volumes and claims.
  public static Map<String, Strategy> coreKinds() {
    return Map.of(
        "PersistentVolume", new VolumeStrategy(), "PersistentVolumeClaim", new ClaimStrategy());
  }

  private static final class StorageClasses extends KindStrategy {
    private static final int MOST_PARAMETERS = 512;
    private static final int MOST_BYTES = 256 * 1024;

    @Override
    protected boolean hasStatus() {
      return false;
    }

    @Override
    protected void fill(ObjectNode storageClass) {
      Defaults.absentText(storageClass, "reclaimPolicy", "Delete");
      Defaults.absentText(storageClass, "volumeBindingMode", "Immediate");
    }

    @Override
    protected void judge(Field storageClass, Problems problems) {
      Field provisioner = storageClass.at("provisioner");
      if (problems.demand(provisioner)) {
        problems.sentences(
            provisioner, Names.qualified(provisioner.text().toLowerCase(Locale.ROOT)));
      }
      parameters(storageClass.at("parameters"), problems);
      problems.oneOf(storageClass.at("reclaimPolicy"), List.of("Delete", "Retain"));
      problems.exactlyOneOf(
          storageClass.at("volumeBindingMode"), List.of("Immediate", "WaitForFirstConsumer"));
    }

    private static void parameters(Field parameters, Problems problems) {
      if (parameters.size() > MOST_PARAMETERS) {
        problems.tooLong(parameters, MOST_PARAMETERS);
        return;
      }
      long bytes = 0;
      for (Map.Entry<String, Field> each : parameters.entries()) {
        if (each.getKey().isEmpty()) {
          problems.add(Problem.invalid(parameters.path(), "", "field can not be empty."));
        }
        bytes += (each.getKey() + each.getValue().text()).getBytes(StandardCharsets.UTF_8).length;
      }
      if (bytes > MOST_BYTES) {
        problems.tooLong(parameters, MOST_BYTES);
      }
    }

    @Override
    protected void judgeChange(Field storageClass, Field old, Problems problems) {
      for (String each : List.of("parameters", "provisioner", "reclaimPolicy")) {
        if (!storageClass.at(each).sameAs(old.at(each))) {
          problems.forbidden(storageClass.at(each), "updates to " + each + " are forbidden.");
        }
      }
      problems.immutable(storageClass.at("volumeBindingMode"), old.at("volumeBindingMode"));
    }
  }

  private static final class AttributesClasses extends KindStrategy {
    @Override
    protected boolean hasStatus() {
      return false;
    }

    @Override
    protected void judge(Field attributes, Problems problems) {
      if (problems.demand(attributes.at("driverName"))) {
        VolumeSourceRules.driver(attributes.at("driverName"), problems);
      }
      problems.demand(attributes.at("parameters"), "must contain at least one key/value pair");
    }

    @Override
    protected void judgeChange(Field attributes, Field old, Problems problems) {
      for (String each : List.of("driverName", "parameters")) {
        if (!attributes.at(each).sameAs(old.at(each))) {
          problems.forbidden(attributes.at(each), "updates to " + each + " are forbidden.");
        }
      }
    }
  }

  private static final class CsiDrivers extends KindStrategy {
    @Override
    protected boolean hasStatus() {
      return false;
    }

    @Override
    protected void fill(ObjectNode driver) {
      ObjectNode spec = Defaults.object(driver, "spec");
      Defaults.flag(spec, "attachRequired", true);
      for (String each :
          List.of("podInfoOnMount", "storageCapacity", "requiresRepublish", "seLinuxMount")) {
        Defaults.flag(spec, each, false);
      }
      Defaults.absentText(spec, "fsGroupPolicy", "ReadWriteOnceWithFSType");
      if (spec.path("volumeLifecycleModes").isEmpty()) {
        spec.putArray("volumeLifecycleModes").add("Persistent");
      }
    }

    @Override
    protected void judge(Field driver, Problems problems) {
      Field spec = driver.at("spec");
      problems.oneOf(spec.at("fsGroupPolicy"), List.of("File", "None", "ReadWriteOnceWithFSType"));
      for (Field mode : spec.items("volumeLifecycleModes")) {
        if (!List.of("Ephemeral", "Persistent").contains(mode.text())) {
          problems.notSupported(
              mode.reportedAt(spec.at("volumeLifecycleModes").path()),
              List.of("Ephemeral", "Persistent"));
        }
      }
    }

    @Override
    protected void judgeChange(Field driver, Field old, Problems problems) {
      for (String each : List.of("attachRequired", "volumeLifecycleModes")) {
        problems.immutable(
            driver.at("spec", each).reportedAt(driver.path().field(each)), old.at("spec", each));
      }
    }
  }

  private static final class Attachments extends KindStrategy {
    @Override
    protected void initialStatus(ObjectNode attachment, ObjectNode status) {
      status.put("attached", false);
    }

    @Override
    protected void judge(Field attachment, Problems problems) {
      Field spec = attachment.at("spec");
      if (problems.demand(spec.at("attacher"))) {
        VolumeSourceRules.driver(spec.at("attacher"), problems);
      }
      Field source = spec.at("source");
      boolean named = source.at("persistentVolumeName").filled();
      boolean inline = source.at("inlineVolumeSpec").present();
      if (named == inline) {
        problems.required(
            source, "must specify exactly one of inlineVolumeSpec and persistentVolumeName");
      }
      problems.sentences(spec.at("nodeName"), Names.dnsSubdomain(spec.text("nodeName")));
    }

    @Override
    protected void judgeChange(Field attachment, Field old, Problems problems) {
      if (!attachment.at("spec").sameAs(old.at("spec"))) {
        problems.invalid(attachment.at("spec"), "field is immutable");
      }
    }
  }
}
