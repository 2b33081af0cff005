package dev.slipway.controllers.batch;

import dev.slipway.base.Json;
import dev.slipway.control.Observed;
import dev.slipway.control.Plan;
import dev.slipway.control.Resource;
import dev.slipway.controllers.apps.Pods;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.node.ObjectNode;

/// One look at a Job that goes on: who counts, whether it is to end, which pods come and go, and
/// what its status says of that.
///
/// Source: `pkg/controller/job/job_controller.go`, `syncJob`.
final class JobStep {
  private final Resource job;
  private final JobSpec spec;
  private final JobCount count;
  private final Observed observed;
  private final Plan plan;
  private final JobConditions conditions;
  private final JobCrew crew;
  private Optional<Instant> started;
  private Optional<Instant> completed = Optional.empty();

  JobStep(Resource job, List<Resource> pods, Observed observed, Plan plan) {
    this.job = job;
    this.spec = JobSpec.of(job);
    this.count = JobCount.of(job, spec, pods);
    this.observed = observed;
    this.plan = plan;
    this.conditions = new JobConditions(job, observed.now());
    this.crew = new JobCrew(count, observed, plan);
    var stored = job.text("status", "startTime");
    this.started = stored.isEmpty() ? Optional.empty() : Optional.of(Instant.parse(stored));
  }

  void run() {
    if (started.isEmpty() && !spec.suspended()) {
      started = Optional.of(observed.now());
    }
    var verdict = Verdict.of(count, conditions, started, observed.now());
    if (verdict.isPresent()) {
      crew.endAll();
    } else {
      if (!job.deleting()) {
        crew.adjust();
      }
      verdict = enough();
      if (verdict.isEmpty() && !job.deleting()) {
        standOrGo();
      }
    }
    if (verdict.isEmpty()) {
      Verdict.deadline(spec, started, observed.now()).ifPresent(plan::again);
    }
    boolean news = verdict.map(this::announce).orElse(false);
    var ledger = new JobLedger(count, verdict);
    ledger.run(news, plan);
    if (!news && verdict.isPresent() && ledger.isClosed() && terminating() == 0) {
      end(verdict.get(), ledger);
    }
    plan.status(status(ledger));
  }

  /// All completions there are, and none at work any more.
  private Optional<Verdict> enough() {
    int succeeded = count.succeededTotal();
    boolean enough =
        spec.completions().isEmpty() ? succeeded > 0 : succeeded >= spec.completions().getAsInt();
    return enough && active() == 0 ? Optional.of(Verdict.COMPLETIONS) : Optional.empty();
  }

  private void standOrGo() {
    if (spec.suspended()) {
      if (conditions.set("Suspended", true, "JobSuspended", "Job suspended")) {
        plan.event("Suspended", "Job suspended");
      }
    } else if (conditions.set("Suspended", false, "JobResumed", "Job resumed")) {
      plan.event("Resumed", "Job resumed");
      started = Optional.of(observed.now());
    }
  }

  /// @return whether the status did not say so before
  private boolean announce(Verdict verdict) {
    return conditions.set(
        verdict.success() ? Verdict.MET : Verdict.TARGET,
        true,
        verdict.reason(),
        verdict.message());
  }

  private void end(Verdict verdict, JobLedger ledger) {
    conditions.set(
        verdict.success() ? "Complete" : "Failed", true, verdict.reason(), verdict.message());
    if (!verdict.success()) {
      plan.warn(verdict.reason(), verdict.message());
      return;
    }
    completed = Optional.of(observed.now());
    if (spec.completions().isPresent() && ledger.succeeded() > spec.completions().getAsInt()) {
      plan.warn(
          "TooManySucceededPods", "Too many succeeded pods running after completion count reached");
    }
    plan.event("Completed", "Job completed");
  }

  /// As it will be once the plan is applied; where the API refuses pods, as it is.
  private int active() {
    boolean refused = observed.refusals().stream().anyMatch(each -> each.verb().equals("create"));
    return count.active().size() - crew.ended().size() + (refused ? 0 : crew.made());
  }

  private int terminating() {
    return count.terminating().size() + crew.ended().size();
  }

  private ObjectNode status(JobLedger ledger) {
    var status = Json.object();
    JobLedger.number(status, "active", active());
    long endedReady = crew.ended().stream().filter(Pods::ready).count();
    status.put("ready", (int) (count.active().stream().filter(Pods::ready).count() - endedReady));
    status.put("terminating", terminating());
    ledger.into(status);
    started.ifPresent(at -> status.put("startTime", text(at)));
    completed.ifPresent(at -> status.put("completionTime", text(at)));
    conditions.into(status);
    return status;
  }

  private static String text(Instant time) {
    return time.truncatedTo(ChronoUnit.SECONDS).toString();
  }
}
