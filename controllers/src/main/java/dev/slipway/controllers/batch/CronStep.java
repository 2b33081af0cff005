package dev.slipway.controllers.batch;

import dev.slipway.base.Json;
import dev.slipway.control.Kinds;
import dev.slipway.control.Observed;
import dev.slipway.control.Plan;
import dev.slipway.control.Resource;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Optional;
import tools.jackson.databind.node.ObjectNode;

/// One look at a CronJob whose schedule can be read: is a run due, and may it begin?
///
/// A run's Job is named after the run. It is made by one plan and written down by the next, which
/// finds it by that name; so a run begins once, whatever ends the controller in between.
final class CronStep {
  static final String SCHEDULED = "batch.kubernetes.io/cronjob-scheduled-timestamp";
  private static final DateTimeFormatter RFC1123 =
      DateTimeFormatter.ofPattern("EEE, dd MMM yyyy HH:mm:ss Z", Locale.ROOT)
          .withZone(ZoneOffset.UTC);

  private final Resource cron;
  private final CronSchedule schedule;
  private final Observed observed;
  private final CronActive active;
  private final Plan plan;

  CronStep(Resource cron, CronSchedule schedule, Observed observed, CronActive active, Plan plan) {
    this.cron = cron;
    this.schedule = schedule;
    this.observed = observed;
    this.active = active;
    this.plan = plan;
  }

  /// @throws IllegalArgumentException for a schedule that never comes
  void run() {
    var now = observed.now();
    var since = active.lastRun().orElse(cron.created());
    plan.again(CronRuns.untilNext(schedule, since, now));
    var runs = CronRuns.of(schedule, since, deadline(), now);
    if (runs.latest().isEmpty()) {
      return;
    }
    if (runs.missed() > CronRuns.MANY) {
      plan.warn(
          "TooManyMissedTimes",
          "too many missed start times. Set or decrease .spec.startingDeadlineSeconds or check"
              + " clock skew");
    }
    due(runs.latest().get(), now);
  }

  private Optional<Duration> deadline() {
    var seconds = cron.spec().path("startingDeadlineSeconds");
    return seconds.isNumber()
        ? Optional.of(Duration.ofSeconds(seconds.asLong()))
        : Optional.empty();
  }

  private void due(Instant run, Instant now) {
    if (deadline().filter(late -> run.plus(late).isBefore(now)).isPresent()) {
      plan.warn("MissSchedule", "Missed scheduled time to start a job: " + RFC1123.format(run));
      return;
    }
    if (active.lastRun().filter(run::equals).isPresent()) {
      return;
    }
    var policy = cron.text("spec", "concurrencyPolicy");
    if (policy.equals("Forbid") && !active.isEmpty()) {
      plan.event(
          "JobAlreadyActive",
          "Not starting job because prior execution is running and concurrency policy is Forbid");
      return;
    }
    if (policy.equals("Replace")) {
      active.endAll();
    }
    plan.create(Kinds.JOB, job(run));
  }

  private ObjectNode job(Instant run) {
    var template = cron.spec().path("jobTemplate");
    var job = Json.object().put("apiVersion", "batch/v1").put("kind", "Job");
    var metadata = job.putObject("metadata");
    metadata.put("name", jobName(cron, run)).put("namespace", cron.namespace());
    if (Json.at(template, "metadata", "labels") instanceof ObjectNode labels) {
      metadata.set("labels", labels.deepCopy());
    }
    var annotations = metadata.putObject("annotations");
    Json.strings(template, "metadata", "annotations").forEach(annotations::put);
    annotations.put(SCHEDULED, stamp(run));
    job.set("spec", template.path("spec").deepCopy());
    return job;
  }

  private String stamp(Instant run) {
    var named = cron.text("spec", "timeZone");
    var zone = named.isEmpty() ? ZoneOffset.UTC : ZoneId.of(named);
    return DateTimeFormatter.ISO_OFFSET_DATE_TIME.format(
        run.atZone(zone).toOffsetDateTime().withNano(0));
  }

  static String jobName(Resource cron, Instant run) {
    return cron.name() + "-" + Math.floorDiv(run.getEpochSecond(), 60L);
  }

  /// The run that a Job was made for; empty for one that was made otherwise.
  static Optional<Instant> runOf(Resource cron, Resource job) {
    try {
      var run = OffsetDateTime.parse(job.annotation(SCHEDULED)).toInstant();
      return job.name().equals(jobName(cron, run)) ? Optional.of(run) : Optional.empty();
    } catch (DateTimeException _) {
      return Optional.empty();
    }
  }
}
