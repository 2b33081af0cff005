package dev.slipway.controllers.training;

import dev.slipway.api.training.TrainingKind;
import dev.slipway.control.Kind;
import dev.slipway.control.Kinds;
import dev.slipway.control.Observed;
import dev.slipway.control.Plan;
import dev.slipway.control.Reconciler;
import dev.slipway.control.Resource;
import java.util.Set;

/// Keeps the pods of a training job, and says how far it is.
public final class TrainingReconciler implements Reconciler {
  private final TrainingKind kind;
  private final TrainingSettings settings;

  public TrainingReconciler(TrainingKind kind, TrainingSettings settings) {
    this.kind = kind;
    this.settings = settings;
  }

  @Override
  public Kind kind() {
    return TrainingJob.apiKind(kind);
  }

  @Override
  public String name() {
    return kind.controller();
  }

  @Override
  public Set<Kind> children() {
    return switch (kind) {
      case PYTORCH_JOB, PADDLE_JOB ->
          Set.of(Kinds.POD, Kinds.SERVICE, Kinds.HORIZONTAL_POD_AUTOSCALER);
      case MPI_JOB ->
          Set.of(
              Kinds.POD,
              Kinds.CONFIG_MAP,
              Kinds.SERVICE_ACCOUNT,
              LauncherAccess.ROLE,
              LauncherAccess.ROLE_BINDING);
      case TF_JOB, XGBOOST_JOB, JAX_JOB -> Set.of(Kinds.POD, Kinds.SERVICE);
    };
  }

  @Override
  public Plan plan(Resource resource, Observed observed) {
    var plan = new Plan();
    children().stream()
        .filter(each -> !each.equals(Kinds.HORIZONTAL_POD_AUTOSCALER))
        .forEach(plan::spare);
    var job = TrainingJob.of(kind, resource);
    if (resource.deleting() || job.policy().managedElsewhere()) {
      children().forEach(plan::spare);
    } else {
      new Progress(job, observed, plan, settings).run();
    }
    return plan;
  }
}
