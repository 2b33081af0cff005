/// Defaults and rules of apps/v1.
@NullMarked
package dev.slipway.apiserver.builtin.apps;

import org.jspecify.annotations.NullMarked;
