/// Defaults and rules of autoscaling/v1 and v2.
@NullMarked
package dev.slipway.apiserver.builtin.autoscaling;

import org.jspecify.annotations.NullMarked;
