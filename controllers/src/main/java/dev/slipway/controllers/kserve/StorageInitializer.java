package dev.slipway.controllers.kserve;

import dev.slipway.api.kserve.Kserve;
import dev.slipway.base.Json;
import dev.slipway.control.Kind;
import dev.slipway.control.Observed;
import dev.slipway.control.Resource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// Puts into a pod what brings its models: an init container that fetches them into a shared volume
/// at `/mnt/models`, or the volume of a claim, mounted where the models are expected.
///
/// Follows `pkg/webhook/admission/pod/storage_initializer_injector.go`, which changes pods on their
/// way in; here the template has it from the start.
final class StorageInitializer {
  static final String NAME = "storage-initializer";
  static final Kind STORAGE_CONTAINER =
      Kind.clusterWide(
          Kserve.GROUP, "v1alpha1", "ClusterStorageContainer", "clusterstoragecontainers");

  private static final String IMAGE = "kserve/storage-initializer:latest";
  private static final String VOLUME = "kserve-provision-location";
  private static final String CLAIM_VOLUME = "kserve-pvc-source";
  private static final String READ_ONLY = "storage.kserve.io/readonly";
  private static final Pattern SCHEME = Pattern.compile("\\w+?://");
  private static final List<String> KNOWN =
      List.of(
          "gs://",
          "s3://",
          "pvc://",
          "file://",
          "https://",
          "http://",
          "hdfs://",
          "webhdfs://",
          "oci://",
          "oci+native://",
          "oci+fetch://",
          "hf://");

  private final Observed observed;
  private final String namespace;
  private final Map<String, String> annotations;
  private final ObjectNode pod;

  /// @param annotations of the pod
  /// @param pod changed
  StorageInitializer(
      Observed observed, String namespace, Map<String, String> annotations, ObjectNode pod) {
    this.observed = observed;
    this.namespace = namespace;
    this.annotations = annotations;
    this.pod = pod;
  }

  /// Brings one model to `/mnt/models`.
  ///
  /// @param storage `storage {key, path, parameters}`; empty where there is none
  /// @param containerName the ClusterStorageContainer asked for; empty for whichever knows the URI
  /// @throws RefusedException if nothing knows the URI or credentials are missing
  void one(String uri, JsonNode storage, String containerName) {
    if (uri.startsWith("pvc://")) {
      String[] parts = uri.substring("pvc://".length()).split("/", 2);
      claim(CLAIM_VOLUME, parts[0]);
      for (ObjectNode container : serving()) {
        mount(
            container,
            CLAIM_VOLUME,
            Kserve.MODEL_DIRECTORY,
            parts.length > 1 ? parts[1] : "",
            readOnly());
      }
      return;
    }
    Optional<JsonNode> custom = customContainer(uri, containerName);
    ObjectNode initializer = initializer(List.of(uri, Kserve.MODEL_DIRECTORY));
    share(initializer, VOLUME, Kserve.MODEL_DIRECTORY);
    finish(initializer, storage, custom);
  }

  /// Brings several models, each to its own directory.
  ///
  /// @throws RefusedException as for [#one]
  void several(JsonNode sources, JsonNode storage, String containerName) {
    var args = new ArrayList<String>();
    var paths = new ArrayList<String>();
    Optional<JsonNode> custom = Optional.empty();
    for (JsonNode source : sources) {
      String uri = Json.text(source, "uri");
      String path = Json.text(source, "mountPath");
      path = path.isEmpty() ? Kserve.MODEL_DIRECTORY : path;
      if (uri.startsWith("pvc://")) {
        severalClaims(uri, path);
        continue;
      }
      custom = custom.or(() -> customContainer(uri, containerName));
      args.addAll(List.of(uri, path));
      paths.add(path);
    }
    if (args.isEmpty()) {
      return;
    }
    String parent = commonParent(paths);
    ObjectNode initializer = initializer(args);
    share(initializer, volumeName(parent), parent);
    finish(initializer, storage, custom);
  }

  private void severalClaims(String uri, String path) {
    String[] parts = uri.substring("pvc://".length()).split("/", 2);
    claim(volumeName(path), parts[0]);
    for (ObjectNode container : serving()) {
      mount(container, volumeName(path), path, parts.length > 1 ? parts[1] : "", readOnly());
    }
  }

  private static String volumeName(String path) {
    return path.replaceAll("^/+|/+$", "").replace('/', '-');
  }

  /// The deepest directory above all; a lone path is its own.
  static String commonParent(List<String> paths) {
    List<String> common = List.of(paths.getFirst().split("/", -1));
    for (String path : paths) {
      String[] parts = path.split("/", -1);
      int same = 0;
      while (same < Math.min(common.size(), parts.length) && parts[same].equals(common.get(same))) {
        same++;
      }
      common = common.subList(0, same);
    }
    String joined = String.join("/", common);
    return joined.isEmpty() ? "/" : joined;
  }

  /// The storage container that knows a URI, laid over the initializer later.
  private Optional<JsonNode> customContainer(String uri, String name) {
    if (uri.startsWith(StorageCredentials.PLACEHOLDER)) {
      return Optional.empty();
    }
    List<Resource> all = observed.list(STORAGE_CONTAINER, "", Map.of());
    if (!name.isEmpty()) {
      return Optional.of(named(all, name, uri).spec().path("container"));
    }
    for (Resource each : all) {
      if (usable(each) && supports(each, uri)) {
        return Optional.of(each.spec().path("container"));
      }
    }
    boolean local = !SCHEME.matcher(uri).find();
    if (!local && KNOWN.stream().noneMatch(uri::startsWith)) {
      throw RefusedException.invalid(
          "StorageURI not supported: storageUri, must be one of: ["
              + String.join(", ", KNOWN)
              + "] or match https://{}.blob.core.windows.net/{}/{} or be an absolute or relative"
              + " local path. StorageUri ["
              + uri
              + "] is not supported");
    }
    return Optional.empty();
  }

