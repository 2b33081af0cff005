package dev.slipway.controllers.core;

import dev.slipway.base.Json;
import dev.slipway.control.Cluster;
import dev.slipway.control.Kinds;
import dev.slipway.control.Resource;
import dev.slipway.controllers.storage.ClaimUses;
import java.util.Map;
import java.util.Optional;

/// Whether the claims of a pod let it have a node: they are there, bound, and no other pod has one
/// that is for one pod alone.
///
/// Source: kube-scheduler's plug-ins `VolumeBinding` and `VolumeRestrictions`.
record ClaimCheck(Cluster cluster) {
  /// @param go whether the pod may have a node now
  /// @param why not; empty where it only has to wait a moment
  record Verdict(boolean go, String why) {
    private static final Verdict GO = new Verdict(true, "");
    private static final Verdict WAIT = new Verdict(false, "");
  }

  /// Whether a pod uses a claim.
  static boolean names(Resource pod, Resource claim) {
    return pod.namespace().equals(claim.namespace()) && ClaimUses.of(pod).contains(claim.name());
  }

  Verdict verdict(Resource pod, int nodes) {
    for (var name : ClaimUses.of(pod)) {
      var found = one(pod, name, nodes);
      if (!found.go) {
        return found;
      }
    }
    return Verdict.GO;
  }

  private Verdict one(Resource pod, String name, int nodes) {
    var claim = cluster.get(Kinds.CLAIM.key(pod.namespace(), name));
    var quoted = "persistentvolumeclaim \"" + name + "\"";
    if (claim.isEmpty()) {
      return isMade(pod, name) ? Verdict.WAIT : refusal(nodes, quoted + " not found");
    }
    if (isMade(pod, name) && !claim.get().controllerUid().equals(pod.uid())) {
      return refusal(
          nodes, "PVC " + pod.namespace() + "/" + name + " was not created for pod " + pod.name());
    }
    if (claim.get().deleting()) {
      return refusal(nodes, quoted + " is being deleted");
    }
    return switch (claim.get().text("status", "phase")) {
      case "Bound" -> shared(pod, claim.get(), nodes);
      case "Lost" ->
          refusal(
              nodes,
              quoted
                  + " bound to non-existent persistentvolume \""
                  + claim.get().text("spec", "volumeName")
                  + "\"");
      default -> unbound(claim.get(), nodes);
    };
  }

  /// Whether a claim is one that is made for a volume of the pod.
  private static boolean isMade(Resource pod, String claim) {
    return pod.spec().path("volumes").values().stream()
        .filter(volume -> volume.has("ephemeral"))
        .anyMatch(volume -> claim.equals(pod.name() + "-" + Json.text(volume, "name")));
  }

  private static Verdict refusal(int nodes, String why) {
    return new Verdict(false, "0/" + nodes + " nodes are available: " + why + ".");
  }

  private Verdict unbound(Resource claim, int nodes) {
    var storageClass =
        cluster.get(Kinds.STORAGE_CLASS.key("", claim.text("spec", "storageClassName")));
    if (storageClass.filter(each -> ClaimUses.isMadeHere(claim, each)).isPresent()) {
      return Verdict.WAIT;
    }
    if (!storageClass
        .map(each -> each.text("volumeBindingMode"))
        .equals(Optional.of("WaitForFirstConsumer"))) {
      return refusal(nodes, "pod has unbound immediate PersistentVolumeClaims");
    }
    return storageClass.get().text("provisioner").equals("kubernetes.io/no-provisioner")
        ? refusal(nodes, nodes + " node(s) didn't find available persistent volumes to bind")
        : Verdict.WAIT;
  }

  private Verdict shared(Resource pod, Resource claim, int nodes) {
    boolean single =
        claim.spec().path("accessModes").values().stream()
            .anyMatch(each -> each.asString("").equals("ReadWriteOncePod"));
    if (!single) {
      return Verdict.GO;
    }
    boolean taken =
        cluster.list(Kinds.POD, pod.namespace(), Map.of()).stream()
            .anyMatch(
                each ->
                    !each.uid().equals(pod.uid())
                        && !each.text("spec", "nodeName").isEmpty()
                        && !ClaimUses.hasEnded(each)
                        && names(each, claim));
    return taken
        ? refusal(
            nodes,
            nodes
                + " node has pod using PersistentVolumeClaim with the same name and"
                + " ReadWriteOncePod access mode")
        : Verdict.GO;
  }
}
