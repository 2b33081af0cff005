package dev.slipway.controllers.autoscaling;

import dev.slipway.autoscaling.hpa.HpaSettings;
import dev.slipway.control.Cluster;
import dev.slipway.control.Key;
import dev.slipway.control.Kinds;
import dev.slipway.control.Recorder;
import dev.slipway.control.Resource;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Keeps workloads at the size their HorizontalPodAutoscalers ask for: each is decided every 15
/// seconds, and at once when its spec changes.
///
/// What is to be decided is pure (`autoscaling.hpa`); this is its clock and its hands. Each
/// decision runs on a virtual thread of its own under the monitor of its [ScaledTarget].
/// Thread-safe.
public final class HpaController implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(HpaController.class);
  private static final Duration TICK = Duration.ofSeconds(1);

  private final ScaledTarget.Doors doors;
  private final InstantSource clock;
  private final Executor workers;
  private final Map<Key, ScaledTarget> known = new ConcurrentHashMap<>();
  private final Map<Key, Instant> due = new ConcurrentHashMap<>();
  private final Thread ticker = Thread.ofVirtual().name("hpa-controller").unstarted(this::run);
  private Cluster.@Nullable Watching watching;

  public HpaController(
      Cluster cluster,
      PodMetrics usage,
      NamedMetrics named,
      Recorder recorder,
      InstantSource clock) {
    this(
        new ScaledTarget.Doors(cluster, usage, named, recorder),
        clock,
        work -> Thread.ofVirtual().name("hpa").start(work));
  }

  HpaController(ScaledTarget.Doors doors, InstantSource clock, Executor workers) {
    this.doors = doors;
    this.clock = clock;
    this.workers = workers;
  }

  public void start() {
    follow();
    ticker.start();
  }

  /// Begins to listen; decisions are made where [#tick] says so.
  void follow() {
    watching = doors.cluster().watch(Kinds.HORIZONTAL_POD_AUTOSCALER, this::changed);
  }

  private void changed(Resource autoscaler, boolean gone) {
    Key key = autoscaler.key();
    if (gone || autoscaler.deleting()) {
      known.remove(key);
      due.remove(key);
      return;
    }
    ScaledTarget target = known.computeIfAbsent(key, _ -> new ScaledTarget(doors, autoscaler));
    if (target.follow(autoscaler)) {
      due.put(key, clock.instant());
    }
  }

  private void run() {
    try {
      while (true) {
        Thread.sleep(TICK);
        tick(clock.instant());
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  /// Makes the decisions that are due.
  void tick(Instant now) {
    due.forEach(
        (key, at) -> {
          ScaledTarget target = known.get(key);
          if (!at.isAfter(now) && target != null && due.replace(key, at, next(now))) {
            workers.execute(() -> decide(target, now));
          }
        });
  }

  private static Instant next(Instant now) {
    return now.plus(HpaSettings.PERIOD);
  }

  private static void decide(ScaledTarget target, Instant now) {
    try {
      target.decide(now);
    } catch (RuntimeException failure) {
      log.warn("{} could not be decided, will try again", target, failure);
    }
  }

  @Override
  public void close() {
    ticker.interrupt();
    Cluster.@Nullable Watching open = watching;
    if (open != null) {
      open.close();
    }
  }
}
