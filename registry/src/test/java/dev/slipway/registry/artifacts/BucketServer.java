package dev.slipway.registry.artifacts;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.util.Arrays;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// A small S3 with one bucket, `things`: refuses what is not signed by its key, lists two a page.
public final class BucketServer implements AutoCloseable {
  private static final String ROOT = "/things/";
  private static final Pattern PART = Pattern.compile("<PartNumber>(\\d+)</PartNumber>");

  final NavigableMap<String, byte[]> objects = new ConcurrentSkipListMap<>();
  final AtomicInteger failures = new AtomicInteger();
  private final Map<String, TreeMap<Integer, byte[]>> uploads = new ConcurrentHashMap<>();
  private final AtomicInteger ids = new AtomicInteger();
  private final HttpServer server;

  public BucketServer() {
    try {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.createContext("/", this::handle);
    server.start();
  }

  /// What opens it.
  public BucketSettings settings() {
    return BucketSettings.of(
        "s3://things/kept/here",
        Map.of(
            "AWS_ACCESS_KEY_ID",
            "key",
            "AWS_SECRET_ACCESS_KEY",
            "secret",
            "AWS_REGION",
            "eu-north-1",
            "MLFLOW_S3_ENDPOINT_URL",
            "http://127.0.0.1:" + server.getAddress().getPort()));
  }

  private void handle(HttpExchange exchange) throws IOException {
    byte[] body = exchange.getRequestBody().readAllBytes();
    if (failures.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
      reply(exchange, 503, "<Error><Code>SlowDown</Code></Error>");
    } else if (!signed(exchange, body)) {
      reply(exchange, 403, "<Error><Code>SignatureDoesNotMatch</Code></Error>");
    } else {
      answer(exchange, body);
    }
  }

  private boolean signed(HttpExchange exchange, byte[] body) {
    URI uri =
        URI.create(
            "http://" + exchange.getRequestHeaders().getFirst("Host") + exchange.getRequestURI());
    String query = String.valueOf(uri.getRawQuery());
    int at = query.indexOf("X-Amz-Algorithm=");
    if (at >= 0) {
      String stamp = query.replaceFirst(".*X-Amz-Date=([^&]*).*", "$1");
      String own = at == 0 ? "" : query.substring(0, at - 1);
      String address = uri.toString().substring(0, uri.toString().indexOf('?'));
      URI wanted =
          new BucketSignature(settings(), time(stamp))
              .presigned(exchange.getRequestMethod(), address, own, Duration.ofHours(1));
      return wanted.equals(uri);
    }
    String stamp = exchange.getRequestHeaders().getFirst("x-amz-date");
    if (stamp == null) {
      return false;
    }
    var wanted =
        new BucketSignature(settings(), time(stamp))
            .headers(exchange.getRequestMethod(), uri, BucketSignature.sha256(body));
    return wanted.entrySet().stream()
        .allMatch(
            each -> each.getValue().equals(exchange.getRequestHeaders().getFirst(each.getKey())));
  }

  private static <T> T found(Map<String, T> all, @Nullable String name) {
    var value = all.get(String.valueOf(name));
    if (value == null) {
      throw new IllegalArgumentException("nothing is called " + name);
    }
    return value;
  }

  private static Instant time(String stamp) {
    return DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmssX").parse(stamp, Instant::from);
  }

  private void answer(HttpExchange exchange, byte[] body) throws IOException {
    var query = query(exchange.getRequestURI().getRawQuery());
    String key = exchange.getRequestURI().getPath().substring(ROOT.length());
    switch (exchange.getRequestMethod()) {
      case "GET", "HEAD" -> read(exchange, key, query);
      case "PUT" -> {
        if (query.containsKey("partNumber")) {
          found(uploads, query.get("uploadId")).put(Integer.valueOf(query.get("partNumber")), body);
        } else {
          objects.put(key, body);
        }
        exchange.getResponseHeaders().add("ETag", "\"" + BucketSignature.sha256(body) + "\"");
        reply(exchange, 200, "");
      }
      case "DELETE" -> {
        if (query.containsKey("uploadId")) {
          uploads.remove(query.get("uploadId"));
        } else {
          objects.remove(key);
        }
        reply(exchange, 204, "");
      }
      default -> multipart(exchange, key, query, new String(body, StandardCharsets.UTF_8));
    }
  }

  private void read(HttpExchange exchange, String key, Map<String, String> query)
      throws IOException {
    if (key.isEmpty()) {
      list(exchange, query);
      return;
    }
    byte[] found = objects.get(key);
    if (found == null) {
      reply(exchange, 404, "<Error><Code>NoSuchKey</Code></Error>");
      return;
    }
    boolean head = exchange.getRequestMethod().equals("HEAD");
    exchange.sendResponseHeaders(200, head || found.length == 0 ? -1 : found.length);
    if (!head) {
      exchange.getResponseBody().write(found);
    }
    exchange.close();
  }

  private void list(HttpExchange exchange, Map<String, String> query) throws IOException {
    String prefix = query.getOrDefault("prefix", "");
    var names = new TreeSet<String>();
    for (String key : objects.keySet()) {
      if (key.startsWith(prefix)) {
        int slash = query.containsKey("delimiter") ? key.indexOf('/', prefix.length()) : -1;
        names.add(slash < 0 ? key : key.substring(0, slash + 1));
      }
    }
    String after =
        URLDecoder.decode(
            query.getOrDefault("continuation-token", "").replace("+", "%2B"),
            StandardCharsets.UTF_8);
    var xml = new StringBuilder("<?xml version='1.0'?><ListBucketResult>");
    var rest = names.tailSet(after, false).stream().toList();
    for (String name : rest.subList(0, Math.min(2, rest.size()))) {
      String shown = BucketSignature.encodedPath(name);
      xml.append(
          name.endsWith("/")
              ? "<CommonPrefixes><Prefix>" + shown + "</Prefix></CommonPrefixes>"
              : "<Contents><Key>%s</Key><Size>%d</Size></Contents>"
                  .formatted(shown, found(objects, name).length));
    }
    if (rest.size() > 2) {
      xml.append("<IsTruncated>true</IsTruncated><NextContinuationToken>");
      xml.append(BucketSignature.encoded(rest.get(1))).append("</NextContinuationToken>");
    }
    reply(exchange, 200, xml.append("</ListBucketResult>").toString());
  }

  private void multipart(HttpExchange exchange, String key, Map<String, String> query, String body)
      throws IOException {
    if (query.containsKey("uploads")) {
      String id = "up load/" + ids.incrementAndGet();
      uploads.put(id, new TreeMap<>());
      reply(exchange, 200, "<R><UploadId>" + id + "</UploadId></R>");
      return;
    }
    var parts = uploads.remove(query.get("uploadId"));
    if (parts == null) {
      reply(exchange, 404, "<Error><Code>NoSuchUpload</Code></Error>");
      return;
    }
    var whole = new ByteArrayOutputStream();
    Matcher listed = PART.matcher(body);
    while (listed.find()) {
      whole.writeBytes(parts.get(Integer.valueOf(listed.group(1))));
    }
    objects.put(key, whole.toByteArray());
    reply(exchange, 200, "<R><Key>" + key + "</Key></R>");
  }

  private static Map<String, String> query(String raw) {
    var found = new TreeMap<String, String>();
    for (String pair : Arrays.asList((raw == null ? "" : raw).split("&", -1))) {
      int equals = pair.indexOf('=');
      if (equals > 0) {
        found.put(
            pair.substring(0, equals),
            URLDecoder.decode(pair.substring(equals + 1), StandardCharsets.UTF_8));
      }
    }
    return found;
  }

  private static void reply(HttpExchange exchange, int status, String body) throws IOException {
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    boolean empty = bytes.length == 0 || exchange.getRequestMethod().equals("HEAD");
    exchange.sendResponseHeaders(status, empty ? -1 : bytes.length);
    if (!empty) {
      exchange.getResponseBody().write(bytes);
    }
    exchange.close();
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
