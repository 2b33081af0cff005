package dev.slipway.control;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Writes Events beside the work that causes them. What happens again within a while raises the
/// count of its Event. Thread-safe.
///
/// For what watches and kubelets tell, at once and often; the loop's plans are told by the
/// [Announcer], within its allowances.
public final class EventRecorder implements Recorder {
  private static final Logger LOG = LoggerFactory.getLogger(EventRecorder.class);
  private static final int REMEMBERED = 4096;
  private static final int MOST_WAITING = 20_000;

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
          var _ = cluster.create(Kinds.EVENT, EventObject.of(what, event.name, host, now));
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
    var key = Kinds.EVENT.key(EventObject.namespace(what.about()), event.name);
    try {
      var _ = cluster.mergePatch(key, "", EventObject.again(event.count, now));
      return true;
    } catch (ClusterException problem) {
      if (problem.isNotFound()) {
        return false;
      }
      throw problem;
    }
  }
}
