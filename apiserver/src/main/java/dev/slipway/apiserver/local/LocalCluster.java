package dev.slipway.apiserver.local;

import dev.slipway.apiserver.error.ApiException;
import dev.slipway.apiserver.rest.DirectVerbs;
import dev.slipway.apiserver.store.Objects;
import dev.slipway.apiserver.store.Objects.StoreFailedException;
import dev.slipway.apiserver.store.Objects.Version;
import dev.slipway.base.Json;
import dev.slipway.control.Cluster;
import dev.slipway.control.ClusterException;
import dev.slipway.control.Key;
import dev.slipway.control.Kind;
import dev.slipway.control.Resource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import tools.jackson.databind.node.ObjectNode;

/// The API server of this process as a [Cluster]: reads come from the store itself, so every write
/// is seen at once; writes go through the same verbs as those from the network.
public final class LocalCluster implements Cluster {
  private final Objects objects;
  private final DirectVerbs verbs;
  private final ServedKinds served;
  private final LocalReads reads;
  private final Set<Follower> followers = ConcurrentHashMap.newKeySet();

  /// @param objects to be told of each write by [#written]
  /// @param verbs for the identity that controllers have
  public LocalCluster(Objects objects, DirectVerbs verbs) {
    this.objects = objects;
    this.verbs = verbs;
    this.served = new ServedKinds(verbs::catalog);
    this.reads = new LocalReads(objects, served);
  }

  /// Takes note of a write, before its writer goes on.
  public void written(Version version) {
    reads.note(version);
  }

  /// Takes note that other kinds may be served now.
  public void catalogChanged() {
    served.changed();
  }

  @Override
  public Optional<Resource> get(Key key) {
    return reads.get(key);
  }

  @Override
  public List<Resource> list(Kind kind, String namespace) {
    return reads.list(kind, namespace);
  }

  @Override
  public List<Resource> list(Kind kind, String namespace, Map<String, String> labels) {
    return labels.isEmpty() ? reads.list(kind, namespace) : reads.labelled(kind, namespace, labels);
  }

  @Override
  public List<Resource> owned(Kind kind, String ownerUid) {
    return reads.owned(kind, ownerUid);
  }

  @Override
  public Watching watch(Kind kind, Listener listener) {
    var follower = new Follower(kind, listener, served, objects, reads);
    followers.add(follower);
    follower.start();
    return () -> {
      followers.remove(follower);
      follower.close();
    };
  }

  @Override
  public Resource create(Kind kind, ObjectNode object) {
    return answered(kind, () -> verbs.create(resource(kind), addressed(kind, object)));
  }

  @Override
  public Resource apply(Kind kind, ObjectNode object) {
    return answered(kind, () -> verbs.apply(resource(kind), addressed(kind, object)));
  }

  @Override
  public Resource update(Kind kind, ObjectNode object) {
    return answered(kind, () -> verbs.replace(resource(kind), "", addressed(kind, object)));
  }

  @Override
  public Resource updateStatus(Kind kind, ObjectNode object) {
    return answered(kind, () -> verbs.replace(resource(kind), "status", addressed(kind, object)));
  }

  @Override
  public Resource mergePatch(Key key, String subresource, ObjectNode patch) {
    return answered(
        key.kind(),
        () ->
            verbs.mergePatch(
                resource(key.kind()), key.namespace(), key.name(), subresource, patch));
  }

  @Override
  public void delete(Key key, ObjectNode options) {
    try {
      answered(
          key.kind(),
          () -> {
            verbs.delete(resource(key.kind()), key.namespace(), key.name(), options.deepCopy());
            return Json.object();
          });
    } catch (ClusterException refused) {
      if (!refused.isNotFound()) {
        throw refused;
      }
    }
  }

  @Override
  public void bind(Key pod, String node) {
    answered(
        pod.kind(),
        () -> {
          verbs.bind(pod.namespace(), pod.name(), node);
          return Json.object();
        });
  }

  @Override
  public boolean serves(Kind kind) {
    return served.find(kind).isPresent();
  }

  @Override
  public void close() {
    followers.forEach(Follower::close);
  }

  /// A copy that says its kind, as the verbs take it.
  private static ObjectNode addressed(Kind kind, ObjectNode object) {
    ObjectNode copy = Json.object().put("apiVersion", kind.apiVersion()).put("kind", kind.kind());
    copy.setAll(object.deepCopy());
    return copy;
  }

  private dev.slipway.apiserver.resource.Resource resource(Kind kind) {
    return served.find(kind).orElseThrow(ApiException::noSuchPath);
  }

  private static Resource answered(Kind kind, Supplier<ObjectNode> verb) {
    try {
      return Resource.of(kind, verb.get());
    } catch (ApiException refused) {
      throw new ClusterException(refused.code(), refused.reason(), message(refused));
    } catch (StoreFailedException failed) {
      throw new ClusterException(500, "InternalError", message(failed));
    }
  }

  private static String message(RuntimeException failure) {
    return String.valueOf(failure.getMessage());
  }
}
