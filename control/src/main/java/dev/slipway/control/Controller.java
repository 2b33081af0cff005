package dev.slipway.control;

import dev.slipway.control.Announcer.Announcement;
import dev.slipway.control.Dependencies.Reader;
import dev.slipway.control.Observed.Refusal;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One reconciler at work: its queue, and what is done with each key.
final class Controller {
  private static final Logger log = LoggerFactory.getLogger(Controller.class);
  private static final int QUIET_FAILURES = 5;

  private final Reconciler reconciler;
  private final WorkQueue queue;
  private final Set<Kind> childKinds = ConcurrentHashMap.newKeySet();
  private final Map<Key, List<Refusal>> refused = new ConcurrentHashMap<>();
  private final Map<Key, List<Plan.Happening>> told = new ConcurrentHashMap<>();

  Controller(Reconciler reconciler, LongSupplier nanos) {
    this.reconciler = reconciler;
    this.queue = new WorkQueue(nanos);
    childKinds.addAll(reconciler.children());
  }

  Reconciler reconciler() {
    return reconciler;
  }

  WorkQueue queue() {
    return queue;
  }

  /// A plan asked for children of this kind.
  void hasChildren(Kind kind) {
    childKinds.add(kind);
  }

  boolean isChildKind(Kind kind) {
    return childKinds.contains(kind);
  }

  /// Plans for one key and applies the plan. The key is back in the queue's hands afterwards.
  void work(Key key, Machine machine) {
    try {
      Optional<Resource> primary = machine.cluster().get(key);
      if (primary.isEmpty()) {
        forget(key, machine);
        queue.done(key, Optional.empty());
      } else {
        plan(key, primary.get(), machine);
      }
    } catch (RuntimeException | StackOverflowError failure) {
      machine.counters().failures.increment();
      int times = queue.failed(key, Optional.empty());
      if (times <= QUIET_FAILURES && failure instanceof ClusterException) {
        log.debug("{}: {}: will try again", reconciler.name(), key, failure);
      } else {
        log.warn("{}: {}: will try again", reconciler.name(), key, failure);
      }
    }
  }

  private void forget(Key key, Machine machine) {
    machine.parts().dependencies().settle(new Reader(this, key), Set.of());
    refused.remove(key);
    told.remove(key);
  }

  private void plan(Key key, Resource primary, Machine machine) {
    var reader = new Reader(this, key);
    var observed =
        new Snapshot(
            reader,
            primary,
            machine.parts(),
            machine.clock().instant(),
            refused.getOrDefault(key, List.of()));
    machine.counters().plans.increment();
    Plan plan = planned(primary, observed, machine);
    var result =
        new Application(primary, plan, observed, machine.tools()).run(reconciler.children());
    machine.parts().dependencies().settle(reader, observed.read());
    if (result.begun()) {
      announce(key, primary, plan, machine);
    }
    for (Plan.Happening each : result.pods()) {
      machine.announce(new Announcement(primary, reconciler.name(), each));
    }
    settle(key, primary, plan.again(), result, machine);
  }

  private Plan planned(Resource primary, Snapshot observed, Machine machine) {
    try {
      return reconciler.plan(primary, observed);
    } catch (RuntimeException | StackOverflowError failure) {
      String why = "cannot be planned for: " + failure;
      warn(primary, "InternalError", why, machine);
      throw failure;
    }
  }

  /// What two plans in a row tell happened once.
  private void announce(Key key, Resource primary, Plan plan, Machine machine) {
    List<Plan.Happening> now = plan.happenings();
    List<Plan.Happening> before = now.isEmpty() ? told.remove(key) : told.put(key, now);
    for (Plan.Happening each : now) {
      if (before == null || !before.contains(each)) {
        machine.announce(new Announcement(primary, reconciler.name(), each));
      }
    }
  }

  private void settle(
      Key key,
      Resource primary,
      Optional<Duration> again,
      Application.Result result,
      Machine machine) {
    if (!result.refusals().isEmpty()) {
      machine.counters().failures.increment();
      refused.put(key, result.refusals());
      result.refusals().forEach(each -> warn(primary, each, machine));
      queue.failed(key, again);
    } else if (result.stale()) {
      machine.counters().conflicts.increment();
      queue.failed(key, again);
    } else {
      refused.remove(key);
      queue.done(key, again);
    }
  }

  private void warn(Resource primary, Refusal refusal, Machine machine) {
    if (refusal.message().contains("because it is being terminated")) {
      return; // the namespace goes, and everything in it
    }
    String name = refusal.name().isEmpty() ? "" : " " + refusal.name();
    String what = refusal.kind().plural() + name + ": " + refusal.message();
    String reason =
        switch (refusal.verb()) {
          case "create" -> "FailedCreate";
          case "delete" -> "FailedDelete";
          default -> "FailedUpdate";
        };
    String doing =
        switch (refusal.verb()) {
          case "create" -> "Error creating: ";
          case "delete" -> "Error deleting: ";
          default -> "Error updating: ";
        };
    warn(
        primary,
        reason,
        doing + (refusal.verb().equals("create") ? refusal.message() : what),
        machine);
  }

  private void warn(Resource primary, String reason, String message, Machine machine) {
    var happening = new Plan.Happening("Warning", reason, message);
    machine.announce(new Announcement(primary, reconciler.name(), happening));
  }
}
