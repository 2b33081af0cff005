/// Durable objects: every version in one log, current state and recent history in memory.
@NullMarked
package dev.slipway.apiserver.store;

import org.jspecify.annotations.NullMarked;
