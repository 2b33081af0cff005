package dev.slipway.kubernetes;

import dev.slipway.base.Json;
import dev.slipway.control.Cluster;
import dev.slipway.control.ClusterException;
import dev.slipway.control.Key;
import dev.slipway.control.Kind;
import dev.slipway.control.Resource;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import tools.jackson.databind.node.ObjectNode;

/// A Kubernetes API elsewhere as a [Cluster]. Reads are answered by caches of the kinds in use,
/// kept
/// by one watch a kind; the first read of a kind waits for its cache. What this process writes its
/// own reads see at once. Thread-safe.
public final class RemoteCluster implements Cluster {
  private static final String AS = "?fieldManager=" + FIELD_MANAGER;
  private static final int MAX_ROUNDS = 5;

  private final KubernetesClient client;
  private final Wire wire;
  private final Map<Kind, Kept> kinds = new ConcurrentHashMap<>();

  private record Kept(KindCache cache, KindWatch watch) {}

  private RemoteCluster(KubernetesClient client) {
    this.client = client;
    this.wire = new Wire(client);
  }

  /// Connects with a kubeconfig file, or as `kubectl` would: `KUBECONFIG`, `~/.kube/config`, or the
  /// service account of the pod this runs in.
  public static RemoteCluster connect(Optional<Path> kubeconfig) {
    Config config =
        kubeconfig
            .map(file -> Config.fromKubeconfig(file.toFile()))
            .orElseGet(() -> Config.autoConfigure(null));
    return new RemoteCluster(new KubernetesClientBuilder().withConfig(config).build());
  }

  /// Where the API is.
  public String url() {
    return client.getMasterUrl().toString();
  }

  private KindCache cache(Kind kind) {
    return kinds.computeIfAbsent(
            kind,
            _ -> {
              var cache = new KindCache(kind);
              return new Kept(cache, new KindWatch(wire, cache));
            })
        .cache;
  }

  @Override
  public Optional<Resource> get(Key key) {
    KindCache cache = cache(key.kind());
    return cache.awaitKnown() ? cache.get(key) : Optional.empty();
  }

  @Override
  public List<Resource> list(Kind kind, String namespace) {
    KindCache cache = cache(kind);
    return cache.awaitKnown() ? cache.list(namespace) : List.of();
  }

  @Override
  public List<Resource> owned(Kind kind, String ownerUid) {
    KindCache cache = cache(kind);
    return cache.awaitKnown() ? cache.owned(ownerUid) : List.of();
  }

  @Override
  public boolean serves(Kind kind) {
    return cache(kind).awaitKnown();
  }

  @Override
  public Watching watch(Kind kind, Listener listener) {
    KindCache cache = cache(kind);
    cache.listen(listener);
    return () -> cache.dismiss(listener);
  }

  @Override
  public Resource create(Kind kind, ObjectNode object) {
    ObjectNode whole = whole(kind, object);
    String namespace = Json.text(whole, "metadata", "namespace");
    String path = Paths.collection(kind, namespace) + AS;
    return wrote(kind, wire.send("POST", path, Wire.JSON, whole));
  }

  @Override
  public Resource apply(Kind kind, ObjectNode object) {
    ObjectNode whole = whole(kind, object);
    String path = Paths.object(key(kind, whole)) + AS + "&force=true";
    return wrote(kind, wire.send("PATCH", path, Wire.APPLY, whole));
  }

  @Override
  public Resource update(Kind kind, ObjectNode object) {
    return replace(kind, "", object);
  }

  @Override
  public Resource updateStatus(Kind kind, ObjectNode object) {
    return replace(kind, "/status", object);
  }

  /// Custom resources are replaced at a version only: one that is not given is looked up.
  private Resource replace(Kind kind, String subresource, ObjectNode object) {
    ObjectNode whole = whole(kind, object);
    String path = Paths.object(key(kind, whole));
    boolean pinned = !Json.text(whole, "metadata", "resourceVersion").isEmpty();
    for (int round = 1; ; round++) {
      try {
        return wrote(kind, wire.send("PUT", path + subresource + AS, Wire.JSON, whole));
      } catch (ClusterException refused) {
        boolean asksForVersion = refused.code() == 422 || refused.isConflict();
        if (pinned || !asksForVersion || round == MAX_ROUNDS) {
          throw refused;
        }
        String version = Json.text(wire.get(path), "metadata", "resourceVersion");
        Json.ensureObject(whole, "metadata").put("resourceVersion", version);
      }
    }
  }

  @Override
  public Resource mergePatch(Key key, String subresource, ObjectNode patch) {
    String below = subresource.isEmpty() ? "" : "/" + subresource;
    ObjectNode answer = wire.send("PATCH", Paths.object(key) + below + AS, Wire.MERGE, patch);
    if (subresource.equals("scale")) {
      wrote(key.kind(), wire.get(Paths.object(key)));
      return Resource.of(key.kind(), answer);
    }
    return wrote(key.kind(), answer);
  }

  @Override
  public void delete(Key key, ObjectNode options) {
    ObjectNode whole = Json.object().put("apiVersion", "v1").put("kind", "DeleteOptions");
    whole.setAll(options.deepCopy());
    try {
      wire.send("DELETE", Paths.object(key), Wire.JSON, whole);
      wrote(key.kind(), wire.get(Paths.object(key)));
    } catch (ClusterException refused) {
      if (!refused.isNotFound()) {
        throw refused;
      }
      cache(key.kind()).deleted(key);
    }
  }

  @Override
  public void bind(Key pod, String node) {
    ObjectNode binding = Json.object().put("apiVersion", "v1").put("kind", "Binding");
    binding.putObject("metadata").put("name", pod.name()).put("namespace", pod.namespace());
    binding.putObject("target").put("apiVersion", "v1").put("kind", "Node").put("name", node);
    wire.send("POST", Paths.object(pod) + "/binding" + AS, Wire.JSON, binding);
    wrote(pod.kind(), wire.get(Paths.object(pod)));
  }

  private Resource wrote(Kind kind, ObjectNode answer) {
    var now = Resource.of(kind, answer);
    KindCache cache = cache(kind);
    if (now.deleting() && isGone(now)) {
      cache.deleted(now.key());
    } else {
      cache.wrote(now);
    }
    return now;
  }

  /// An update that takes the last finalizer ends the object.
  private boolean isGone(Resource now) {
    if (!now.at("metadata", "finalizers").isEmpty()) {
      return false;
    }
    try {
      return !Json.text(wire.get(Paths.object(now.key())), "metadata", "uid").equals(now.uid());
    } catch (ClusterException refused) {
      return refused.isNotFound();
    }
  }

  private static ObjectNode whole(Kind kind, ObjectNode object) {
    ObjectNode whole = Json.object().put("apiVersion", kind.apiVersion()).put("kind", kind.kind());
    whole.setAll(object.deepCopy());
    return whole;
  }

  private static Key key(Kind kind, ObjectNode object) {
    return kind.key(
        Json.text(object, "metadata", "namespace"), Json.text(object, "metadata", "name"));
  }

  @Override
  public void close() {
    kinds.values().forEach(each -> each.watch.close());
    client.close();
  }
}
