package dev.slipway.apiserver.admission;

import dev.slipway.base.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// The projected volume by which a pod reaches the API: a token, the authority's certificate, and
/// the namespace's name.
final class TokenVolume {
  private static final String PREFIX = "kube-api-access-";
  private static final String MOUNT_PATH = "/var/run/secrets/kubernetes.io/serviceaccount";
  private static final int DEFAULT_MODE = 420;

  /// One hour and seven seconds: how the token of an admitted pod is told from one asked for.
  private static final int EXPIRATION_SECONDS = 3607;

  private final Supplier<String> suffixes;

  TokenVolume(Supplier<String> suffixes) {
    this.suffixes = suffixes;
  }

  /// Mounts the token where no container mounts something of its own in that place.
  void mount(ObjectNode spec) {
    String present = present(spec);
    String name = present.isEmpty() ? PREFIX + suffixes.get() : present;
    var containers = new ArrayList<ObjectNode>(Containers.init(spec));
    containers.addAll(Containers.main(spec));
    List<ObjectNode> without = containers.stream().filter(each -> !mounts(each)).toList();
    without.forEach(container -> addMount(container, name));
    if (present.isEmpty() && !without.isEmpty()) {
      array(spec, "volumes").add(volume(name));
    }
  }

  /// Whether a volume is one of these.
  static boolean is(JsonNode volume) {
    return Json.text(volume, "name").startsWith(PREFIX) && volume.path("projected").isObject();
  }

  private static String present(JsonNode spec) {
    for (JsonNode volume : spec.path("volumes")) {
      String name = Json.text(volume, "name");
      if (name.startsWith(PREFIX)) {
        return name;
      }
    }
    return "";
  }

  private static boolean mounts(JsonNode container) {
    for (JsonNode mount : container.path("volumeMounts")) {
      if (Json.text(mount, "mountPath").equals(MOUNT_PATH)) {
        return true;
      }
    }
    return false;
  }

  private static void addMount(ObjectNode container, String name) {
    array(container, "volumeMounts")
        .addObject()
        .put("name", name)
        .put("readOnly", true)
        .put("mountPath", MOUNT_PATH);
  }

  private static ObjectNode volume(String name) {
    ObjectNode volume = Json.object().put("name", name);
    ObjectNode projected = volume.putObject("projected");
    ArrayNode sources = projected.putArray("sources");
    sources
        .addObject()
        .putObject("serviceAccountToken")
        .put("expirationSeconds", EXPIRATION_SECONDS)
        .put("path", "token");
    ObjectNode authority = sources.addObject().putObject("configMap");
    authority.put("name", "kube-root-ca.crt");
    authority.putArray("items").addObject().put("key", "ca.crt").put("path", "ca.crt");
    ObjectNode namespace =
        sources.addObject().putObject("downwardAPI").putArray("items").addObject();
    namespace.put("path", "namespace");
    namespace.putObject("fieldRef").put("apiVersion", "v1").put("fieldPath", "metadata.namespace");
    projected.put("defaultMode", DEFAULT_MODE);
    return volume;
  }

  private static ArrayNode array(ObjectNode node, String field) {
    return node.get(field) instanceof ArrayNode array ? array : node.putArray(field);
  }
}
