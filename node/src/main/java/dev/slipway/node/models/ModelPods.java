package dev.slipway.node.models;

import dev.slipway.base.Json;
import dev.slipway.control.Resource;
import dev.slipway.dataplane.gateway.LocalEndpoints;
import dev.slipway.dataplane.model.Engines;
import dev.slipway.dataplane.model.ModelMemory;
import dev.slipway.dataplane.model.ModelOpener;
import dev.slipway.dataplane.model.Models;
import dev.slipway.inference.artifact.Artifacts;
import dev.slipway.node.ContainerStart;
import dev.slipway.node.PodRuntime;
import java.time.InstantSource;
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
  private final SharedCopies copies = new SharedCopies();

  /// @param artifacts fetch what containers name, through one cache
  /// @param endpoints where pods' addresses are registered while they answer
  public ModelPods(
      Engines engines,
      Artifacts artifacts,
      ModelMemory memory,
      LocalEndpoints endpoints,
      InstantSource clock) {
    this.engines = engines.each(copies::over);
    this.artifacts = artifacts;
    this.memory = memory;
    this.endpoints = endpoints;
    this.clock = clock;
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
  public Running start(ContainerStart start, Listener listener) {
    var image = ServerImage.of(start.image()).orElseThrow();
    if (image == ServerImage.STORAGE_INITIALIZER) {
      return StorageFetch.begin(artifacts, start, listener, new ContainerLog(clock));
    }
    var models = new Models(new ModelOpener(engines, artifacts), memory);
    var container = new ModelContainer(start, listener, models, endpoints, new ContainerLog(clock));
    container.begin(image);
    return container;
  }

  /// How many different models are in memory.
  public int copies() {
    return copies.count();
  }

  @Override
  public void close() {
    memory.close();
  }
}
