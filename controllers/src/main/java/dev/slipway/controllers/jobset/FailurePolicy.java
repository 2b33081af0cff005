package dev.slipway.controllers.jobset;

import dev.slipway.api.jobset.JobSets;
import dev.slipway.base.Json;
import dev.slipway.control.Plan;
import dev.slipway.control.Resource;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import tools.jackson.databind.JsonNode;

/// What becomes of a set of which a job has failed. Without a policy it fails; else the first rule
/// that some failed job matches says what happens, and where none does it starts again, so many
/// times.
///
/// Source: `pkg/controllers/failure_policy.go`.
final class FailurePolicy {
  /// Steps a user's pattern may take over one message.
  private static final int MAX_STEPS = 200_000;

  private record Match(JsonNode rule, Resource job) {}

  private final JsonNode policy;
  private final ChildJobs jobs;
  private final JobSetStatus status;
  private final Plan plan;

  FailurePolicy(Resource set, ChildJobs jobs, JobSetStatus status, Plan plan) {
    this.policy = set.spec().path("failurePolicy");
    this.jobs = jobs;
    this.status = status;
    this.plan = plan;
  }

  void execute() {
    if (!policy.isObject()) {
      status.failed(
          "FailedJobs",
          message("jobset failed due to one or more job failures", jobs.firstFailed()));
      return;
    }
    Match match = match();
    switch (Json.text(match.rule, "action")) {
      case "FailJobSet" ->
          status.failed(
              "FailJobSetFailurePolicyAction",
              message("applying FailJobSet failure policy action", match.job));
      case "RestartJobSetAndIgnoreMaxRestarts" ->
          restart("RestartJobSetAndIgnoreMaxRestarts", false, match);
      default -> restartWithin(policy.path("maxRestarts").asInt(0), match);
    }
  }

  private void restartWithin(int most, Match match) {
    if (status.restartsCounted() >= most) {
      status.failed(
          "ReachedMaxRestarts",
          message("jobset failed due to reaching max number of restarts", match.job));
    } else {
      restart("RestartJobSet", true, match);
    }
  }

  private void restart(String action, boolean counted, Match match) {
    String message = message("applying " + action + " failure policy action", match.job);
    String rule = Json.text(match.rule, "name");
    String reason = match.rule.isObject() ? "FailurePolicy_" + rule : "DefaultFailurePolicy";
    status.restart(counted, reason, message);
    plan.warn(action + "FailurePolicyAction", message);
  }

  private static String message(String what, Resource job) {
    return what + " (first failed job: " + job.name() + ")";
  }

  /// The first rule that a failed job matches, with the one that failed first of those; a missing
  /// rule where there is none.
  private Match match() {
    for (JsonNode rule : policy.path("rules")) {
      List<Resource> matching = new ArrayList<>();
      for (Resource job : jobs.failed()) {
        if (matches(rule, job)) {
          matching.add(job);
        }
      }
      if (!matching.isEmpty()) {
        return new Match(rule, ChildJobs.first(matching));
      }
    }
    return new Match(policy.path("\0"), jobs.firstFailed());
  }

  private static boolean matches(JsonNode rule, Resource job) {
    JsonNode failed = job.conditionNode("Failed");
    return names(rule.path("onJobFailureReasons"), Json.text(failed, "reason"))
        && says(rule.path("onJobFailureMessagePatterns"), Json.text(failed, "message"))
        && names(rule.path("targetReplicatedJobs"), job.label(JobSets.REPLICATED_JOB));
  }

  /// Whether a list has this text; an empty one has every text.
  static boolean names(JsonNode list, String text) {
    if (list.isEmpty()) {
      return true;
    }
    for (JsonNode each : list) {
      if (each.asString("").equals(text)) {
        return true;
      }
    }
    return false;
  }

  private static boolean says(JsonNode patterns, String message) {
    if (patterns.isEmpty()) {
      return true;
    }
    for (JsonNode each : patterns) {
      if (found(each.asString(""), message)) {
        return true;
      }
    }
    return false;
  }

  /// A pattern that is none, or that takes too long, is not found.
  private static boolean found(String pattern, String message) {
    try {
      return Pattern.compile(pattern).matcher(new Counted(message, new int[1])).find();
    } catch (PatternSyntaxException | TooLongException _) {
      return false;
    }
  }

  private static final class TooLongException extends RuntimeException {
    private static final long serialVersionUID = 1L;
  }

  /// A text that counts how often it is looked at.
  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Counted(CharSequence text, int[] looks) implements CharSequence {
    @Override
    public int length() {
      return text.length();
    }

    @Override
    public char charAt(int index) {
      if (++looks[0] > MAX_STEPS) {
        throw new TooLongException();
      }
      return text.charAt(index);
    }

    @Override
    public CharSequence subSequence(int start, int end) {
      return text.subSequence(start, end);
    }

    @Override
    public String toString() {
      return text.toString();
    }
  }
}
