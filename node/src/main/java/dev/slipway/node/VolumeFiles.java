package dev.slipway.node;

import dev.slipway.base.Json;
import dev.slipway.control.Resource;
import dev.slipway.node.AtomicFiles.Content;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import tools.jackson.databind.JsonNode;

/// What ConfigMaps, Secrets, tokens and the pod itself give to one volume.
final class VolumeFiles {
  private static final int STANDARD_MODE = 0644;
  private static final int TOKEN_SECONDS = 3600;

  private final Resource pod;
  private final JsonNode volume;
  private final Sources sources;
  private final Map<String, Content> files = new TreeMap<>();
  private Optional<Instant> renewal = Optional.empty();

  /// Where values come from.
  ///
  /// @param node what of it a pod may ask for
  record Sources(
      ConfigValues values, TokenSource tokens, Environment.NodeFacts node, InstantSource clock) {}

  VolumeFiles(Resource pod, JsonNode volume, Sources sources) {
    this.pod = pod;
    this.volume = volume;
    this.sources = sources;
  }

  /// Whether a volume holds files of this sort.
  static boolean fills(JsonNode volume) {
    return volume.has("configMap")
        || volume.has("secret")
        || volume.has("downwardAPI")
        || volume.has("projected");
  }

  /// When it is to be made anew, though nothing has changed: before a token in it expires.
  Optional<Instant> renewal() {
    return renewal;
  }

  /// @throws IOException if something that is not optional is missing, in a kubelet's words
  Map<String, Content> all() throws IOException {
    if (volume.has("configMap")) {
      var source = volume.path("configMap");
      configMap(source, mode(source));
    } else if (volume.has("secret")) {
      var source = volume.path("secret");
      secret(source, Json.text(source, "secretName"), mode(source));
    } else if (volume.has("downwardAPI")) {
      fields(volume.path("downwardAPI"), mode(volume.path("downwardAPI")));
    }
    int mode = mode(volume.path("projected"));
    for (var source : Json.at(volume, "projected", "sources")) {
      project(source, mode);
    }
    return files;
  }

  private static int mode(JsonNode source) {
    return source.path("defaultMode").asInt(STANDARD_MODE);
  }

  private void project(JsonNode source, int mode) throws IOException {
    if (source.has("configMap")) {
      configMap(source.path("configMap"), mode);
    } else if (source.has("secret")) {
      secret(source.path("secret"), Json.text(source, "secret", "name"), mode);
    } else if (source.has("downwardAPI")) {
      fields(source.path("downwardAPI"), mode);
    } else if (source.has("serviceAccountToken")) {
      token(source.path("serviceAccountToken"), mode);
    }
  }

  private void configMap(JsonNode source, int mode) throws IOException {
    var name = Json.text(source, "name");
    var found = sources.values.configMap(pod.namespace(), name);
    put(source, "configmap", name, found, mode);
  }

  private void secret(JsonNode source, String name, int mode) throws IOException {
    put(source, "secret", name, sources.values.secret(pod.namespace(), name), mode);
  }

  private void put(
      JsonNode source, String kind, String name, Optional<Map<String, byte[]>> found, int mode)
      throws IOException {
    boolean optional = source.path("optional").asBoolean(false);
    if (found.isEmpty()) {
      if (!optional) {
        throw new IOException(kind + " \"" + name + "\" not found");
      }
      return;
    }
    if (source.path("items").isEmpty()) {
      found.get().forEach((key, value) -> files.put(key, new Content(value, mode)));
    }
    for (var item : source.path("items")) {
      var key = Json.text(item, "key");
      var value = found.get().get(key);
      if (value != null) {
        put(item, value, mode);
      } else if (!optional) {
        throw new IOException(
            kind.equals("secret")
                ? "references non-existent secret key: " + key
                : "references non-existent config key: " + key);
      }
    }
  }

  private void put(JsonNode item, byte[] value, int mode) {
    files.put(Json.text(item, "path"), new Content(value, item.path("mode").asInt(mode)));
  }

  private void fields(JsonNode source, int mode) throws IOException {
    for (var item : source.path("items")) {
      var value =
          item.has("resourceFieldRef")
              ? resource(item.path("resourceFieldRef"))
              : Environment.field(pod, Json.text(item, "fieldRef", "fieldPath"));
      put(item, value.getBytes(StandardCharsets.UTF_8), mode);
    }
  }

  private String resource(JsonNode reference) throws IOException {
    var name = Json.text(reference, "containerName");
    for (var list : new String[] {"containers", "initContainers"}) {
      for (var container : pod.spec().path(list)) {
        if (Json.text(container, "name").equals(name)) {
          return Environment.resource(container, reference, sources.node);
        }
      }
    }
    throw new IOException("container " + name + " not found");
  }

  private void token(JsonNode source, int mode) throws IOException {
    var request = Json.object();
    request.put("apiVersion", "authentication.k8s.io/v1").put("kind", "TokenRequest");
    var spec = request.putObject("spec");
    spec.put("expirationSeconds", source.path("expirationSeconds").asLong(TOKEN_SECONDS));
    var audience = Json.text(source, "audience");
    if (!audience.isEmpty()) {
      spec.putArray("audiences").add(audience);
    }
    spec.putObject("boundObjectRef")
        .put("apiVersion", "v1")
        .put("kind", "Pod")
        .put("name", pod.name())
        .put("uid", pod.uid());
    var account = pod.text("spec", "serviceAccountName");
    try {
      var made =
          sources.tokens.mint(pod.namespace(), account.isEmpty() ? "default" : account, request);
      var text = Json.text(made, "status", "token");
      put(source, text.getBytes(StandardCharsets.UTF_8), mode);
      renewAfter(ContainerState.instant(Json.text(made, "status", "expirationTimestamp")));
    } catch (RuntimeException refused) {
      throw new IOException("failed to fetch token: " + refused.getMessage(), refused);
    }
  }

  /// After four fifths of its life, as a kubelet does.
  private void renewAfter(Instant expiration) {
    var now = sources.clock.instant();
    var at = now.plus(Duration.between(now, expiration).multipliedBy(4).dividedBy(5));
    renewal = renewal.filter(earlier -> earlier.isBefore(at)).or(() -> Optional.of(at));
  }
}