  private static Resource named(List<Resource> all, String name, String uri) {
    String quoted = "ClusterStorageContainer \"" + name + "\" ";
    Resource found =
        all.stream()
            .filter(each -> each.name().equals(name))
            .findFirst()
            .orElseThrow(() -> RefusedException.invalid(quoted + "not found"));
    if (found.at("disabled").asBoolean(false)) {
      throw RefusedException.invalid(quoted + "is disabled");
    }
    if (!usable(found)) {
      throw RefusedException.invalid(
          quoted
              + "has workloadType \""
              + found.text("spec", "workloadType")
              + "\"; explicit selection requires \"initContainer\"");
    }
    if (!supports(found, uri)) {
      throw RefusedException.invalid(quoted + "does not support storageUri \"" + uri + "\"");
    }
    return found;
  }

  private static boolean usable(Resource container) {
    String type = container.text("spec", "workloadType");
    return !container.at("disabled").asBoolean(false)
        && (type.isEmpty() || type.equals("initContainer"));
  }

  private static boolean supports(Resource container, String uri) {
    for (JsonNode format : container.spec().path("supportedUriFormats")) {
      String prefix = Json.text(format, "prefix");
      String regex = Json.text(format, "regex");
      if (!prefix.isEmpty() ? uri.startsWith(prefix) : !regex.isEmpty() && matches(regex, uri)) {
        return true;
      }
    }
    return false;
  }

  private static boolean matches(String regex, String uri) {
    try {
      return Pattern.compile(regex).matcher(uri).find();
    } catch (PatternSyntaxException _) {
      return false;
    }
  }

  private ObjectNode initializer(List<String> args) {
    KserveConfig config = KserveConfig.of(observed);
    ObjectNode made = Json.object();
    made.put("name", NAME);
    made.put("image", config.text("storageInitializer", "image", IMAGE));
    ArrayNode list = made.putArray("args");
    args.forEach(list::add);
    made.put("terminationMessagePolicy", "FallbackToLogsOnError");
    ObjectNode resources = made.putObject("resources");
    resources
        .putObject("requests")
        .put("cpu", config.text("storageInitializer", "cpuRequest", "10m"))
        .put("memory", config.text("storageInitializer", "memoryRequest", "32Mi"));
    resources
        .putObject("limits")
        .put("cpu", config.text("storageInitializer", "cpuLimit", "1"))
        .put("memory", config.text("storageInitializer", "memoryLimit", "1Gi"));
    return made;
  }

  private void share(ObjectNode initializer, String volume, String path) {
    addVolume(volume).putObject("emptyDir");
    for (ObjectNode container : serving()) {
      mount(container, volume, path, "", readOnly());
    }
    mount(initializer, volume, path, "", false);
  }

  private void finish(ObjectNode initializer, JsonNode storage, Optional<JsonNode> custom) {
    var credentials = new StorageCredentials(observed, namespace, annotations, initializer, pod);
    if (storage.isObject()) {
      credentials.fromStorage(storage);
    } else {
      credentials.fromServiceAccount(Json.text(pod, "serviceAccountName"));
    }
    ObjectNode whole = initializer;
    if (custom.isPresent()) {
      ObjectNode over = ((ObjectNode) custom.get()).deepCopy();
      over.remove(List.of("name", "args"));
      whole = PodMerge.merge(initializer, over);
    }
    ArrayNode initContainers =
        pod.path("initContainers") instanceof ArrayNode there
            ? there
            : pod.putArray("initContainers");
    initContainers.add(whole);
  }

  private boolean readOnly() {
    return !"false".equals(annotations.get(READ_ONLY));
  }

  /// The containers that see the models: the server, and a transformer beside it.
  private List<ObjectNode> serving() {
    var found = new ArrayList<ObjectNode>();
    for (JsonNode each : pod.path("containers")) {
      String name = Json.text(each, "name");
      if (each instanceof ObjectNode container
          && (name.equals(Kserve.CONTAINER) || name.equals(Kserve.TRANSFORMER_CONTAINER))) {
        found.add(container);
      }
    }
    return found;
  }

  private void claim(String volume, String claim) {
    if (claim.isEmpty()) {
      throw RefusedException.invalid("invalid URI must be pvc://<pvcname>/[path]");
    }
    addVolume(volume).putObject("persistentVolumeClaim").put("claimName", claim);
  }

  private ObjectNode addVolume(String name) {
    ArrayNode volumes =
        pod.path("volumes") instanceof ArrayNode there ? there : pod.putArray("volumes");
    return volumes.addObject().put("name", name);
  }

  private static void mount(
      ObjectNode container, String volume, String path, String subPath, boolean readOnly) {
    ArrayNode mounts =
        container.path("volumeMounts") instanceof ArrayNode there
            ? there
            : container.putArray("volumeMounts");
    ObjectNode made = mounts.addObject().put("name", volume).put("mountPath", path);
    if (readOnly) {
      made.put("readOnly", true);
    }
    if (!subPath.isEmpty()) {
      made.put("subPath", subPath);
    }
  }
}
