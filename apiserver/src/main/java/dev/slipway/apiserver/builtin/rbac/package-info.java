/// Defaults and rules of rbac.authorization.k8s.io/v1.
@NullMarked
package dev.slipway.apiserver.builtin.rbac;

import org.jspecify.annotations.NullMarked;
