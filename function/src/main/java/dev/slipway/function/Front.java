package dev.slipway.function;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Executors;

/// Listens, and hands each request to a worker. Thread-safe.
final class Front implements AutoCloseable {
  private static final int BACKLOG = 1024;
  private static final Duration DRAIN = Duration.ofMinutes(5);
  private static final Set<String> OWN =
      Set.of("connection", "content-length", "transfer-encoding", "keep-alive", "date");

  private final Settings settings;
  private final Pool pool;
  private final HttpServer server;

  Front(Settings settings, Pool pool) throws IOException {
    this.settings = settings;
    this.pool = pool;
    var address =
        settings.host().isEmpty()
            ? new InetSocketAddress(settings.port())
            : new InetSocketAddress(settings.host(), settings.port());
    this.server = HttpServer.create(address, BACKLOG);
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.createContext("/", this::handle);
    server.start();
  }

  int port() {
    return server.getAddress().getPort();
  }

  private void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      var id =
          Optional.ofNullable(exchange.getRequestHeaders().getFirst("X-Request-Id"))
              .filter(each -> !each.isEmpty())
              .orElseGet(() -> UUID.randomUUID().toString());
      write(exchange, reply(exchange, id));
    }
  }

  private Reply reply(HttpExchange exchange, String id) throws IOException {
    int most = (int) Math.min(settings.mostBody(), Integer.MAX_VALUE - 16);
    var body = exchange.getRequestBody().readNBytes(most + 1);
    if (body.length > most) {
      return Reply.failure(413, id, "the body is larger than " + most + " bytes");
    }
    return answer(call(exchange, id), body);
  }

  private Call call(HttpExchange exchange, String id) {
    var headers = new LinkedHashMap<String, List<String>>();
    exchange
        .getRequestHeaders()
        .forEach((name, values) -> headers.put(name.toLowerCase(Locale.ROOT), List.copyOf(values)));
    return new Call(
        id,
        exchange.getRequestMethod(),
        target(exchange),
        headers,
        exchange.getRemoteAddress().getAddress().getHostAddress(),
        settings.timeout().toMillis() / 1e3);
  }

  private static String target(HttpExchange exchange) {
    var asked = exchange.getRequestURI();
    var path = asked.getRawPath() == null ? "/" : asked.getRawPath();
    return asked.getRawQuery() == null ? path : path + "?" + asked.getRawQuery();
  }

  /// Whatever happens to the worker.
  Reply answer(Call call, byte[] body) {
    WorkerProcess worker;
    try {
      worker = pool.take();
    } catch (FunctionException problem) {
      return Reply.failure(problem.status(), call.id(), problem.why());
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      return Reply.failure(503, call.id(), "the function is ending");
    }
    try {
      return worker.ask(call, body);
    } catch (FunctionException problem) {
      System.err.println("request " + call.id() + ": " + problem.why());
      var why = problem.status() == 504 ? problem.why() : "the function failed";
      return Reply.failure(problem.status(), call.id(), why);
    } finally {
      pool.giveBack(worker);
    }
  }

  private static void write(HttpExchange exchange, Reply reply) throws IOException {
    var headers = exchange.getResponseHeaders();
    for (Map.Entry<String, List<String>> each : reply.headers().entrySet()) {
      if (!OWN.contains(each.getKey())) {
        each.getValue().forEach(value -> headers.add(clean(each.getKey()), clean(value)));
      }
    }
    boolean bodiless =
        reply.status() == 204
            || reply.status() == 304
            || reply.body().length == 0
            || exchange.getRequestMethod().equals("HEAD");
    exchange.sendResponseHeaders(reply.status(), bodiless ? -1 : reply.body().length);
    if (!bodiless) {
      exchange.getResponseBody().write(reply.body());
    }
  }

  private static String clean(String text) {
    return text.replaceAll("[\r\n\0]", "");
  }

  /// Requests under way are answered; no others are taken.
  @Override
  public void close() {
    server.stop((int) DRAIN.toSeconds());
  }
}
