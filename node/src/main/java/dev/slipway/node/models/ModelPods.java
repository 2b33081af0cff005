package dev.slipway.node.models;

import dev.slipway.api.kserve.Warmth;
import dev.slipway.base.Json;
import dev.slipway.control.Cluster;
import dev.slipway.control.Kinds;
import dev.slipway.control.Resource;
import dev.slipway.dataplane.gateway.LocalEndpoints;
import dev.slipway.dataplane.model.Engines;
import dev.slipway.dataplane.model.ModelMemory;
import dev.slipway.dataplane.model.ModelOpener;
import dev.slipway.dataplane.model.Models;
import dev.slipway.dataplane.server.PayloadLogs;
import dev.slipway.inference.artifact.Artifacts;
import dev.slipway.node.ContainerStart;
import dev.slipway.node.PodRuntime;
import dev.slipway.node.StandIns;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;

/// Runs model servers in this process: each pod has its own models under its own names, answered at
/// its own address; threads, the budget of memory, and copies of equal models are the process's.
///
/// A container is ready when all its models are loaded, and ends with 1 when one cannot be.
public final class ModelPods implements PodRuntime, AutoCloseable {
  private final Engines engines;
  private final Artifacts artifacts;
  private final ModelMemory memory;
  private final LocalEndpoints endpoints;
  private final InstantSource clock;
  private final Cluster cluster;
  private final PayloadLogs.Sender sender;
  private final SharedCopies copies;
  private final List<Cluster.Watching> watches;
  private volatile Optional<PodRuntime> programs = Optional.empty();
  private final Map<String, ContainerLog> standIns = new ConcurrentHashMap<>(); // logs no pod has

  /// @param artifacts fetch what containers name, through one cache
  /// @param cluster where lists of models are read; what a service keeps in memory goes with it
  /// @param sender brings logged requests and answers to where they are wanted
  /// @param endpoints where pods' addresses are registered while they answer
  public ModelPods(
      Cluster cluster,
      PayloadLogs.Sender sender,
      Engines engines,
      Artifacts artifacts,
      ModelMemory memory,
      LocalEndpoints endpoints,
      InstantSource clock) {
    this.cluster = cluster;
    this.sender = sender;
    this.engines = engines;
    this.copies = new SharedCopies(memory);
    this.artifacts = artifacts;
    this.memory = memory;
    this.endpoints = endpoints;
    this.clock = clock;
    this.watches =
        Stream.of(Kinds.INFERENCE_SERVICE, Kinds.KNATIVE_SERVICE)
            .map(kind -> cluster.watch(kind, this::changed))
            .toList();
  }

  /// Has models that only a Python can load run as programs.
  ///
  /// @param processes starts them
  public void programs(PodRuntime processes) {
    programs = Optional.of(processes);
  }

  private void changed(Resource owner, boolean gone) {
    if (gone) {
      copies.forget(owner.kind().kind() + " " + owner.namespace() + "/" + owner.name());
    }
  }

  /// Whose models a pod's are; empty where nobody's who outlives it.
  private static String owner(Resource pod) {
    var service = pod.label("serving.kserve.io/inferenceservice");
    if (!service.isEmpty()) {
      return Kinds.INFERENCE_SERVICE.kind() + " " + pod.namespace() + "/" + service;
    }
    var plain = pod.label("serving.knative.dev/service");
    return plain.isEmpty()
        ? ""
        : Kinds.KNATIVE_SERVICE.kind() + " " + pod.namespace() + "/" + plain;
  }

  @Override
  public boolean takes(Resource pod, JsonNode container) {
    return ServerImage.of(Json.text(container, "image")).isPresent() && !isScript(container);
  }

  /// A command of the user's own is not one of the server's.
  private static boolean isScript(JsonNode container) {
    var command = container.path("command").path(0).asString("");
    var program = command.substring(command.lastIndexOf('/') + 1);
    var next = container.path("command").path(1).asString("");
    return program.startsWith("python") && !next.equals("-m");
  }

  @Override
  public boolean tellsReadiness() {
    return true;
  }

  @Override
  public boolean standsIn() {
    return true;
  }

  @Override
  public Running start(ContainerStart start, Listener listener) {
    var image = ServerImage.of(start.image()).orElseThrow();
    var log = log(start);
    if (image == ServerImage.STORAGE_INITIALIZER) {
      return Fetching.begin(new StorageFetch(artifacts, start, log), listener, log);
    }
    if (image == ServerImage.DATASET_INITIALIZER || image == ServerImage.MODEL_INITIALIZER) {
      boolean dataset = image == ServerImage.DATASET_INITIALIZER;
      return Fetching.begin(new TrainerFetch(artifacts, start, log, dataset), listener, log);
    }
    var program = programs.flatMap(by -> PythonModel.of(start, image, by));
    if (program.isPresent()) {
      return program.get().start(listener);
    }
    var own = copies.ofPod(owner(start.pod()), Warmth.of(start.pod().annotations()).cache());
    var models = new Models(new ModelOpener(engines.each(own::over), artifacts), memory);
    var payloads = new PayloadLogs(sender);
    var container =
        new ModelContainer(start, listener, models, own, cluster, payloads, endpoints, log);
    container.begin(image);
    return container;
  }

  /// A pod's log begins with that of what has stood in for it.
  private ContainerLog log(ContainerStart start) {
    var log = new ContainerLog(clock);
    var pod = start.pod();
    var revision = pod.label("serving.knative.dev/revision");
    var key = String.join("/", pod.namespace(), revision, start.name());
    if (StandIns.is(pod)) {
      standIns.put(key, log);
      log.atEnd(() -> standIns.remove(key, log));
    } else if (!revision.isEmpty()) {
      Optional.ofNullable(standIns.remove(key)).ifPresent(before -> before.goesOnIn(log));
    }
    return log;
  }

  /// How many different models are in memory.
  public int copies() {
    return copies.count();
  }

  @Override
  public void close() {
    watches.forEach(Cluster.Watching::close);
    memory.close();
  }
}
