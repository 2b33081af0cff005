package dev.slipway.controllers.trainer;

import dev.slipway.api.trainer.Trainer;
import dev.slipway.control.Kind;

/// The kinds of Kubeflow Trainer, and the groups of pods that schedulers know.
public final class TrainerKinds {
  public static final Kind TRAIN_JOB =
      Kind.namespaced(Trainer.GROUP, "v1alpha1", "TrainJob", "trainjobs");
  public static final Kind TRAINING_RUNTIME =
      Kind.namespaced(Trainer.GROUP, "v1alpha1", Trainer.RUNTIME, "trainingruntimes");
  public static final Kind CLUSTER_TRAINING_RUNTIME =
      Kind.clusterWide(
          Trainer.GROUP, "v1alpha1", Trainer.CLUSTER_RUNTIME, "clustertrainingruntimes");
  public static final Kind POD_GROUP =
      Kind.namespaced("scheduling.x-k8s.io", "v1alpha1", "PodGroup", "podgroups");
  public static final Kind VOLCANO_POD_GROUP =
      Kind.namespaced("scheduling.volcano.sh", "v1beta1", "PodGroup", "podgroups");

  private TrainerKinds() {}
}
