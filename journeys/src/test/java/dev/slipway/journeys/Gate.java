package dev.slipway.journeys;

import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;

/// What a program of a pod waits for: it asks, and is answered when the test says so. Who asks is
/// counted, so that a test knows how many wait.
final class Gate implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(90);

  private final Map<String, AtomicInteger> came = new ConcurrentHashMap<>();
  private final Map<String, Semaphore> passes = new ConcurrentHashMap<>();
  private final HttpServer server;

  private Gate(HttpServer server) {
    this.server = server;
  }

  static Gate open() throws IOException {
    var server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 512);
    var gate = new Gate(server);
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.createContext(
        "/",
        exchange -> {
          gate.pass(exchange.getRequestURI().getPath().substring(1));
          exchange.sendResponseHeaders(204, -1);
          exchange.close();
        });
    server.start();
    return gate;
  }

  private void pass(String name) {
    came.computeIfAbsent(name, _ -> new AtomicInteger()).incrementAndGet();
    passes(name).acquireUninterruptibly();
  }

  private Semaphore passes(String name) {
    return passes.computeIfAbsent(name, _ -> new Semaphore(0));
  }

  /// Where it is asked.
  String url() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  /// How many have come so far, those let through included.
  int came(String name) {
    var count = came.get(name);
    return count == null ? 0 : count.get();
  }

  void awaitCame(String name, int count) {
    await().atMost(PATIENCE).until(() -> came(name) >= count);
  }

  /// Lets one through, now or later.
  void letOne(String name) {
    passes(name).release();
  }

  /// Lets all through, now and later.
  void letAll(String name) {
    passes(name).release(1 << 20);
  }

  @Override
  public void close() {
    passes.keySet().forEach(this::letAll);
    server.stop(0);
  }
}
