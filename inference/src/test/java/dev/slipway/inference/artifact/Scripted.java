package dev.slipway.inference.artifact;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;

/// A web server that answers as a test tells it, and remembers what it was asked.
final class Scripted implements AutoCloseable {
  /// Answers one request.
  @FunctionalInterface
  interface Handler {
    void handle(HttpExchange exchange) throws IOException;
  }

  private final HttpServer server;
  final List<String> asked = new CopyOnWriteArrayList<>();
  private volatile Handler handler;

  Scripted(Handler handler) {
    this.handler = handler;
    try {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.createContext("/", this::serve);
    server.start();
  }

  private void serve(HttpExchange exchange) throws IOException {
    String range = exchange.getRequestHeaders().getFirst("Range");
    asked.add(exchange.getRequestURI() + (range == null ? "" : " " + range));
    try (exchange) {
      handler.handle(exchange);
    }
  }

  void now(Handler next) {
    handler = next;
  }

  URI at(String path) {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort() + path);
  }

  static void reply(HttpExchange exchange, int status, Map<String, String> headers, byte[] body)
      throws IOException {
    headers.forEach(exchange.getResponseHeaders()::set);
    exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
    if (body.length > 0) {
      exchange.getResponseBody().write(body);
    }
  }

  static void reply(HttpExchange exchange, int status, String body) throws IOException {
    reply(exchange, status, Map.of(), body.getBytes(StandardCharsets.UTF_8));
  }

  /// Serves a file as a good server would: ETag, ranges, conditions; the connection is cut after
  /// `most` bytes of a body.
  static Handler file(byte[] content, String etag, int most) {
    return exchange -> {
      var asked = exchange.getRequestHeaders();
      if (etag.equals(asked.getFirst("If-None-Match"))) {
        reply(exchange, 304, Map.of("ETag", etag), new byte[0]);
        return;
      }
      String ifRange = asked.getFirst("If-Range");
      String ifMatch = asked.getFirst("If-Match");
      if (ifMatch != null && !ifMatch.equals(etag)) {
        reply(exchange, 412, "changed");
        return;
      }
      String range = ifRange == null || ifRange.equals(etag) ? asked.getFirst("Range") : null;
      int from = range == null ? 0 : Integer.parseInt(range.replaceAll("bytes=(\\d+)-", "$1"));
      exchange.getResponseHeaders().set("ETag", etag);
      if (range != null) {
        String span = "bytes " + from + "-" + (content.length - 1) + "/" + content.length;
        exchange.getResponseHeaders().set("Content-Range", span);
      }
      exchange.sendResponseHeaders(range == null ? 200 : 206, content.length - from);
      try (OutputStream out = exchange.getResponseBody()) {
        int sent = Math.min(most, content.length - from);
        out.write(content, from, sent);
        out.flush();
        if (sent < content.length - from) {
          throw new IOException("cut");
        }
      }
    };
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
