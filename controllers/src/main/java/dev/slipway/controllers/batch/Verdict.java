package dev.slipway.controllers.batch;

import dev.slipway.base.Json;
import dev.slipway.control.Resource;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/// That a Job is to end, and why. First told as `SuccessCriteriaMet` or `FailureTarget`; once all
/// its pods are gone and counted, as `Complete` or `Failed`.
record Verdict(boolean success, String reason, String message) {
  static final String MET = "SuccessCriteriaMet";
  static final String TARGET = "FailureTarget";

  static final Verdict COMPLETIONS =
      new Verdict(true, "CompletionsReached", "Reached expected number of succeeded pods");

  private static Verdict failure(String reason, String message) {
    return new Verdict(false, reason, message);
  }

  /// What an earlier look settled stays; then failures, in order; then the success policy.
  ///
  /// @param started empty while it has not
  static Optional<Verdict> of(
      JobCount count, JobConditions conditions, Optional<Instant> started, Instant now) {
    return conditions
        .held(MET)
        .map(each -> of(true, each))
        .or(() -> conditions.held(TARGET).map(each -> of(false, each)))
        .or(() -> failedPod(count.pods(), count.spec()))
        .or(() -> limits(count, started, now))
        .or(() -> indexes(count))
        .or(() -> policy(count));
  }

  private static Verdict of(boolean success, JsonNode condition) {
    return new Verdict(success, Json.text(condition, "reason"), Json.text(condition, "message"));
  }

  private static Optional<Verdict> failedPod(List<Resource> pods, JobSpec spec) {
    return spec.failurePolicy()
        .flatMap(
            policy ->
                pods.stream()
                    .filter(pod -> JobPods.failed(pod, spec))
                    .map(policy::match)
                    .flatMap(match -> match.message().stream())
                    .findFirst())
        .map(message -> failure("PodFailurePolicy", message));
  }

  private static Optional<Verdict> limits(JobCount count, Optional<Instant> started, Instant now) {
    var spec = count.spec();
    if (count.failedTotal() > spec.backoffLimit() || tooManyRestarts(count)) {
      return Optional.of(
          failure("BackoffLimitExceeded", "Job has reached the specified backoff limit"));
    }
    return deadline(spec, started, now)
        .filter(left -> !left.isPositive())
        .map(_ -> failure("DeadlineExceeded", "Job was active longer than specified deadline"));
  }

  private static boolean tooManyRestarts(JobCount count) {
    var spec = count.spec();
    if (!spec.restartsOnFailure()) {
      return false;
    }
    long restarts = count.restarts();
    return spec.backoffLimit() == 0 ? restarts > 0 : restarts >= spec.backoffLimit();
  }

  /// How long it may still go on; empty where it has no deadline or stands still.
  static Optional<Duration> deadline(JobSpec spec, Optional<Instant> started, Instant now) {
    if (spec.suspended() || started.isEmpty()) {
      return Optional.empty();
    }
    return spec.activeDeadlineSeconds()
        .map(seconds -> Duration.ofSeconds(seconds).minus(Duration.between(started.get(), now)));
  }

  private static Optional<Verdict> indexes(JobCount count) {
    if (count.failedIndexes().isEmpty()) {
      return Optional.empty();
    }
    int failed = count.failedIndexes().get().total();
    var most = count.spec().maxFailedIndexes();
    if (most.isPresent() && failed > most.getAsInt()) {
      return Optional.of(
          failure(
              "MaxFailedIndexesExceeded",
              "Job has exceeded the specified maximal number of failed indexes"));
    }
    return failed > 0 && failed + count.succeeded().total() >= count.spec().end()
        ? Optional.of(failure("FailedIndexes", "Job has failed indexes"))
        : Optional.empty();
  }

  private static Optional<Verdict> policy(JobCount count) {
    if (!count.spec().indexed()) {
      return Optional.empty();
    }
    return count
        .spec()
        .successPolicy()
        .met(count.succeeded(), count.spec().end())
        .map(message -> new Verdict(true, "SuccessPolicy", message));
  }
}
