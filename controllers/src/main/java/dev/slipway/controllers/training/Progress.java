package dev.slipway.controllers.training;

import dev.slipway.api.training.TrainingKind;
import dev.slipway.base.Json;
import dev.slipway.control.Observed;
import dev.slipway.control.Plan;
import dev.slipway.control.Resource;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// One look at a job: what is done about its pods, and what its status says then.
///
/// Source: `pkg/controller.v1/common/job.go` and `pod.go` of the operator. Unlike there, every pod
/// that is made anew counts against the backoff limit; what has ended is kept for its logs when a
/// limit ends the job, as `cleanPodPolicy` says; and pods that fail again and again are made anew
/// ever later.
final class Progress {
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(60);
  private static final int MOST_DOUBLINGS = 6;

  private final TrainingJob job;
  private final Observed observed;
  private final Plan plan;
  private final JobStatus status;
  private final JobPods pods;
  private final Outcome outcome;

  Progress(TrainingJob job, Observed observed, Plan plan, TrainingSettings settings) {
    this.job = job;
    this.observed = observed;
    this.plan = plan;
    this.status = JobStatus.of(job.object(), observed.now());
    this.pods = new JobPods(job, observed, plan, settings);
    this.outcome = new Outcome(job, status, plan);
  }

  void run() {
    if (status.isEmpty()) {
      status.now("Created", job.kind().kind() + " " + job.name() + " is created.");
    }
    if (status.finished()) {
      finished();
    } else if (job.policy().suspend()) {
      suspend();
    } else {
      go();
    }
    plan.status(status.toJson());
  }

  private void finished() {
    pods.clean(job.policy().clean());
    if (status.is("Succeeded")) {
      for (var counts : status.replicas()) {
        int active = counts.path("active").asInt(0);
        if (active > 0) {
          counts.put("succeeded", counts.path("succeeded").asInt(0) + active).remove("active");
        }
      }
    }
    status.completed();
    job.policy().timeToLive().ifPresent(this::expire);
  }

  private void expire(Duration timeToLive) {
    Instant end = status.time("completionTime").orElse(observed.now()).plus(timeToLive);
    if (end.isAfter(observed.now())) {
      plan.again(Duration.between(observed.now(), end));
    } else {
      plan.delete(job.object(), Json.object().put("propagationPolicy", "Background"));
    }
  }

  private void suspend() {
    pods.clean("All");
    status.replicas().forEach(each -> each.remove("active"));
    String message = job.kind().kind() + " " + job.name() + " is suspended.";
    if (status.is("Running")) {
      status.set("Running", "False", "Suspended", message);
    }
    if (!status.is("Suspended")) {
      status.now("Suspended", message);
      plan.event(job.kind().kind() + "Suspended", message);
    }
  }

  private void go() {
    if (status.is("Suspended")) {
      String message = job.kind().kind() + " " + job.name() + " is resumed.";
      status.set("Suspended", "False", "Resumed", message);
      status.started();
      plan.event(job.kind().kind() + "Resumed", message);
    }
    if (status.time("startTime").isEmpty()) {
      status.started();
    }
    Instant start = status.time("startTime").orElse(observed.now());
    var replicas = pods.byType(start);
    Optional<String> limit = limit(replicas, start);
    if (limit.isPresent()) {
      stop(replicas, limit.get());
      return;
    }
    pods.tellTrouble();
    replicas.forEach(this::replace);
    pods.complete(replicas);
    for (ReplicaPods each : replicas) {
      String type = each.spec().type();
      status.replicas(type, each.counts(job, status.restarts(type)));
    }
    outcome.judge(replicas);
  }

  /// Why the job must end now.
  private Optional<String> limit(List<ReplicaPods> replicas, Instant start) {
    var backoff = job.policy().backoffLimit();
    if (backoff.isPresent() && beyond(replicas, backoff.get())) {
      return Optional.of("it has reached the specified backoff limit");
    }
    var deadline = job.policy().deadline();
    if (deadline.isEmpty()) {
      return Optional.empty();
    }
    Instant end = start.plus(deadline.get());
    if (end.isAfter(observed.now())) {
      plan.again(Duration.between(observed.now(), end));
      return Optional.empty();
    }
    return Optional.of("it was active longer than specified deadline");
  }

  /// Containers restarted in place count until the limit is reached, as upstream; a pod that would
  /// have to be made anew may be so as often as the limit says.
  private boolean beyond(List<ReplicaPods> replicas, int limit) {
    int inPlace = replicas.stream().mapToInt(ReplicaPods::containerRestarts).sum();
    boolean again =
        replicas.stream()
            .anyMatch(each -> each.failed().stream().anyMatch(pod -> renewed(each, pod)));
    return (inPlace > 0 && inPlace >= limit) || (again && status.restarts() + inPlace >= limit);
  }

  private static boolean renewed(ReplicaPods replicas, Resource pod) {
    return !pod.deleting() && replicas.restartable(pod);
  }

  private void stop(List<ReplicaPods> replicas, String why) {
    String message = "Job " + job.name() + " has failed because " + why;
    for (ReplicaPods each : replicas) {
      String type = each.spec().type();
      status.replicas(type, each.counts(job, status.restarts(type)));
    }
    status.completed();
    status.now("Failed", message);
    plan.event(job.kind().kind() + "Failed", message);
    pods.clean(job.policy().clean().equals("All") ? "All" : "Running");
  }

  /// Ends failed pods that are to be made anew, and those that nobody wants.
  private void replace(ReplicaPods replicas) {
    replicas.beyond().forEach(pods::delete);
    String type = replicas.spec().type();
    var gone = new ArrayList<Resource>();
    for (Resource pod : replicas.failed()) {
      if (renewed(replicas, pod)) {
        Duration left = pause(pod, status.restarts(type));
        if (left.isPositive()) {
          plan.again(left);
        } else {
          gone.add(pod);
        }
      }
    }
    gone.forEach(pods::delete);
    if (!gone.isEmpty()) {
      status.replicas(type, Json.object().put("restarts", status.restarts(type) + gone.size()));
    }
    if (replicas.failed().stream().anyMatch(replicas::restartable)) {
      outcome.restarting(type);
    }
  }

  /// How long a failed pod is still left as it is: the first time not at all.
  private Duration pause(Resource pod, int restarts) {
    if (restarts == 0 || job.kind() == TrainingKind.MPI_JOB) {
      return Duration.ZERO;
    }
    var pause = Duration.ofSeconds(1L << Math.min(MOST_DOUBLINGS, restarts - 1));
    Instant due = ended(pod).plus(pause.compareTo(LONGEST_PAUSE) < 0 ? pause : LONGEST_PAUSE);
    return Duration.between(observed.now(), due);
  }

  private static Instant ended(Resource pod) {
    Instant last = pod.created();
    for (var each : pod.status().path("containerStatuses")) {
      String text = Json.text(each, "state", "terminated", "finishedAt");
      Instant end = text.isEmpty() ? last : Instant.parse(text);
      last = end.isAfter(last) ? end : last;
    }
    return last;
  }
}
