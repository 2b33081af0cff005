package dev.slipway.node;

import dev.slipway.base.Json;
import dev.slipway.control.Cluster;
import dev.slipway.control.Kinds;
import dev.slipway.control.Resource;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/// What ConfigMaps and Secrets hold, decoded.
final class ConfigValues {
  private final Cluster cluster;

  ConfigValues(Cluster cluster) {
    this.cluster = cluster;
  }

  /// Empty where there is none of that name.
  Optional<Map<String, byte[]>> configMap(String namespace, String name) {
    return cluster
        .get(Kinds.CONFIG_MAP.key(namespace, name))
        .map(
            found -> {
              var values = decoded(found, "binaryData");
              Json.strings(found.tree(), "data")
                  .forEach((key, text) -> values.put(key, text.getBytes(StandardCharsets.UTF_8)));
              return values;
            });
  }

  /// Empty where there is none of that name.
  Optional<Map<String, byte[]>> secret(String namespace, String name) {
    return cluster.get(Kinds.SECRET.key(namespace, name)).map(found -> decoded(found, "data"));
  }

  private static Map<String, byte[]> decoded(Resource found, String field) {
    var values = new LinkedHashMap<String, byte[]>();
    Json.strings(found.tree(), field)
        .forEach((key, text) -> values.put(key, Base64.getMimeDecoder().decode(text)));
    return values;
  }
}
