package dev.slipway.dataplane.gateway;

import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/// A request that is held until an endpoint has room. One thread waits; any other decides.
final class Waiter {
  /// How the wait ended: granted a place, or none of these.
  enum End {
    GRANTED,
    TIMED_OUT,
    CLIENT_GONE,
    REFUSED
  }

  private record Outcome(End end, @Nullable Place place) {}

  private final AtomicReference<@Nullable Outcome> outcome = new AtomicReference<>();
  private final Thread thread = Thread.currentThread();
  final int sticky;

  // The line it stands in; guarded by that line's lock.
  @Nullable Waiter before;
  @Nullable Waiter after;
  boolean inLine;

  Waiter(int sticky) {
    this.sticky = sticky;
  }

  /// @return whether it still waited; otherwise the place is not taken
  boolean grant(Place place) {
    return decide(new Outcome(End.GRANTED, place));
  }

  /// @return whether it still waited
  boolean end(End end) {
    return decide(new Outcome(end, null));
  }

  private boolean decide(Outcome decided) {
    if (!outcome.compareAndSet(null, decided)) {
      return false;
    }
    LockSupport.unpark(thread);
    return true;
  }

  /// Waits for the decision.
  End await() {
    boolean interrupted = false;
    var decided = outcome.get();
    while (decided == null) {
      LockSupport.park(this);
      interrupted |= Thread.interrupted();
      decided = outcome.get();
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    return decided.end();
  }

  /// What was granted.
  Place place() {
    var decided = outcome.get();
    if (decided == null || decided.place() == null) {
      throw new IllegalStateException("nothing was granted");
    }
    return decided.place();
  }
}
