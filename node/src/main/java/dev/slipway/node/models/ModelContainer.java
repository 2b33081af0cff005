package dev.slipway.node.models;

import dev.slipway.control.Cluster;
import dev.slipway.control.Kinds;
import dev.slipway.dataplane.gateway.LocalEndpoints;
import dev.slipway.dataplane.model.Model;
import dev.slipway.dataplane.model.ModelSettings;
import dev.slipway.dataplane.model.Models;
import dev.slipway.dataplane.model.Servable;
import dev.slipway.dataplane.server.ModelServer;
import dev.slipway.dataplane.server.ModelServerSettings;
import dev.slipway.dataplane.server.PayloadLogs;
import dev.slipway.inference.artifact.Progress;
import dev.slipway.inference.engine.ModelLoadException;
import dev.slipway.net.Handler;
import dev.slipway.node.ContainerStart;
import dev.slipway.node.PodRuntime;
import dev.slipway.node.models.FirstRequests.Outcome;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One model server of a pod, answered in this process. Thread-safe.
final class ModelContainer implements PodRuntime.Running {
  private static final Logger LOG = LoggerFactory.getLogger(ModelContainer.class);

  /// Requests still come for so long after the end was asked for, until who sends them has heard.
  private static final Duration LAST_CALLS = Duration.ofMillis(100);

  private final ContainerStart start;
  private final PodRuntime.Listener listener;
  private final Models models;
  private final SharedCopies.OfPod copies;
  private final Cluster cluster;
  private final PayloadLogs payloads;
  private final LocalEndpoints endpoints;
  private final ContainerLog log;
  private final AtomicBoolean stopping = new AtomicBoolean();
  private final AtomicBoolean ended = new AtomicBoolean();
  private volatile Optional<Answering> answering = Optional.empty();
  private volatile Optional<ListedModels> listed = Optional.empty();
  private volatile List<Integer> ports = List.of();

  ModelContainer(
      ContainerStart start,
      PodRuntime.Listener listener,
      Models models,
      SharedCopies.OfPod copies,
      Cluster cluster,
      PayloadLogs payloads,
      LocalEndpoints endpoints,
      ContainerLog log) {
    this.start = start;
    this.listener = listener;
    this.models = models;
    this.copies = copies;
    this.cluster = cluster;
    this.payloads = payloads;
    this.endpoints = endpoints;
    this.log = log;
  }

  /// Returns at once.
  void begin(ServerImage image) {
    listener.started();
    Thread.ofVirtual().name("start " + start.name()).start(() -> load(image));
  }

  private void load(ServerImage image) {
    long began = System.nanoTime();
    try {
      var served = ServerCommands.read(image, start);
      log.write(
          start.image()
              + " in process, for pod "
              + start.pod().namespace()
              + "/"
              + start.pod().name());
      var loading = new ArrayList<CompletableFuture<Model>>();
      var plan = new ModelPlan(start, served);
      var list = ModelList.configOf(start.pod());
      for (ModelSettings each : list.isPresent() ? plan.ownBesideList() : plan.settings()) {
        log.write("loading model " + each.name() + " from " + each.source());
        loading.add(models.load(each, Progress.Listener.none()));
      }
      for (var each : loading) {
        loaded(each.join(), began);
      }
      list.ifPresent(config -> follow(config, plan));
      answer(served);
    } catch (CompletionException problem) {
      var cause = problem.getCause() == null ? problem : problem.getCause();
      fail(String.valueOf(cause.getMessage()));
    } catch (ModelLoadException | IOException | RuntimeException problem) {
      LOG.debug("{}", start.pod(), problem);
      fail(String.valueOf(problem.getMessage()));
    }
  }

  private void follow(String config, ModelPlan plan) {
    var key = Kinds.CONFIG_MAP.key(start.pod().namespace(), config);
    var following = new ListedModels(key, cluster, models, plan::listed, listener, log);
    synchronized (this) {
      listed = Optional.of(following);
      if (!ended.get()) {
        return;
      }
    }
    following.close();
  }

  private void loaded(Model model, long began) {
    var versions = model.versions().stream().map(Servable::version).toList();
    long millis = Duration.ofNanos(System.nanoTime() - began).toMillis();
    log.write(
        "model "
            + model.name()
            + " is ready after "
            + millis
            + " ms (format "
            + model.versions().getFirst().format()
            + ", versions "
            + versions
            + ")");
  }

