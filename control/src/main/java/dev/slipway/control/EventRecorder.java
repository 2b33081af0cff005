package dev.slipway.control;

import dev.slipway.base.Json;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.node.ObjectNode;

/// Writes Events beside the work that causes them. What happens again within a while raises the
/// count of its Event. Thread-safe.
///
/// Source: Kubernetes API reference, `Event` of `v1`.
public final class EventRecorder implements Recorder {
  private static final Logger LOG = LoggerFactory.getLogger(EventRecorder.class);
  private static final int REMEMBERED = 4096;
  private static final int MOST_WAITING = 20_000;
  private static final int MOST_MESSAGE = 1024;

  /// What is told of is in more of a hurry than the telling.
  private static final Duration LATER = Duration.ofSeconds(1);

  private final Cluster cluster;
  private final String host;
  private final InstantSource clock;
  private final AtomicLong numbers = new AtomicLong(System.nanoTime());
  private final Semaphore waiting = new Semaphore(MOST_WAITING);
  private final Semaphore writers = new Semaphore(16);
  private final Map<String, Told> told =
      new LinkedHashMap<>(256, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Told> eldest) {
          return size() > REMEMBERED;
        }
      };

  /// An Event that may be counted up; locked while it is written.
  private static final class Told {
    private final String name;
    private int count;

    Told(String name) {
      this.name = name;
    }
  }

  /// @param host named as the place where things happened
  public EventRecorder(Cluster cluster, String host, InstantSource clock) {
    this.cluster = cluster;
    this.host = host;
    this.clock = clock;
  }

  @Override
  public void tell(Happened what) {
    if (!waiting.tryAcquire()) {
      LOG.debug("too many events at once; {} of {} is not kept", what.reason(), what.about());
      return;
    }
    var now = clock.instant();
    Thread.ofVirtual().name("event").start(() -> write(what, now));
  }

  private void write(Happened what, Instant now) {
    try {
      Thread.sleep(LATER);
      writers.acquire();
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      waiting.release();
      return;
    }
    try {
      var event = remembered(what);
      synchronized (event) {
        event.count++;
        if (event.count == 1 || !raised(what, event, now)) {
          event.count = 1;
          var _ = cluster.create(Kinds.EVENT, event(what, event.name, now));
        }
      }
    } catch (RuntimeException problem) {
      LOG.debug("event {} of {}: {}", what.reason(), what.about(), problem.getMessage());
    } finally {
      writers.release();
      waiting.release();
    }
  }

  private Told remembered(Happened what) {
    var key =
        String.join(
            "\n",
            what.about().uid(),
            what.component(),
            what.part(),
            what.type(),
            what.reason(),
            what.message());
    synchronized (told) {
      return told.computeIfAbsent(
          key,
          _ -> new Told(what.about().name() + "." + Long.toHexString(numbers.incrementAndGet())));
    }
  }

  /// @return whether the Event was still there
  private boolean raised(Happened what, Told event, Instant now) {
    var patch = Json.object().put("count", event.count).put("lastTimestamp", seconds(now));
    try {
      var _ = cluster.mergePatch(Kinds.EVENT.key(namespace(what), event.name), "", patch);
      return true;
    } catch (ClusterException problem) {
      if (problem.isNotFound()) {
        return false;
      }
      throw problem;
    }
  }

  private ObjectNode event(Happened what, String name, Instant now) {
    var about = what.about();
    var event = Json.object().put("apiVersion", "v1").put("kind", "Event");
    event.putObject("metadata").put("name", name).put("namespace", namespace(what));
    var involved = event.putObject("involvedObject");
    involved.put("apiVersion", about.kind().apiVersion()).put("kind", about.kind().kind());
    involved.put("name", about.name()).put("uid", about.uid());
    involved.put("resourceVersion", about.resourceVersion());
    if (!about.namespace().isEmpty()) {
      involved.put("namespace", about.namespace());
    }
    if (!what.part().isEmpty()) {
      involved.put("fieldPath", what.part());
    }
    event.put("type", what.type()).put("reason", what.reason());
    event.put("message", cut(what.message())).put("count", 1);
    event.put("firstTimestamp", seconds(now)).put("lastTimestamp", seconds(now));
    event.putObject("source").put("component", what.component()).put("host", host);
    event.put("reportingComponent", what.component()).put("reportingInstance", host);
    return event;
  }

  private static String cut(String message) {
    return message.length() <= MOST_MESSAGE
        ? message
        : message.substring(0, MOST_MESSAGE - 1) + "…";
  }

  private static String namespace(Happened what) {
    var own = what.about().namespace();
    return own.isEmpty() ? "default" : own;
  }

  private static String seconds(Instant instant) {
    return instant.truncatedTo(ChronoUnit.SECONDS).toString();
  }
}
