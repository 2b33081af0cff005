/// Defaults and rules of storage.k8s.io/v1, and of volumes and claims.
@NullMarked
package dev.slipway.apiserver.builtin.storage;

import org.jspecify.annotations.NullMarked;
