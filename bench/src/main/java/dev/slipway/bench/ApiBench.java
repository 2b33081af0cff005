package dev.slipway.bench;

import dev.slipway.apiserver.ApiServer;
import dev.slipway.apiserver.ApiServerSettings;
import dev.slipway.apiserver.access.pki.CertificateAuthority;
import dev.slipway.base.Json;
import dev.slipway.net.HttpServer;
import dev.slipway.net.ServerSettings;
import java.io.InputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLContext;
import tools.jackson.databind.node.ObjectNode;

/// Drives the API over TLS with a bearer token: creates, updates, lists, watch fan-out; and, as the
/// ceiling, a bare server of the same network room that answers as many bytes.
///
/// Client and server share the process and its cores, so a figure is a floor.
///
/// Starts its own server on a fresh data directory.
public final class ApiBench {
  private static final int[] CONNECTIONS = {1, 16, 64};
  private static final int OPERATIONS = 6_000;
  private static final int LISTED = 10_000;
  private static final int[] WATCHERS = {1, 100};
  private static final int EVENTS = 300;
  private static final String PATH = "/api/v1/namespaces/default/configmaps";

  private final SSLContext tls;
  private final int port;
  private final String token;

  private ApiBench(SSLContext tls, int port, String token) {
    this.tls = tls;
    this.port = port;
    this.token = token;
  }

  public static void main(String[] args) throws Exception {
    System.out.println("| operation                          |   per s  | p50 ms  | p99 ms  |");
    System.out.println("|---|---:|---:|---:|");
    Path data = Files.createTempDirectory("slipway-bench");
    try (ApiServer server = ApiServer.start(new ApiServerSettings(data, "127.0.0.1", 0))) {
      var config = Kubeconfig.read(server.kubeconfig());
      var tls = config.tls();
      var token = config.token();
      ceiling(tls, data, token);
      new ApiBench(tls, URI.create(server.url()).getPort(), token).run();
    }
    System.exit(0);
  }

  /// The same bytes in and out without an API behind.
  private static void ceiling(SSLContext tls, Path data, String token) throws Exception {
    var authority = CertificateAuthority.open(data, List.of("127.0.0.1"), Instant.now());
    var keys =
        new ServerSettings.Tls(
            authority.server().certificatePem(), authority.server().keyPem(), "");
    byte[] answer = new byte[1400];
    java.util.Arrays.fill(answer, (byte) ' ');
    try (HttpServer bare =
        HttpServer.start(
            ServerSettings.of("127.0.0.1", 0).withTls(keys),
            (request, response) -> {
              request.body(10_000);
              response.status(201).send(answer);
            })) {
      var bench = new ApiBench(tls, bare.port(), token);
      bench.writes("warm-up", 16, "POST");
      for (int connections : CONNECTIONS) {
        System.out.println(
            bench.writes("", connections, "POST").row("bare server, " + connections + " conn"));
      }
    }
  }

  private void run() throws Exception {
    writes("warm", 16, "POST");
    for (int connections : CONNECTIONS) {
      String prefix = "c" + connections;
      System.out.println(
          writes(prefix, connections, "POST").row("create, " + connections + " conn"));
      System.out.println(
          writes(prefix, connections, "PUT").row("update, " + connections + " conn"));
    }
    lists();
    for (int watchers : WATCHERS) {
      fanOut(watchers);
    }
    Runtime runtime = Runtime.getRuntime();
    runtime.gc();
    System.out.printf(
        Locale.ROOT,
        "%nheap after a collection: %d MB, objects: %d%n",
        (runtime.totalMemory() - runtime.freeMemory()) >> 20,
        OPERATIONS * (CONNECTIONS.length + 1));
  }

  private Samples writes(String prefix, int connections, String method) throws Exception {
    long[] nanos = new long[OPERATIONS];
    var next = new AtomicInteger();
    var failed = new AtomicInteger();
    long start = System.nanoTime();
    var threads = new ArrayList<Thread>();
    for (int i = 0; i < connections; i++) {
      threads.add(Thread.startVirtualThread(() -> write(prefix, method, next, nanos, failed)));
    }
    for (Thread each : threads) {
      each.join();
    }
    if (failed.get() > 0) {
      throw new IllegalStateException(failed.get() + " requests failed");
    }
    return new Samples(nanos, (System.nanoTime() - start) / 1e9);
  }

