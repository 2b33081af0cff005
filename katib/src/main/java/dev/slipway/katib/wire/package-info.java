/// Katib's gRPC services, `api.v1.beta1`: the store of observations, suggestions and early
/// stopping,
/// served and called.
@NullMarked
package dev.slipway.katib.wire;

import org.jspecify.annotations.NullMarked;
