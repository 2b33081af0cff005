package dev.slipway.apiserver.store;

import dev.slipway.apiserver.store.Objects.Change;
import dev.slipway.apiserver.store.Objects.StoreFailedException;
import dev.slipway.apiserver.store.Objects.Version;
import dev.slipway.apiserver.store.Objects.VersionConflictException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The one thread that changes things: takes what callers have queued meanwhile, checks it, writes
/// it with one wait for the disk, shows it to readers, answers the callers. Between batches it
/// forgets old history, a step at a time.
final class Committer {
  private static final Logger log = LoggerFactory.getLogger(Committer.class);
  private static final String CLOSED = "the store is closed";

  private final History history;
  private final Store store;
  private final StoreSettings settings;
  private final Retention retention;
  private final BlockingQueue<Ticket> queue;
  private final Thread thread;
  private volatile boolean stopped;
  private boolean failing;
  private @Nullable Throwable halted;
  private long nextCompaction = System.nanoTime();

  /// A change on its way, or none: the sign to end. Its answer is completed exactly once.
  private record Ticket(
      @Nullable Change change, @Nullable VersionSlot slot, CompletableFuture<Answer> answer) {
    Ticket(@Nullable Change change, @Nullable VersionSlot slot) {
      this(change, slot, new CompletableFuture<>());
    }
  }

  private sealed interface Answer {
    record Written(Version version) implements Answer {}

    record Conflict(String message) implements Answer {}

    record Failed(String message, @Nullable Throwable cause) implements Answer {}
  }

  Committer(History history, Store store, StoreSettings settings) {
    this.history = history;
    this.store = store;
    this.settings = settings;
    this.retention = new Retention(settings);
    this.queue = new ArrayBlockingQueue<>(settings.queuedChanges());
    this.thread = Thread.ofPlatform().name("store-committer").daemon().unstarted(this::run);
  }

  void start() {
    retention.observe(System.nanoTime(), history.resourceVersion());
    thread.start();
  }

  /// Hands in a change and waits for its fate.
  Version commit(Change change) {
    Ticket ticket = new Ticket(change, VersionSlot.find(change.json()));
    try {
      queue.put(ticket);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new StoreFailedException("interrupted before the change was taken", e);
    }
    if (stopped) {
      refuseQueued();
    }
    return switch (ticket.answer.join()) {
      case Answer.Written(Version version) -> version;
      case Answer.Conflict(String message) -> throw new VersionConflictException(message);
      case Answer.Failed(String message, Throwable cause) ->
          throw new StoreFailedException(message, cause);
    };
  }

  /// Finishes what is queued, then ends.
  void stop() {
    boolean interrupted = false;
    while (true) {
      try {
        if (!stopped && thread.isAlive()) {
          queue.put(new Ticket(null, null));
        }
        thread.join();
        break;
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private void run() {
    List<Ticket> tickets = new ArrayList<>(settings.batchedChanges());
    boolean running = true;
    while (running) {
      tickets.clear();
      take(tickets);
      running = !tickets.removeIf(ticket -> ticket.change == null);
      commitOrFail(tickets);
      compactIfDue();
    }
    stopped = true;
    refuseQueued();
  }

  private void take(List<Ticket> tickets) {
    try {
      Ticket first = queue.poll(retention.markNanos(), TimeUnit.NANOSECONDS);
      if (first != null) {
        tickets.add(first);
        queue.drainTo(tickets, settings.batchedChanges() - 1);
      }
    } catch (InterruptedException e) {
      log.debug("the committer does not stop for an interrupt", e);
    }
  }

  private void refuseQueued() {
    for (Ticket ticket = queue.poll(); ticket != null; ticket = queue.poll()) {
      ticket.answer.complete(new Answer.Failed(CLOSED, null));
    }
  }

  private void commitOrFail(List<Ticket> tickets) {
    if (tickets.isEmpty()) {
      return;
    }
    try {
      commit(tickets);
    } catch (Throwable e) { // the edge of the loop: callers must have an answer
      noteFailure(e);
      String message = e.getMessage() == null ? e.toString() : e.getMessage();
      for (Ticket ticket : tickets) {
        ticket.answer.complete(new Answer.Failed(message, e));
      }
    }
  }

  private void commit(List<Ticket> tickets) {
    if (halted != null) {
      throw new StoreFailedException(
          "the store stopped after an error and takes no changes until a restart", halted);
    }
    Batch batch = new Batch(history);
    List<Answer> answers = new ArrayList<>(tickets.size());
    for (Ticket ticket : tickets) {
      answers.add(judge(batch, ticket));
    }
    if (!batch.versions().isEmpty()) {
      store.append(batch.versions());
      publish(batch.versions());
    }
    for (int i = 0; i < answers.size(); i++) {
      tickets.get(i).answer.complete(answers.get(i));
    }
    history.wake(batch.versions());
    noteSuccess();
  }

  private static Answer judge(Batch batch, Ticket ticket) {
    Change change = java.util.Objects.requireNonNull(ticket.change);
    String conflict = batch.conflict(change);
    return conflict == null
        ? new Answer.Written(batch.add(change, java.util.Objects.requireNonNull(ticket.slot)))
        : new Answer.Conflict(conflict);
  }

  /// What is on disk must become visible; half of it must not be built upon.
  private void publish(List<Version> versions) {
    try {
      history.publish(versions);
      retention.observe(System.nanoTime(), history.resourceVersion());
    } catch (Throwable e) {
      halted = e;
      throw e;
    }
  }

  private void compactIfDue() {
    long now = System.nanoTime();
    long newest = history.resourceVersion();
    retention.observe(now, newest);
    if (halted != null || now - nextCompaction < 0) {
      return;
    }
    long compacted = history.compactedVersion();
    long through = retention.due(now, newest, compacted, history.retainedBytes());
    if (through > compacted) {
      compact(through);
    }
  }

  private void compact(long through) {
    try {
      store.compact(through, history.obsolete(through));
      history.forget(through);
    } catch (StoreFailedException e) {
      nextCompaction = System.nanoTime() + retention.markNanos();
      log.warn("old history stays for now", e);
    }
  }

  private void noteFailure(Throwable e) {
    if (!failing) {
      log.error("the store does not take changes", e);
    }
    failing = true;
  }

  private void noteSuccess() {
    if (failing) {
      log.info("the store takes changes again");
    }
    failing = false;
  }
}
