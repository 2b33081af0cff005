package dev.slipway.controllers.storage;

import dev.slipway.base.Json;
import dev.slipway.control.Resource;
import java.util.ArrayList;
import java.util.List;

/// Which claims a pod uses, and what others may know of a claim.
public final class ClaimUses {
  private ClaimUses() {}

  /// Names of claims in the pod's namespace, those that are made for it among them.
  public static List<String> of(Resource pod) {
    var found = new ArrayList<String>();
    for (var volume : pod.spec().path("volumes")) {
      if (volume.has("persistentVolumeClaim")) {
        found.add(Json.text(volume, "persistentVolumeClaim", "claimName"));
      } else if (volume.has("ephemeral")) {
        found.add(pod.name() + "-" + Json.text(volume, "name"));
      }
    }
    return found;
  }

  /// Whether a volume for a claim that has none is made here, in a moment or when a pod wants it.
  public static boolean isMadeHere(Resource claim, Resource storageClass) {
    return storageClass.text("provisioner").equals(LocalStorage.PROVISIONER)
        && claim.text("spec", "volumeName").isEmpty()
        && VolumeDesired.refusal(claim).isEmpty();
  }

  /// Whether nothing of it runs any more, or will.
  public static boolean hasEnded(Resource pod) {
    var phase = pod.text("status", "phase");
    return phase.equals("Succeeded") || phase.equals("Failed");
  }
}
