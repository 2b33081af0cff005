package dev.slipway.app;

import dev.slipway.apiserver.ApiServer;
import dev.slipway.control.Cluster;
import dev.slipway.control.EventRecorder;
import dev.slipway.controllers.core.EndpointSlices;
import dev.slipway.controllers.core.Scheduler;
import dev.slipway.dataplane.gateway.LocalEndpoints;
import dev.slipway.dataplane.model.Engines;
import dev.slipway.dataplane.model.ModelMemory;
import dev.slipway.inference.artifact.Artifacts;
import dev.slipway.node.NodeAgent;
import dev.slipway.node.NodeSettings;
import dev.slipway.node.models.ModelPods;
import java.time.InstantSource;
import java.util.List;

/// This machine as the cluster's node: scheduler, endpoints, and what runs the pods.
final class LocalNode implements AutoCloseable {
  private final Scheduler scheduler;
  private final EndpointSlices slices;
  private final ModelPods models;
  private final NodeAgent agent;

  LocalNode(
      Platform.Settings settings, Cluster cluster, LocalEndpoints local, InstantSource clock) {
    var node = NodeSettings.at(settings.data());
    var recorder = new EventRecorder(cluster, node.name(), clock);
    var options = new ServeOptions();
    models =
        new ModelPods(
            Engines.found(),
            new Artifacts(options.artifacts(System.getenv())),
            new ModelMemory(options.memoryBytes()),
            local,
            clock);
    agent = new NodeAgent(cluster, recorder, clock, node, List.of(models), local);
    scheduler = new Scheduler(cluster, recorder, clock);
    slices = new EndpointSlices(cluster);
  }

  void start(ApiServer api) {
    agent.start();
    slices.start();
    scheduler.start();
  }

  @Override
  public void close() {
    scheduler.close();
    slices.close();
    agent.close();
    models.close();
  }
}
