/// What Kubernetes' own control plane does for pods and Services: pods get nodes, Services get
/// endpoints. Start reading at [Scheduler] and [EndpointSlices].
///
/// Follows Kubernetes 1.34. Left out: preemption, topology spread, volume topology, dynamic
/// resource
/// allocation.
@NullMarked
package dev.slipway.controllers.core;

import org.jspecify.annotations.NullMarked;
