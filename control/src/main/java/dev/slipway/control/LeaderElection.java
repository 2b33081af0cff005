package dev.slipway.control;

import dev.slipway.base.Json;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.node.ObjectNode;

/// Sees to it that one of several replicas works: whoever holds a Lease leads, renews it, and steps
/// down before another may take it.
///
/// Whether a lease has run out is judged by this machine's own clock, from the moment it last saw
/// the lease change, so clocks need not agree. Rules: `k8s.io/client-go/tools/leaderelection`.
public final class LeaderElection implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(LeaderElection.class);
  private static final DateTimeFormatter MICRO =
      DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSSSSS'Z'", Locale.ROOT)
          .withZone(ZoneOffset.UTC);

  /// How long a lease lasts, how long its holder tries to renew it before it steps down, and how
  /// often anybody tries: `lease > renew > retry > 0`.
  public record Times(Duration lease, Duration renew, Duration retry) {
    public static final Times STANDARD =
        new Times(Duration.ofSeconds(15), Duration.ofSeconds(10), Duration.ofSeconds(2));

    public Times {
      if (lease.compareTo(renew) <= 0 || renew.compareTo(retry) <= 0 || !retry.isPositive()) {
        throw new IllegalArgumentException(
            "expected lease > renew > retry > 0, found " + lease + ", " + renew + ", " + retry);
      }
    }
  }

  /// What a replica does with its turn.
  public interface Candidate {
    /// It leads from now on.
    void lead();

    /// It leads no more: returns when all work has ended.
    void stepDown();
  }

  private final Cluster cluster;
  private final Key lease;
  private final String identity;
  private final Times times;
  private final InstantSource clock;
  private String seenVersion = "";
  private Instant seenAt = Instant.EPOCH;
  private Instant renewedAt = Instant.EPOCH;
  private boolean leads;
  private Optional<Thread> thread = Optional.empty();
  private volatile boolean closed;

  /// @param lease of kind [Kinds#LEASE]
  /// @param identity of this replica, unlike any other's
  public LeaderElection(
      Cluster cluster, Key lease, String identity, Times times, InstantSource clock) {
    this.cluster = cluster;
    this.lease = lease;
    this.identity = identity;
    this.times = times;
    this.clock = clock;
  }

  /// Stands for election until closed.
  public synchronized void start(Candidate candidate) {
    thread = Optional.of(Thread.ofVirtual().name("leader-election").start(() -> run(candidate)));
  }

  private void run(Candidate candidate) {
    try {
      while (!closed) {
        step(candidate);
        Thread.sleep(times.retry);
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  /// Tries once to take or keep the lease; calls the candidate where that changes its turn.
  public synchronized void step(Candidate candidate) {
    Instant now = clock.instant();
    boolean held = hold(now);
    if (held) {
      renewedAt = now;
    }
    boolean expired = Duration.between(renewedAt, clock.instant()).compareTo(times.renew) >= 0;
    if (held && !leads) {
      leads = true;
      log.info("{} leads", identity);
      candidate.lead();
    } else if (leads && !held && (expired || isAnothers())) {
      leads = false;
      log.warn("{} leads no more", identity);
      candidate.stepDown();
    }
  }

  private boolean isAnothers() {
    String holder = cluster.get(lease).map(LeaderElection::holder).orElse("");
    return !holder.isEmpty() && !holder.equals(identity);
  }

  private static String holder(Resource found) {
    return found.text("spec", "holderIdentity");
  }

  private boolean hold(Instant now) {
    try {
      Optional<Resource> found = cluster.get(lease);
      if (found.isEmpty()) {
        cluster.create(Kinds.LEASE, made(now));
        return true;
      }
      return take(found.get(), now);
    } catch (ClusterException refused) {
      log.debug("lease {}: {}", lease, refused.getMessage());
      return false;
    }
  }

  private boolean take(Resource found, Instant now) {
    if (!found.resourceVersion().equals(seenVersion)) {
      seenVersion = found.resourceVersion();
      seenAt = now;
    }
    boolean mine = holder(found).equals(identity);
    Duration lasts = Duration.ofSeconds(found.spec().path("leaseDurationSeconds").asLong(0));
    boolean free = holder(found).isEmpty() || !now.isBefore(seenAt.plus(lasts));
    if (!mine && !free) {
      return false;
    }
    ObjectNode next = found.copy();
    ObjectNode spec = Json.ensureObject(next, "spec");
    if (!mine) {
      spec.put("acquireTime", MICRO.format(now));
      spec.put("leaseTransitions", spec.path("leaseTransitions").asInt(0) + 1);
    }
    held(spec, now);
    Resource written = cluster.update(Kinds.LEASE, next);
    seenVersion = written.resourceVersion();
    seenAt = now;
    return true;
  }

  private ObjectNode made(Instant now) {
    ObjectNode object = Json.object().put("apiVersion", Kinds.LEASE.apiVersion());
    object.put("kind", Kinds.LEASE.kind());
    object.putObject("metadata").put("name", lease.name()).put("namespace", lease.namespace());
    ObjectNode spec = object.putObject("spec").put("acquireTime", MICRO.format(now));
    held(spec, now);
    spec.put("leaseTransitions", 0);
    return object;
  }

  private void held(ObjectNode spec, Instant now) {
    spec.put("holderIdentity", identity).put("renewTime", MICRO.format(now));
    spec.put("leaseDurationSeconds", Math.toIntExact(times.lease.toSeconds()));
  }

  public synchronized boolean leads() {
    return leads;
  }

  /// Ends the candidature and gives the lease back, so that another may lead at once. The candidate
  /// must have ended its work before.
  @Override
  public void close() {
    closed = true;
    Optional<Thread> running;
    synchronized (this) {
      running = thread;
    }
    running.ifPresent(Thread::interrupt);
    synchronized (this) {
      if (leads) {
        leads = false;
        release();
      }
    }
  }

  private void release() {
    try {
      Optional<Resource> found = cluster.get(lease);
      if (found.isPresent() && holder(found.get()).equals(identity)) {
        ObjectNode next = found.get().copy();
        Json.ensureObject(next, "spec").put("holderIdentity", "").put("leaseDurationSeconds", 1);
        cluster.update(Kinds.LEASE, next);
      }
    } catch (ClusterException refused) {
      log.debug("lease {} was not given back: {}", lease, refused.getMessage());
    }
  }
}
