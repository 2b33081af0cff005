package dev.slipway.net;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;

/// A server that forwards every request to one endpoint, and keeps how that ended.
public final class Relay implements AutoCloseable {
  private static final int KEPT = 100_000;
  private final Forwarder forwarder;
  private final HttpServer server;
  private final BlockingQueue<Forwarded> ended = new ArrayBlockingQueue<>(KEPT);

  public Relay(Endpoint endpoint) {
    this(ServerSettings.of("127.0.0.1", 0), endpoint, how -> how);
  }

  Relay(ServerSettings settings, Endpoint endpoint, UnaryOperator<Forward> how) {
    this(
        settings,
        ForwarderSettings.standard(),
        (forwarder, request, response, ended) ->
            forwarder.forward(
                request, response, how.apply(Forward.of(endpoint, request)), ended::add));
  }

  /// What a relay does with a request.
  interface Way {
    void go(
        Forwarder forwarder, Request request, Response response, BlockingQueue<Forwarded> ended);
  }

  Relay(ServerSettings settings, ForwarderSettings limits, Way way) {
    forwarder = new Forwarder(limits);
    server =
        HttpServer.start(
            settings,
            (request, response) -> {
              way.go(forwarder, request, response, ended);
              return true;
            },
            (_, _) -> {
              throw new IllegalStateException("everything is forwarded");
            });
  }

  public HttpServer server() {
    return server;
  }

  /// How the next request ended.
  Forwarded next() throws InterruptedException {
    return Optional.ofNullable(ended.poll(30, TimeUnit.SECONDS)).orElseThrow();
  }

  static InetSocketAddress local(int port) {
    return new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
  }

  public static Endpoint h1(HttpServer server) {
    return Endpoint.http1(local(server.port()));
  }

  public static Endpoint h2c(HttpServer server) {
    return Endpoint.h2c(local(server.port()));
  }

  @Override
  public void close() {
    server.close();
    forwarder.close();
  }
}
