package dev.slipway.controllers.storage;

import dev.slipway.base.Json;
import dev.slipway.control.Kind;
import dev.slipway.control.Kinds;
import dev.slipway.control.Observed;
import dev.slipway.control.Plan;
import dev.slipway.control.Reconciler;
import dev.slipway.control.Resource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.node.ObjectNode;

/// Binds claims to volumes, has volumes made for those that find none, and keeps a claim while pods
/// use it.
///
/// A volume is promised to a claim before the claim names it: of two claims that want one volume,
/// one finds it changed and looks again.
///
/// Source: Kubernetes, `pkg/controller/volume/persistentvolume` and `pvcprotection`.
public final class ClaimReconciler implements Reconciler {
  static final String PROTECTION = "kubernetes.io/pvc-protection";
  static final String COMPLETED = "pv.kubernetes.io/bind-completed";
  static final String BY_CONTROLLER = "pv.kubernetes.io/bound-by-controller";

  private final LocalStorage storage;

  public ClaimReconciler(LocalStorage storage) {
    this.storage = storage;
  }

  @Override
  public Kind kind() {
    return Kinds.CLAIM;
  }

  @Override
  public Set<Kind> children() {
    return Set.of();
  }

  @Override
  public String name() {
    return "persistentvolume-controller";
  }

  @Override
  public Plan plan(Resource claim, Observed observed) {
    var work = new Work(claim, observed, storage, new Plan());
    if (claim.deleting()) {
      work.release();
    } else if (claim.text("spec", "volumeName").isEmpty()) {
      work.find();
    } else {
      work.keep();
    }
    return work.plan;
  }

  /// One plan in the making.
  private record Work(Resource claim, Observed observed, LocalStorage storage, Plan plan) {

    /// Nothing holds it any more once no pod uses it.
    void release() {
      var finalizers = claim.at("metadata", "finalizers");
      boolean held =
          finalizers.values().stream().anyMatch(each -> each.asString("").equals(PROTECTION));
      if (held && users().isEmpty()) {
        var wanted = claim.copy();
        var kept = Json.ensureObject(wanted, "metadata").putArray("finalizers");
        finalizers.values().stream()
            .filter(each -> !each.asString("").equals(PROTECTION))
            .forEach(kept::add);
        plan.primary(wanted);
      }
    }

    /// Pods that have not ended and name it.
    private List<Resource> users() {
      return observed.list(Kinds.POD, claim.namespace(), Map.of()).stream()
          .filter(pod -> !ClaimUses.hasEnded(pod) && ClaimUses.of(pod).contains(claim.name()))
          .toList();
    }

    private ObjectNode kept() {
      var wanted = claim.copy();
      var finalizers = Json.ensureObject(wanted, "metadata").withArray("finalizers");
      if (finalizers.values().stream().noneMatch(each -> each.asString("").equals(PROTECTION))) {
        finalizers.add(PROTECTION);
      }
      return wanted;
    }

    void find() {
      var found = Matching.best(claim, observed.list(Kinds.PERSISTENT_VOLUME, "", Map.of()));
      var name = Matching.className(claim);
      var storageClass = observed.find(Kinds.STORAGE_CLASS.key("", name));
      if (found.isPresent() && Matching.isPromised(found.get(), claim)) {
        take(found.get());
      } else if (waits(storageClass)) {
        pending();
        plan.event(
            "WaitForFirstConsumer", "waiting for first consumer to be created before binding");
      } else if (found.isPresent()) {
        pending();
        promise(found.get());
      } else if (name.isEmpty()) {
        pending();
        plan.event(
            "FailedBinding",
            "no persistent volumes available for this claim and no storage class is set");
      } else if (storageClass.isEmpty()) {
        pending();
        plan.warn("ProvisioningFailed", "storageclass.storage.k8s.io \"" + name + "\" not found");
      } else {
        provision(storageClass.get());
      }
    }

    private boolean waits(Optional<Resource> storageClass) {
      return storageClass
              .filter(each -> each.text("volumeBindingMode").equals("WaitForFirstConsumer"))
              .isPresent()
          && users().isEmpty();
    }

    private void pending() {
      plan.primary(kept());
      plan.status(status("Pending"));
    }

    private ObjectNode status(String phase) {
      var status = claim.status() instanceof ObjectNode before ? before.deepCopy() : Json.object();
      return status.put("phase", phase);
    }

    private void promise(Resource volume) {
      var patch = Json.object();
      patch.putObject("metadata").put("resourceVersion", volume.resourceVersion());
      if (volume.spec().path("claimRef").isMissingNode()) {
        Json.ensureObject(patch, "metadata", "annotations").put(BY_CONTROLLER, "yes");
      }
      Json.ensureObject(patch, "spec").set("claimRef", VolumeDesired.reference(claim));
      plan.change(volume.key(), "", patch);
    }

