package dev.slipway.katib.collect;

import dev.slipway.control.Resource;
import dev.slipway.controllers.katib.Observations.MetricLog;
import dev.slipway.katib.store.ObservationStore.Position;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Reads the metrics of one pod from its beginning to its end, on a thread of its own. What it has
/// read before a restart of the program it passes over.
final class Collection implements Runnable {
  private static final Logger LOG = LoggerFactory.getLogger(Collection.class);
  private static final Duration PAUSE = Duration.ofMillis(500);

  private final ObservedTrial trial;
  private final TrialPods pods;
  private final TrialObservations observations;
  private final Runnable done;
  private final ReentrantLock lock = new ReentrantLock();
  private final Semaphore changed = new Semaphore(0);
  private Resource pod; // guarded by lock
  private boolean gone; // guarded by lock
  private boolean closed; // guarded by lock

  /// @param done told when all has been read
  Collection(
      ObservedTrial trial,
      Resource pod,
      TrialPods pods,
      TrialObservations observations,
      Runnable done) {
    this.trial = trial;
    this.pod = pod;
    this.pods = pods;
    this.observations = observations;
    this.done = done;
  }

  ObservedTrial trial() {
    return trial;
  }

  TrialPods pods() {
    return pods;
  }

  Resource pod() {
    lock.lock();
    try {
      return pod;
    } finally {
      lock.unlock();
    }
  }

  /// The pod is as this now.
  void changed(Resource now, boolean isGone) {
    lock.lock();
    try {
      pod = now;
      gone |= isGone;
      changed.release();
    } finally {
      lock.unlock();
    }
  }

  /// Stops without a word: it goes on when the program does.
  void close() {
    lock.lock();
    try {
      closed = true;
      changed.release();
    } finally {
      lock.unlock();
    }
  }

  private boolean isClosed() {
    lock.lock();
    try {
      return closed;
    } finally {
      lock.unlock();
    }
  }

  /// Whether the primary container will write nothing more.
  private boolean isOver() {
    lock.lock();
    try {
      return gone || isTerminal(pod) || PodFacts.hasEnded(pod, trial.container());
    } finally {
      lock.unlock();
    }
  }

  static boolean isTerminal(Resource pod) {
    var phase = pod.text("status", "phase");
    return phase.equals("Succeeded") || phase.equals("Failed");
  }

  private void pause() throws InterruptedException {
    if (!isClosed() && changed.tryAcquire(PAUSE.toMillis(), TimeUnit.MILLISECONDS)) {
      changed.drainPermits();
    }
  }

  @Override
  public void run() {
    var source = Source.of(this);
    try {
      boolean last;
      do {
        last = isOver();
        read(source);
        if (!last) {
          pause();
        }
      } while (!last && !isClosed());
      if (!isClosed()) {
        end();
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException problem) {
      if (!isClosed()) {
        LOG.warn("the metrics of {} could not be kept: {}", pod(), problem.toString());
        done.run();
      }
    }
  }

  private void read(Source source) throws InterruptedException {
    try {
      source.read(this::isOver);
    } catch (IOException problem) {
      LOG.debug("the metrics of {}: {}", pod(), problem.toString());
    }
  }

  /// A trial that ended well without a word of its objective is told so; one that failed may be
  /// tried again.
  private void end() {
    if (PodFacts.hasSucceeded(pod(), trial.container())) {
      observations.unavailable(trial.namespace(), trial.name(), trial.objective());
    }
    done.run();
  }

  /// How far a source of this pod had been read.
  Optional<String> position(String source) {
    return observations.store().position(trial.namespace(), trial.name(), named(source));
  }

  /// Keeps metrics, and how far their source has been read.
  void keep(List<MetricLog> logs, String source, String position) {
    if (!logs.isEmpty()) {
      observations.add(
          trial.namespace(),
          trial.name(),
          logs,
          Optional.of(new Position(named(source), position)));
    }
  }

  private String named(String source) {
    return pod().uid() + "/" + source;
  }
}
