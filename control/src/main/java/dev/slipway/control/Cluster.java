package dev.slipway.control;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import tools.jackson.databind.node.ObjectNode;

/// A Kubernetes-style API as controllers see it: reads from a local view, writes that are durable
/// when
/// they return. Thread-safe; all calls may block.
///
/// Reads never go over a network: behind a remote API they are answered by a cache of the kinds
/// that
/// are watched. A read after a write through this door sees at least that write.
public interface Cluster extends AutoCloseable {
  /// The field manager of everything applied.
  String FIELD_MANAGER = "slipway";

  Optional<Resource> get(Key key);

  /// Objects of a kind, by namespace and name.
  ///
  /// @param namespace empty for all
  List<Resource> list(Kind kind, String namespace);

  /// Those of them with these labels; may be answered from an index.
  ///
  /// @param wanted tested against the metadata and the rest of the tree
  default List<Resource> list(Kind kind, String namespace, Predicate<Resource> wanted) {
    return list(kind, namespace).stream().filter(wanted).toList();
  }

  /// Those with all these labels; answered from an index where there is one.
  ///
  /// @param namespace empty for all
  default List<Resource> list(Kind kind, String namespace, Map<String, String> labels) {
    return list(kind, namespace, each -> each.labels().entrySet().containsAll(labels.entrySet()));
  }

  /// The objects of a kind that name this owner, from an index.
  List<Resource> owned(Kind kind, String ownerUid);

  /// Tells the present state and then every change, in order for each object, until closed. The
  /// listener is called on one thread for a kind and must not block for long. A kind that is not
  /// served yet is told from when it is.
  Watching watch(Kind kind, Listener listener);

  /// @throws ClusterException as the API refuses, `AlreadyExists` among them
  Resource create(Kind kind, ObjectNode object);

  /// Server-side apply as [#FIELD_MANAGER], by force: the object has these fields afterwards, and
  /// has
  /// lost those that an earlier apply gave and this one does not.
  ///
  /// @throws ClusterException as the API refuses
  Resource apply(Kind kind, ObjectNode object);

  /// Replaces the object, without its status; `metadata.resourceVersion`, where present, must be
  /// current.
  ///
  /// @throws ClusterException as the API refuses, `Conflict` among them
  Resource update(Kind kind, ObjectNode object);

  /// Replaces the status; `metadata.resourceVersion`, where present, must be current.
  ///
  /// @throws ClusterException as the API refuses, `Conflict` among them
  Resource updateStatus(Kind kind, ObjectNode object);

  /// A JSON merge patch (RFC 7386) of the object or of one of its subresources.
  ///
  /// @param subresource `""`, `status` or `scale`
  /// @throws ClusterException as the API refuses
  Resource mergePatch(Key key, String subresource, ObjectNode patch);

  /// Deletes with the given options; absent objects are no failure.
  ///
  /// @param options `DeleteOptions`, may be empty
  /// @throws ClusterException as the API refuses, `Conflict` of a precondition among them
  void delete(Key key, ObjectNode options);

  /// Assigns a pod to a node (`pods/binding`).
  ///
  /// @throws ClusterException as the API refuses
  void bind(Key pod, String node);

  /// Whether the API serves this kind now.
  boolean serves(Kind kind);

  @Override
  void close();

  /// Follows a kind.
  interface Listener {
    /// An object is there, has changed, or is gone.
    ///
    /// @param now as it is; for an object that is gone, as it last was
    /// @param gone whether it is gone
    void changed(Resource now, boolean gone);

    /// All that was there at the start has been told.
    default void caughtUp() {}
  }

  /// A running watch.
  interface Watching extends AutoCloseable {
    @Override
    void close();
  }
}
