package dev.slipway.control.fake;

import dev.slipway.control.Cluster.Listener;
import dev.slipway.control.Key;
import dev.slipway.control.Kind;
import dev.slipway.control.Resource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;

/// What one watch has still to tell.
final class FakeWatch {
  private static final double REPEATED = 0.1;
  private static final double DROPPED = 0.2;

  /// @param object empty for the mark that the present state has been told
  private record Told(Optional<Resource> object, boolean gone) {}

  private final Kind kind;
  private final Listener listener;
  private final Deque<Told> pending = new ArrayDeque<>();

  FakeWatch(Kind kind, Listener listener) {
    this.kind = kind;
    this.listener = listener;
  }

  Kind kind() {
    return kind;
  }

  void add(Resource object, boolean gone) {
    pending.add(new Told(Optional.of(object), gone));
  }

  void mark() {
    pending.add(new Told(Optional.empty(), false));
  }

  boolean isDone() {
    return pending.isEmpty();
  }

  /// Tells everything, in order.
  void tellAll() {
    for (Told next = pending.poll(); next != null; next = pending.poll()) {
      tell(next);
    }
  }

  /// Tells one thing: any object's next. Now and then it is told twice, or left out because a later
  /// one says more.
  void tellAny(RandomGenerator random) {
    List<Told> candidates = candidates();
    Told chosen = candidates.get(random.nextInt(candidates.size()));
    boolean superseded = chosen.object.isPresent() && hasLater(chosen);
    double dice = random.nextDouble();
    if (dice >= REPEATED) {
      pending.remove(chosen);
    }
    if (!superseded || dice > 1 - DROPPED) {
      tell(chosen);
    } else {
      pending.remove(chosen);
    }
  }

  private List<Told> candidates() {
    var seen = new HashSet<Key>();
    var found = new ArrayList<Told>();
    for (Told each : pending) {
      if (each.object.isEmpty()) {
        return found.isEmpty() ? List.of(each) : found;
      }
      if (seen.add(each.object.get().key())) {
        found.add(each);
      }
    }
    return found;
  }

  private boolean hasLater(Told told) {
    Key key = told.object.orElseThrow().key();
    Iterator<Told> last = pending.descendingIterator();
    while (last.hasNext()) {
      Told each = last.next();
      if (each.object.isPresent() && each.object.get().key().equals(key)) {
        return !each.equals(told);
      }
    }
    return false;
  }

  private void tell(Told told) {
    if (told.object.isPresent()) {
      listener.changed(told.object.get(), told.gone);
    } else {
      listener.caughtUp();
    }
  }
}
