/// PodDisruptionBudgets: how many pods may be evicted now. Behaviour follows
/// `pkg/controller/disruption` of Kubernetes 1.34. Left out: owners of kinds that are not
/// Kubernetes' own. Start reading at [DisruptionBudgetReconciler] and [Budget].
@NullMarked
package dev.slipway.controllers.policy;

import org.jspecify.annotations.NullMarked;
