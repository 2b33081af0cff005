package dev.slipway.node;

import dev.slipway.base.Json;
import dev.slipway.control.Cluster;
import dev.slipway.control.Kinds;
import dev.slipway.control.Resource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.JsonNode;

/// The volumes of a pod as directories of this machine. Directories are made when they are first
/// asked for; what fills a volume may also name a place that is used instead of one. Thread-safe.
public final class Volumes {
  private static final Logger LOG = LoggerFactory.getLogger(Volumes.class);

  private final Resource pod;
  private final Path home;
  private final Cluster cluster;
  private final ConfigValues values;
  private final Map<String, TreeMap<String, Path>> provided = new HashMap<>();
  private final List<AutoCloseable> kept = new ArrayList<>();

  /// @param home where directories of this pod's volumes are made
  Volumes(Resource pod, Path home, Cluster cluster) {
    this.pod = pod;
    this.home = home;
    this.cluster = cluster;
    this.values = new ConfigValues(cluster);
  }

  /// A mount of a container: which volume, and where within it.
  private record Place(String volume, String inner) {}

  /// Where a path of a container lies on this machine; a path outside of every volume is one of
  /// this machine.
  ///
  /// @throws IOException if a directory cannot be made
  public Path onHost(JsonNode container, String path) throws IOException {
    var place = place(container, path);
    if (place.isEmpty()) {
      return Path.of(path);
    }
    var overlaid = overlaid(place.get());
    return overlaid.isPresent()
        ? overlaid.get()
        : within(directory(place.get().volume), place.get().inner);
  }

  private static Optional<Place> place(JsonNode container, String path) {
    var wanted = trimmed(path);
    Optional<Place> found = Optional.empty();
    int longest = -1;
    for (var mount : container.path("volumeMounts")) {
      var at = trimmed(Json.text(mount, "mountPath"));
      if (at.length() > longest && (wanted + "/").startsWith(at + "/")) {
        longest = at.length();
        var inner = Json.text(mount, "subPath") + wanted.substring(at.length());
        found = Optional.of(new Place(Json.text(mount, "name"), trimmed(inner)));
      }
    }
    return found;
  }

  /// Without slashes at either end, and without `//`.
  private static String trimmed(String path) {
    return path.replaceAll("/+", "/").replaceAll("^/|/$", "");
  }

  private synchronized Optional<Path> overlaid(Place place) {
    var places = provided.get(place.volume);
    if (places == null) {
      return Optional.empty();
    }
    for (var each : places.descendingMap().entrySet()) {
      if (each.getKey().isEmpty() || (place.inner + "/").startsWith(each.getKey() + "/")) {
        return Optional.of(
            below(each.getValue(), trimmed(place.inner.substring(each.getKey().length()))));
      }
    }
    return Optional.empty();
  }

  /// A file that stands for a directory is what the directory would hold.
  private static Path below(Path place, String rest) {
    boolean itself = rest.isEmpty() || rest.equals(String.valueOf(place.getFileName()));
    return itself && (rest.isEmpty() || Files.isRegularFile(place)) ? place : within(place, rest);
  }

  /// @throws IllegalArgumentException if it leads out
  private static Path within(Path directory, String rest) {
    var found = directory.resolve(rest).normalize();
    if (!found.startsWith(directory)) {
      throw new IllegalArgumentException("\"" + rest + "\" leads out of its volume");
    }
    return found;
  }

  /// From now on a path of a container means a place of this machine: what was to be brought there
  /// is there already.
  ///
  /// @return whether the path lies in a volume of the container
  public synchronized boolean provide(JsonNode container, String path, Path place) {
    var mounted = place(container, path);
    mounted.ifPresent(
        at -> provided.computeIfAbsent(at.volume, _ -> new TreeMap<>()).put(at.inner, place));
    return mounted.isPresent();
  }

  /// Holds something until the pod is gone: what keeps provided places from being cleared away.
  public synchronized void keep(AutoCloseable lease) {
    kept.add(lease);
  }

  /// The pod is gone.
  synchronized void release() {
    for (var each : kept) {
      try {
        each.close();
      } catch (Exception problem) {
        LOG.warn("{} could not be let go: {}", each, problem.toString());
      }
    }
    kept.clear();
  }

  /// The directory of a volume, filled.
  ///
  /// @throws IOException if it cannot be made
  public synchronized Path directory(String name) throws IOException {
    var volume = spec(name);
    if (volume.has("hostPath")) {
      return Path.of(Json.text(volume, "hostPath", "path"));
    }
    if (volume.has("persistentVolumeClaim")) {
      return claimed(Json.text(volume, "persistentVolumeClaim", "claimName"));
    }
    if (volume.has("ephemeral")) {
      return claimed(pod.name() + "-" + name);
    }
    var directory = home.resolve(name);
    if (!Files.isDirectory(directory)) {
      Files.createDirectories(directory);
      new VolumeFiles(pod, values).fill(volume, directory);
    }
    return directory;
  }

  private JsonNode spec(String name) {
    for (var each : pod.spec().path("volumes")) {
      if (Json.text(each, "name").equals(name)) {
        return each;
      }
    }
    return Json.object();
  }

  private Path claimed(String claim) throws IOException {
    var volume =
        cluster
            .get(Kinds.CLAIM.key(pod.namespace(), claim))
            .map(found -> found.text("spec", "volumeName"))
            .flatMap(found -> cluster.get(Kinds.PERSISTENT_VOLUME.key("", found)))
            .orElseThrow(
                () -> new IOException("persistentvolumeclaim \"" + claim + "\" is not bound"));
    var path = volume.text("spec", "hostPath", "path");
    path = path.isEmpty() ? volume.text("spec", "local", "path") : path;
    if (path.isEmpty()) {
      throw new IOException(
          "persistentvolume \""
              + volume.name()
              + "\" is of a kind that this machine cannot mount (expected hostPath or local)");
    }
    return Files.createDirectories(Path.of(path));
  }

  /// Whether everything is there that the volumes name.
  ///
  /// @throws NotYetException if not
  void check() throws NotYetException {
    for (var volume : pod.spec().path("volumes")) {
      var name = Json.text(volume, "name");
      if (volume.has("configMap")) {
        var config = volume.path("configMap");
        require(
            name,
            config,
            "configmap",
            Json.text(config, "name"),
            values.configMap(pod.namespace(), Json.text(config, "name")).isPresent());
      } else if (volume.has("secret")) {
        var secret = volume.path("secret");
        require(
            name,
            secret,
            "secret",
            Json.text(secret, "secretName"),
            values.secret(pod.namespace(), Json.text(secret, "secretName")).isPresent());
      } else if (volume.has("persistentVolumeClaim")) {
        requireClaim(Json.text(volume, "persistentVolumeClaim", "claimName"));
      }
    }
  }

  private static void require(
      String volume, JsonNode source, String kind, String name, boolean there)
      throws NotYetException {
    if (!there && !source.path("optional").asBoolean(false)) {
      throw new NotYetException(
          "ContainerCreating",
          "MountVolume.SetUp failed for volume \""
              + volume
              + "\" : "
              + kind
              + " \""
              + name
              + "\" not found");
    }
  }

  private void requireClaim(String claim) throws NotYetException {
    var found = cluster.get(Kinds.CLAIM.key(pod.namespace(), claim));
    if (found.isEmpty() || found.get().text("spec", "volumeName").isEmpty()) {
      throw new NotYetException(
          "ContainerCreating",
          "persistentvolumeclaim \""
              + claim
              + "\" "
              + (found.isEmpty() ? "not found" : "is not bound"));
    }
  }
}
