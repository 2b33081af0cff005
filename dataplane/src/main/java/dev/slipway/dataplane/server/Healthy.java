package dev.slipway.dataplane.server;

import dev.slipway.dataplane.model.Models;
import dev.slipway.net.grpc.GrpcMethods;
import dev.slipway.net.grpc.HealthService;
import dev.slipway.net.grpc.HealthService.Serving;
import java.util.SortedSet;

/// `grpc.health.v1.Health` of a model server: it serves when every model answers.
final class Healthy {
  private final HealthService health = new HealthService();
  private final Models models;
  private final SortedSet<String> services;

  private Healthy(Models models, SortedSet<String> services) {
    this.models = models;
    this.services = services;
  }

  /// @param served each of whose services has the server's health
  static GrpcMethods beside(GrpcMethods served, Models models) {
    var healthy = new Healthy(models, served.services());
    healthy.update();
    models.onChange(healthy::update);
    return served.and(healthy.health.methods());
  }

  // One at a time, so that the last to look is the last to tell.
  private synchronized void update() {
    var status = models.ready() ? Serving.SERVING : Serving.NOT_SERVING;
    health.set("", status);
    services.forEach(service -> health.set(service, status));
  }
}
