package dev.slipway.controllers.jobset;

import dev.slipway.api.jobset.JobSets;
import dev.slipway.base.Json;
import dev.slipway.control.Kind;
import dev.slipway.control.Kinds;
import dev.slipway.control.Observed;
import dev.slipway.control.Plan;
import dev.slipway.control.Reconciler;
import dev.slipway.control.Resource;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// Keeps the jobs of a set: makes them in their order, starts all of them again when one fails, and
/// says when the set has succeeded or failed.
///
/// Source: `reconcile` in `pkg/controllers/jobset_controller.go`.
public final class JobSetReconciler implements Reconciler {
  public static final Kind JOB_SET =
      Kind.namespaced(JobSets.GROUP, "v1alpha2", "JobSet", "jobsets");

  @Override
  public Kind kind() {
    return JOB_SET;
  }

  @Override
  public Set<Kind> children() {
    return Set.of(Kinds.JOB, Kinds.SERVICE, Kinds.CLAIM);
  }

  @Override
  public String name() {
    return "jobset-controller";
  }

  @Override
  public Plan plan(Resource set, Observed observed) {
    var plan = new Plan().spare(Kinds.JOB).spare(Kinds.SERVICE).spare(Kinds.CLAIM);
    String manager = set.text("spec", "managedBy");
    if (!set.deleting() && (manager.isEmpty() || manager.equals(JobSets.CONTROLLER))) {
      new Step(set, observed, plan).run();
    }
    return plan;
  }

  /// One look at a set and its jobs: what may happen now.
  private static final class Step {
    private final Resource set;
    private final Observed observed;
    private final Plan plan;
    private final JobSetStatus status;
    private final List<ReplicatedJob> entries;
    private final ChildJobs jobs;
    private final Map<String, JobCounts> counts;
    private final boolean suspended;
    private final boolean inOrder;

    Step(Resource set, Observed observed, Plan plan) {
      this.set = set;
      this.observed = observed;
      this.plan = plan;
      this.status = new JobSetStatus(set, observed.now(), plan);
      this.entries = ReplicatedJob.all(set.spec());
      this.jobs = ChildJobs.of(observed.children(Kinds.JOB), status.restarts());
      this.counts = JobCounts.of(entries, jobs);
      this.suspended = set.spec().path("suspend").asBoolean(false);
      this.inOrder = set.text("spec", "startupPolicy", "startupPolicyOrder").equals("InOrder");
    }

    void run() {
      status.counts(counts);
      if (set.isTrue(JobSetStatus.COMPLETED) || set.isTrue(JobSetStatus.FAILED)) {
        jobs.active().forEach(this::delete);
        expire();
      } else {
        goOn();
      }
      plan.status(status.toJson());
    }

    private void goOn() {
      jobs.previous().forEach(this::delete);
      if (!suspended && allReady()) {
        status.allReady();
      }
      if (!jobs.failed().isEmpty()) {
        new FailurePolicy(set, jobs, status, plan).execute();
        return;
      }
      if (!jobs.successful().isEmpty() && new SuccessPolicy(set, entries).holds(jobs)) {
        status.completed();
        return;
      }
      var desired = new JobDesired(set, entries, status.restarts());
      network(desired);
      claims(desired);
      create(desired);
      if (suspended) {
        jobs.active().stream().filter(job -> !ChildJobs.suspended(job)).forEach(this::suspend);
        status.suspended();
      } else {
        resume();
      }
    }

    /// A job that is on its way out is made anew once it is gone.
    private void delete(Resource job) {
      if (!job.deleting()) {
        plan.delete(job, foreground());
      }
    }

    private static ObjectNode foreground() {
      return Json.object().put("propagationPolicy", "Foreground");
    }

    private boolean allReady() {
      int wanted = entries.stream().mapToInt(ReplicatedJob::replicas).sum();
      return counts.values().stream().mapToInt(each -> each.ready() + each.succeeded()).sum()
          == wanted;
    }

