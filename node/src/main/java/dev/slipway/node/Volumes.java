package dev.slipway.node;

import dev.slipway.base.Json;
import dev.slipway.control.Cluster;
import dev.slipway.control.Kinds;
import dev.slipway.control.Resource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
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

  private final Path home;
  private final Path memory;
  private volatile Resource pod;
  private final Cluster cluster;
  private final VolumeFiles.Sources sources;
  private final Map<String, Optional<Instant>> filled = new HashMap<>();
  private int versions;
  private final Map<String, TreeMap<String, Path>> provided = new HashMap<>();
  private final List<AutoCloseable> kept = new ArrayList<>();

  /// @param home where directories of this pod's volumes are made
  /// @param memory where those are made that are to be in memory
  Volumes(Resource pod, Path home, Path memory, Cluster cluster, VolumeFiles.Sources sources) {
    this.pod = pod;
    this.home = home;
    this.memory = memory;
    this.cluster = cluster;
    this.sources = sources;
  }

  /// The pod is as this now.
  void now(Resource changed) {
    pod = changed;
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

  /// Has what a container mounts there; what cannot be is told to whoever asks for it.
  public void prepare(JsonNode container) {
    try {
      for (var mount : container.path("volumeMounts")) {
        var _ = onHost(container, Json.text(mount, "mountPath"));
      }
    } catch (IOException | RuntimeException problem) {
      LOG.debug("volumes of {}: {}", pod, problem.toString());
    }
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
    try {
      Trees.delete(memory);
    } catch (IOException problem) {
      LOG.warn("{} could not be deleted: {}", memory, problem.toString());
    }
  }

  /// The directory of a volume, filled.
  ///
  /// @throws IOException if it cannot be made
  public synchronized Path directory(String name) throws IOException {
    var volume = spec(name);
    try {
      if (volume.has("hostPath")) {
        var path = Path.of(Json.text(volume, "hostPath", "path"));
        return HostPath.checked(path, Json.text(volume, "hostPath", "type"));
      }
      if (volume.has("persistentVolumeClaim")) {
        return claimed(Json.text(volume, "persistentVolumeClaim", "claimName"));
      }
      if (volume.has("ephemeral")) {
        return claimed(pod.name() + "-" + name);
      }
      return own(name, volume);
    } catch (VolumeException known) {
      throw known;
    } catch (IOException problem) {
      throw new VolumeException(name, String.valueOf(problem.getMessage()));
    }
  }

  private Path own(String name, JsonNode volume) throws IOException {
    if (VolumeFiles.fills(volume)) {
      var directory = home.resolve(name);
      if (!filled.containsKey(name)) {
        fill(name, volume);
      }
      return directory;
    }
    boolean inMemory = Json.text(volume, "emptyDir", "medium").equals("Memory");
    var directory = (inMemory ? memory : home).resolve(name);
    if (!Files.isDirectory(directory)) {
      Files.createDirectories(directory);
      var _ = directory.toFile().setWritable(true, false);
    }
    return directory;
  }

  private void fill(String name, JsonNode volume) throws IOException {
    var files = new VolumeFiles(pod, volume, sources);
    var version = sources.clock().instant().toString().replace(':', '_') + "." + versions++;
    var _ = new AtomicFiles(home.resolve(name)).write(files.all(), version);
    filled.put(name, files.renewal());
  }

  /// Has files follow what they were made of. What is missing now stays as it was.
  synchronized void refresh() {
    for (var name : List.copyOf(filled.keySet())) {
      try {
        fill(name, spec(name));
      } catch (IOException problem) {
        LOG.debug("{} of {}: {}", name, pod, problem.getMessage());
      }
    }
  }

  /// When files are to be refreshed whatever happens.
  synchronized Optional<Instant> renewal() {
    return filled.values().stream().flatMap(Optional::stream).min(Comparator.naturalOrder());
  }

  /// Whether files of a ConfigMap or Secret have been mounted.
  synchronized boolean mounts(Resource source) {
    boolean secret = source.kind().equals(Kinds.SECRET);
    return source.namespace().equals(pod.namespace())
        && filled.keySet().stream()
            .map(this::spec)
            .anyMatch(each -> names(each, secret, source.name()));
  }

  private static boolean names(JsonNode volume, boolean secret, String name) {
    if (secret
        ? Json.text(volume, "secret", "secretName").equals(name)
        : Json.text(volume, "configMap", "name").equals(name)) {
      return true;
    }
    var field = secret ? "secret" : "configMap";
    return Json.at(volume, "projected", "sources").values().stream()
        .anyMatch(each -> Json.text(each, field, "name").equals(name));
  }

  /// Directories of the pod's own that are to be no larger than a limit, by volume.
  synchronized Map<String, Path> limited() {
    var found = new TreeMap<String, Path>();
    for (var volume : pod.spec().path("volumes")) {
      if (volume.has("emptyDir")) {
        boolean inMemory = Json.text(volume, "emptyDir", "medium").equals("Memory");
        var name = Json.text(volume, "name");
        found.put(name, (inMemory ? memory : home).resolve(name));
      }
    }
    return found;
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
    var type = volume.text("spec", "hostPath", "type");
    return HostPath.checked(Path.of(path), volume.spec().has("local") ? "Directory" : type);
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
            sources.values().configMap(pod.namespace(), Json.text(config, "name")).isPresent());
      } else if (volume.has("secret")) {
        var secret = volume.path("secret");
        require(
            name,
            secret,
            "secret",
            Json.text(secret, "secretName"),
            sources.values().secret(pod.namespace(), Json.text(secret, "secretName")).isPresent());
      } else if (volume.has("persistentVolumeClaim")) {
        requireClaim(Json.text(volume, "persistentVolumeClaim", "claimName"));
      } else if (volume.has("ephemeral")) {
        requireClaim(pod.name() + "-" + name);
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
