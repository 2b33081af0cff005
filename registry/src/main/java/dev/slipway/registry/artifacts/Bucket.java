package dev.slipway.registry.artifacts;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Set;

/// Signed requests to one bucket. What is worth another try is tried again.
final class Bucket {
  private static final Duration CONNECT = Duration.ofSeconds(20);
  private static final Duration ANSWER = Duration.ofMinutes(10);
  private static final Duration PAUSE = Duration.ofMillis(200);
  private static final int TRIES = 4;
  private static final Set<Integer> AGAIN = Set.of(429, 500, 502, 503, 504);
  private static final int MAX_ANSWER = 64 << 20;

  private final BucketSettings settings;
  private final InstantSource clock;
  private final HttpClient client = HttpClient.newBuilder().connectTimeout(CONNECT).build();

  Bucket(BucketSettings settings, InstantSource clock) {
    this.settings = settings;
    this.clock = clock;
  }

  /// What was answered.
  record Reply(int status, HttpResponse<InputStream> answer) implements AutoCloseable {
    byte[] bytes() throws IOException {
      try (InputStream in = answer.body()) {
        return in.readNBytes(MAX_ANSWER);
      }
    }

    String header(String name) {
      return answer.headers().firstValue(name).orElse("");
    }

    @Override
    public void close() throws IOException {
      answer.body().close();
    }
  }

  /// Where an object is; `""` is the bucket itself.
  String address(String key) {
    return settings.address() + "/" + BucketSignature.encodedPath(key);
  }

  BucketSignature signature() {
    return new BucketSignature(settings, clock.instant());
  }

  /// @param query encoded; empty for none
  /// @throws IOException if the store refuses, but for 404
  Reply send(String method, String key, String query, byte[] body) throws IOException {
    URI uri = URI.create(address(key) + (query.isEmpty() ? "" : "?" + query));
    IOException last = new IOException("not tried");
    for (int attempt = 1; attempt <= TRIES; attempt++) {
      try {
        Reply reply = once(method, uri, body);
        if (reply.status() / 100 == 2 || reply.status() == 404) {
          return reply;
        }
        last = refused(method, key, reply);
        if (!AGAIN.contains(reply.status())) {
          throw last;
        }
      } catch (java.net.ConnectException | java.net.http.HttpTimeoutException e) {
        last = new IOException(settings + " cannot be reached: " + e, e);
      }
      pause(attempt);
    }
    throw last;
  }

  private Reply once(String method, URI uri, byte[] body) throws IOException {
    var request =
        HttpRequest.newBuilder(uri)
            .timeout(ANSWER)
            .method(
                method,
                body.length == 0 ? BodyPublishers.noBody() : BodyPublishers.ofByteArray(body));
    signature().headers(method, uri, BucketSignature.sha256(body)).forEach(request::header);
    try {
      var answer = client.send(request.build(), BodyHandlers.ofInputStream());
      return new Reply(answer.statusCode(), answer);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }

  private IOException refused(String method, String key, Reply reply) throws IOException {
    String said = new String(reply.bytes(), StandardCharsets.UTF_8);
    String code = said;
    try {
      var xml = BucketXml.read(said.getBytes(StandardCharsets.UTF_8));
      code = xml.field("Code") + " " + xml.field("Message");
    } catch (IOException _) {
      // words as they came
    }
    return new IOException(
        "%s %s in %s was answered %d %s".formatted(method, key, settings, reply.status(), code));
  }

  private static void pause(int attempt) throws IOException {
    try {
      Thread.sleep(PAUSE.multipliedBy(1L << (attempt - 1)));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }

  void close() {
    client.shutdownNow();
  }
}
