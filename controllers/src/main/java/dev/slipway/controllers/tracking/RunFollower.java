package dev.slipway.controllers.tracking;

import dev.slipway.control.Cluster;
import dev.slipway.control.Kind;
import dev.slipway.control.Resource;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Begins a run when a job asks for one, and ends it as the job ends; a job that is deleted before
/// has been killed.
///
/// Implementation note. Watches only pass word on; one thread speaks with the tracker, and comes
/// back to what it could not be told.
public final class RunFollower implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(RunFollower.class);
  private static final Duration RETRY = Duration.ofSeconds(2);
  private static final int MOST_WAITING = 100_000;

  private final Cluster cluster;
  private final RunKeeper keeper;
  private final InstantSource clock;
  private final LinkedBlockingQueue<Seen> waiting = new LinkedBlockingQueue<>(MOST_WAITING);
  private final Map<String, String> told = new HashMap<>(); // of the thread alone
  private final List<Cluster.Watching> watching = new ArrayList<>();
  private final Thread thread = Thread.ofVirtual().name("run-follower").unstarted(this::run);
  private volatile boolean closed;

  private record Seen(Resource object, boolean gone) {}

  public RunFollower(Cluster cluster, RunKeeper keeper, InstantSource clock) {
    this.cluster = cluster;
    this.keeper = keeper;
    this.clock = clock;
  }

  public void start() {
    for (Kind each : Tracked.kinds()) {
      watching.add(cluster.watch(each, this::changed));
    }
    thread.start();
  }

  private void changed(Resource object, boolean gone) {
    boolean mayAsk = Tracked.asks(object) || object.kind().equals(Tracked.TRIAL);
    if (mayAsk && !waiting.offer(new Seen(object, gone))) {
      log.warn("{} is not followed: too much happens at once", object);
    }
  }

  private void run() {
    var again = new ArrayList<Seen>();
    while (!closed) {
      try {
        Seen next = waiting.poll(RETRY.toMillis(), TimeUnit.MILLISECONDS);
        if (next == null) {
          waiting.addAll(again);
          again.clear();
        } else if (!told(next)) {
          again.add(next);
        }
      } catch (InterruptedException _) {
        return;
      }
    }
  }

  private boolean told(Seen seen) {
    try {
      tell(seen.object(), seen.gone());
      return true;
    } catch (RuntimeException problem) {
      log.debug("the run of {} is told of it later", seen.object(), problem);
      return false;
    }
  }

  /// @param gone whether the object is gone, and is as it last was
  void tell(Resource object, boolean gone) {
    Optional<Resource> tracked = keeper.tracked(object);
    if (tracked.isEmpty() || !tracked.get().uid().equals(object.uid())) {
      return; // part of another's run
    }
    RunKeeper.Run run = keeper.run(object);
    Instant now = clock.instant();
    Optional<String> outcome = Tracked.outcome(object);
    if (gone && outcome.isEmpty()) {
      outcome = Optional.of("KILLED");
    }
    if (outcome.isPresent() && !outcome.get().equals(told.get(object.uid()))) {
      Instant ended = Tracked.ended(object, now);
      var metrics = Tracked.metrics(object);
      if (!metrics.isEmpty()) {
        keeper.ledger().metrics(run.id(), metrics, ended);
      }
      keeper.ledger().end(run.id(), outcome.get(), ended);
      told.put(object.uid(), outcome.get());
    }
    if (gone) {
      told.remove(object.uid());
      keeper.forget(object.uid());
    }
  }

  @Override
  public void close() {
    closed = true;
    watching.forEach(Cluster.Watching::close);
    thread.interrupt();
  }
}
