/// Seldon Core's protocol: messages to one model, and rewards for its answers.
@NullMarked
package dev.slipway.dataplane.server.seldon;

import org.jspecify.annotations.NullMarked;
