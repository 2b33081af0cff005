package dev.slipway.controllers.katib;

import dev.slipway.api.katib.Katib;
import dev.slipway.base.Json;
import dev.slipway.control.Kind;
import dev.slipway.control.Observed;
import dev.slipway.control.Plan;
import dev.slipway.control.Resource;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// One look at a trial, its job and its reports.
final class TrialStep {
  private static final List<String> ENDS =
      List.of("Succeeded", "Failed", "Killed", "EarlyStopped", "MetricsUnavailable");

  private final Resource trial;
  private final Observed observed;
  private final Observations observations;
  private final Plan plan;
  private final JsonNode spec;
  private final KatibConditions conditions;
  private final ObjectNode status;

  TrialStep(Resource trial, Observed observed, Observations observations, Plan plan) {
    this.trial = trial;
    this.observed = observed;
    this.observations = observations;
    this.plan = plan;
    this.spec = trial.spec();
    this.conditions = KatibConditions.of(trial, observed.now());
    this.status = trial.status() instanceof ObjectNode before ? before.deepCopy() : Json.object();
  }

  void run() {
    if (!conditions.has("Created")) {
      status.put("startTime", conditions.now());
      conditions.set("Created", true, "TrialCreated", "Trial is created");
    }
    Optional<Kind> kind = JobKinds.of(spec.path("runSpec"), observed);
    if (kind.isEmpty()) {
      plan.warn(
          "ReconcileError",
          "Failed to reconcile: no matches for kind \""
              + Json.text(spec, "runSpec", "kind")
              + "\" in version \""
              + Json.text(spec, "runSpec", "apiVersion")
              + "\"");
    } else {
      job(kind.get());
    }
    status.set("conditions", conditions.toJson());
    plan.status(status);
  }

  private boolean isCompleted() {
    return ENDS.stream().anyMatch(conditions::isTrue);
  }

  /// Whether its end is durable: before that its job stays, or it would be run again after a crash.
  private boolean isStored() {
    return ENDS.stream().anyMatch(trial::isTrue);
  }

  private void job(Kind kind) {
    Optional<Resource> job = observed.find(kind.key(trial.namespace(), trial.name()));
    if (job.isPresent() && !job.get().controllerUid().equals(trial.uid())) {
      if (!isCompleted()) {
        plan.warn(
            "ReconcileError",
            "Failed to reconcile: "
                + kind.qualified()
                + " \""
                + trial.name()
                + "\" already exists and is not this trial's");
      }
      return;
    }
    if (job.isEmpty() || job.get().deleting()) {
      if (job.isEmpty() && !isCompleted()) {
        create(kind);
      }
    } else if (!isCompleted()) {
      follow(job.get());
    }
    if (conditions.isTrue("EarlyStopped")) {
      observe(report());
    }
    job.filter(each -> isStored() && !each.deleting()).ifPresent(this::clear);
  }

  private void create(Kind kind) {
    if (!(spec.path("runSpec") instanceof ObjectNode written)) {
      return;
    }
    ObjectNode object = written.deepCopy();
    ObjectNode metadata = Json.ensureObject(object, "metadata");
    metadata.put("name", trial.name()).put("namespace", trial.namespace());
    ObjectNode labels = Json.ensureObject(metadata, "labels");
    String experiment = trial.label(Katib.EXPERIMENT_LABEL);
    if (!experiment.isEmpty()) {
      labels.put(Katib.EXPERIMENT_LABEL, experiment);
    }
    labels.put(Katib.TRIAL_LABEL, trial.name());
    plan.create(kind, object);
    if (observed.refusals().isEmpty()) {
      plan.event("JobCreated", "Job " + trial.name() + " has been created");
    }
  }

  private void follow(Resource job) {
    JobOutcome outcome = JobOutcome.of(job.tree(), spec);
    Observations.Report report = report();
    if (report.stoppedEarly() && report.complete()) {
      observe(report);
      conditions.end("Running");
      end("EarlyStopped", "TrialEarlyStopped", "Trial is early stopped");
      plan.event("TrialEarlyStopped", "Trial is early stopped");
      return;
    }
    switch (outcome.state()) {
      case FAILED -> failed(job, outcome);
      case SUCCEEDED -> succeeded(job, outcome, report);
      case RUNNING -> {
        if (conditions.set("Running", true, "TrialRunning", "Trial is running")) {
          plan.event("JobRunning", "Job " + job.name() + " is running");
        }
      }
    }
  }

  private Observations.Report report() {
    return observations.of(trial.namespace(), trial.name());
  }

  private void observe(Observations.Report report) {
    if (!report.logs().isEmpty()) {
      status.set("observation", Summary.of(spec.path("objective"), report));
    }
  }

  private void end(String type, String reason, String message) {
    conditions.end("Running");
    conditions.set(type, true, reason, message);
    status.put("completionTime", conditions.now());
  }

  private void failed(Resource job, JobOutcome outcome) {
    end("Failed", outcome.reason("TrialFailed"), outcome.message("Trial has failed"));
    String why = (outcome.message() + " " + outcome.reason()).strip();
    plan.event(
        "JobFailed", "Job " + job.name() + " has failed" + (why.isEmpty() ? "" : ". " + why));
  }

  /// A job that is done counts once all it reported has been read.
  private void succeeded(Resource job, JobOutcome outcome, Observations.Report report) {
    if (!report.complete()) {
      return;
    }
    observe(report);
    if (Summary.isAvailable(spec.path("objective"), status.path("observation"))) {
      end("Succeeded", outcome.reason("TrialSucceeded"), outcome.message("Trial has succeeded"));
      plan.event("JobSucceeded", "Job " + job.name() + " has succeeded");
      return;
    }
    observations.unavailable(
        trial.namespace(), trial.name(), Json.text(spec, "objective", "objectiveMetricName"));
    observe(report());
    end(
        "MetricsUnavailable",
        outcome.reason("MetricsUnavailable"),
        outcome.message("Metrics are not available"));
    plan.warn("MetricsUnavailable", "Metrics are not available for Job " + job.name());
  }

  private void clear(Resource job) {
    if (!spec.path("retainRun").asBoolean(false)) {
      plan.delete(job, Json.object().put("propagationPolicy", "Foreground"));
      plan.event("JobDeleted", "Job " + job.name() + " has been deleted");
    }
  }
}