  private void answer(Served served) {
    var standard = ModelServerSettings.of(start.address(), served.ports().getFirst());
    var settings =
        new ModelServerSettings(
            standard.host(),
            standard.port(),
            standard.maxRequestBytes(),
            standard.maxAnswerBytes(),
            standard.drain(),
            served.controlled());
    var inner = ModelServer.withProbes(settings, models, payloads);
    if (!warmUp(inner, served.ports().getFirst())) {
      return;
    }
    var handler = new Answering(inner, log);
    synchronized (this) {
      if (stopping.get()) {
        return;
      }
      ports = served.ports();
      answering = Optional.of(handler);
      ports.forEach(port -> endpoints.put(at(port), handler));
    }
    log.write("answering on ports " + ports);
    listener.ready(true, "");
  }

  /// Asks the models what clients would, where the pod wants that; those that were asked since they
  /// were read are warm.
  ///
  /// @return whether the server may answer
  private boolean warmUp(Handler handler, int port) {
    var wanted = FirstRequests.wanted(start.pod());
    if (wanted.isEmpty() || models.all().isEmpty()) {
      return true;
    }
    if (copies.warm()) {
      log.write("models are warm");
      return true;
    }
    try {
      var requests = new FirstRequests(handler, at(port), wanted.get(), stopping::get);
      for (var outcome : requests.send(models.all())) {
        if (!judge(outcome)) {
          return false;
        }
      }
      copies.warmedUp();
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
    return true;
  }

  private boolean judge(FirstRequests.Outcome outcome) {
    return switch (outcome) {
      case Outcome.Answered(String model, long requests) -> {
        log.write("model " + model + " is warmed up after " + requests + " requests");
        listener.event(
            "Normal", "WarmedUp", "model " + model + " answered " + requests + " first requests");
        yield true;
      }
      case Outcome.Refused(String model, String why) -> {
        log.write("model " + model + " is not warmed up: " + why);
        listener.event(
            "Warning",
            "WarmUpRefused",
            "model " + model + " takes no request of zeros and is not warmed up: " + why);
        yield true;
      }
      case Outcome.Failed(String model, String why) -> {
        var told = "warm-up of model " + model + " failed: " + why;
        listener.event("Warning", "WarmUpFailed", told);
        fail(told);
        yield false;
      }
    };
  }

  private InetSocketAddress at(int port) {
    return new InetSocketAddress(start.address(), port);
  }

  private void fail(String why) {
    log.write("error: " + why);
    end(1, "Error", why);
  }

  @Override
  public void stop(Duration grace) {
    Thread.ofVirtual().name("stop " + start.name()).start(() -> drain(grace));
  }

  private void drain(Duration grace) {
    Optional<Answering> inside;
    synchronized (this) {
      stopping.set(true);
      inside = answering;
    }
    log.write("ending, within " + grace.toSeconds() + " s");
    long deadline = System.nanoTime() + grace.toNanos();
    try {
      if (inside.isPresent()) {
        inside.get().awaitQuiet(shorter(grace, LAST_CALLS), deadline);
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
    end(0, "Completed", "");
  }

  private static Duration shorter(Duration one, Duration other) {
    return one.compareTo(other) < 0 ? one : other;
  }

  private void end(int exitCode, String reason, String message) {
    synchronized (this) {
      if (!ended.compareAndSet(false, true)) {
        return;
      }
    }
    ports.forEach(port -> endpoints.remove(at(port)));
    listed.ifPresent(ListedModels::close);
    models.close();
    payloads.close();
    log.end();
    listener.ended(exitCode, reason, message);
  }

  @Override
  public InputStream log(boolean follow) {
    return log.read(follow);
  }

  @Override
  public Optional<InetSocketAddress> port(int containerPort) {
    return ports.contains(containerPort) ? Optional.of(at(containerPort)) : Optional.empty();
  }

  @Override
  public PodRuntime.Usage usage() {
    long bytes = 0;
    long nanos = 0;
    for (var model : models.all()) {
      for (var version : model.versions()) {
        bytes += version.memoryBytes();
        nanos += version.stats().compute().totalNanos();
      }
    }
    return new PodRuntime.Usage(bytes, nanos);
  }
}
