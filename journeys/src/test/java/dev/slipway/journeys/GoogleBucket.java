package dev.slipway.journeys;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;

/// Google Cloud Storage's JSON API on loopback, as `STORAGE_EMULATOR_HOST` names it: buckets of
/// files that anyone may read, and one, `closed-bucket`, that nobody may.
final class GoogleBucket implements AutoCloseable {
  private final HttpServer server;
  private final Map<String, Path> objects = new ConcurrentHashMap<>();

  private GoogleBucket(HttpServer server) {
    this.server = server;
  }

  static GoogleBucket start() throws IOException {
    var server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    var made = new GoogleBucket(server);
    server.createContext("/storage/v1/b/", made::answer);
    server.start();
    return made;
  }

  String url() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  /// @param name `bucket/path/of/object`
  void put(String name, Path file) {
    objects.put(name, file);
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      // BUCKET/o, BUCKET/o/NAME?alt=media
      var raw = exchange.getRequestURI().getRawPath().substring("/storage/v1/b/".length());
      var parts = raw.split("/", 3);
      if (parts[0].equals("closed-bucket")) {
        send(exchange, 403, "{\"error\":{\"message\":\"no storage.objects.list access\"}}");
      } else if (parts.length == 2) {
        send(exchange, 200, listing(parts[0], exchange.getRequestURI().getQuery()));
      } else {
        object(exchange, parts[0] + "/" + URLDecoder.decode(parts[2], UTF_8));
      }
    }
  }

  private String listing(String bucket, String query) {
    var prefix = bucket + "/" + query.replaceAll("(?:.*&)?prefix=([^&]*).*", "$1");
    return new TreeMap<>(objects)
        .entrySet().stream()
            .filter(each -> each.getKey().startsWith(prefix))
            .map(each -> item(each.getKey().substring(bucket.length() + 1), each.getValue()))
            .collect(Collectors.joining(",", "{\"items\":[", "]}"));
  }

  private static String item(String name, Path file) {
    long bytes = file.toFile().length();
    return "{\"name\":\"%s\",\"size\":\"%d\",\"generation\":\"1\"}".formatted(name, bytes);
  }

  private void object(HttpExchange exchange, String name) throws IOException {
    var file = objects.get(name);
    if (file == null) {
      send(exchange, 404, "{\"error\":{\"message\":\"No such object: " + name + "\"}}");
      return;
    }
    var bytes = Files.readAllBytes(file);
    exchange.sendResponseHeaders(200, bytes.length);
    exchange.getResponseBody().write(bytes);
  }

  private static void send(HttpExchange exchange, int status, String json) throws IOException {
    var bytes = json.getBytes(UTF_8);
    exchange.getResponseHeaders().set("content-type", "application/json");
    exchange.sendResponseHeaders(status, bytes.length);
    exchange.getResponseBody().write(bytes);
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
