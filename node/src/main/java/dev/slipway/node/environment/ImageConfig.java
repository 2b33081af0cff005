package dev.slipway.node.environment;

import dev.slipway.base.Json;
import dev.slipway.control.Cluster;
import dev.slipway.control.ClusterException;
import dev.slipway.control.Key;
import dev.slipway.control.Kinds;
import dev.slipway.control.Recorder;
import dev.slipway.control.Resource;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The [ImageTable] as the ConfigMap `slipway-system/slipway-environments` has it now. Thread-safe.
///
/// Without the ConfigMap, or one of its keys, the table is as shipped. What cannot be read is told
/// by an event of the ConfigMap, and left out.
public final class ImageConfig {
  public static final String NAMESPACE = "slipway-system";
  public static final String NAME = "slipway-environments";

  private static final Logger LOG = LoggerFactory.getLogger(ImageConfig.class);
  private static final Key KEY = Kinds.CONFIG_MAP.key(NAMESPACE, NAME);

  private final Cluster cluster;
  private final Recorder recorder;
  private volatile @Nullable Seen seen;

  private record Seen(String version, ImageTable table) {}

  public ImageConfig(Cluster cluster, Recorder recorder) {
    this.cluster = cluster;
    this.recorder = recorder;
  }

  /// Writes the table as shipped, where there is no ConfigMap.
  public void install() {
    if (cluster.get(KEY).isPresent()) {
      return;
    }
    try {
      if (cluster.get(Kinds.NAMESPACE.key("", NAMESPACE)).isEmpty()) {
        cluster.create(Kinds.NAMESPACE, object("Namespace", "", NAMESPACE));
      }
    } catch (ClusterException refused) {
      LOG.debug("{}: {}", NAMESPACE, refused.getMessage());
    }
    var map = object("ConfigMap", NAMESPACE, NAME);
    var data = map.putObject("data");
    ImageTableYaml.standardTexts().forEach(data::put);
    try {
      cluster.create(Kinds.CONFIG_MAP, map);
    } catch (ClusterException refused) {
      LOG.warn("ConfigMap {}/{} could not be made: {}", NAMESPACE, NAME, refused.getMessage());
    }
  }

  private static tools.jackson.databind.node.ObjectNode object(
      String kind, String namespace, String name) {
    var object = Json.object().put("apiVersion", "v1").put("kind", kind);
    var metadata = object.putObject("metadata").put("name", name);
    if (!namespace.isEmpty()) {
      metadata.put("namespace", namespace);
    }
    return object;
  }

  public ImageTable now() {
    var found = cluster.get(KEY);
    var version = found.map(Resource::resourceVersion).orElse("");
    var before = seen;
    if (before != null && before.version.equals(version)) {
      return before.table;
    }
    var texts = found.map(each -> Json.strings(each.tree(), "data")).orElse(Map.of());
    var read = ImageTableYaml.read(texts);
    found.ifPresent(map -> tell(map, read.problems()));
    seen = new Seen(version, read.table());
    return read.table();
  }

  private void tell(Resource map, List<String> problems) {
    for (var each : problems) {
      LOG.warn("ConfigMap {}/{}: {}", NAMESPACE, NAME, each);
      recorder.tell(map, "kubelet", "Warning", "InvalidEnvironments", each);
    }
  }
}
