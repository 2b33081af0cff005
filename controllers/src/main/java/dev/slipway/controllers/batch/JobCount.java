package dev.slipway.controllers.batch;

import dev.slipway.control.Resource;
import dev.slipway.controllers.apps.Pods;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/// How far a Job is: what its status has counted, what it is about to count, and what its pods add
/// to that. Pure.
///
/// A pod counts once. It bears a mark (a finalizer) from its making; when it ends, its uid goes
/// into
/// `uncountedTerminatedPods`, which is written before the mark is taken off; a uid there whose pod
/// has no mark any more is added to `succeeded` or `failed`. Whatever ends the controller in
/// between,
/// each pod is found in exactly one of the three states. An index that succeeded is remembered by
/// its number and needs no uid.
///
/// Source: `pkg/controller/job/job_controller.go`, `syncJob`.
///
/// @param held uids written down as ended well, not yet added up
/// @param heldFailed uids written down as failed, not yet added up
/// @param before indexes that the status says are done
/// @param succeeded those, and what marked pods add
/// @param failedIndexes where failures are counted by index
record JobCount(
    Resource job,
    JobSpec spec,
    List<Resource> pods,
    List<Resource> active,
    Set<String> held,
    Set<String> heldFailed,
    Indexes before,
    Indexes succeeded,
    Optional<Indexes> failedIndexes) {

  static JobCount of(Resource job, JobSpec spec, List<Resource> pods) {
    var before = Indexes.parse(job.text("status", "completedIndexes"), spec.end());
    return new JobCount(
        job,
        spec,
        pods,
        pods.stream().filter(Pods::active).toList(),
        uids(job, "succeeded"),
        uids(job, "failed"),
        before,
        spec.indexed() ? before.with(succeededIndexes(spec, pods)) : Indexes.NONE,
        spec.indexed() && spec.backoffLimitPerIndex().isPresent()
            ? Optional.of(failedIndexes(job, spec, pods))
            : Optional.empty());
  }

  private static Set<String> uids(Resource job, String list) {
    var uids = new LinkedHashSet<String>();
    for (JsonNode each : job.at("status", "uncountedTerminatedPods", list)) {
      uids.add(each.asString(""));
    }
    return uids;
  }

  private static Set<Integer> succeededIndexes(JobSpec spec, List<Resource> pods) {
    var found = new HashSet<Integer>();
    for (var pod : pods) {
      if (JobPods.succeeded(pod) && isCountable(pod, spec)) {
        found.add(JobPods.index(pod).orElseThrow());
      }
    }
    return found;
  }

  private static Indexes failedIndexes(Resource job, JobSpec spec, List<Resource> pods) {
    var found = new HashSet<Integer>();
    for (var pod : pods) {
      if (isCountable(pod, spec) && failsIndex(pod, spec)) {
        found.add(JobPods.index(pod).orElseThrow());
      }
    }
    return Indexes.parse(job.text("status", "failedIndexes"), spec.end()).with(found);
  }

  private static boolean failsIndex(Resource pod, JobSpec spec) {
    if (!JobPods.failed(pod, spec)) {
      return false;
    }
    var match = spec.failurePolicy().map(each -> each.match(pod));
    if (match.filter(it -> it.action() == FailurePolicy.Action.FAIL_INDEX).isPresent()) {
      return true;
    }
    boolean counts = match.map(FailurePolicy.Match::counts).orElse(true);
    return counts && JobPods.indexFailures(pod) >= spec.backoffLimitPerIndex().orElseThrow();
  }

  /// Marked, and of an index that is wanted where there are indexes.
  private static boolean isCountable(Resource pod, JobSpec spec) {
    if (!JobPods.tracked(pod)) {
      return false;
    }
    var index = JobPods.index(pod);
    return !spec.indexed() || (index.isPresent() && index.getAsInt() < spec.end());
  }

  boolean isCountable(Resource pod) {
    return isCountable(pod, spec);
  }

  /// Pods that ended well, or indexes.
  int succeededTotal() {
    if (spec.indexed()) {
      return succeeded.total();
    }
    long fresh =
        pods.stream()
            .filter(pod -> isCountable(pod) && !held.contains(pod.uid()) && JobPods.succeeded(pod))
            .count();
    return job.status().path("succeeded").asInt(0) + held.size() + (int) fresh;
  }

  /// Pods that failed, but those whose failure the policy ignores.
  long failedTotal() {
    long fresh =
        pods.stream()
            .filter(pod -> isCountable(pod) && !heldFailed.contains(pod.uid()))
            .filter(pod -> JobPods.failed(pod, spec) && failureCounts(pod))
            .count();
    return job.status().path("failed").asLong(0) + heldFailed.size() + fresh;
  }

  boolean failureCounts(Resource pod) {
    return spec.failurePolicy().map(each -> each.match(pod).counts()).orElse(true);
  }

  /// Restarts of containers in pods that go on.
  long restarts() {
    long restarts = 0;
    for (var pod : pods) {
      if (!Pods.finished(pod)) {
        for (var list : new String[] {"initContainerStatuses", "containerStatuses"}) {
          for (var status : pod.status().path(list)) {
            restarts += status.path("restartCount").asLong(0);
          }
        }
      }
    }
    return restarts;
  }

  /// The last failed pod of each index that has no other pod: its mark stays until its successor is
  /// there, which takes over the number of failures.
  Map<Integer, Resource> awaitingSuccessor() {
    var awaiting = new HashMap<Integer, Resource>();
    if (failedIndexes.isEmpty()) {
      return awaiting;
    }
    var running = indexes(active);
    for (var pod : pods) {
      if (isCountable(pod) && JobPods.failed(pod, spec)) {
        int index = JobPods.index(pod).orElseThrow();
        if (!succeeded.has(index) && !failedIndexes.get().has(index) && !running.contains(index)) {
          awaiting.merge(index, pod, JobCount::later);
        }
      }
    }
    return awaiting;
  }

  private static Resource later(Resource known, Resource other) {
    int before = JobPods.indexFailures(known) + JobPods.indexIgnored(known);
    int now = JobPods.indexFailures(other) + JobPods.indexIgnored(other);
    var ended = JobPods.ended(known).orElse(known.created());
    boolean older = JobPods.ended(other).orElse(other.created()).isBefore(ended);
    return before <= now && !older ? other : known;
  }

  static Set<Integer> indexes(List<Resource> pods) {
    var found = new HashSet<Integer>();
    pods.forEach(pod -> JobPods.index(pod).ifPresent(found::add));
    return found;
  }

  /// Those still on their way out.
  List<Resource> terminating() {
    return pods.stream().filter(JobPods::terminating).toList();
  }

  /// Whether the status names the index of a pod as failed, where this pod is why it has.
  boolean hasWrittenFailedIndex(Resource pod) {
    return failedIndexes.isEmpty()
        || !failsIndex(pod, spec)
        || Indexes.parse(job.text("status", "failedIndexes"), spec.end())
            .has(JobPods.index(pod).orElse(-1));
  }
}
