package dev.slipway.katib.collect;

import dev.slipway.control.Cluster;
import dev.slipway.control.Key;
import dev.slipway.control.Kinds;
import dev.slipway.control.Resource;
import dev.slipway.controllers.katib.Observations.MetricLog;
import dev.slipway.katib.parse.StoppingWatch;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/// Reads the metrics of every pod of a trial while it runs, and ends trials whose stopping rules
/// hold. Thread-safe.
///
/// Nothing is kept of it but positions beside the observations: after a restart pods that are still
/// there are read again from where they were.
public final class Collectors implements TrialObservations.Watcher, AutoCloseable {
  private final Cluster cluster;
  private final TrialPods pods;
  private final TrialObservations observations;
  private final Map<String, Collection> running = new ConcurrentHashMap<>(); // by pod's uid
  private final Set<String> read = ConcurrentHashMap.newKeySet(); // uids of pods read to the end
  private final Map<Key, Stops> stops = new ConcurrentHashMap<>();
  private final List<Cluster.Watching> watches = new ArrayList<>();
  private volatile boolean closed;

  /// @param observations where reports go; it asks here whether more will come
  public Collectors(Cluster cluster, TrialPods pods, TrialObservations observations) {
    this.cluster = cluster;
    this.pods = pods;
    this.observations = observations;
    observations.watchedBy(this);
  }

  /// The stopping rules of one trial, and whether they held.
  private static final class Stops {
    private final StoppingWatch watch;
    private boolean primed; // guarded by this

    Stops(ObservedTrial trial) {
      watch = new StoppingWatch(trial.objective(), trial.maximize(), trial.rules());
    }
  }

  public void start() {
    watches.add(cluster.watch(Kinds.POD, this::podChanged));
    watches.add(cluster.watch(ObservedTrial.KIND, this::trialChanged));
  }

  private void podChanged(Resource pod, boolean gone) {
    var name = pod.label(ObservedTrial.LABEL);
    if (name.isEmpty()) {
      return;
    }
    var known = running.get(pod.uid());
    if (known != null) {
      known.changed(pod, gone);
    } else if (gone) {
      read.remove(pod.uid());
    } else if (!read.contains(pod.uid())) {
      trial(pod.namespace(), name).ifPresent(trial -> begin(trial, pod));
    }
  }

  /// A pod may have been told before its trial.
  private void trialChanged(Resource trial, boolean gone) {
    if (!gone && !ObservedTrial.isOver(trial)) {
      for (var pod : podsOf(trial.namespace(), trial.name())) {
        podChanged(pod, false);
      }
    }
  }

  private List<Resource> podsOf(String namespace, String trial) {
    return cluster.list(Kinds.POD, namespace, Map.of(ObservedTrial.LABEL, trial));
  }

  private Optional<Resource> trial(String namespace, String name) {
    return cluster.get(ObservedTrial.KIND.key(namespace, name));
  }

  private void begin(Resource object, Resource pod) {
    var trial = ObservedTrial.of(object);
    if (closed || ObservedTrial.isOver(object) || !trial.reports(pod.labels())) {
      return;
    }
    if (!trial.rules().isEmpty()) {
      Thread.ofVirtual()
          .name("rules of " + trial.name())
          .start(() -> concludeIfStopped(trial, pod));
    }
    if (!trial.isCollected()) {
      return;
    }
    var made = new Collection(trial, pod, pods, observations, () -> ended(trial, pod));
    if (running.putIfAbsent(pod.uid(), made) == null) {
      Thread.ofVirtual().name("metrics of " + pod.name()).start(made);
    }
  }

  private void concludeIfStopped(ObservedTrial trial, Resource pod) {
    if (observations.store().isStopped(trial.namespace(), trial.name())) {
      pods.conclude(pod, trial.container());
    }
  }

  private void ended(ObservedTrial trial, Resource pod) {
    read.add(pod.uid());
    running.remove(pod.uid());
    observations.tell(trial.namespace(), trial.name());
  }

  @Override
  public boolean isComplete(String namespace, String name) {
    var trial = trial(namespace, name).map(ObservedTrial::of);
    if (trial.isEmpty() || !trial.get().isCollected()) {
      return true;
    }
    boolean reading =
        running.values().stream()
            .map(Collection::trial)
            .anyMatch(each -> each.name().equals(name) && each.namespace().equals(namespace));
    return !reading
        && podsOf(namespace, name).stream()
            .filter(pod -> trial.get().reports(pod.labels()))
            .allMatch(pod -> read.contains(pod.uid()));
  }

  @Override
  public void reported(String namespace, String name, List<MetricLog> logs) {
    var object = trial(namespace, name);
    if (object.isEmpty() || object.get().spec().path("earlyStoppingRules").isEmpty()) {
      return;
    }
    var trial = ObservedTrial.of(object.get());
    var rules = stops.computeIfAbsent(object.get().key(), _ -> new Stops(trial));
    synchronized (rules) {
      var fresh = rules.primed ? logs : observations.store().logs(namespace, name);
      rules.primed = true;
      if (rules.watch.report(fresh)) {
        observations.stopped(namespace, name); // on disk before anything ends
        conclude(trial);
      }
    }
  }

  private void conclude(ObservedTrial trial) {
    podsOf(trial.namespace(), trial.name()).stream()
        .filter(pod -> trial.reports(pod.labels()))
        .forEach(pod -> pods.conclude(pod, trial.container()));
  }

  @Override
  public void forget(String namespace, String trial) {
    stops.remove(ObservedTrial.KIND.key(namespace, trial));
  }

  @Override
  public void close() {
    closed = true;
    watches.forEach(Cluster.Watching::close);
    running.values().forEach(Collection::close);
  }
}
