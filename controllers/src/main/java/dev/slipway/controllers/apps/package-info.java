/// Workloads: Deployment, ReplicaSet, StatefulSet, DaemonSet. Behaviour follows
/// `pkg/controller/{deployment,replicaset,statefulset,daemon}` of Kubernetes 1.34. Left out:
/// adoption
/// of orphans that a selector matches. Start reading at [DeploymentReconciler], [Rollout] and
/// [ReplicaSetReconciler].
@NullMarked
package dev.slipway.controllers.apps;

import org.jspecify.annotations.NullMarked;
