package dev.slipway.controllers.batch;

import dev.slipway.control.Resource;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// How long a Job waits after a failure before it makes another pod: 10 s, doubled with each
/// failure since the last success, up to 10 min.
///
/// Implementation note: kube-controller-manager remembers the failures it saw; here they are read
/// from the pods that are there, so that a restart does not forget them.
///
/// Source: `pkg/controller/job/backoff_utils.go`.
final class JobBackoff {
  private static final Duration FIRST = Duration.ofSeconds(10);
  private static final Duration LONGEST = Duration.ofMinutes(10);
  private static final int MAX_DOUBLINGS = 10;

  private JobBackoff() {}

  /// What is left of the wait; zero where there is none.
  ///
  /// @param pods all of the Job
  static Duration left(List<Resource> pods, JobSpec spec, Instant now) {
    Optional<Instant> success =
        pods.stream()
            .filter(JobPods::succeeded)
            .map(pod -> JobPods.ended(pod).orElse(pod.created()))
            .max(Instant::compareTo);
    List<Instant> failures =
        pods.stream()
            .filter(pod -> JobPods.failed(pod, spec))
            .filter(pod -> !pod.deleting() || JobPods.tracked(pod))
            .map(pod -> JobPods.ended(pod).orElse(pod.created()))
            .filter(each -> success.isEmpty() || each.isAfter(success.get()))
            .sorted()
            .toList();
    return failures.isEmpty() ? Duration.ZERO : left(failures.size(), failures.getLast(), now);
  }

  /// @param failures in a row, at least one
  static Duration left(int failures, Instant last, Instant now) {
    var wait = FIRST.multipliedBy(1L << Math.min(failures - 1, MAX_DOUBLINGS));
    wait = wait.compareTo(LONGEST) < 0 ? wait : LONGEST;
    var left = wait.minus(Duration.between(last, now));
    return left.isNegative() ? Duration.ZERO : left;
  }
}
