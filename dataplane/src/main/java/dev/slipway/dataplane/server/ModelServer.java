package dev.slipway.dataplane.server;

import dev.slipway.dataplane.model.Models;
import dev.slipway.dataplane.server.mlflow.ScoringProtocol;
import dev.slipway.dataplane.server.oip.OipService;
import dev.slipway.dataplane.server.openai.OpenAiProtocol;
import dev.slipway.dataplane.server.seldon.SeldonProtocol;
import dev.slipway.dataplane.server.seldon.SeldonService;
import dev.slipway.dataplane.server.tfserving.TfService;
import dev.slipway.dataplane.server.tfserving.TfServingProtocol;
import dev.slipway.dataplane.server.v1.V1Protocol;
import dev.slipway.dataplane.server.v2.V2Protocol;
import dev.slipway.inference.codec.proto.ProtoDescriptors;
import dev.slipway.net.Handler;
import dev.slipway.net.HttpServer;
import dev.slipway.net.ServerSettings;
import dev.slipway.net.grpc.GrpcHandler;
import dev.slipway.net.grpc.ReflectionService;
import io.prometheus.metrics.model.registry.MultiCollector;
import java.time.Duration;
import java.util.List;

/// Serves models on one port over HTTP/1.1, HTTP/2 and gRPC.
public final class ModelServer implements AutoCloseable {
  private final Models models;
  private final HttpServer server;
  private final Duration drain;

  private ModelServer(Models models, HttpServer server, Duration drain) {
    this.models = models;
    this.drain = drain;
    this.server = server;
  }

  /// Listens at once; models may still be loading, and readiness says so.
  public static ModelServer start(ModelServerSettings settings, Models models) {
    var handler = handler(settings, models);
    var listening = ServerSettings.of(settings.host(), settings.port());
    return new ModelServer(
        models, HttpServer.start(listening, new Probes(models), handler), settings.drain());
  }

  /// What answers, without a socket of its own: for a server that serves more than models.
  public static Handler handler(ModelServerSettings settings, Models models) {
    return handler(settings, models, new PayloadLogs());
  }

  /// As [#handler(ModelServerSettings, Models)].
  ///
  /// @param logs gets what models' settings want told
  public static Handler handler(ModelServerSettings settings, Models models, PayloadLogs logs) {
    var http =
        new Front(
            List.of(
                new V2Protocol(models, settings, logs),
                new OpenAiProtocol(models, settings, logs),
                new TfServingProtocol(models, settings, logs),
                new V1Protocol(models, settings, logs),
                new SeldonProtocol(models, settings, logs),
                new ScoringProtocol(models, settings, logs),
                new MetricsPage(models)));
    var methods =
        OipService.methods(models, settings)
            .and(TfService.methods(models, settings))
            .and(SeldonService.methods(models, settings));
    var healthy = Healthy.beside(methods, models);
    var reflection = new ReflectionService(healthy, ProtoDescriptors::published);
    return new GrpcHandler(healthy.and(reflection.methods()), settings.maxRequestBytes())
        .beside(http);
  }

  /// As [#handler(ModelServerSettings, Models, PayloadLogs)], with the answers to probes: for a
  /// server of models
  /// alone.
  public static Handler withProbes(ModelServerSettings settings, Models models, PayloadLogs logs) {
    var probes = new Probes(models);
    var handler = handler(settings, models, logs);
    return (request, response) -> {
      if (!probes.tryHandle(request, response)) {
        handler.handle(request, response);
      }
    };
  }

  /// What a page of figures shows of models.
  public static MultiCollector metrics(Models models) {
    return new ModelMetrics(models);
  }

  public int port() {
    return server.port();
  }

  public Models models() {
    return models;
  }

  /// Takes no new connections, lets requests under way finish within the settings' time, and frees
  /// the
  /// models.
  @Override
  public void close() {
    server.close(drain);
    models.close();
  }
}
