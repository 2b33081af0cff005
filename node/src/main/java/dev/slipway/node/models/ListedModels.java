package dev.slipway.node.models;

import dev.slipway.control.Cluster;
import dev.slipway.control.Key;
import dev.slipway.control.Kinds;
import dev.slipway.control.Resource;
import dev.slipway.dataplane.model.ModelSettings;
import dev.slipway.dataplane.model.Models;
import dev.slipway.node.PodRuntime;
import dev.slipway.node.models.ModelList.Entry;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.BiFunction;

/// Keeps the models of a running server as a ConfigMap lists them: new ones are loaded, changed
/// ones
/// loaded again beside what is served, others unloaded. What failed is tried again after a while.
/// What KServe's agent does in a container of its own.
final class ListedModels implements AutoCloseable {
  private static final Duration RETRY = Duration.ofSeconds(10);

  private final Key config;
  private final Cluster cluster;
  private final Models models;
  private final BiFunction<String, Entry, ModelSettings> settings;
  private final PodRuntime.Listener listener;
  private final ContainerLog log;
  private final LinkedBlockingQueue<Boolean> changes = new LinkedBlockingQueue<>();
  private final Map<String, Entry> loaded = new HashMap<>();
  private final Map<String, Entry> told = new HashMap<>();
  private final Cluster.Watching watching;
  private final Thread worker;

  /// @param settings how a listed model is served
  ListedModels(
      Key config,
      Cluster cluster,
      Models models,
      BiFunction<String, Entry, ModelSettings> settings,
      PodRuntime.Listener listener,
      ContainerLog log) {
    this.config = config;
    this.cluster = cluster;
    this.models = models;
    this.settings = settings;
    this.listener = listener;
    this.log = log;
    refresh(); // what is listed at the start is there before anyone asks
    watching = cluster.watch(Kinds.CONFIG_MAP, this::changed);
    worker = Thread.ofVirtual().name("models of " + config.name()).start(this::follow);
  }

  private void changed(Resource now, boolean gone) {
    if (now.key().equals(config)) {
      changes.add(gone);
    }
  }

  private void follow() {
    try {
      boolean whole = true;
      while (!Thread.currentThread().isInterrupted()) {
        if (whole) {
          changes.take();
        } else {
          changes.poll(RETRY.toMillis(), TimeUnit.MILLISECONDS);
        }
        changes.clear();
        whole = refresh();
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  /// @return whether everything listed is served
  private boolean refresh() {
    Map<String, Entry> wanted;
    try {
      wanted = cluster.get(config).map(ModelList::of).orElse(Map.of());
    } catch (IllegalArgumentException problem) {
      listener.event("Warning", "InvalidModelConfig", String.valueOf(problem.getMessage()));
      return true;
    }
    for (var name : Map.copyOf(loaded).keySet()) {
      if (!wanted.containsKey(name)) {
        unload(name);
      }
    }
    told.keySet().retainAll(wanted.keySet());
    boolean whole = true;
    for (var each : wanted.entrySet()) {
      if (!each.getValue().equals(loaded.get(each.getKey()))) {
        whole &= load(each.getKey(), each.getValue());
      }
    }
    return whole;
  }

  private void unload(String name) {
    loaded.remove(name);
    if (models.find(name).isPresent()) {
      models.unload(name);
    }
    log.write("model " + name + " is unloaded");
    listener.event("Normal", "ModelUnloaded", "model " + name + " is no longer listed");
  }

  private boolean load(String name, Entry entry) {
    try {
      log.write("loading model " + name + " from " + entry.uri());
      models.load(settings.apply(name, entry)).join();
      loaded.put(name, entry);
      told.remove(name);
      log.write("model " + name + " is ready");
      listener.event("Normal", "ModelLoaded", "model " + name + " from " + entry.uri());
      return true;
    } catch (CompletionException problem) {
      var cause = Optional.ofNullable(problem.getCause()).orElse(problem);
      failed(name, entry, String.valueOf(cause.getMessage()));
    } catch (RuntimeException problem) {
      failed(name, entry, String.valueOf(problem.getMessage()));
    }
    return false;
  }

  /// A failure is told once, not at each attempt.
  private void failed(String name, Entry entry, String why) {
    log.write("error: model " + name + ": " + why);
    if (!entry.equals(told.put(name, entry))) {
      listener.event("Warning", "ModelLoadFailed", "model " + name + ": " + why);
    }
    if (!loaded.containsKey(name) && models.find(name).isPresent()) {
      models.unload(name); // others answer; this one is not there
    }
  }

  @Override
  public void close() {
    watching.close();
    worker.interrupt();
  }
}
