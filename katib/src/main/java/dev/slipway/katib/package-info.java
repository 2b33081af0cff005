/// What Katib's trials report of themselves, and Katib's gRPC services (Katib 0.19, package
/// `api.v1.beta1`): no sidecar is injected and no database server runs, for logs and files of pods
/// are on this machine. Left out: nothing of the protocol.
///
/// Start reading at {@link dev.slipway.katib.collect.Collectors},
/// {@link dev.slipway.katib.store.ObservationStore} and {@link dev.slipway.katib.wire.DbManager}.
@NullMarked
package dev.slipway.katib;

import org.jspecify.annotations.NullMarked;
