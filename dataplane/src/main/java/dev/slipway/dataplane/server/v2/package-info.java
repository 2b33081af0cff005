/// The Open Inference Protocol over HTTP, with Triton's extensions.
@NullMarked
package dev.slipway.dataplane.server.v2;

import org.jspecify.annotations.NullMarked;
