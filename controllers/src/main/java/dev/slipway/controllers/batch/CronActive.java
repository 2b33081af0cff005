package dev.slipway.controllers.batch;

import dev.slipway.base.Json;
import dev.slipway.control.Plan;
import dev.slipway.control.Resource;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import tools.jackson.databind.node.ObjectNode;

/// `status` of a CronJob: the Jobs at work, the last run, the last success; as it was, and brought
/// up
/// to date with the Jobs that are there.
final class CronActive {
  private final Resource cron;
  private final Map<String, Resource> jobs;
  private final Plan plan;
  private final Map<String, ObjectNode> active = new LinkedHashMap<>();
  private Optional<Instant> lastRun;
  private Optional<Instant> lastSuccess;

  private CronActive(Resource cron, Map<String, Resource> jobs, Plan plan) {
    this.cron = cron;
    this.jobs = jobs;
    this.plan = plan;
    for (var each : cron.at("status", "active")) {
      if (each instanceof ObjectNode reference) {
        active.put(Json.text(each, "uid"), reference.deepCopy());
      }
    }
    this.lastRun = instant(cron, "lastScheduleTime");
    this.lastSuccess = instant(cron, "lastSuccessfulTime");
  }

  static CronActive of(Resource cron, List<Resource> jobs, Plan plan) {
    Map<String, Resource> byUid =
        jobs.stream()
            .collect(
                Collectors.toMap(Resource::uid, job -> job, (one, _) -> one, LinkedHashMap::new));
    var found = new CronActive(cron, byUid, plan);
    jobs.forEach(found::look);
    return found;
  }

  private static Optional<Instant> instant(Resource object, String field) {
    var text = object.text("status", field);
    return text.isEmpty() ? Optional.empty() : Optional.of(Instant.parse(text));
  }

  private void look(Resource job) {
    var end = JobConditions.end(job);
    if (end.isEmpty()) {
      welcome(job);
    } else if (active.remove(job.uid()) != null) {
      plan.event(
          "SawCompletedJob",
          "Saw completed job: " + job.name() + ", condition: " + Json.text(end.get(), "type"));
    } else {
      made(job);
    }
    if (job.isTrue("Complete")) {
      instant(job, "completionTime")
          .filter(at -> lastSuccess.isEmpty() || at.isAfter(lastSuccess.get()))
          .ifPresent(at -> lastSuccess = Optional.of(at));
    }
  }

  /// A Job at work that is not in the list: one that was made by the plan before, or somebody
  /// else's.
  private void welcome(Resource job) {
    if (active.containsKey(job.uid()) || job.deleting()) {
      return;
    }
    if (made(job)) {
      active.put(job.uid(), reference(job));
    } else {
      plan.warn(
          "UnexpectedJob", "Saw a job that the controller did not create or forgot: " + job.name());
    }
  }

  /// Takes note of a run that was begun and not yet written down.
  ///
  /// @return whether the Job is such a run
  private boolean made(Resource job) {
    var run =
        CronStep.runOf(cron, job).filter(at -> lastRun.isEmpty() || at.isAfter(lastRun.get()));
    run.ifPresent(at -> lastRun = Optional.of(at));
    return run.isPresent();
  }

  private static ObjectNode reference(Resource job) {
    return Json.object()
        .put("apiVersion", job.kind().apiVersion())
        .put("kind", job.kind().kind())
        .put("name", job.name())
        .put("namespace", job.namespace())
        .put("resourceVersion", job.resourceVersion())
        .put("uid", job.uid());
  }

  void forgetMissing() {
    active
        .entrySet()
        .removeIf(
            each -> {
              boolean missing = !jobs.containsKey(each.getKey());
              if (missing) {
                plan.event(
                    "MissingJob", "Active job went missing: " + Json.text(each.getValue(), "name"));
              }
              return missing;
            });
  }

  boolean isEmpty() {
    return active.isEmpty();
  }

  Optional<Instant> lastRun() {
    return lastRun;
  }

  /// Ends those at work.
  void endAll() {
    jobs.values().stream().filter(job -> active.containsKey(job.uid())).forEach(this::end);
    active.clear();
  }

  void delete(Resource job) {
    active.remove(job.uid());
    end(job);
  }

  private void end(Resource job) {
    plan.delete(job, Json.object().put("propagationPolicy", "Background"));
  }

  ObjectNode status() {
    var status = Json.object();
    if (!active.isEmpty()) {
      active.values().forEach(status.putArray("active")::add);
    }
    lastRun.ifPresent(at -> status.put("lastScheduleTime", text(at)));
    lastSuccess.ifPresent(at -> status.put("lastSuccessfulTime", text(at)));
    return status;
  }

  private static String text(Instant time) {
    return time.truncatedTo(ChronoUnit.SECONDS).toString();
  }
}
