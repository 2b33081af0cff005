package dev.slipway.controllers.registry;

import dev.slipway.api.kserve.RolloutPolicy;
import dev.slipway.autoscaling.Outcomes.Counted;
import java.time.Duration;
import java.util.Locale;

/// Whether a version does as well as the one before it, by what the requests of both came to since
/// the step began.
///
/// Failures count at once, where enough requests were made; times count at the end of a step, where
/// the first slow answers of a model that has just been loaded weigh little. Without any request
/// there is nothing to judge and nobody to hurt: the step passes.
sealed interface Judgement {
  /// Nothing speaks against going on.
  record Good(String why) implements Judgement {}

  /// It is out of bounds.
  record Bad(String why) implements Judgement {}

  /// It is too early to say.
  record Early() implements Judgement {}

  /// Waits so many intervals for requests; then what there is must do.
  int PATIENCE = 10;

  /// Slower by less than this is no reason.
  double SLACK_MILLIS = 25;

  /// The share of requests whose time is compared.
  double SHARE = 0.9;

  /// @param tried what the requests of the new version came to in this step
  /// @param stable those of the one before it
  /// @param elapsed since the step began
  static Judgement of(Counted tried, Counted stable, RolloutPolicy policy, Duration elapsed) {
    boolean enough = tried.requests() >= policy.minRequests();
    double excess = tried.failureRate() - stable.failureRate();
    if (enough && tried.failed() > 0 && excess > policy.maxErrorRate()) {
      return new Bad(failures(tried, stable, policy));
    }
    if (elapsed.compareTo(policy.interval()) < 0) {
      return new Early();
    }
    if (tried.requests() + stable.requests() == 0) {
      return new Good("no requests in " + words(elapsed));
    }
    if (!enough && elapsed.compareTo(policy.interval().multipliedBy(PATIENCE)) < 0) {
      return new Early();
    }
    if (tried.failed() > 0 && excess > policy.maxErrorRate()) {
      return new Bad(failures(tried, stable, policy));
    }
    double slow = tried.percentileMillis(SHARE);
    double before = stable.percentileMillis(SHARE);
    boolean compared = tried.requests() > 0 && stable.requests() > 0;
    if (compared && slow > before * policy.maxLatencyRatio() && slow > before + SLACK_MILLIS) {
      return new Bad(
          ("90%% of its requests took up to %s ms, those of the stable version %s ms"
                  + " (at most %s times that)")
              .formatted(number(slow), number(before), number(policy.maxLatencyRatio())));
    }
    return new Good(
        "%d of %d requests failed, 90%% took up to %s ms"
            .formatted(tried.failed(), tried.requests(), number(slow)));
  }

  private static String failures(Counted tried, Counted stable, RolloutPolicy policy) {
    return "%d of its %d requests failed, %d of %d of the stable version (at most %s%% more)"
        .formatted(
            tried.failed(),
            tried.requests(),
            stable.failed(),
            stable.requests(),
            number(policy.maxErrorRate() * 100));
  }

  private static String words(Duration time) {
    return time.toMillis() < 1000 ? time.toMillis() + "ms" : time.toSeconds() + "s";
  }

  private static String number(double value) {
    return String.format(Locale.ROOT, "%.2f", value).replaceFirst("\\.?0+$", "");
  }
}
