package dev.slipway.control;

import dev.slipway.control.Announcer.Announcement;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import org.jspecify.annotations.Nullable;

/// Reconcilers at work on a cluster: observes, has each object planned for whenever anything its
/// last plan was made from changes, and applies the plans.
///
/// - A change reaches the plan at once: nothing polls, nothing waits for more.
/// - One object is never planned for twice at the same time. One that fails comes again after 5 ms,
///   10 ms, … up to a minute, and holds up no other.
/// - A plan over a settled world writes nothing.
/// - What the API refuses of a plan becomes a `Warning` Event on the object, and is seen by the
///   next plan as [Observed#refusals()].
/// - While an object is being deleted its reconciler still plans (finalizers), but no child is made
///   and none is pruned.
///
/// Memory is a few hundred bytes an object, whatever its size. Thread-safe.
public final class Loop implements AutoCloseable {
  private static final int WRITES_AT_ONCE = 16;

  /// Events that wait to be written; more are dropped.
  private static final int MAX_EVENTS = 2000;

  private final Machine machine;
  private final List<Thread> threads = new ArrayList<>();
  private final LinkedBlockingQueue<Announcement> events = new LinkedBlockingQueue<>(MAX_EVENTS);

  private Loop(Machine machine) {
    this.machine = machine;
  }

  /// Starts reconcilers, each from the present state. Several may care for the same kind.
  public static Loop start(
      Cluster cluster, Collection<Reconciler> reconcilers, InstantSource clock) {
    var loop = new Loop(new Machine(cluster, reconcilers, clock, System::nanoTime, WRITES_AT_ONCE));
    loop.run();
    return loop;
  }

  private void run() {
    machine.announceBy(events::offer);
    threads.add(Thread.ofVirtual().name("events").start(this::writeEvents));
    for (Controller each : machine.controllers()) {
      for (int i = 0; i < each.reconciler().workers(); i++) {
        String name = each.reconciler().name() + "-" + i;
        threads.add(Thread.ofVirtual().name(name).start(() -> work(each)));
      }
    }
    machine.follow();
  }

  private void work(Controller controller) {
    try {
      for (Key key = controller.queue().take(); key != null; key = controller.queue().take()) {
        controller.work(key, machine);
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  private void writeEvents() {
    try {
      for (Announcement each = events.take(); ; each = events.take()) {
        machine.announcer().announce(each);
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  /// Has every object planned for once more, as if it had changed.
  public void planAll() {
    machine.again();
  }

  /// Has one object planned for, as if it had changed: something outside the API that its plans
  /// read did.
  public void wake(Key key) {
    machine.wake(key);
  }

  /// Whether no plan is due or under way; what a watch is about to tell is not counted.
  public boolean isIdle() {
    return machine.controllers().stream().allMatch(each -> each.queue().isIdle());
  }

  /// What has been done since the start.
  public LoopCounts counts() {
    return machine.counters().read();
  }

  /// Ends the watches, lets plans that are being applied come to their end, and returns.
  @Override
  public void close() {
    machine.close();
    @Nullable Thread events = threads.isEmpty() ? null : threads.getFirst();
    if (events != null) {
      events.interrupt();
    }
    boolean interrupted = false;
    for (Thread each : threads) {
      try {
        each.join();
      } catch (InterruptedException _) {
        interrupted = true;
        each.interrupt();
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