  private void write(
      String prefix, String method, AtomicInteger next, long[] nanos, AtomicInteger failed) {
    try (var wire = new Wire(tls, port, token)) {
      for (int i = next.getAndIncrement(); i < OPERATIONS; i = next.getAndIncrement()) {
        String name = prefix + "-" + i;
        String path = method.equals("PUT") ? PATH + "/" + name : PATH;
        byte[] body = configMap(name, method + i);
        long begun = System.nanoTime();
        int code = wire.call(method, path, body);
        nanos[i] = System.nanoTime() - begun;
        if (code >= 300) {
          failed.incrementAndGet();
        }
      }
    } catch (Exception broken) {
      failed.incrementAndGet();
    }
  }

  private static byte[] configMap(String name, String value) {
    ObjectNode object = Json.object().put("apiVersion", "v1").put("kind", "ConfigMap");
    object.putObject("metadata").put("name", name).put("namespace", "default");
    object.putObject("data").put("value", value).put("filler", "x".repeat(780));
    return Json.bytes(object);
  }

  private void lists() throws Exception {
    long[] nanos = new long[20];
    try (var wire = new Wire(tls, port, token)) {
      for (int i = 0; i < nanos.length; i++) {
        long begun = System.nanoTime();
        wire.call("GET", PATH + "?limit=" + LISTED, new byte[0]);
        nanos[i] = System.nanoTime() - begun;
      }
    }
    long total = 0;
    for (long each : nanos) {
      total += each;
    }
    System.out.println(new Samples(nanos, total / 1e9).row("list of " + LISTED));
  }

  /// Creates objects one after another; a sample is the time until all watchers have an object's
  /// event.
  private void fanOut(int watchers) throws Exception {
    var arrivals = new CountDownLatch[EVENTS];
    for (int i = 0; i < EVENTS; i++) {
      arrivals[i] = new CountDownLatch(watchers);
    }
    var ready = new CountDownLatch(watchers);
    for (int i = 0; i < watchers; i++) {
      Thread.startVirtualThread(() -> watch(arrivals, ready, watchers));
    }
    ready.await();
    long[] all = new long[EVENTS];
    long start = System.nanoTime();
    try (var wire = new Wire(tls, port, token)) {
      for (int i = 0; i < EVENTS; i++) {
        long begun = System.nanoTime();
        wire.call("POST", "/api/v1/namespaces/kube-public/configmaps", event(watchers, i));
        arrivals[i].await();
        all[i] = System.nanoTime() - begun;
      }
    }
    var samples = new Samples(all, (System.nanoTime() - start) / 1e9);
    System.out.println(samples.row("create until " + watchers + " watchers have it"));
  }

  private static byte[] event(int round, int number) {
    String body =
        "{\"apiVersion\":\"v1\",\"kind\":\"ConfigMap\",\"metadata\":{\"name\":\"event-"
            + round
            + "-"
            + number
            + "\"}}";
    return body.getBytes(StandardCharsets.US_ASCII);
  }

  private void watch(CountDownLatch[] arrivals, CountDownLatch ready, int round) {
    try (var wire = new Wire(tls, port, token)) {
      wire.open("/api/v1/namespaces/kube-public/configmaps?watch=1");
      ready.countDown();
      InputStream in = wire.stream();
      var line = new StringBuilder();
      for (int next = in.read(); next >= 0; next = in.read()) {
        if (next != '\n') {
          line.append((char) next);
          continue;
        }
        String mark = "\"name\":\"event-" + round + "-";
        int at = line.indexOf(mark);
        if (at >= 0) {
          int from = at + mark.length();
          arrivals[Integer.parseInt(line, from, line.indexOf("\"", from), 10)].countDown();
        }
        line.setLength(0);
      }
    } catch (Exception ended) {
      ready.countDown();
    }
  }
}
