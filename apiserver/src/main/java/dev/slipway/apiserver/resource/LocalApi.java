package dev.slipway.apiserver.resource;

import java.util.List;
import java.util.Optional;
import tools.jackson.databind.node.ObjectNode;

/// The API as seen from inside the process, with all rights: for admission, authorisation and the
/// core loops.
///
/// Objects come and go in their stored version. `group` is empty for core; `namespace` is empty for
/// cluster-scoped kinds.
/// Every object returned is the caller's own to change.
public interface LocalApi {
  Optional<ObjectNode> get(String group, String plural, String namespace, String name);

  /// @param namespace empty for all namespaces
  List<ObjectNode> list(String group, String plural, String namespace);

  /// @throws dev.slipway.apiserver.error.ApiException as the verb would answer
  ObjectNode create(String group, String plural, ObjectNode object);

  /// Replaces the object; its `metadata.resourceVersion`, where present, must be current.
  ///
  /// @throws dev.slipway.apiserver.error.ApiException as the verb would answer
  ObjectNode update(String group, String plural, ObjectNode object);

  /// Replaces the `status` only.
  ///
  /// @throws dev.slipway.apiserver.error.ApiException as the verb would answer
  ObjectNode updateStatus(String group, String plural, ObjectNode object);

  /// Replaces through another subresource that takes the whole object: `finalize` of namespaces.
  ///
  /// @throws dev.slipway.apiserver.error.ApiException as the verb would answer
  ObjectNode updateSubresource(String group, String plural, String subresource, ObjectNode object);

  /// @param options `DeleteOptions`, may be empty
  /// @throws dev.slipway.apiserver.error.ApiException as the verb would answer
  void delete(String group, String plural, String namespace, String name, ObjectNode options);

  /// All resources served now.
  Catalog catalog();
}
