package dev.slipway.dataplane.server;

import dev.slipway.dataplane.model.Models;
import dev.slipway.dataplane.server.v2.V2Protocol;
import dev.slipway.net.Handler;
import dev.slipway.net.HttpServer;
import dev.slipway.net.ServerSettings;
import java.util.List;

/// Serves models on one port over HTTP/1.1, HTTP/2 and gRPC.
public final class ModelServer implements AutoCloseable {
  private final Models models;
  private final HttpServer server;

  private ModelServer(Models models, HttpServer server) {
    this.models = models;
    this.server = server;
  }

  /// Listens at once; models may still be loading, and readiness says so.
  public static ModelServer start(ModelServerSettings settings, Models models) {
    var handler = handler(settings, models);
    var listening = ServerSettings.of(settings.host(), settings.port());
    return new ModelServer(models, HttpServer.start(listening, handler));
  }

  /// What answers, without a socket of its own: for a server that serves more than models.
  public static Handler handler(ModelServerSettings settings, Models models) {
    return new Front(
        List.of(new V2Protocol(models, settings), new Health(models), new MetricsPage(models)));
  }

  public int port() {
    return server.port();
  }

  public Models models() {
    return models;
  }

  @Override
  public void close() {
    server.close();
    models.close();
  }
}
