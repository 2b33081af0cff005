package dev.slipway.apiserver.admission;

import dev.slipway.apiserver.access.UserInfo;
import dev.slipway.apiserver.resource.Resource;
import java.util.Optional;
import java.util.function.Consumer;
import tools.jackson.databind.node.ObjectNode;

/// One write on its way to the store.
///
/// @param subresource empty for the object itself
/// @param namespace empty for cluster-scoped kinds
/// @param name may be empty on a creation with `generateName`
/// @param object what would be stored, in the served version; absent on deletion; may be changed by
///     `mutate`
/// @param old what is stored now, in the served version; absent on creation; must not be changed
/// @param options the request's `CreateOptions`, `UpdateOptions`, `PatchOptions` or `DeleteOptions`
/// @param warnings takes sentences for `Warning:` headers
public record AdmissionRequest(
    Operation operation,
    Resource resource,
    String subresource,
    String namespace,
    String name,
    Optional<ObjectNode> object,
    Optional<ObjectNode> old,
    ObjectNode options,
    UserInfo user,
    boolean dryRun,
    Consumer<String> warnings) {

  /// The admission operations.
  public enum Operation {
    CREATE,
    UPDATE,
    DELETE,
    CONNECT
  }
}