    /// A volume that is promised: by its name alone, where a user has done it.
    private void take(Resource volume) {
      if (volume.text("spec", "claimRef", "uid").isEmpty()) {
        promise(volume);
      }
      var wanted = kept();
      Json.ensureObject(wanted, "spec").put("volumeName", volume.name());
      var annotations = Json.ensureObject(wanted, "metadata", "annotations");
      annotations.put(COMPLETED, "yes").put(BY_CONTROLLER, "yes");
      plan.primary(wanted);
      plan.status(bound(volume));
    }

    private ObjectNode bound(Resource volume) {
      var status = status("Bound");
      status.set("accessModes", volume.spec().path("accessModes").deepCopy());
      status.putObject("capacity").put("storage", volume.text("spec", "capacity", "storage"));
      return status;
    }

    private void provision(Resource storageClass) {
      var provisioner = storageClass.text("provisioner");
      var wanted = kept();
      if (!provisioner.equals(LocalStorage.PROVISIONER)) {
        pending();
        elsewhere(provisioner);
        return;
      }
      var refusal = VolumeDesired.refusal(claim);
      if (refusal.isPresent()) {
        pending();
        plan.warn(
            "ProvisioningFailed",
            "failed to provision volume with StorageClass \""
                + storageClass.name()
                + "\": "
                + refusal.get());
        return;
      }
      var annotations = Json.ensureObject(wanted, "metadata", "annotations");
      annotations.put("volume.kubernetes.io/storage-provisioner", provisioner);
      plan.primary(wanted);
      plan.status(status("Pending"));
      plan.keepUnowned(Kinds.PERSISTENT_VOLUME, VolumeDesired.volume(claim, storageClass, storage));
      plan.event(
          "ProvisioningSucceeded", "Successfully provisioned volume " + VolumeDesired.name(claim));
    }

    private void elsewhere(String provisioner) {
      if (provisioner.equals("kubernetes.io/no-provisioner")) {
        plan.warn("ProvisioningFailed", "no volume plugin matched name: " + provisioner);
      } else {
        plan.event(
            "ExternalProvisioning",
            "Waiting for a volume to be created either by the external provisioner '"
                + provisioner
                + "' or manually by the system administrator. If volume creation is delayed, please"
                + " verify that the provisioner is running and correctly registered.");
      }
    }

    void keep() {
      var name = claim.text("spec", "volumeName");
      var volume = observed.find(Kinds.PERSISTENT_VOLUME.key("", name));
      boolean wasBound = claim.annotation(COMPLETED).equals("yes");
      if (volume.isEmpty()) {
        missing(wasBound);
      } else if (Matching.isPromised(volume.get(), claim)) {
        hold(volume.get());
      } else if (wasBound) {
        lost("Bound claim's PersistentVolume is bound to another claim. Data on it may be lost!");
      } else {
        ask(volume.get());
      }
    }

    private void missing(boolean wasBound) {
      if (wasBound) {
        lost("Bound claim has lost its PersistentVolume. Data on the volume is lost!");
      } else {
        pending();
      }
    }

    private void lost(String why) {
      plan.primary(kept());
      plan.status(status("Lost"));
      if (!claim.text("status", "phase").equals("Lost")) {
        plan.warn("ClaimLost", why);
      }
    }

    /// It was promised, and grows where more is asked for.
    private void hold(Resource volume) {
      if (volume.text("spec", "claimRef", "uid").isEmpty()) {
        promise(volume);
      }
      var wanted = kept();
      Json.ensureObject(wanted, "metadata", "annotations").put(COMPLETED, "yes");
      plan.primary(wanted);
      if (!grows(volume)) {
        plan.status(bound(volume));
        return;
      }
      var patch = Json.object();
      var size = claim.text("spec", "resources", "requests", "storage");
      Json.ensureObject(patch, "spec", "capacity").put("storage", size);
      plan.change(volume.key(), "", patch);
      plan.event(
          "FileSystemResizeSuccessful",
          "MountVolume.NodeExpandVolume succeeded for volume \"" + volume.name() + "\"");
    }

    private boolean grows(Resource volume) {
      boolean ours =
          volume.annotation(VolumeDesired.PROVISIONED_BY).equals(LocalStorage.PROVISIONER);
      return ours && Matching.requested(claim).compareTo(Matching.capacity(volume)) > 0;
    }

    /// A volume that the claim names and nobody has promised yet.
    private void ask(Resource volume) {
      pending();
      var mismatch = Matching.mismatch(claim, volume);
      if (!Matching.isFree(volume)) {
        plan.warn(
            "FailedBinding",
            "volume \"" + volume.name() + "\" already bound to a different claim.");
      } else if (mismatch.isPresent()) {
        plan.warn(
            "VolumeMismatch",
            "Cannot bind to requested volume \"" + volume.name() + "\": " + mismatch.get());
      } else {
        promise(volume);
      }
    }
  }
}
