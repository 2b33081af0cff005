package dev.slipway.node;

import dev.slipway.base.Json;
import dev.slipway.control.Cluster;
import dev.slipway.control.ClusterException;
import dev.slipway.control.Kinds;
import dev.slipway.control.Resource;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Deletes the directories of volumes that were made here for claims, and then the volumes, once
/// their claims are gone and the reclaim policy says so. Thread-safe.
final class VolumeCleanup implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(VolumeCleanup.class);
  private static final String PROVISIONER = "slipway.dev/local";

  private final NodeRoom room;
  private final Path root;
  private final Set<String> busy = ConcurrentHashMap.newKeySet();
  private final Cluster.Watching watching;

  VolumeCleanup(NodeRoom room) {
    this.room = room;
    this.root = room.settings().data().resolve("volumes").toAbsolutePath().normalize();
    this.watching = room.cluster().watch(Kinds.PERSISTENT_VOLUME, this::changed);
  }

  private void changed(Resource volume, boolean gone) {
    boolean due =
        !gone
            && !volume.deleting()
            && volume.annotation("pv.kubernetes.io/provisioned-by").equals(PROVISIONER)
            && volume.text("status", "phase").equals("Released")
            && volume.text("spec", "persistentVolumeReclaimPolicy").equals("Delete");
    if (due && busy.add(volume.uid())) {
      Thread.ofVirtual().name("delete volume").start(() -> delete(volume));
    }
  }

  private void delete(Resource volume) {
    var directory = Path.of(volume.text("spec", "hostPath", "path")).normalize();
    try {
      if (!root.equals(directory.getParent())) {
        throw new IOException(directory + " is none of this platform's volumes (in " + root + ")");
      }
      Trees.delete(directory);
      room.cluster().delete(volume.key(), Json.object());
    } catch (IOException | ClusterException problem) {
      LOG.warn("{}: {}", volume, problem.getMessage());
      room.tell(volume, "Warning", "VolumeFailedDelete", String.valueOf(problem.getMessage()));
    } finally {
      busy.remove(volume.uid());
    }
  }

  @Override
  public void close() {
    watching.close();
  }
}
