/// A Kubernetes API elsewhere, behind the same door as the one in process. Start reading at
/// [RemoteCluster].
@NullMarked
package dev.slipway.kubernetes;

import org.jspecify.annotations.NullMarked;
