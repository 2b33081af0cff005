/// Defaults and rules of networking.k8s.io/v1 and discovery.k8s.io/v1.
@NullMarked
package dev.slipway.apiserver.builtin.networking;

import org.jspecify.annotations.NullMarked;
