package dev.slipway.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.Arrays;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Whole exchanges with the JDK's client, over both protocols, in clear text and under TLS.
class HttpServerTest {
  private static final ServerSettings CLEAR = ServerSettings.of("127.0.0.1", 0);

  @ParameterizedTest
  @CsvSource({"HTTP_1_1,false", "HTTP_2,false", "HTTP_1_1,true", "HTTP_2,true"})
  void echoesBodiesOfEverySize(HttpClient.Version version, boolean tls) throws Exception {
    var authority = new TestAuthority("test");
    var settings = tls ? CLEAR.withTls(authority.server("")) : CLEAR;
    try (var server = HttpServer.start(settings, Handlers.ECHO);
        var client =
            HttpClient.newBuilder()
                .sslContext(authority.client(Optional.empty()))
                .version(version)
                .build()) {
      for (int size : new int[] {0, 1, 150, 16_384, 65_537, 3_000_000}) {
        var body = "x".repeat(size);
        var answer = post(client, server, tls, body);
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body()).isEqualTo(body);
        assertThat(answer.version()).as("size %d", size).isEqualTo(version);
        assertThat(answer.headers().firstValue("date")).isPresent();
      }
    }
  }

  private static HttpResponse<String> post(
      HttpClient client, HttpServer server, boolean tls, String body) throws Exception {
    var request = HttpRequest.newBuilder(uri(server, tls, "/echo"));
    return client.send(
        request.POST(BodyPublishers.ofString(body)).build(), BodyHandlers.ofString());
  }

  private static URI uri(HttpServer server, boolean tls, String path) {
    return URI.create((tls ? "https" : "http") + "://127.0.0.1:" + server.port() + path);
  }

  @ParameterizedTest
  @CsvSource({"HTTP_1_1,1", "HTTP_1_1,2", "HTTP_2,3", "HTTP_2,4"})
  void streamsPartsOfAnySizeWholeAndInOrder(HttpClient.Version version, long seed)
      throws Exception {
    var expected = new byte[20_000_000];
    new Random(seed).nextBytes(expected);
    Handler parts =
        (request, response) -> {
          var random = new Random(seed);
          for (int at = 0; at < expected.length; ) {
            int middle = Math.min(expected.length, at + random.nextInt(1 << random.nextInt(1, 20)));
            int end = Math.min(expected.length, middle + random.nextInt(100));
            response.write(
                Arrays.copyOfRange(expected, at, middle),
                Arrays.copyOfRange(expected, middle, end));
            if (random.nextInt(10) == 0) {
              response.flush();
            }
            at = end;
          }
          response.end();
        };
    try (var server = HttpServer.start(CLEAR, parts);
        var client = HttpClient.newBuilder().version(version).build()) {
      var request = HttpRequest.newBuilder(uri(server, false, "/")).build();
      var answers =
          IntStream.range(0, 4)
              .mapToObj(_ -> client.sendAsync(request, BodyHandlers.ofByteArray()))
              .toList();
      for (var answer : answers) {
        assertThat(Arrays.equals(answer.join().body(), expected)).as("seed %d", seed).isTrue();
      }
    }
  }

  @Test
  void runsAHundredStreamsOfOneConnectionAtOnce() throws Exception {
    var authority = new TestAuthority("test");
    var all = new CountDownLatch(100);
    Handler together =
        (request, response) -> {
          all.countDown();
          all.await();
          response.send(Handlers.utf8(request.rawPath()));
        };
    try (var server = HttpServer.start(CLEAR.withTls(authority.server("")), together);
        var client =
            HttpClient.newBuilder().sslContext(authority.client(Optional.empty())).build()) {
      var warm = HttpRequest.newBuilder(uri(server, true, "/warm")).HEAD().build();
      var first = client.sendAsync(warm, BodyHandlers.discarding());
      var answers =
          IntStream.range(1, 100)
              .mapToObj(i -> HttpRequest.newBuilder(uri(server, true, "/" + i)).build())
              .map(request -> client.sendAsync(request, BodyHandlers.ofString()))
              .toList();
      CompletableFuture.allOf(answers.toArray(CompletableFuture[]::new)).join();
      first.join();
      for (int i = 1; i < 100; i++) {
        assertThat(answers.get(i - 1).join().body()).isEqualTo("/" + i);
      }
      assertThat(server.counters().requestsServed()).isLessThanOrEqualTo(100);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"HTTP_1_1", "HTTP_2"})
  void tellsWhoseCertificateTheClientProved(HttpClient.Version version) throws Exception {
    var authority = new TestAuthority("ours");
    var stranger = new TestAuthority("ours");
    Handler whoami =
        (request, response) ->
            response.send(
                Handlers.utf8(
                    request
                            .clientCertificate()
                            .map(certificate -> certificate.getSubjectX500Principal().getName())
                            .orElse("nobody")
                        + (request.clientCertificateProblem().isPresent() ? " refused" : "")));
    var settings = CLEAR.withTls(authority.server(authority.pem()));
    try (var server = HttpServer.start(settings, whoami)) {
      var ours = Optional.of(authority.issue("jane"));
      var theirs = Optional.of(stranger.issue("mallory"));
      assertThat(ask(server, authority, version, ours)).isEqualTo("CN=jane");
      assertThat(ask(server, authority, version, Optional.empty())).isEqualTo("nobody");
      assertThat(ask(server, authority, version, theirs)).isEqualTo("nobody refused");
    }
  }

  private static String ask(
      HttpServer server,
      TestAuthority authority,
      HttpClient.Version version,
      Optional<TestAuthority.Identity> identity)
      throws Exception {
    var context = authority.client(identity);
    var text = "";
    // The second client of one context resumes the first one's session.
    for (int i = 0; i < 2; i++) {
      try (var client = HttpClient.newBuilder().sslContext(context).version(version).build()) {
        var request = HttpRequest.newBuilder(uri(server, true, "/")).build();
        var answer = client.send(request, BodyHandlers.ofString()).body();
        assertThat(text).isIn("", answer);
        text = answer;
      }
    }
    return text;
  }

  @Test
  void presentsTheNewCertificateAfterAReload() throws Exception {
    var before = new TestAuthority("before");
    var after = new TestAuthority("after");
    try (var server = HttpServer.start(CLEAR.withTls(before.server("")), Handlers.TELL)) {
      server.reloadTls(after.server(""));
      assertThat(ask(server, after, HttpClient.Version.HTTP_2, Optional.empty()))
          .isEqualTo("GET /");
    }
  }

  @Test
  void saysSoOverClearTextToATlsPort() throws Exception {
    var authority = new TestAuthority("test");
    try (var server = HttpServer.start(CLEAR.withTls(authority.server("")), Handlers.TELL);
        var client = new RawClient(server)) {
      client.send("GET / HTTP/1.1\r\nhost: x\r\n\r\n");
      var answer = client.read();
      assertThat(answer.status()).isEqualTo(400);
      assertThat(answer.body()).isEqualTo("Client sent an HTTP request to an HTTPS server.\n");
    }
  }

  @Test
  void refusesATakenPortByName() throws Exception {
    try (var server = HttpServer.start(CLEAR, Handlers.TELL)) {
      var same = ServerSettings.of("127.0.0.1", server.port());
      assertThatThrownBy(() -> HttpServer.start(same, Handlers.TELL))
          .isInstanceOf(UncheckedIOException.class)
          .hasMessageContaining("cannot listen on 127.0.0.1:" + server.port())
          .hasMessageContaining("in use");
    }
  }
}
