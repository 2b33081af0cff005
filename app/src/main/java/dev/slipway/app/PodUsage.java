package dev.slipway.app;

import dev.slipway.base.Json;
import dev.slipway.control.Cluster;
import dev.slipway.control.Kinds;
import dev.slipway.control.Resource;
import dev.slipway.controllers.autoscaling.PodMetrics;
import dev.slipway.node.NodeAgent;
import dev.slipway.node.PodRuntime;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/// What the pods of this machine use, for autoscalers: processor time over the window since it was
/// last
/// asked for, ten seconds at least.
final class PodUsage implements PodMetrics {
  private static final Duration WINDOW = Duration.ofSeconds(10);
  private static final int MOST = 20_000;
  private static final long MILLIS = 1000;

  private final Cluster cluster;
  private final NodeAgent node;
  private final InstantSource clock;
  private final Map<String, Seen> seen = new ConcurrentHashMap<>();

  /// @param before processor time by container when the window began
  private record Seen(Instant at, Map<String, Long> before, Optional<Usage> last) {}

  PodUsage(Cluster cluster, NodeAgent node, InstantSource clock) {
    this.cluster = cluster;
    this.node = node;
    this.clock = clock;
  }

  @Override
  public Optional<Usage> usage(String namespace, String name) {
    return cluster.get(Kinds.POD.key(namespace, name)).flatMap(this::usage);
  }

  /// What a pod used in the latest window; of a young pod since it began.
  Optional<Usage> usage(Resource pod) {
    var uid = pod.uid();
    var now = clock.instant();
    var used = node.usage(uid);
    if (used.isEmpty()) {
      seen.remove(uid);
      return Optional.empty();
    }
    if (seen.size() > MOST) {
      seen.clear();
    }
    return seen.compute(
            uid, (_, before) -> next(before == null ? begun(pod, now) : before, used, now))
        .last();
  }

  private static Seen begun(Resource pod, Instant now) {
    Instant first = now;
    for (var each : pod.status().path("containerStatuses")) {
      var text = Json.text(each, "state", "running", "startedAt");
      if (!text.isEmpty() && Instant.parse(text).isBefore(first)) {
        first = Instant.parse(text);
      }
    }
    return new Seen(first, Map.of(), Optional.empty());
  }

  private static Seen next(Seen before, Map<String, PodRuntime.Usage> used, Instant now) {
    var nanos = new LinkedHashMap<String, Long>();
    used.forEach((container, each) -> nanos.put(container, each.cpuNanos()));
    var window = Duration.between(before.at, now);
    boolean young = before.last.isEmpty() && !window.isZero() && !window.isNegative();
    if (window.compareTo(WINDOW) < 0 && !young) {
      return before;
    }
    var containers = new LinkedHashMap<String, Map<String, Long>>();
    used.forEach(
        (container, each) -> {
          long spent = each.cpuNanos() - before.before.getOrDefault(container, 0L);
          containers.put(
              container,
              Map.of(
                  "cpu",
                  Math.max(0, spent) * MILLIS / window.toNanos(),
                  "memory",
                  each.memoryBytes() * MILLIS));
        });
    return new Seen(now, nanos, Optional.of(new Usage(now, window, containers)));
  }
}
