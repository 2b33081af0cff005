package dev.slipway.controllers.training;

import dev.slipway.api.training.TrainingKind;
import dev.slipway.control.Plan;
import java.util.List;

/// Whether a job runs, has succeeded or has failed, by what has become of its pods.
///
/// Source: `UpdateJobStatus` of each kind's controller; conditions and events say what they say
/// there.
final class Outcome {
  private final TrainingJob job;
  private final JobStatus status;
  private final Plan plan;
  private final String kind;

  Outcome(TrainingJob job, JobStatus status, Plan plan) {
    this.job = job;
    this.status = status;
    this.plan = plan;
    this.kind = job.kind().kind();
  }

  /// Pods of a type have failed and are made anew.
  void restarting(String type) {
    String message = "job " + job.name() + " is restarting because " + type + " replica(s) failed.";
    status.now("Restarting", message);
    plan.warn(kind + "Restarting", message);
  }

  void judge(List<ReplicaPods> replicas) {
    boolean restarting =
        replicas.stream().anyMatch(each -> each.failed().stream().anyMatch(each::restartable));
    for (ReplicaPods each : replicas) {
      if (decides(each.spec().type())) {
        if (isDone(each)) {
          succeeded();
          return;
        }
        if (each.active() > 0 && !restarting && isUp(replicas)) {
          status.now("Running", kind + " " + shown("Running") + " is running.");
        }
      }
    }
    for (ReplicaPods each : replicas) {
      boolean spared = job.dynamicWorkers() && each.spec().type().equals("Worker");
      if (!each.lost().isEmpty() && !spared) {
        failed(each);
        return;
      }
    }
  }

  /// Whether the job is as far as replicas of this type are.
  private boolean decides(String type) {
    return switch (job.kind()) {
      case TF_JOB ->
          (job.has("Chief") || job.has("Master"))
              ? type.equals("Chief") || type.equals("Master")
              : type.equals("Worker");
      case PYTORCH_JOB, PADDLE_JOB -> type.equals(job.has("Master") ? "Master" : "Worker");
      case XGBOOST_JOB -> type.equals("Master");
      case MPI_JOB -> type.equals("Launcher");
      case JAX_JOB -> true;
    };
  }

  private boolean isDone(ReplicaPods replicas) {
    int succeeded = replicas.succeeded();
    boolean worker = replicas.spec().type().equals("Worker");
    boolean early =
        switch (job.kind()) {
          case TF_JOB -> worker && !everyWorker() && replicas.firstSucceeded();
          case PYTORCH_JOB -> worker && job.elastic() && succeeded > 0;
          case MPI_JOB, XGBOOST_JOB, PADDLE_JOB, JAX_JOB -> false;
        };
    return early || succeeded >= replicas.spec().count();
  }

  private boolean everyWorker() {
    return job.spec().path("successPolicy").asString("").equals("AllWorkers");
  }

  /// Processes of an MPI job run on workers, all of which must be there.
  private boolean isUp(List<ReplicaPods> replicas) {
    return job.kind() != TrainingKind.MPI_JOB
        || replicas.stream().allMatch(each -> each.active() == each.spec().count());
  }

  private void succeeded() {
    String how =
        job.kind() != TrainingKind.TF_JOB && shown("Succeeded").equals(job.name())
            ? " is successfully completed."
            : " successfully completed.";
    String message = kind + " " + shown("Succeeded") + how;
    status.completed();
    status.now("Succeeded", message);
    plan.event(kind + "Succeeded", message);
  }

  /// Some messages name the namespace.
  private String shown(String type) {
    boolean whole =
        switch (job.kind()) {
          case TF_JOB, JAX_JOB -> true;
          case PYTORCH_JOB, PADDLE_JOB -> !job.has("Master");
          case MPI_JOB -> type.equals("Running");
          case XGBOOST_JOB -> false;
        };
    return whole ? job.namespace() + "/" + job.name() : job.name();
  }

  private void failed(ReplicaPods replicas) {
    String type = replicas.spec().type();
    status.completed();
    if (replicas.spec().byExitCode()) {
      String message =
          "job \"" + job.name() + "\" is failing because \"" + type + "\" replica(s) failed.";
      status.now("Failed", message);
      plan.warn(kind + "Failed", message);
      return;
    }
    String who =
        job.kind() == TrainingKind.TF_JOB
            ? job.namespace() + "/" + job.name() + " has failed because "
            : job.name() + " is failed because ";
    String message = kind + " " + who + replicas.lost().size() + " " + type + " replica(s) failed.";
    status.now("Failed", message);
    plan.event(kind + "Failed", message);
  }
}
