/// `PersistentVolumeClaim`, `PersistentVolume` and `StorageClass` of Kubernetes on one machine:
/// what
/// kube-controller-manager's volume binder does, and a provisioner whose volumes are directories.
/// Left out: block volumes, snapshots and clones, CSI drivers, the recycling of volumes.
///
/// Read first: [ClaimReconciler], [VolumeReconciler], [LocalStorage].
@NullMarked
package dev.slipway.controllers.storage;

import org.jspecify.annotations.NullMarked;
