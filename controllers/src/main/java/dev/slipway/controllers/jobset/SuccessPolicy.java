package dev.slipway.controllers.jobset;

import dev.slipway.api.jobset.JobSets;
import dev.slipway.control.Resource;
import java.util.List;
import tools.jackson.databind.JsonNode;

/// Whether enough jobs have succeeded for the set to have. Source:
/// `pkg/controllers/success_policy.go`.
record SuccessPolicy(Resource set, List<ReplicatedJob> entries) {

  boolean holds(ChildJobs jobs) {
    JsonNode targets = set.spec().path("successPolicy").path("targetReplicatedJobs");
    long succeeded =
        jobs.successful().stream()
            .filter(job -> FailurePolicy.names(targets, job.label(JobSets.REPLICATED_JOB)))
            .count();
    return succeeded >= wanted(targets);
  }

  private int wanted(JsonNode targets) {
    if (set.text("spec", "successPolicy", "operator").equals("Any")) {
      return 1;
    }
    return entries.stream()
        .filter(entry -> FailurePolicy.names(targets, entry.name()))
        .mapToInt(ReplicatedJob::replicas)
        .sum();
  }
}
