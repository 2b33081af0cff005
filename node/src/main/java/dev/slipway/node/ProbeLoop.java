package dev.slipway.node;

import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Asks a container again and again, and tells what it makes of the answers. Thread-safe.
final class ProbeLoop {
  private final ProbeSpec spec;
  private final Timers timers;
  private final Supplier<Optional<String>> ask;
  private final Consumer<String> failed;
  private final BiConsumer<Boolean, String> verdict;
  private boolean stopped;
  private boolean asking;
  private boolean again;
  private int successes;
  private int failures;
  private @Nullable Runnable cancel;

  /// @param ask blocks; why it failed, empty where it did not
  /// @param failed told of every failure
  /// @param verdict told whenever a threshold is reached: passed or not, and why not
  ProbeLoop(
      ProbeSpec spec,
      Timers timers,
      Supplier<Optional<String>> ask,
      Consumer<String> failed,
      BiConsumer<Boolean, String> verdict) {
    this.spec = spec;
    this.timers = timers;
    this.ask = ask;
    this.failed = failed;
    this.verdict = verdict;
  }

  /// Begins after the initial delay.
  synchronized void start() {
    plan(spec.initialDelay().isZero());
  }

  /// Asks now, whatever was planned.
  synchronized void poke() {
    if (asking) {
      again = true;
    } else {
      cancelPlan();
      begin();
    }
  }

  synchronized void stop() {
    stopped = true;
    cancelPlan();
  }

  private void cancelPlan() {
    if (cancel != null) {
      cancel.run();
      cancel = null;
    }
  }

  private synchronized void plan(boolean now) {
    if (stopped) {
      return;
    }
    if (now) {
      begin();
    } else {
      boolean first = successes == 0 && failures == 0;
      var delay = first && !spec.initialDelay().isZero() ? spec.initialDelay() : spec.period();
      cancel = timers.after(delay, this::due);
    }
  }

  private synchronized void due() {
    cancel = null;
    if (!stopped && !asking) {
      begin();
    }
  }

  private void begin() {
    if (!stopped) {
      asking = true;
      Thread.ofVirtual().name("probe").start(this::run);
    }
  }

  private void run() {
    Optional<String> problem;
    try {
      problem = ask.get();
    } catch (RuntimeException unexpected) {
      problem = Optional.of(String.valueOf(unexpected.getMessage()));
    }
    conclude(problem);
    synchronized (this) {
      asking = false;
      boolean atOnce = again;
      again = false;
      plan(atOnce);
    }
  }

  private void conclude(Optional<String> problem) {
    if (isStopped()) {
      return;
    }
    if (problem.isEmpty()) {
      failures = 0;
      if (++successes >= spec.successes()) {
        verdict.accept(true, "");
      }
      return;
    }
    successes = 0;
    failed.accept(problem.get());
    if (++failures >= spec.failures()) {
      verdict.accept(false, problem.get());
    }
  }

  private synchronized boolean isStopped() {
    return stopped;
  }
}
