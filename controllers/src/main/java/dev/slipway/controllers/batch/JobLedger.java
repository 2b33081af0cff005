package dev.slipway.controllers.batch;

import dev.slipway.control.Plan;
import dev.slipway.control.Resource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.node.ObjectNode;

/// Counts pods that ended, each exactly once, in two steps: a plan writes down who will be counted;
/// the next, once that is durable, takes their marks off and adds them up. See [JobCount].
///
/// Source: `pkg/controller/job/job_controller.go`, `trackJobStatusAndRemoveFinalizers`.
final class JobLedger {
  /// Uids that a status holds at most.
  private static final int MOST = 500;

  private final JobCount count;
  private final Optional<Verdict> verdict;
  private final Set<String> succeeded;
  private final Set<String> failed;
  private final List<Resource> ready = new ArrayList<>();
  private int succeededTotal;
  private int failedTotal;
  private boolean more;

  JobLedger(JobCount count, Optional<Verdict> verdict) {
    this.count = count;
    this.verdict = verdict;
    this.succeeded = new LinkedHashSet<>(count.held());
    this.failed = new LinkedHashSet<>(count.heldFailed());
    this.succeededTotal = count.job().status().path("succeeded").asInt(0);
    this.failedTotal = count.job().status().path("failed").asInt(0);
  }

  /// Writes down who ended, and lets those go who were written down before.
  ///
  /// @param unsettled whether the status will say something else that must be durable first
  void run(boolean unsettled, Plan plan) {
    var marked = new HashSet<String>();
    count.pods().stream().filter(JobPods::tracked).forEach(pod -> marked.add(pod.uid()));
    addUp(marked);
    note();
    for (var pod : ready) {
      if (unsettled || !isWritten(pod)) {
        more = true;
      } else {
        JobPods.letGo(pod, plan);
        marked.remove(pod.uid());
      }
    }
    addUp(marked);
  }

  /// Whether everything that ended is counted.
  boolean isClosed() {
    return !more && succeeded.isEmpty() && failed.isEmpty();
  }

  private void addUp(Set<String> marked) {
    int ended = succeeded.size();
    succeeded.retainAll(marked);
    succeededTotal += ended - succeeded.size();
    ended = failed.size();
    failed.retainAll(marked);
    failedTotal += ended - failed.size();
  }

  private void note() {
    var awaiting = count.awaitingSuccessor();
    var done = new HashSet<Integer>();
    for (var pod : inOrder()) {
      boolean fails = JobPods.failed(pod, count.spec());
      if (!JobPods.tracked(pod) || !mayGo(pod, fails, awaiting)) {
        continue;
      }
      ready.add(pod);
      note(pod, fails, done);
      if (done.size() + succeeded.size() + failed.size() >= MOST) {
        more = true;
        return;
      }
    }
  }

  private List<Resource> inOrder() {
    if (!count.spec().indexed()) {
      return count.pods();
    }
    return count.pods().stream()
        .sorted(Comparator.comparingInt(pod -> JobPods.index(pod).orElse(-1)))
        .toList();
  }

  private boolean mayGo(Resource pod, boolean fails, Map<Integer, Resource> awaiting) {
    if (count.job().deleting() || verdict.isPresent() || JobPods.succeeded(pod)) {
      return true;
    }
    var index = JobPods.index(pod);
    return fails
        && (index.isEmpty()
            || !awaiting.containsKey(index.getAsInt())
            || !awaiting.get(index.getAsInt()).uid().equals(pod.uid()));
  }

  private void note(Resource pod, boolean fails, Set<Integer> done) {
    if (endedWell(pod)) {
      if (!count.spec().indexed()) {
        succeeded.add(pod.uid());
      } else if (count.isCountable(pod)) {
        done.add(JobPods.index(pod).orElseThrow());
      }
    } else if (countsAsFailed(pod, fails)) {
      failed.add(pod.uid());
    }
  }

  private boolean endedWell(Resource pod) {
    return JobPods.succeeded(pod) && !failed.contains(pod.uid());
  }

  /// Of a Job that has failed every pod that has not ended well has failed with it.
  private boolean countsAsFailed(Resource pod, boolean fails) {
    return (fails || verdict.filter(it -> !it.success()).isPresent())
        && count.isCountable(pod)
        && count.failureCounts(pod);
  }

  /// Whether the status as it is stored accounts for a pod: it may go.
  private boolean isWritten(Resource pod) {
    if (endedWell(pod)) {
      return count.spec().indexed()
          ? !count.isCountable(pod) || count.before().has(JobPods.index(pod).orElseThrow())
          : count.held().contains(pod.uid());
    }
    if (!countsAsFailed(pod, JobPods.failed(pod, count.spec()))) {
      return true;
    }
    return count.heldFailed().contains(pod.uid()) && count.hasWrittenFailedIndex(pod);
  }

  void into(ObjectNode status) {
    if (count.spec().indexed()) {
      succeededTotal = count.succeeded().total();
      text(status, "completedIndexes", count.succeeded().toString());
      count.failedIndexes().ifPresent(each -> status.put("failedIndexes", each.toString()));
    }
    number(status, "succeeded", succeededTotal);
    number(status, "failed", failedTotal);
    var uncounted = status.putObject("uncountedTerminatedPods");
    uids(uncounted, "succeeded", succeeded);
    uids(uncounted, "failed", failed);
  }

  int succeeded() {
    return count.spec().indexed() ? count.succeeded().total() : succeededTotal;
  }

  static void number(ObjectNode status, String field, int value) {
    if (value > 0) {
      status.put(field, value);
    }
  }

  private static void text(ObjectNode status, String field, String value) {
    if (!value.isEmpty()) {
      status.put(field, value);
    }
  }

  private static void uids(ObjectNode status, String field, Set<String> uids) {
    if (!uids.isEmpty()) {
      uids.forEach(status.putArray(field)::add);
    }
  }
}
