package dev.slipway.controllers.knative;

import dev.slipway.autoscaling.LoadKey;
import dev.slipway.autoscaling.LoadSamples;
import dev.slipway.autoscaling.LoadSamples.Sample;
import dev.slipway.autoscaling.knative.AutoscalerConfig;
import dev.slipway.autoscaling.knative.KnativeScaler;
import dev.slipway.autoscaling.knative.ScaleAnnotations;
import dev.slipway.base.Json;
import dev.slipway.base.Problem;
import dev.slipway.control.Cluster;
import dev.slipway.control.Key;
import dev.slipway.control.Kinds;
import dev.slipway.control.Resource;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Keeps the replicas of every revision in step with its load: one sample a second, one decision
/// every
/// two seconds while there is load or a pod, and one at once when a request waits.
///
/// Implementation note. What is to be decided is pure (`autoscaling.knative`); this is its clock
/// and its
/// hands. One thread takes samples and finds who is due; each decision and the writes it leads to
/// run on
/// a virtual thread of their own under the monitor of their [ScaledRevision], so that one slow
/// write
/// delays no other revision. A revision at zero without requests is not looked at.
public final class KnativeAutoscaler implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(KnativeAutoscaler.class);
  private static final Duration RETRY = Duration.ofMillis(200);

  private final Cluster cluster;
  private final LoadSamples samples;
  private final InstantSource clock;
  private final Executor workers;
  private final Map<LoadKey, ScaledRevision> scaled = new ConcurrentHashMap<>();
  private final Map<LoadKey, Instant> due = new ConcurrentHashMap<>();
  private final Map<Key, LoadKey> byDeployment = new ConcurrentHashMap<>();
  private final Map<Key, DeploymentFacts> deployments = new ConcurrentHashMap<>();
  private final List<Cluster.Watching> watching = new ArrayList<>();
  private final Thread ticker = Thread.ofVirtual().name("knative-autoscaler").unstarted(this::run);
  private volatile AutoscalerConfig config = AutoscalerConfig.DEFAULT;
  private volatile boolean closed;

  /// What of a Deployment matters here.
  record DeploymentFacts(int replicas, int ready) {}

  public KnativeAutoscaler(Cluster cluster, LoadSamples samples, InstantSource clock) {
    this(cluster, samples, clock, work -> Thread.ofVirtual().name("scale").start(work));
  }

  /// @param workers run one decision each
  KnativeAutoscaler(Cluster cluster, LoadSamples samples, InstantSource clock, Executor workers) {
    this.cluster = cluster;
    this.samples = samples;
    this.clock = clock;
    this.workers = workers;
  }

  public void start() {
    follow();
    ticker.start();
  }

  /// Begins to listen; samples are taken and decisions made where [#tick] says so.
  void follow() {
    samples.whenWanted(this::wanted);
    watching.add(cluster.watch(Kinds.CONFIG_MAP, this::configured));
    watching.add(cluster.watch(Kinds.DEPLOYMENT, this::deployment));
    watching.add(cluster.watch(Kinds.POD_AUTOSCALER, this::autoscaler));
  }

  /// A request waits for a revision that has no pod: decides at once. Returns without waiting.
  public void wanted(LoadKey key) {
    var revision = scaled.get(key);
    if (revision != null) {
      revision.record(clock.instant(), Sample.FIRST);
      decideSoon(revision);
    }
  }

  private void configured(Resource map, boolean gone) {
    if (map.name().equals("config-autoscaler") && map.namespace().equals("knative-serving")) {
      var data = gone ? Map.<String, String>of() : Json.strings(map.tree(), "data");
      var problems = new ArrayList<Problem>();
      var read = AutoscalerConfig.parse(data, problems);
      if (!problems.isEmpty()) {
        log.warn("{} stays as it was: {}", map, Problem.join(problems));
        return;
      }
      config = read;
      for (var each : scaled.values()) {
        each.follow(config, clock.instant());
        decideSoon(each);
      }
    }
  }

  private void deployment(Resource deployment, boolean gone) {
    if (deployment.label(Serving.REVISION).isEmpty()) {
      return;
    }
    var key = deployment.key();
    if (gone) {
      deployments.remove(key);
      return;
    }
    var facts =
        new DeploymentFacts(
            deployment.spec().path("replicas").asInt(1),
            deployment.status().path("readyReplicas").asInt(0));
    if (!facts.equals(deployments.put(key, facts))) {
      var owner = byDeployment.get(key);
      var revision = owner == null ? null : scaled.get(owner);
      if (revision != null) {
        decideSoon(revision);
      }
    }
  }

  private void autoscaler(Resource autoscaler, boolean gone) {
    var key = new LoadKey(autoscaler.namespace(), autoscaler.name());
    if (gone || autoscaler.deleting() || !ours(autoscaler)) {
      var past = scaled.remove(key);
      due.remove(key);
      if (past != null) {
        byDeployment.remove(past.target(), key);
      }
      return;
    }
    var known = scaled.get(key);
    if (known == null) {
      var made = new ScaledRevision(key, autoscaler, config, clock.instant());
      scaled.put(key, made);
      byDeployment.put(made.target(), key);
      decideSoon(made);
    } else if (known.changed(autoscaler, config, clock.instant())) {
      byDeployment.put(known.target(), key);
      decideSoon(known);
    }
  }

  private static boolean ours(Resource autoscaler) {
    var named =
        ScaleAnnotations.CLASS
            .in(autoscaler.annotations())
            .map(ScaleAnnotations.Entry::value)
            .orElse(ScaleAnnotations.KPA);
    return named.equals(ScaleAnnotations.KPA);
  }

  private void decideSoon(ScaledRevision revision) {
    workers.execute(() -> decide(revision));
  }

  private void decide(ScaledRevision revision) {
    var key = revision.key();
    try {
      var facts = deployments.get(revision.target());
      if (facts == null || scaled.get(key) != revision) {
        return; // it will be told of
      }
      var again = revision.decide(cluster, facts, clock.instant());
      if (again.isPresent()) {
        due.put(key, clock.instant().plus(again.get()));
      } else {
        due.remove(key);
      }
    } catch (RuntimeException failure) {
      log.debug("{} could not be scaled, will try again", key, failure);
      due.put(key, clock.instant().plus(RETRY));
    }
  }

  private void run() {
    var tick = Duration.ofNanos(LoadSamples.PERIOD_NANOS);
    var nextSample = clock.instant().plus(tick);
    while (!closed) {
      try {
        Thread.sleep(pause(nextSample));
      } catch (InterruptedException _) {
        return;
      }
      var now = clock.instant();
      if (!now.isBefore(nextSample)) {
        sample(now, System.nanoTime());
        nextSample = now.plus(tick);
      }
      decideDue(now);
    }
  }

  /// Takes the samples of one period and makes the decisions that are due.
  ///
  /// @param nanos now, on the clock of the meters
  void tick(Instant now, long nanos) {
    sample(now, nanos);
    decideDue(now);
  }

  private void sample(Instant now, long nanos) {
    samples.take(nanos, (key, sample) -> record(key, sample, now));
  }

  /// Until the next sample, or the next decision before that.
  private Duration pause(Instant nextSample) {
    var earliest = nextSample;
    for (var each : due.values()) {
      if (each.isBefore(earliest)) {
        earliest = each;
      }
    }
    var pause = Duration.between(clock.instant(), earliest);
    return pause.isPositive() ? pause : Duration.ofMillis(1);
  }

  private void record(LoadKey key, Sample sample, Instant now) {
    var revision = scaled.get(key);
    if (revision != null) {
      revision.record(now, sample);
      due.putIfAbsent(key, now.plus(KnativeScaler.TICK));
    }
  }

  private void decideDue(Instant now) {
    due.forEach(
        (key, at) -> {
          var revision = scaled.get(key);
          if (!at.isAfter(now) && due.remove(key, at) && revision != null) {
            decideSoon(revision);
          }
        });
  }

  @Override
  public void close() {
    closed = true;
    ticker.interrupt();
    watching.forEach(Cluster.Watching::close);
  }
}