    /// Deletes a finished set once it has been there for long enough.
    private void expire() {
      JsonNode ttl = set.spec().path("ttlSecondsAfterFinished");
      if (!ttl.isNumber()) {
        return;
      }
      var left =
          Duration.between(observed.now(), finishedAt().plus(Duration.ofSeconds(ttl.asInt())));
      if (left.isPositive()) {
        plan.again(left);
      } else {
        plan.delete(set, foreground());
      }
    }

    private Instant finishedAt() {
      String type =
          set.isTrue(JobSetStatus.COMPLETED) ? JobSetStatus.COMPLETED : JobSetStatus.FAILED;
      try {
        return Instant.parse(Json.text(set.conditionNode(type), "lastTransitionTime"));
      } catch (DateTimeParseException _) {
        return observed.now();
      }
    }

    private void network(JobDesired desired) {
      String name = JobSets.subdomain(set.name(), set.spec());
      if (desired.namesPods()
          && observed.find(Kinds.SERVICE.key(set.namespace(), name)).isEmpty()) {
        plan.create(Kinds.SERVICE, desired.service());
      }
    }

    private void claims(JobDesired desired) {
      for (JsonNode policy : set.spec().path("volumeClaimPolicies")) {
        boolean kept = Json.text(policy, "retentionPolicy", "whenDeleted").equals("Retain");
        for (JsonNode template : policy.path("templates")) {
          ObjectNode claim = desired.claim(template);
          String name = Json.text(claim, "metadata", "name");
          if (observed.find(Kinds.CLAIM.key(set.namespace(), name)).isPresent()) {
            continue;
          }
          if (kept) {
            plan.keepUnowned(Kinds.CLAIM, claim);
          } else {
            plan.create(Kinds.CLAIM, claim);
          }
        }
      }
    }

    private void create(JobDesired desired) {
      for (ReplicatedJob entry : entries) {
        if (!dependenciesMet(entry) || (!suspended && inOrder && started(entry))) {
          continue;
        }
        createMissing(entry, desired);
        if (!suspended && inOrder) {
          status.starting();
          return;
        }
      }
      if (!suspended && inOrder) {
        status.started();
      }
    }

    private void createMissing(ReplicatedJob entry, JobDesired desired) {
      boolean blocking =
          set.text("spec", "failurePolicy", "restartStrategy").equals("BlockingRecreate");
      if (blocking && !jobs.previous().isEmpty()) {
        return;
      }
      for (int index = 0; index < entry.replicas(); index++) {
        if (!jobs.has(JobSets.job(set.name(), entry.name(), index))) {
          plan.create(Kinds.JOB, desired.job(entry, index));
        }
      }
    }

    private boolean started(ReplicatedJob entry) {
      return count(entry.name()).started() == entry.replicas();
    }

    private JobCounts count(String name) {
      return counts.getOrDefault(name, new JobCounts(0, 0, 0, 0, 0));
    }

    /// Whether everything an entry depends on is as far as it asks.
    private boolean dependenciesMet(ReplicatedJob entry) {
      return entry.dependsOn().entrySet().stream()
          .allMatch(
              each -> {
                int wanted =
                    entries.stream()
                        .filter(other -> other.name().equals(each.getKey()))
                        .mapToInt(ReplicatedJob::replicas)
                        .sum();
                JobCounts count = count(each.getKey());
                return wanted
                    == (each.getValue().equals("Complete") ? count.succeeded() : count.started());
              });
    }

    private void suspend(Resource job) {
      plan.change(job.key(), "", Json.parseObject("{\"spec\":{\"suspend\":true}}"));
    }

    private void resume() {
      for (ReplicatedJob entry : entries) {
        if (!dependenciesMet(entry) || (inOrder && started(entry))) {
          continue;
        }
        jobs.active().stream()
            .filter(job -> job.label(JobSets.REPLICATED_JOB).equals(entry.name()))
            .filter(ChildJobs::suspended)
            .forEach(job -> new Resumption(job, entry.podTemplate()).plan(plan));
        if (inOrder) {
          status.starting();
          return;
        }
      }
      status.resumed();
    }
  }
}
