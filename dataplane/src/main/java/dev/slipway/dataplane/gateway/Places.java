package dev.slipway.dataplane.gateway;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/// The endpoints of an upstream at one moment, and which of them is next, as Knative's activator
/// chooses: without a limit the less loaded of two taken at random; with a limit up to three the
/// first that has room; above, in turn, those with room.
///
/// Source: knative/serving, `pkg/activator/net/lb_policy.go`.
final class Places {
  static final Places NONE = new Places(List.of(), 0);

  private static final int FIRST_FREE = 3;

  private final Place[] all;
  private final int limit;
  private final AtomicInteger turn;

  private Places(List<Place> all, int limit) {
    this.all = all.toArray(new Place[0]);
    this.limit = limit;
    turn = new AtomicInteger(all.isEmpty() ? 0 : ThreadLocalRandom.current().nextInt(all.size()));
  }

  /// What is next; those that stay keep their requests, those that go take no further ones.
  ///
  /// @param gone receives the latter
  Places next(List<Upstream.Endpoint> wanted, int nextLimit, List<Place> gone) {
    var kept = new ArrayList<Place>(wanted.size());
    for (var endpoint : wanted) {
      var known = find(endpoint);
      kept.add(known == null ? new Place(endpoint) : known);
    }
    for (var place : all) {
      if (!kept.contains(place)) {
        place.close();
        gone.add(place);
      }
    }
    return new Places(kept, nextLimit);
  }

  private @Nullable Place find(Upstream.Endpoint endpoint) {
    for (var place : all) {
      if (place.endpoint().equals(endpoint)) {
        return place;
      }
    }
    return null;
  }

  int size() {
    return all.length;
  }

  Place at(int index) {
    return all[index];
  }

  /// Requests inside all of them.
  int inside() {
    int sum = 0;
    for (var place : all) {
      sum += place.inside();
    }
    return sum;
  }

  /// Enters one.
  ///
  /// @param sticky decides which, where it has room; 0 for none
  /// @return null if none has room
  @Nullable Place enter(int sticky, long nanos) {
    if (all.length == 0) {
      return null;
    }
    if (all.length == 1) {
      return all[0].tryEnter(limit) ? all[0] : null;
    }
    if (sticky != 0) {
      var own = ownOf(sticky);
      if (own.tryEnter(limit)) {
        return own;
      }
    }
    var healthy = limit == 0 ? lessLoaded(nanos) : withRoom(nanos);
    return healthy == null ? any() : healthy;
  }

  /// Highest random weight: an endpoint that comes or goes moves only its own clients.
  private Place ownOf(int sticky) {
    var own = all[0];
    long highest = Long.MIN_VALUE;
    for (var place : all) {
      long mixed = (place.endpoint().address().hashCode() * 0x9E3779B97F4A7C15L) ^ sticky;
      mixed = (mixed ^ (mixed >>> 32)) * 0xD6E8FEB86659FD93L;
      mixed ^= mixed >>> 32;
      if (mixed > highest) {
        highest = mixed;
        own = place;
      }
    }
    return own;
  }

  private @Nullable Place lessLoaded(long nanos) {
    var random = ThreadLocalRandom.current();
    int first = random.nextInt(all.length);
    int second = random.nextInt(all.length - 1);
    second += second >= first ? 1 : 0;
    var one = all[first];
    var other = all[second];
    var better = other.inside() < one.inside() ? other : one;
    if (better.shunned(nanos)) {
      better = better == one ? other : one;
    }
    return !better.shunned(nanos) && better.tryEnter(0) ? better : null;
  }

  private @Nullable Place withRoom(long nanos) {
    int start =
        limit <= FIRST_FREE ? 0 : Integer.remainderUnsigned(turn.getAndIncrement(), all.length);
    for (int i = 0; i < all.length; i++) {
      var place = all[(start + i) % all.length];
      if (!place.shunned(nanos) && place.tryEnter(limit)) {
        return place;
      }
    }
    return null;
  }

  private @Nullable Place any() {
    int start = ThreadLocalRandom.current().nextInt(all.length);
    Place shunned = null;
    for (int i = 0; i < all.length; i++) {
      var place = all[(start + i) % all.length];
      if (place.shunned(System.nanoTime())) {
        shunned = place;
      } else if (place.tryEnter(limit)) {
        return place;
      }
    }
    return shunned != null && shunned.tryEnter(limit) ? shunned : null;
  }
}
