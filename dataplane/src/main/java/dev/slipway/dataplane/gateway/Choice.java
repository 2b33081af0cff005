package dev.slipway.dataplane.gateway;

import dev.slipway.dataplane.gateway.CompiledRule.Target;
import dev.slipway.dataplane.gateway.RouteTable.Backend;
import dev.slipway.dataplane.gateway.RouteTable.Forwarding;
import dev.slipway.dataplane.gateway.RouteTable.Stickiness;
import dev.slipway.net.Request;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/// Which backend of a rule takes a request: by weight, unless the client belongs to one already.
/// Thread-safe.
final class Choice {
  /// Hashes are spread over so many slots, so that a weight's share of clients is exact to a
  /// thousandth.
  private static final int SLOTS = 1_000;

  private final List<Target> targets;
  private final List<Backend> backends;
  private final Shares shares;
  private final boolean any;
  private final @Nullable Stickiness stickiness;

  Choice(Forwarding to, List<Target> targets, @Nullable Choice before) {
    this.targets = List.copyOf(targets);
    backends = to.backends();
    stickiness = to.stickiness().orElse(null);
    int[] weights = backends.stream().mapToInt(backend -> Math.max(0, backend.weight())).toArray();
    any = anyAbove0(weights);
    shares = before != null && sameWeights(before) ? before.shares : sharesOf(weights);
  }

  private static boolean anyAbove0(int[] weights) {
    for (int weight : weights) {
      if (weight > 0) {
        return true;
      }
    }
    return false;
  }

  private Shares sharesOf(int[] weights) {
    return new Shares(any ? weights : new int[] {1});
  }

  // A new table with the same shares goes on counting where the old one stood.
  private boolean sameWeights(Choice before) {
    return before.backends.size() == backends.size() && sameKeysAndWeights(before.backends);
  }

  private boolean sameKeysAndWeights(List<Backend> others) {
    for (int i = 0; i < backends.size(); i++) {
      var mine = backends.get(i);
      var other = others.get(i);
      if (mine.weight() != other.weight() || !mine.upstream().equals(other.upstream())) {
        return false;
      }
    }
    return true;
  }

  /// The backends, in the order of the rule.
  List<Target> targets() {
    return targets;
  }

  /// Whose turn it is; null if no weight is above 0.
  @Nullable Target next(Request request) {
    if (stickiness != null) {
      var own = ownOf(request, stickiness);
      if (own != null) {
        return own;
      }
    }
    return any ? targets.get(shares.next()) : null;
  }

  private @Nullable Target ownOf(Request request, Stickiness sticky) {
    var value = valueOf(request, sticky);
    if (value.isEmpty()) {
      return null;
    }
    var forced = sticky.always().get(value);
    if (forced != null) {
      return named(forced);
    }
    if (sticky.by().equals("cookie")) {
      return marked(value);
    }
    return any ? byHash(value) : null;
  }

  private static String valueOf(Request request, Stickiness sticky) {
    return sticky.by().equals("cookie")
        ? Cookies.value(request, sticky.name())
        : request.header(sticky.name());
  }

  private @Nullable Target named(String upstream) {
    for (var target : targets) {
      if (target.backend().upstream().equals(upstream)) {
        return target;
      }
    }
    return null;
  }

  private @Nullable Target marked(String value) {
    int dot = value.indexOf('.');
    var mark = dot < 0 ? value : value.substring(0, dot);
    for (var target : targets) {
      if (markOf(target).equals(mark)) {
        return target;
      }
    }
    return null;
  }

  private static String markOf(Target target) {
    return Integer.toHexString(mixed(target.backend().upstream()));
  }

  // Equal values land in equal slots while the weights stay; a shifted weight moves the clients
  // that it must move and no other.
  private @Nullable Target byHash(String value) {
    long sum = 0;
    for (var target : targets) {
      sum += Math.max(0, target.backend().weight());
    }
    long slot = Integer.remainderUnsigned(mixed(value), SLOTS);
    long passed = 0;
    for (var target : targets) {
      passed += Math.max(0, target.backend().weight());
      if (slot * sum < passed * SLOTS) {
        return target;
      }
    }
    return null;
  }

  private static int mixed(String text) {
    int hash = text.hashCode() * 0x9E3779B1;
    hash = (hash ^ (hash >>> 15)) * 0x85EBCA6B;
    return hash ^ (hash >>> 13);
  }

  /// What keeps a client with one endpoint: the number its cookie has, or a new one for it; 0 where
  /// no cookie decides.
  int session(Request request) {
    if (stickiness == null || !stickiness.by().equals("cookie")) {
      return 0;
    }
    var value = Cookies.value(request, stickiness.name());
    if (stickiness.always().containsKey(value)) {
      return 0;
    }
    int known = number(value.substring(value.indexOf('.') + 1));
    return known == 0 ? ThreadLocalRandom.current().nextInt() | 1 : known;
  }

  private static int number(String hex) {
    try {
      return hex.isEmpty() ? 0 : Integer.parseUnsignedInt(hex, 16);
    } catch (NumberFormatException _) {
      return 0;
    }
  }

  /// The `Set-Cookie` that keeps a client with the backend and the endpoint it got; empty where
  /// none
  /// is needed.
  ///
  /// @param session as `session` has it
  Optional<String> cookieFor(Request request, Target chosen, int session) {
    if (stickiness == null || !stickiness.by().equals("cookie")) {
      return Optional.empty();
    }
    var value = Cookies.value(request, stickiness.name());
    var own = markOf(chosen) + "." + Integer.toHexString(session);
    if (stickiness.always().containsKey(value) || own.equals(value)) {
      return Optional.empty();
    }
    var age =
        stickiness.age().map(time -> String.format(Locale.ROOT, "; Max-Age=%d", time.toSeconds()));
    return Optional.of(stickiness.name() + "=" + own + "; Path=/" + age.orElse("") + "; HttpOnly");
  }
}
