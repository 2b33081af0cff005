/// Workloads: Deployment, ReplicaSet, StatefulSet. Behaviour follows `pkg/controller/{deployment,
/// replicaset,statefulset}` of Kubernetes 1.34. Left out: adoption of orphans that a selector
/// matches,
/// a DaemonSet's and a Job's controllers, which live elsewhere. Start reading at
/// [DeploymentReconciler], [Rollout] and [ReplicaSetReconciler].
@NullMarked
package dev.slipway.controllers.apps;

import org.jspecify.annotations.NullMarked;
