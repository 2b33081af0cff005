/// Defaults and rules of policy/v1 and of the PodSecurityPolicy of policy/v1beta1.
@NullMarked
package dev.slipway.apiserver.builtin.policy;

import org.jspecify.annotations.NullMarked;
