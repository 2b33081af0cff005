package dev.slipway.controllers.training;

import dev.slipway.api.training.TrainingKind;
import dev.slipway.control.Cluster;
import dev.slipway.control.Resource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// How many training jobs were created, deleted, restarted, and how they ended, by namespace and
/// framework, since this program started. Thread-safe.
///
/// Source: `pkg/common/metrics.go` of the Training Operator; as there, jobs found at the start
/// count
/// as created.
public final class TrainingCounts implements AutoCloseable {
  /// What is counted, by the last part of its name.
  public enum What {
    CREATED,
    DELETED,
    SUCCESSFUL,
    FAILED,
    RESTARTED
  }

  /// One number.
  public record Count(What what, String namespace, String framework, long value) {}

  private record Name(What what, String namespace, String framework) {}

  private record Seen(boolean succeeded, boolean failed, int restarts) {
    static Seen of(Resource job) {
      int restarts = 0;
      for (var each : job.status().path("replicaStatuses")) {
        restarts += each.path("restarts").asInt(0);
      }
      return new Seen(job.isTrue("Succeeded"), job.isTrue("Failed"), restarts);
    }
  }

  private final Map<Name, Long> counts = new HashMap<>();
  private final Map<String, Seen> jobs = new HashMap<>();
  private final List<Cluster.Watching> watches = new ArrayList<>();

  /// Begins to count.
  public TrainingCounts follow(Cluster cluster) {
    for (TrainingKind kind : TrainingKind.values()) {
      watches.add(
          cluster.watch(
              TrainingJob.apiKind(kind), (now, gone) -> changed(kind.framework(), now, gone)));
    }
    return this;
  }

  private synchronized void changed(String framework, Resource job, boolean gone) {
    if (gone) {
      if (jobs.remove(job.uid()) != null) {
        add(What.DELETED, job, framework, 1);
      }
      return;
    }
    Seen now = Seen.of(job);
    Seen before = jobs.put(job.uid(), now);
    if (before == null) {
      add(What.CREATED, job, framework, 1);
      return;
    }
    add(What.SUCCESSFUL, job, framework, now.succeeded && !before.succeeded ? 1 : 0);
    add(What.FAILED, job, framework, now.failed && !before.failed ? 1 : 0);
    add(What.RESTARTED, job, framework, Math.max(0, now.restarts - before.restarts));
  }

  private void add(What what, Resource job, String framework, long more) {
    if (more > 0) {
      counts.merge(new Name(what, job.namespace(), framework), more, Long::sum);
    }
  }

  /// All that are not zero, in a steady order.
  public synchronized List<Count> counts() {
    var sorted = new TreeMap<String, Count>();
    counts.forEach(
        (name, value) ->
            sorted.put(
                name.toString(), new Count(name.what, name.namespace, name.framework, value)));
    return List.copyOf(sorted.values());
  }

  @Override
  public void close() {
    watches.forEach(Cluster.Watching::close);
  }
}
