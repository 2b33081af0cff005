package dev.slipway.controllers.jobset;

import dev.slipway.api.jobset.JobSets;
import dev.slipway.base.Json;
import dev.slipway.control.Resource;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;

/// The jobs of a set, by what became of them.
///
/// @param active neither complete nor failed
/// @param previous of an earlier start of the set; they are to go
record ChildJobs(
    List<Resource> active,
    List<Resource> successful,
    List<Resource> failed,
    List<Resource> previous) {

  /// @param restarts how often the set has been started again
  static ChildJobs of(List<Resource> jobs, int restarts) {
    var sorted =
        new ChildJobs(new ArrayList<>(), new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
    for (Resource job : jobs) {
      sorted.placeOf(job, restarts).add(job);
    }
    return sorted;
  }

  private List<Resource> placeOf(Resource job, int restarts) {
    if (attempt(job) < restarts) {
      return previous;
    }
    if (job.isTrue("Complete")) {
      return successful;
    }
    return job.isTrue("Failed") ? failed : active;
  }

  /// The start a job belongs to; one that does not say is of none.
  private static int attempt(Resource job) {
    try {
      return Integer.parseInt(job.label(JobSets.RESTART_ATTEMPT));
    } catch (NumberFormatException _) {
      return -1;
    }
  }

  boolean has(String name) {
    return Stream.of(active, successful, failed, previous)
        .flatMap(List::stream)
        .anyMatch(job -> job.name().equals(name));
  }

  /// The failed job that failed first.
  Resource firstFailed() {
    return first(failed);
  }

  /// The one of some failed jobs that failed first; they must not be none.
  static Resource first(List<Resource> failed) {
    Resource first = failed.getFirst();
    for (Resource job : failed) {
      if (failedAt(job).compareTo(failedAt(first)) < 0) {
        first = job;
      }
    }
    return first;
  }

  private static String failedAt(Resource job) {
    return Json.text(job.conditionNode("Failed"), "lastTransitionTime");
  }

  static boolean suspended(Resource job) {
    return job.spec().path("suspend").asBoolean(false);
  }

  /// How many pods a job runs at once at most.
  private static int pods(Resource job) {
    int parallelism = job.spec().path("parallelism").asInt(1);
    JsonNode completions = job.spec().path("completions");
    return completions.isNumber() ? Math.min(parallelism, completions.asInt()) : parallelism;
  }

  /// Whether all of an active job's pods are ready or have succeeded.
  static boolean ready(Resource job) {
    int done = job.status().path("succeeded").asInt(0) + job.status().path("ready").asInt(0);
    return done >= pods(job);
  }
}
