package dev.slipway.control;

import dev.slipway.control.Recorder.Happened;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Writes Events that users see in `kubectl describe`, so that none floods the API: the same event
/// counts up the one that is there, many of one reason are combined, and each object has an
/// allowance. All memory is bounded; all state is under the monitor.
///
/// Rules: `k8s.io/client-go/tools/record/events_cache.go`.
final class Announcer {
  private static final Logger log = LoggerFactory.getLogger(Announcer.class);
  private static final int REMEMBERED = 4096;
  private static final int SIMILAR = 10;
  private static final Duration SIMILAR_WITHIN = Duration.ofMinutes(10);
  private static final double BURST = 25;
  private static final double REFILL_SECONDS = 300;

  /// What happened to an object, as its reconciler tells it.
  record Announcement(Resource about, String component, Plan.Happening happening) {}

  private record Same(String uid, String component, Plan.Happening happening) {}

  private record Kindred(String uid, String component, String type, String reason) {}

  private record Written(Key key, int count) {}

  private record Allowance(double tokens, Instant at) {}

  private static final class Similar {
    final Set<String> messages = new HashSet<>();
    Instant last;

    Similar(Instant now) {
      last = now;
    }
  }

  private final Cluster cluster;
  private final InstantSource clock;
  private final Counters counters;
  private final Map<Same, Written> written = bounded();
  private final Map<Kindred, Similar> similar = bounded();
  private final Map<String, Allowance> allowances = bounded();
  private long serial;

  Announcer(Cluster cluster, InstantSource clock, Counters counters) {
    this.cluster = cluster;
    this.clock = clock;
    this.counters = counters;
  }

  private static <K, V> Map<K, V> bounded() {
    return new LinkedHashMap<>(16, 0.75f, true) {
      private static final long serialVersionUID = 1L;

      @Override
      protected boolean removeEldestEntry(Map.Entry<K, V> eldest) {
        return size() > REMEMBERED;
      }
    };
  }

  /// Never fails: an Event that cannot be written is dropped.
  synchronized void announce(Announcement given) {
    Instant now = clock.instant();
    if (!spend(given.about.uid() + given.component, now)) {
      return;
    }
    Announcement told = combined(given, now);
    var same = new Same(told.about.uid(), told.component, told.happening);
    try {
      counters.events.increment();
      Written before = written.get(same);
      written.put(same, before == null ? first(told, now) : again(before, told, now));
    } catch (ClusterException refused) {
      written.remove(same);
      log.debug("{}: event {} was not written", told.about, told.happening, refused);
    }
  }

  private boolean spend(String whose, Instant now) {
    Allowance before = allowances.getOrDefault(whose, new Allowance(BURST, now));
    double refilled =
        before.tokens + Duration.between(before.at, now).toMillis() / 1000.0 / REFILL_SECONDS;
    double tokens = Math.min(BURST, refilled);
    allowances.put(whose, new Allowance(tokens < 1 ? tokens : tokens - 1, now));
    return tokens >= 1;
  }

  /// Events of one reason with ever new messages become one.
  private Announcement combined(Announcement given, Instant now) {
    Plan.Happening happening = given.happening;
    String message = EventObject.shortened(happening.message());
    var kindred =
        new Kindred(given.about.uid(), given.component, happening.type(), happening.reason());
    Similar known = similar.computeIfAbsent(kindred, _ -> new Similar(now));
    if (Duration.between(known.last, now).compareTo(SIMILAR_WITHIN) > 0) {
      known.messages.clear();
    }
    known.last = now;
    if (known.messages.size() < SIMILAR) {
      known.messages.add(message);
    }
    String told = known.messages.contains(message) ? message : "(combined from similar events)";
    return new Announcement(
        given.about,
        given.component,
        new Plan.Happening(happening.type(), happening.reason(), told));
  }

  private Written first(Announcement told, Instant now) {
    Plan.Happening it = told.happening;
    var what = new Happened(told.about, told.component, it.type(), it.reason(), it.message(), "");
    String unique = Long.toHexString(now.toEpochMilli() * 1_000_000 + serial++ % 1_000_000);
    String name = told.about.name() + "." + unique;
    Resource made = cluster.create(Kinds.EVENT, EventObject.of(what, name, "", now));
    return new Written(made.key(), 1);
  }

  private Written again(Written before, Announcement told, Instant now) {
    try {
      cluster.mergePatch(before.key, "", EventObject.again(before.count + 1, now));
      return new Written(before.key, before.count + 1);
    } catch (ClusterException refused) {
      if (refused.isNotFound()) {
        return first(told, now);
      }
      throw refused;
    }
  }
}
