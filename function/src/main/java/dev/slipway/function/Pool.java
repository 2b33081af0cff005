package dev.slipway.function;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/// Workers: one always, more while requests wait, fewer again when they are idle. Thread-safe.
final class Pool implements AutoCloseable {
  private static final int MOST_WAITING = 1000;
  private static final Duration WATCH = Duration.ofMillis(250);
  private static final Duration IDLE = Duration.ofSeconds(60);
  private static final Duration FIRST_PAUSE = Duration.ofMillis(200);
  private static final Duration LAST_PAUSE = Duration.ofSeconds(10);

  private final Settings settings;
  private final Path home;
  private final ScheduledExecutorService clock = Executors.newScheduledThreadPool(2);
  private final Set<WorkerProcess> all = new HashSet<>();
  private final ArrayDeque<WorkerProcess> idle = new ArrayDeque<>();
  private final ArrayDeque<Turn> waiting = new ArrayDeque<>();
  private Duration pause = FIRST_PAUSE;
  private int starting;
  private boolean ending;

  /// A request in line.
  private static final class Turn {
    private final CompletableFuture<WorkerProcess> given = new CompletableFuture<>();
  }

  Pool(Settings settings, Path home) {
    this.settings = settings;
    this.home = home;
  }

  /// Starts the first worker. Blocks.
  ///
  /// @throws FunctionException where the function cannot be loaded
  void begin() throws IOException, FunctionException {
    giveBack(WorkerProcess.start(settings, home, clock));
    var _ =
        clock.scheduleWithFixedDelay(
            this::watch, WATCH.toMillis(), WATCH.toMillis(), TimeUnit.MILLISECONDS);
  }

  /// A worker for one request, to be given back. Blocks while none is free.
  ///
  /// @throws FunctionException 503 where too many wait, 504 where none is free in time
  WorkerProcess take() throws FunctionException, InterruptedException {
    var turn = new Turn();
    synchronized (this) {
      for (var each = idle.pollLast(); each != null; each = idle.pollLast()) {
        if (each.isAlive()) {
          return each;
        }
        drop(each);
      }
      if (waiting.size() >= MOST_WAITING) {
        throw new FunctionException(503, MOST_WAITING + " requests wait already");
      }
      waiting.add(turn);
      fill();
    }
    try {
      return turn.given.get(settings.timeout().toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException | ExecutionException _) {
      return late(turn);
    }
  }

  /// It may have been given a worker just now.
  private synchronized WorkerProcess late(Turn turn) throws FunctionException {
    waiting.remove(turn);
    var given = turn.given.getNow(null);
    if (given == null) {
      throw new FunctionException(504, "no worker was free in time");
    }
    return given;
  }

  synchronized void giveBack(WorkerProcess worker) {
    if (ending) {
      worker.close();
      return;
    }
    all.add(worker);
    if (!worker.isAlive()) {
      drop(worker);
      return;
    }
    var turn = waiting.poll();
    if (turn != null) {
      turn.given.complete(worker);
      fill();
      return;
    }
    worker.idle();
    idle.add(worker);
  }

  private void drop(WorkerProcess worker) {
    all.remove(worker);
    worker.close();
    fill();
  }

  /// Starts what is missing, of those that wait and of the one that always is.
  private void fill() {
    int busy = all.size() - idle.size();
    int wanted = Math.clamp((long) busy + waiting.size(), 1, settings.workers());
    if (!ending && all.size() + starting < wanted) {
      starting++;
      Thread.ofVirtual().start(this::grow);
    }
  }

  /// One more; where that fails, again after a while.
  private void grow() {
    try {
      var worker = WorkerProcess.start(settings, home, clock);
      synchronized (this) {
        starting--;
        pause = FIRST_PAUSE;
        giveBack(worker);
        fill();
      }
    } catch (IOException | FunctionException problem) {
      System.err.println("a worker could not start: " + problem.getMessage());
      synchronized (this) {
        long millis = pause.toMillis();
        pause =
            LAST_PAUSE.compareTo(pause.multipliedBy(2)) < 0 ? LAST_PAUSE : pause.multipliedBy(2);
        var _ = clock.schedule(this::retry, millis, TimeUnit.MILLISECONDS);
      }
    }
  }

  private synchronized void retry() {
    starting--;
    fill();
  }

  /// Ends workers that are too large, that died idle, and that have had nothing to do.
  private synchronized void watch() {
    for (var each : List.copyOf(all)) {
      long found = settings.memory() > 0 ? each.memory() : 0;
      if (found > settings.memory()) {
        var why = "it had " + found + " bytes in memory, of " + settings.memory();
        System.err.println("a worker is ended: " + why);
        each.end(why);
      }
    }
    for (var each : List.copyOf(idle)) {
      boolean spare = all.size() > 1 && each.idleFor().compareTo(IDLE) > 0;
      if (spare || !each.isAlive()) {
        idle.remove(each);
        drop(each);
      }
    }
  }

  @Override
  public synchronized void close() {
    ending = true;
    all.forEach(WorkerProcess::close);
    clock.shutdownNow();
  }
}
