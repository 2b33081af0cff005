package dev.slipway.controllers.storage;

import dev.slipway.base.Json;
import dev.slipway.control.Resource;
import java.util.Optional;
import tools.jackson.databind.node.ObjectNode;

/// The volume that is made for a claim. Same inputs, same answer: no clock, no lookups, no I/O.
final class VolumeDesired {
  static final String PROVISIONED_BY = "pv.kubernetes.io/provisioned-by";

  private VolumeDesired() {}

  static String name(Resource claim) {
    return "pvc-" + claim.uid();
  }

  /// Why no volume can be made for it; empty if one can.
  static Optional<String> refusal(Resource claim) {
    if (Matching.volumeMode(claim).equals("Block")) {
      return Optional.of(
          "spec.volumeMode: Block volumes cannot be made here: volumes are directories (expected"
              + " Filesystem)");
    }
    for (var field : new String[] {"dataSourceRef", "dataSource"}) {
      var source = claim.spec().path(field);
      if (source.isObject()) {
        return Optional.of(
            "spec."
                + field
                + ": "
                + Json.text(source, "kind")
                + " \""
                + Json.text(source, "name")
                + "\" cannot be copied here: volumes begin empty");
      }
    }
    if (claim.spec().path("selector").isObject()) {
      return Optional.of("claim Selector is not supported");
    }
    return Optional.empty();
  }

  /// A directory of its own, on this node alone.
  static ObjectNode volume(Resource claim, Resource storageClass, LocalStorage storage) {
    var volume = Json.object().put("apiVersion", "v1").put("kind", "PersistentVolume");
    var metadata = volume.putObject("metadata").put("name", name(claim));
    metadata.putObject("annotations").put(PROVISIONED_BY, LocalStorage.PROVISIONER);
    metadata.putArray("finalizers").add(VolumeReconciler.PROTECTION);
    var spec = volume.putObject("spec");
    spec.putObject("capacity")
        .put("storage", claim.text("spec", "resources", "requests", "storage"));
    spec.set("accessModes", claim.spec().path("accessModes").deepCopy());
    spec.put("volumeMode", "Filesystem").put("storageClassName", storageClass.name());
    var policy = storageClass.text("reclaimPolicy");
    spec.put("persistentVolumeReclaimPolicy", policy.isEmpty() ? "Delete" : policy);
    spec.set("claimRef", reference(claim));
    var directory = storage.directory(name(claim), claim.namespace(), claim.name());
    spec.putObject("hostPath").put("path", directory.toString()).put("type", "DirectoryOrCreate");
    var term = Json.ensureObject(spec, "nodeAffinity", "required").putArray("nodeSelectorTerms");
    var wanted = term.addObject().putArray("matchExpressions").addObject();
    wanted.put("key", "kubernetes.io/hostname").put("operator", "In");
    wanted.putArray("values").add(storage.node());
    return volume;
  }

  static ObjectNode reference(Resource claim) {
    return Json.object()
        .put("apiVersion", "v1")
        .put("kind", "PersistentVolumeClaim")
        .put("namespace", claim.namespace())
        .put("name", claim.name())
        .put("uid", claim.uid());
  }
}
