package dev.slipway.node;

import dev.slipway.base.Json;
import dev.slipway.control.Resource;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/// Writes what ConfigMaps, Secrets and the pod itself give into the directory of a volume.
final class VolumeFiles {
  private final Resource pod;
  private final ConfigValues values;

  VolumeFiles(Resource pod, ConfigValues values) {
    this.pod = pod;
    this.values = values;
  }

  /// @param volume of the pod's specification; kinds that hold no files leave the directory empty
  void fill(JsonNode volume, Path directory) throws IOException {
    if (volume.has("configMap")) {
      configMap(volume.path("configMap"), directory);
    } else if (volume.has("secret")) {
      var source = volume.path("secret");
      secret(source, Json.text(source, "secretName"), directory);
    } else if (volume.has("downwardAPI")) {
      fields(volume.path("downwardAPI"), directory);
    }
    for (var source : Json.at(volume, "projected", "sources")) {
      if (source.has("configMap")) {
        configMap(source.path("configMap"), directory);
      } else if (source.has("secret")) {
        secret(source.path("secret"), Json.text(source, "secret", "name"), directory);
      } else if (source.has("downwardAPI")) {
        fields(source.path("downwardAPI"), directory);
      }
    }
  }

  private void configMap(JsonNode source, Path directory) throws IOException {
    var found = values.configMap(pod.namespace(), Json.text(source, "name")).orElse(Map.of());
    write(source, found, directory);
  }

  private void secret(JsonNode source, String name, Path directory) throws IOException {
    write(source, values.secret(pod.namespace(), name).orElse(Map.of()), directory);
  }

  private static void write(JsonNode source, Map<String, byte[]> found, Path directory)
      throws IOException {
    if (source.path("items").isEmpty()) {
      for (var each : found.entrySet()) {
        write(directory, each.getKey(), each.getValue());
      }
    }
    for (var item : source.path("items")) {
      var value = found.get(Json.text(item, "key"));
      if (value != null) {
        write(directory, Json.text(item, "path"), value);
      }
    }
  }

  private void fields(JsonNode source, Path directory) throws IOException {
    for (var item : source.path("items")) {
      var value = Environment.field(pod, Json.text(item, "fieldRef", "fieldPath"));
      write(directory, Json.text(item, "path"), value.getBytes(StandardCharsets.UTF_8));
    }
  }

  private static void write(Path directory, String name, byte[] value) throws IOException {
    var file = directory.resolve(name).normalize();
    if (!file.startsWith(directory)) {
      throw new IOException("\"" + name + "\" leads out of its volume");
    }
    Files.createDirectories(file.getParent());
    Files.write(file, value);
  }
}
