package dev.slipway.control;

import java.time.Duration;
import java.time.InstantSource;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// The loop without threads, for tests: it works when told to, one key at a time, and everything
/// happens on the caller's thread. The same parts as [Loop].
public final class ManualLoop implements AutoCloseable {
  private final Machine machine;

  /// @param nanos moves with the clock; retries and wake-ups are counted by it
  public ManualLoop(
      Cluster cluster,
      Collection<Reconciler> reconcilers,
      InstantSource clock,
      LongSupplier nanos) {
    this.machine = new Machine(cluster, reconcilers, clock, nanos, 1);
    machine.follow();
  }

  /// Plans and applies for the key that waits longest at the first reconciler that has any.
  ///
  /// @return whether there was one
  public boolean step() {
    for (Controller each : machine.controllers()) {
      if (step(each)) {
        return true;
      }
    }
    return false;
  }

  /// As [#step()], at a reconciler drawn at random.
  public boolean step(RandomGenerator random) {
    List<Controller> controllers = machine.controllers();
    int first = random.nextInt(controllers.size());
    for (int i = 0; i < controllers.size(); i++) {
      if (step(controllers.get((first + i) % controllers.size()))) {
        return true;
      }
    }
    return false;
  }

  private boolean step(Controller controller) {
    @Nullable Key key = controller.queue().poll();
    if (key == null) {
      return false;
    }
    controller.work(key, machine);
    return true;
  }

  /// How long until a key is due that is not now: a wake-up or a retry.
  public Optional<Duration> untilNextDue() {
    return machine.controllers().stream()
        .map(each -> each.queue().untilNextDue())
        .filter(OptionalLong::isPresent)
        .map(each -> Duration.ofNanos(each.getAsLong()))
        .min(Duration::compareTo);
  }

  /// Has every object planned for once more.
  public void planAll() {
    machine.again();
  }

  /// As [Loop#wake].
  public void wake(Key key) {
    machine.wake(key);
  }

  public LoopCounts counts() {
    return machine.counters().read();
  }

  @Override
  public void close() {
    machine.close();
  }
}
