package dev.slipway.apiserver.builtin.batch;

import dev.slipway.apiserver.builtin.Defaults;
import dev.slipway.apiserver.builtin.Field;
import dev.slipway.apiserver.builtin.KindStrategy;
import dev.slipway.apiserver.builtin.NameRules;
import dev.slipway.apiserver.builtin.Problems;
import dev.slipway.apiserver.builtin.core.PodDefaults;
import dev.slipway.apiserver.resource.Strategy;
import dev.slipway.base.Json;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// Behaviours of batch/v1, by kind.
///
/// Sources: `pkg/apis/batch/v1/defaults.go`, `pkg/registry/batch/job/strategy.go`.
public final class BatchStrategies {
  private BatchStrategies() {}

  public static Map<String, Strategy> byKind() {
    return Map.of("Job", new Jobs(), "CronJob", new CronJobs());
  }

  /// Jobs. A new one gets its selector and labels from its uid and name, which it has by then.
  private static final class Jobs extends KindStrategy {
    /// What may change while a job is suspended and has not started.
    private static final List<String> SCHEDULING =
        List.of("nodeSelector", "tolerations", "schedulingGates");

    @Override
    protected void fill(ObjectNode job) {
      ObjectNode spec = Defaults.object(job, "spec");
      if (Defaults.lacks(spec, "completions") && Defaults.lacks(spec, "parallelism")) {
        spec.put("completions", 1);
      }
      Defaults.number(spec, "parallelism", 1);
      boolean perIndex = !Defaults.lacks(spec, "backoffLimitPerIndex");
      Defaults.number(spec, "backoffLimit", perIndex ? Integer.MAX_VALUE : 6);
      Defaults.text(spec, "completionMode", "NonIndexed");
      Defaults.flag(spec, "suspend", false);
      boolean policy = !Defaults.lacks(spec, "podFailurePolicy");
      Defaults.text(spec, "podReplacementPolicy", policy ? "Failed" : "TerminatingOrFailed");
      Defaults.flag(spec, "manualSelector", false);
      failurePatterns(spec);
      ObjectNode template = Defaults.object(spec, "template");
      PodDefaults.template(template);
      labelsFromTemplate(job, template);
    }

    private static void labelsFromTemplate(ObjectNode job, ObjectNode template) {
      JsonNode labels = template.path("metadata").path("labels");
      ObjectNode metadata = Defaults.object(job, "metadata");
      if (labels.isObject() && !labels.isEmpty() && metadata.path("labels").isEmpty()) {
        metadata.set("labels", labels.deepCopy());
      }
    }

    @Override
    protected void begin(ObjectNode job) {
      ObjectNode spec = Json.ensureObject(job, "spec");
      String uid = Json.text(job, "metadata", "uid");
      if (spec.path("manualSelector").asBoolean(false) || uid.isEmpty()) {
        return;
      }
      ObjectNode labels = Json.ensureObject(spec, "template", "metadata", "labels");
      String name = Json.text(job, "metadata", "name");
      label(labels, JobRules.OLD_UID_LABEL, uid);
      label(labels, JobRules.UID_LABEL, uid);
      label(labels, JobRules.OLD_NAME_LABEL, name);
      label(labels, JobRules.NAME_LABEL, name);
      if (Defaults.lacks(spec, "selector")) {
        spec.putObject("selector").putObject("matchLabels").put(JobRules.UID_LABEL, uid);
      } else {
        ObjectNode selector = Json.ensureObject(spec, "selector", "matchLabels");
        label(selector, JobRules.UID_LABEL, uid);
      }
      labelsFromTemplate(job, Json.ensureObject(spec, "template"));
    }

    /// A label the user set to something else is left for the rules to refuse.
    private static void label(ObjectNode labels, String key, String value) {
      if (!labels.has(key) && value.length() <= 63) {
        labels.put(key, value);
      }
    }

    @Override
    protected void judge(Field job, Problems problems) {
      JobRules.job(job, problems);
    }

    @Override
    protected void judgeNew(Field job, Problems problems) {
      Field spec = job.at("spec");
      String name = job.at("metadata").text("name");
      long last = spec.at("completions").number(1) - 1;
      if (spec.text("completionMode").equals("Indexed") && last >= 0) {
        for (String each : NameRules.LABEL.check(name + "-" + last, false)) {
          problems.invalid(
              job.at("metadata", "name"),
              "will not able to create pod with invalid DNS label: "
                  + name
                  + "-"
                  + last
                  + ": "
                  + each);
        }
      }
    }

    @Override
    protected void judgeChange(Field job, Field old, Problems problems) {
      Field spec = job.at("spec");
      Field before = old.at("spec");
      completions(spec, before, problems);
      for (String each :
          List.of(
              "selector",
              "completionMode",
              "podFailurePolicy",
              "backoffLimitPerIndex",
              "managedBy",
              "successPolicy")) {
        problems.immutable(spec.at(each), before.at(each));
      }
      template(spec, old, problems);
    }

    /// An Indexed job grows and shrinks by both numbers at once.
    private static void completions(Field spec, Field before, Problems problems) {
      Field completions = spec.at("completions");
      if (completions.sameAs(before.at("completions"))) {
        return;
      }
      if (!spec.text("completionMode").equals("Indexed")) {
        problems.invalid(completions, "field is immutable");
      } else if (completions.present()
          && completions.number(-1) != spec.at("parallelism").number(-2)) {
        problems.invalid(completions, "can only be modified in tandem with spec.parallelism");
      }
    }

