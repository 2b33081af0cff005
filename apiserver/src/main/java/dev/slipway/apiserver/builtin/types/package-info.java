/// The shapes and names of Kubernetes' own kinds.
///
/// Read first: [BuiltinResources] (what is served under which name), [TypeCatalog] (the schema of
/// every type), and one of the `.types` files beside the compiled classes (the definitions).
///
/// Followed: Kubernetes 1.36. Left out: replication controllers, component statuses, dynamic
/// resource allocation, flow control.
@NullMarked
package dev.slipway.apiserver.builtin.types;

import org.jspecify.annotations.NullMarked;
