package dev.slipway.controllers.batch;

import dev.slipway.control.Resource;
import java.util.Comparator;
import java.util.List;
import tools.jackson.databind.JsonNode;

/// Deletes the oldest Jobs that ended, beyond `successfulJobsHistoryLimit` and
/// `failedJobsHistoryLimit`.
final class CronHistory {
  private CronHistory() {}

  static void trim(Resource cron, List<Resource> jobs, CronActive active) {
    trim("Complete", cron.spec().path("successfulJobsHistoryLimit"), jobs, active);
    trim("Failed", cron.spec().path("failedJobsHistoryLimit"), jobs, active);
  }

  private static void trim(String end, JsonNode limit, List<Resource> jobs, CronActive active) {
    if (!limit.isNumber()) {
      return;
    }
    var ended =
        jobs.stream()
            .filter(job -> job.isTrue(end) && !job.deleting())
            .sorted(
                Comparator.comparing((Resource job) -> job.text("status", "startTime"))
                    .thenComparing(Resource::name))
            .toList();
    ended.stream().limit(Math.max(0, ended.size() - limit.asInt())).forEach(active::delete);
  }
}