    private static void template(Field spec, Field old, Problems problems) {
      Field now = spec.at("template");
      Field before = old.at("spec", "template");
      boolean waits = old.at("spec", "suspend").isTrue() && !old.at(STATUS, "startTime").present();
      boolean same = waits ? unscheduled(now).equals(unscheduled(before)) : now.sameAs(before);
      if (!same) {
        problems.invalid(now, "field is immutable");
      }
    }

    /// The template without what a queueing system may still decide: of affinities that to nodes
    /// alone.
    private static ObjectNode unscheduled(Field template) {
      ObjectNode copy =
          template.value() instanceof ObjectNode object ? object.deepCopy() : Json.object();
      ObjectNode spec = Json.ensureObject(copy, "spec");
      spec.remove(SCHEDULING);
      if (spec.path("affinity") instanceof ObjectNode affinity) {
        affinity.remove("nodeAffinity");
        if (affinity.isEmpty()) {
          spec.remove("affinity");
        }
      }
      ObjectNode metadata = Json.ensureObject(copy, "metadata");
      metadata.remove("annotations");
      metadata.remove("labels");
      return copy;
    }

    @Override
    protected void judgeStatus(Field job, Field old, Problems problems) {
      for (String each : List.of("active", "succeeded", "failed", "ready", "terminating")) {
        problems.notNegative(job.at(STATUS, each));
      }
      Field complete = condition(job, "Complete");
      Field failed = condition(job, "Failed");
      if (complete.present() && failed.present()) {
        problems.invalid(
            job.at(STATUS, "conditions"), "cannot set Complete=True and Failed=true conditions");
      }
      boolean done = condition(old, "Complete").present();
      if (done && !complete.present()) {
        problems.invalid(
            job.at(STATUS, "conditions"), "cannot disable the terminal Complete=True condition");
      }
      if (condition(old, "Failed").present() && !failed.present()) {
        problems.invalid(
            job.at(STATUS, "conditions"), "cannot disable the terminal Failed=True condition");
      }
    }

    private static Field condition(Field job, String type) {
      return job.at(STATUS).items("conditions").stream()
          .filter(each -> each.text("type").equals(type) && each.text("status").equals("True"))
          .findFirst()
          .orElse(job.at("absent"));
    }
  }

  private static final class CronJobs extends KindStrategy {
    @Override
    protected void fill(ObjectNode cronJob) {
      ObjectNode spec = Defaults.object(cronJob, "spec");
      Defaults.text(spec, "concurrencyPolicy", "Allow");
      Defaults.flag(spec, "suspend", false);
      Defaults.number(spec, "successfulJobsHistoryLimit", 3);
      Defaults.number(spec, "failedJobsHistoryLimit", 1);
      ObjectNode job = Json.ensureObject(spec, "jobTemplate", "spec");
      failurePatterns(job);
      PodDefaults.template(Defaults.object(job, "template"));
    }

    @Override
    protected void judge(Field cronJob, Problems problems) {
      Field spec = cronJob.at("spec");
      schedule(spec, problems);
      problems.notNegative(spec.at("startingDeadlineSeconds"));
      problems.exactlyOneOf(spec.at("concurrencyPolicy"), List.of("Allow", "Forbid", "Replace"));
      Field job = spec.at("jobTemplate", "spec");
      JobRules.common(job, problems);
      if (job.at("selector").present()) {
        problems.invalid(job.at("selector"), "`selector` will be auto-generated");
      }
      if (job.at("manualSelector").isTrue()) {
        problems.notSupported(job.at("manualSelector"), List.of("nil", "false"));
      }
      problems.notNegative(spec.at("successfulJobsHistoryLimit"));
      problems.notNegative(spec.at("failedJobsHistoryLimit"));
    }

    private static void schedule(Field spec, Problems problems) {
      Field schedule = spec.at("schedule");
      Field zone = spec.at("timeZone");
      if (problems.demand(schedule)) {
        CronSchedule.wrong(schedule.text()).ifPresent(each -> problems.invalid(schedule, each));
        if (schedule.text().contains("TZ")) {
          problems.invalid(
              schedule,
              zone.present()
                  ? "cannot use both timeZone field and TZ or CRON_TZ in schedule"
                  : "cannot use TZ or CRON_TZ in schedule, use timeZone field instead");
        }
      }
      if (!zone.present()) {
        return;
      }
      if (zone.text().isEmpty()) {
        problems.invalid(zone, "timeZone must be nil or non-empty string");
      } else if (zone.text().equalsIgnoreCase("Local")) {
        problems.invalid(
            zone,
            "timeZone must be an explicit time zone as defined in https://www.iana.org/time-zones");
      } else if (!CronSchedule.isZone(zone.text())) {
        problems.invalid(zone, "unknown time zone " + zone.text());
      }
    }
  }

  private static void failurePatterns(ObjectNode spec) {
    for (ObjectNode rule : Defaults.items(spec, "podFailurePolicy", "rules")) {
      Defaults.items(rule, "onPodConditions")
          .forEach(each -> Defaults.text(each, "status", "True"));
    }
  }
}
