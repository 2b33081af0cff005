package dev.slipway.node;

import dev.slipway.base.Json;
import dev.slipway.base.Quantity;
import dev.slipway.control.Resource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// Whether a pod has written more to disk than it may: into an `emptyDir` with a limit, by one
/// container, or in all.
///
/// Source: Kubernetes, `pkg/kubelet/eviction/eviction_manager.go` (`localStorageEviction`).
final class DiskUse {
  private static final String EPHEMERAL = "ephemeral-storage";

  private DiskUse() {}

  /// Whether a pod has any such limit.
  static boolean isLimited(Resource pod) {
    return pod.spec().path("volumes").values().stream()
            .anyMatch(each -> each.path("emptyDir").has("sizeLimit"))
        || pod.spec().path("containers").values().stream()
            .anyMatch(each -> Json.at(each, "resources", "limits").has(EPHEMERAL));
  }

  /// Why the pod is to be evicted, in a kubelet's words; empty if it is not. Reads directories.
  ///
  /// @param home of the pod's files; what a container writes is in directories of its name
  /// @param volumes directories of the pod's own, by volume
  static Optional<String> excess(Resource pod, Path home, Map<String, Path> volumes) {
    var sizes = new TreeMap<String, Long>();
    volumes.forEach((name, directory) -> sizes.put(name, Trees.bytes(directory)));
    for (var volume : pod.spec().path("volumes")) {
      var limit = Quantity.parse(Json.text(volume, "emptyDir", "sizeLimit"));
      var name = Json.text(volume, "name");
      if (limit.isPresent()
          && limit.get().signum() > 0
          && sizes.getOrDefault(name, 0L) > limit.get().units()) {
        return Optional.of(
            "Usage of EmptyDir volume \""
                + name
                + "\" exceeds the limit \""
                + limit.get()
                + "\". ");
      }
    }
    return ofContainers(pod, written(pod, home), sizes);
  }

  private static Optional<String> ofContainers(
      Resource pod, Map<String, Long> written, Map<String, Long> volumes) {
    var allowed = Quantity.ZERO;
    long all = 0;
    for (var container : pod.spec().path("containers")) {
      var name = Json.text(container, "name");
      long here = written.getOrDefault(name, 0L);
      all += here;
      var limit = Quantity.parse(Json.text(container, "resources", "limits", EPHEMERAL));
      if (limit.isPresent()) {
        allowed = allowed.plus(limit.get());
        if (here > limit.get().units()) {
          return Optional.of(
              "Container "
                  + name
                  + " exceeded its local ephemeral storage limit \""
                  + limit.get()
                  + "\". ");
        }
      }
    }
    for (var volume : pod.spec().path("volumes")) {
      boolean onDisk = !Json.text(volume, "emptyDir", "medium").equals("Memory");
      all += onDisk ? volumes.getOrDefault(Json.text(volume, "name"), 0L) : 0;
    }
    return allowed.signum() > 0 && all > allowed.units()
        ? Optional.of(
            "Pod ephemeral local storage usage exceeds the total limit of containers "
                + allowed
                + ". ")
        : Optional.empty();
  }

  private static Map<String, Long> written(Resource pod, Path home) {
    var found = new LinkedHashMap<String, Long>();
    if (!Files.isDirectory(home)) {
      return found;
    }
    try (var parts = Files.list(home)) {
      for (var part : parts.filter(each -> !each.endsWith("volumes")).toList()) {
        for (var container : pod.spec().path("containers")) {
          var name = Json.text(container, "name");
          found.merge(name, Trees.bytes(part.resolve(name)), Long::sum);
        }
      }
    } catch (IOException _) {
      return found;
    }
    return found;
  }
}
