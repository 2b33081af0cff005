package dev.slipway.controllers.storage;

import dev.slipway.base.Json;
import dev.slipway.control.Kind;
import dev.slipway.control.Kinds;
import dev.slipway.control.Observed;
import dev.slipway.control.Plan;
import dev.slipway.control.Reconciler;
import dev.slipway.control.Resource;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.node.ObjectNode;

/// Says where a volume stands with its claim, and keeps it while it is bound. What is released and
/// to be deleted, whoever made it deletes.
///
/// Source: Kubernetes, `pkg/controller/volume/persistentvolume` and `pvprotection`.
public final class VolumeReconciler implements Reconciler {
  static final String PROTECTION = "kubernetes.io/pv-protection";

  @Override
  public Kind kind() {
    return Kinds.PERSISTENT_VOLUME;
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
  public Plan plan(Resource volume, Observed observed) {
    var plan = new Plan();
    var reference = volume.spec().path("claimRef");
    var claim =
        reference.isObject()
            ? observed.find(
                Kinds.CLAIM.key(Json.text(reference, "namespace"), Json.text(reference, "name")))
            : Optional.<Resource>empty();
    var phase = phase(volume, claim);
    if (volume.deleting() && !phase.equals("Bound")) {
      plan.primary(withFinalizer(volume, false));
      return plan;
    }
    if (!volume.deleting()) {
      plan.primary(withFinalizer(volume, true));
    }
    plan.status(status(volume, phase, plan));
    return plan;
  }

  private static String phase(Resource volume, Optional<Resource> claim) {
    var uid = volume.text("spec", "claimRef", "uid");
    if (uid.isEmpty()) {
      return "Available";
    }
    boolean same = claim.filter(each -> each.uid().equals(uid)).isPresent();
    var named = claim.map(each -> each.text("spec", "volumeName")).orElse("");
    if (same && (named.isEmpty() || named.equals(volume.name()))) {
      return "Bound";
    }
    return "Released";
  }

  private static ObjectNode status(Resource volume, String phase, Plan plan) {
    var status = volume.status() instanceof ObjectNode before ? before.deepCopy() : Json.object();
    var policy = volume.text("spec", "persistentVolumeReclaimPolicy");
    boolean ours = volume.annotation(VolumeDesired.PROVISIONED_BY).equals(LocalStorage.PROVISIONER);
    if (phase.equals("Released") && policy.equals("Delete") && !ours) {
      var why =
          "volume was not made by "
              + LocalStorage.PROVISIONER
              + ", so its files are not deleted: delete them and the volume by hand, or use"
              + " persistentVolumeReclaimPolicy Retain";
      plan.warn("VolumeFailedDelete", why);
      return status.put("phase", "Failed").put("message", why);
    }
    status.remove("message");
    return status.put("phase", phase);
  }

  private static ObjectNode withFinalizer(Resource volume, boolean is) {
    var wanted = volume.copy();
    var kept = Json.array();
    volume.at("metadata", "finalizers").values().stream()
        .filter(each -> !each.asString("").equals(PROTECTION))
        .forEach(kept::add);
    if (is) {
      kept.add(PROTECTION);
    }
    var metadata = Json.ensureObject(wanted, "metadata");
    if (!kept.isEmpty() || metadata.has("finalizers")) {
      metadata.set("finalizers", kept);
    }
    return wanted;
  }
}
