package dev.slipway.controllers.storage;

import dev.slipway.base.Json;
import dev.slipway.control.Cluster;
import dev.slipway.control.ClusterException;
import dev.slipway.control.Kinds;
import java.nio.file.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.node.ObjectNode;

/// Where volumes made for claims lie, and the class by which claims ask for them.
///
/// @param root their directories are in it, one each
/// @param node the Node they are on
public record LocalStorage(Path root, String node) {
  /// What classes name to have their volumes made here.
  public static final String PROVISIONER = "slipway.dev/local";

  /// The class of claims that name none.
  public static final String STANDARD = "standard";

  private static final Logger LOG = LoggerFactory.getLogger(LocalStorage.class);

  public LocalStorage {
    root = root.toAbsolutePath().normalize();
  }

  /// The class `standard`. Claims of it are bound at once: with one machine there is nothing to
  /// wait
  /// for, and what runs in no pod may fill a volume first.
  static ObjectNode standardClass() {
    var made = Json.object().put("apiVersion", "storage.k8s.io/v1").put("kind", "StorageClass");
    made.putObject("metadata")
        .put("name", STANDARD)
        .putObject("annotations")
        .put("storageclass.kubernetes.io/is-default-class", "true");
    made.put("provisioner", PROVISIONER).put("reclaimPolicy", "Delete");
    made.put("volumeBindingMode", "Immediate").put("allowVolumeExpansion", true);
    return made;
  }

  /// Makes the class, unless there is one of its name.
  public static void install(Cluster cluster) {
    try {
      if (cluster.get(Kinds.STORAGE_CLASS.key("", STANDARD)).isEmpty()) {
        var _ = cluster.create(Kinds.STORAGE_CLASS, standardClass());
      }
    } catch (ClusterException refused) {
      LOG.warn("storageclass {} could not be made: {}", STANDARD, refused.getMessage());
    }
  }

  /// The directory of a claim's volume: its name says whose it is.
  Path directory(String volume, String namespace, String claim) {
    return root.resolve(volume + "_" + namespace + "_" + claim);
  }
}
