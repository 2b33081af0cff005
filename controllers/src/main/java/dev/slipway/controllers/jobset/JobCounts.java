package dev.slipway.controllers.jobset;

import dev.slipway.api.jobset.JobSets;
import dev.slipway.base.Json;
import dev.slipway.control.Resource;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.node.ArrayNode;

/// What `status.replicatedJobsStatus` says of one entry: how many of its jobs are how far.
record JobCounts(int ready, int succeeded, int failed, int active, int suspended) {
  private static final JobCounts NONE = new JobCounts(0, 0, 0, 0, 0);

  static Map<String, JobCounts> of(List<ReplicatedJob> entries, ChildJobs jobs) {
    var counts = new LinkedHashMap<String, JobCounts>();
    entries.forEach(entry -> counts.put(entry.name(), NONE));
    jobs.active().forEach(job -> count(counts, job, active(job)));
    jobs.successful().forEach(job -> count(counts, job, new JobCounts(0, 1, 0, 0, 0)));
    jobs.failed().forEach(job -> count(counts, job, new JobCounts(0, 0, 1, 0, 0)));
    return counts;
  }

  private static JobCounts active(Resource job) {
    return new JobCounts(
        ChildJobs.ready(job) ? 1 : 0,
        0,
        0,
        job.status().path("active").asInt(0) > 0 ? 1 : 0,
        ChildJobs.suspended(job) ? 1 : 0);
  }

  private static void count(Map<String, JobCounts> counts, Resource job, JobCounts one) {
    counts.computeIfPresent(job.label(JobSets.REPLICATED_JOB), (_, sum) -> sum.plus(one));
  }

  private JobCounts plus(JobCounts other) {
    return new JobCounts(
        ready + other.ready,
        succeeded + other.succeeded,
        failed + other.failed,
        active + other.active,
        suspended + other.suspended);
  }

  /// Jobs that have started, whatever became of them.
  int started() {
    return ready + succeeded + failed;
  }

  /// As the status holds them: by name, the last first.
  static ArrayNode toJson(Map<String, JobCounts> counts) {
    ArrayNode all = Json.array();
    counts.entrySet().stream()
        .sorted(Map.Entry.<String, JobCounts>comparingByKey(Comparator.reverseOrder()))
        .forEach(
            each ->
                all.addObject()
                    .put("name", each.getKey())
                    .put("ready", each.getValue().ready)
                    .put("succeeded", each.getValue().succeeded)
                    .put("failed", each.getValue().failed)
                    .put("active", each.getValue().active)
                    .put("suspended", each.getValue().suspended));
    return all;
  }
}
