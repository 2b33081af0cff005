package dev.slipway.controllers.batch;

import dev.slipway.control.Kind;
import dev.slipway.control.Kinds;
import dev.slipway.control.Observed;
import dev.slipway.control.Plan;
import dev.slipway.control.Reconciler;
import dev.slipway.control.Resource;
import java.time.ZoneId;
import java.util.Set;

/// Makes a Job whenever a CronJob's schedule says so.
///
/// Source: `pkg/controller/cronjob/cronjob_controllerv2.go`.
final class CronJobReconciler implements Reconciler {
  private final ZoneId zone;

  /// @param zone of schedules that name none
  CronJobReconciler(ZoneId zone) {
    this.zone = zone;
  }

  @Override
  public Kind kind() {
    return Kinds.CRON_JOB;
  }

  @Override
  public String name() {
    return "cronjob-controller";
  }

  @Override
  public Set<Kind> children() {
    return Set.of(Kinds.JOB);
  }

  @Override
  public Plan plan(Resource cron, Observed observed) {
    var plan = new Plan().spare(Kinds.JOB).tellPods();
    var active = CronActive.of(cron, observed.children(Kinds.JOB), plan);
    active.forgetMissing();
    if (!cron.deleting()) {
      run(cron, observed, active, plan);
      CronHistory.trim(cron, observed.children(Kinds.JOB), active);
    }
    return plan.status(active.status());
  }

  private void run(Resource cron, Observed observed, CronActive active, Plan plan) {
    var named = cron.text("spec", "timeZone");
    ZoneId at;
    try {
      at = named.isEmpty() ? zone : CronSchedule.zone(named);
    } catch (IllegalArgumentException unknown) {
      plan.warn("UnknownTimeZone", "invalid timeZone: \"" + named + "\": " + unknown.getMessage());
      return;
    }
    if (cron.spec().path("suspend").asBoolean(false)) {
      return;
    }
    var text = cron.text("spec", "schedule");
    if (text.contains("TZ")) {
      plan.warn("UnsupportedSchedule", unsupported(text));
    }
    CronSchedule schedule;
    try {
      schedule = CronSchedule.parse(text, at);
    } catch (IllegalArgumentException wrong) {
      plan.warn(
          "UnparseableSchedule", "unparseable schedule: \"" + text + "\" : " + wrong.getMessage());
      return;
    }
    try {
      new CronStep(cron, schedule, observed, active, plan).run();
    } catch (IllegalArgumentException never) {
      plan.warn(
          "InvalidSchedule", "invalid schedule schedule: " + text + " : " + never.getMessage());
    }
  }

  private static String unsupported(String text) {
    return "CRON_TZ or TZ used in schedule \""
        + text
        + "\" is not officially supported, see"
        + " https://kubernetes.io/docs/concepts/workloads/controllers/cron-jobs/ for more details";
  }
}
