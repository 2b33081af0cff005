/// Defaults and rules of core/v1: pods and what they are made of, services, configuration, quotas.
@NullMarked
package dev.slipway.apiserver.builtin.core;

import org.jspecify.annotations.NullMarked;
