package dev.slipway.controllers.jobset;

import dev.slipway.base.Json;
import dev.slipway.control.Conditions;
import dev.slipway.control.Plan;
import dev.slipway.control.Resource;
import java.time.Instant;
import java.util.Map;
import tools.jackson.databind.node.ObjectNode;

/// The status of a set while a plan is being made: each condition that changes is an Event too.
///
/// Source: `setCondition` and what calls it in `pkg/controllers/jobset_controller.go`.
final class JobSetStatus {
  static final String COMPLETED = "Completed";
  static final String FAILED = "Failed";
  private static final String SUSPENDED = "Suspended";
  private static final String RESTARTING = "RestartingJobSet";
  private static final String IN_PROGRESS = "StartupPolicyInProgress";
  private static final String STARTED = "StartupPolicyCompleted";

  private final ObjectNode status;
  private final Conditions conditions;
  private final Plan plan;

  JobSetStatus(Resource set, Instant now, Plan plan) {
    this.status = set.status() instanceof ObjectNode before ? before.deepCopy() : Json.object();
    this.conditions = Conditions.of(set, now);
    this.plan = plan;
    if (!status.has("restarts")) {
      status.put("restarts", 0);
    }
  }

  void counts(Map<String, JobCounts> counts) {
    status.set("replicatedJobsStatus", JobCounts.toJson(counts));
  }

  int restarts() {
    return status.path("restarts").asInt(0);
  }

  int restartsCounted() {
    return status.path("restartsCountTowardsMax").asInt(0);
  }

  /// Notes that all of it starts again.
  ///
  /// @param counted whether it counts towards the most restarts
  void restart(boolean counted, String reason, String message) {
    status.put("restarts", restarts() + 1);
    if (counted) {
      status.put("restartsCountTowardsMax", restartsCounted() + 1);
    }
    set("Warning", RESTARTING, "True", reason, message);
  }

  void completed() {
    String message = "jobset completed successfully";
    set("Normal", COMPLETED, "True", "AllJobsCompleted", message);
    restarted("JobSetCompleted", message);
    status.put("terminalState", COMPLETED);
  }

  void failed(String reason, String message) {
    set("Warning", FAILED, "True", reason, message);
    restarted("JobSetFailed", "jobset failed");
    status.put("terminalState", FAILED);
  }

  void suspended() {
    String message = "jobset is suspended";
    set("Normal", SUSPENDED, "True", "SuspendedJobs", message);
    restarted("JobSetSuspended", message);
  }

  void resumed() {
    set("Normal", SUSPENDED, "False", "ResumeJobs", "jobset is resumed");
  }

  void allReady() {
    restarted("JobsReady", "all jobs are ready");
  }

  void starting() {
    exclude(STARTED);
    set(
        "Normal",
        IN_PROGRESS,
        "True",
        "InOrderStartupPolicyInProgress",
        "in order startup policy is in progress");
  }

  void started() {
    exclude(IN_PROGRESS);
    set(
        "Normal",
        STARTED,
        "True",
        "InOrderStartupPolicyCompleted",
        "in order startup policy has completed");
  }

  /// The other of two conditions that cannot both be true.
  private void exclude(String type) {
    if (conditions.status(type).equals("True")) {
      conditions.set(type, "False", conditions.reason(type), conditions.message(type));
    }
  }

  private void restarted(String reason, String message) {
    set("Normal", RESTARTING, "False", reason, message);
  }

  /// A condition that never was true is not made to say so.
  private void set(String event, String type, String value, String reason, String message) {
    String before = conditions.status(type);
    if (before.equals("Unknown") && !value.equals("True")) {
      return;
    }
    boolean same =
        before.equals(value)
            && conditions.reason(type).equals(reason)
            && conditions.message(type).equals(message);
    if (same) {
      return;
    }
    conditions.set(type, value, reason, message);
    if (event.equals("Warning")) {
      plan.warn(reason, message);
    } else {
      plan.event(reason, message);
    }
  }

  ObjectNode toJson() {
    if (!conditions.isEmpty()) {
      status.set("conditions", conditions.toJson());
    }
    return status;
  }
}
