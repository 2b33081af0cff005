package dev.slipway.controllers.batch;

import dev.slipway.control.Kinds;
import dev.slipway.control.Observed;
import dev.slipway.control.Plan;
import dev.slipway.control.Resource;
import dev.slipway.controllers.apps.Pods;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// Makes and ends a Job's pods until as many run as should.
///
/// Source: `pkg/controller/job/job_controller.go`, `manageJob`.
final class JobCrew {
  /// Pods made or ended in one go.
  private static final int BURST = 500;

  private final JobCount count;
  private final JobSpec spec;
  private final Observed observed;
  private final Plan plan;
  private final List<Resource> ended = new ArrayList<>();
  private int made;

  JobCrew(JobCount count, Observed observed, Plan plan) {
    this.count = count;
    this.spec = count.spec();
    this.observed = observed;
    this.plan = plan;
  }

  /// Pods that this plan makes.
  int made() {
    return made;
  }

  /// Active pods that this plan ends.
  List<Resource> ended() {
    return ended;
  }

  /// Ends all, still marked: they count as failed unless the Job has succeeded.
  void endAll() {
    count.active().forEach(plan::delete);
    ended.addAll(count.active());
  }

  void adjust() {
    int active = count.active().size();
    int wanted = wanted(active);
    var surplus = surplus(active - wanted);
    if (!surplus.isEmpty()) {
      surplus.stream().limit(spec.suspended() ? active : BURST).forEach(this::dismiss);
      return;
    }
    int held = spec.replacesFailedOnly() ? count.terminating().size() : 0;
    int missing = Math.min(wanted - held - active, BURST);
    if (missing > 0) {
      fill(missing);
    }
  }

  private int wanted(int active) {
    if (spec.suspended()) {
      return 0;
    }
    int succeeded = count.succeededTotal();
    if (spec.completions().isEmpty()) {
      return succeeded > 0 ? active : spec.parallelism();
    }
    return Math.max(0, Math.min(spec.parallelism(), spec.end() - succeeded));
  }

  /// Ends a pod that is no longer wanted: unmarked first, as it counts for nothing.
  private void dismiss(Resource pod) {
    if (JobPods.tracked(pod)) {
      JobPods.letGo(pod, plan);
    }
    plan.delete(pod);
    ended.add(pod);
  }

  /// Pods of an index that another has, or that is not wanted, and as many others as are too many.
  private List<Resource> surplus(int atLeast) {
    Map<String, Long> nowhere = Map.of();
    var order = Pods.leastWanted(nowhere);
    var surplus = new ArrayList<Resource>();
    var left = new ArrayList<Resource>();
    if (spec.indexed()) {
      repeated(order, surplus, left);
    } else {
      left.addAll(count.active());
    }
    left.sort(order);
    surplus.addAll(left.subList(0, Math.clamp(atLeast - surplus.size(), 0, left.size())));
    return surplus;
  }

  private void repeated(Comparator<Resource> order, List<Resource> surplus, List<Resource> left) {
    var byIndex = new TreeMap<Integer, List<Resource>>();
    for (var pod : count.active()) {
      int index = JobPods.index(pod).orElse(-1);
      if (index < 0 || index >= spec.end()) {
        surplus.add(pod);
      } else {
        byIndex.computeIfAbsent(index, _ -> new ArrayList<>()).add(pod);
      }
    }
    for (var same : byIndex.values()) {
      same.sort(order);
      surplus.addAll(same.subList(0, same.size() - 1));
      left.add(same.getLast());
    }
  }

  private void fill(int missing) {
    if (failuresByIndex()) {
      fillIndexes(missing);
      return;
    }
    var wait = JobBackoff.left(count.pods(), spec, observed.now());
    if (wait.isPositive()) {
      plan.again(wait);
    } else if (spec.indexed()) {
      pending(missing).forEach(index -> make(index, Optional.empty()));
    } else {
      for (int i = 0; i < missing; i++) {
        plan.create(Kinds.POD, JobDesired.pod(count.job()));
        made++;
      }
    }
  }

  private boolean failuresByIndex() {
    return spec.indexed() && spec.backoffLimitPerIndex().isPresent();
  }

  /// Each index waits for itself.
  private void fillIndexes(int missing) {
    var before = count.awaitingSuccessor();
    Optional<Duration> shortest = Optional.empty();
    for (int index : pending(missing)) {
      var failed = Optional.ofNullable(before.get(index));
      var wait = failed.map(this::waitAfter).orElse(Duration.ZERO);
      if (wait.isPositive()) {
        shortest = shortest.filter(each -> each.compareTo(wait) <= 0).or(() -> Optional.of(wait));
      } else {
        make(index, failed);
      }
    }
    shortest.ifPresent(plan::again);
  }

  private Duration waitAfter(Resource failed) {
    int failures = JobPods.indexFailures(failed) + JobPods.indexIgnored(failed) + 1;
    var ended = JobPods.ended(failed).orElse(failed.created());
    return JobBackoff.left(failures, ended, observed.now());
  }

  private void make(int index, Optional<Resource> before) {
    plan.create(Kinds.POD, JobDesired.pod(count.job(), spec, index, before));
    made++;
  }

  /// The lowest indexes that are neither done nor at work.
  private List<Integer> pending(int most) {
    var taken = count.succeeded().with(JobCount.indexes(count.active()));
    if (spec.replacesFailedOnly()) {
      taken = taken.with(JobCount.indexes(count.terminating()));
    }
    taken = taken.with(count.failedIndexes().orElse(Indexes.NONE));
    return taken.missing(most, spec.end());
  }
}
