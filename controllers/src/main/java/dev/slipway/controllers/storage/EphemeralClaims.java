package dev.slipway.controllers.storage;

import dev.slipway.base.Json;
import dev.slipway.control.Cluster;
import dev.slipway.control.ClusterException;
import dev.slipway.control.Kinds;
import dev.slipway.control.Recorder;
import dev.slipway.control.Resource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// Makes the claims of pods' ephemeral volumes: `POD-VOLUME`, owned by the pod and gone with it.
/// Thread-safe.
///
/// Implementation note. No reconciler, since nearly no pod has such a volume: all that happens for
/// the others is one look at their volumes.
///
/// Source: Kubernetes, `pkg/controller/volume/ephemeral`.
public final class EphemeralClaims implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(EphemeralClaims.class);
  private static final String COMPONENT = "ephemeral-volume-controller";

  private final Cluster cluster;
  private final Recorder recorder;
  private final Cluster.Watching watching;

  public EphemeralClaims(Cluster cluster, Recorder recorder) {
    this.cluster = cluster;
    this.recorder = recorder;
    this.watching = cluster.watch(Kinds.POD, this::changed);
  }

  private void changed(Resource pod, boolean gone) {
    if (gone || pod.deleting() || !pod.text("status", "phase").equals("Pending")) {
      return;
    }
    for (var volume : pod.spec().path("volumes")) {
      if (volume.has("ephemeral")) {
        Thread.ofVirtual().name("ephemeral claim").start(() -> make(pod, volume));
      }
    }
  }

  private void make(Resource pod, JsonNode volume) {
    var wanted = claim(pod, volume);
    var key = Kinds.CLAIM.key(pod.namespace(), Json.text(wanted, "metadata", "name"));
    try {
      var present = cluster.get(key);
      if (present.isEmpty()) {
        var _ = cluster.create(Kinds.CLAIM, wanted);
      } else if (!present.get().controllerUid().equals(pod.uid())) {
        recorder.tell(
            pod,
            COMPONENT,
            "Warning",
            "ConflictingPersistentVolumeClaim",
            "PVC " + key.namespace() + "/" + key.name() + " was not created for pod " + pod.name());
      }
    } catch (ClusterException refused) {
      LOG.debug("{}: {}", key, refused.getMessage());
      if (!refused.reason().equals("AlreadyExists")) {
        recorder.tell(
            pod,
            COMPONENT,
            "Warning",
            "FailedCreate",
            "ephemeral volume " + Json.text(volume, "name") + ": " + refused.getMessage());
      }
    }
  }

  static ObjectNode claim(Resource pod, JsonNode volume) {
    var template = Json.at(volume, "ephemeral", "volumeClaimTemplate");
    var claim = Json.object().put("apiVersion", "v1").put("kind", "PersistentVolumeClaim");
    var metadata = claim.putObject("metadata");
    metadata.put("name", pod.name() + "-" + Json.text(volume, "name"));
    metadata.put("namespace", pod.namespace());
    for (var field : new String[] {"labels", "annotations"}) {
      if (Json.at(template, "metadata", field).isObject()) {
        metadata.set(field, Json.at(template, "metadata", field).deepCopy());
      }
    }
    metadata
        .putArray("ownerReferences")
        .addObject()
        .put("apiVersion", "v1")
        .put("kind", "Pod")
        .put("name", pod.name())
        .put("uid", pod.uid())
        .put("controller", true)
        .put("blockOwnerDeletion", true);
    claim.set("spec", template.path("spec").deepCopy());
    return claim;
  }

  @Override
  public void close() {
    watching.close();
  }
}
