package dev.slipway.net;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.ArrayList;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Requests on their way through one server to another, in every mixture of protocols.
@Timeout(60)
class ForwarderTest {
  private static final ServerSettings CLEAR = ServerSettings.of("127.0.0.1", 0);
  private static final TestAuthority AUTHORITY = authority();

  private static TestAuthority authority() {
    try {
      return new TestAuthority("test");
    } catch (Exception problem) {
      throw new IllegalStateException(problem);
    }
  }

  private static HttpClient client(boolean h2) throws Exception {
    return HttpClient.newBuilder()
        .version(h2 ? HttpClient.Version.HTTP_2 : HttpClient.Version.HTTP_1_1)
        .sslContext(AUTHORITY.client(Optional.empty()))
        .build();
  }

  private static HttpRequest.Builder request(Relay relay, boolean h2, String target) {
    var scheme = h2 ? "https" : "http";
    return HttpRequest.newBuilder(
        URI.create(scheme + "://127.0.0.1:" + relay.server().port() + target));
  }

  private static Relay relay(HttpServer upstream, boolean downH2, boolean upH2) throws Exception {
    var settings = downH2 ? CLEAR.withTls(AUTHORITY.server("")) : CLEAR;
    var endpoint = upH2 ? Relay.h2c(upstream) : Relay.h1(upstream);
    return new Relay(settings, endpoint, how -> how);
  }

  @ParameterizedTest(name = "HTTP/2 downstream {0}, upstream {1}")
  @CsvSource({"false,false", "false,true", "true,false", "true,true"})
  void passesBodiesOfEverySizeBothWays(boolean downH2, boolean upH2) throws Exception {
    try (var upstream = HttpServer.start(CLEAR, Handlers.ECHO);
        var relay = relay(upstream, downH2, upH2);
        var client = client(downH2)) {
      for (int size : new int[] {0, 1, 150, 4096, 16_384, 16_385, 65_536, 70_000, 3_000_000}) {
        var body = "x".repeat(size);
        var answer =
            client.send(
                request(relay, downH2, "/").POST(BodyPublishers.ofString(body)).build(),
                BodyHandlers.ofString());
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body()).isEqualTo(body);
        var how = relay.next();
        assertThat(how.end()).isEqualTo(Forwarded.End.COMPLETE);
        assertThat(how.status()).isEqualTo(200);
        assertThat(how.requestBytes()).isEqualTo(size);
        assertThat(how.responseBytes()).isEqualTo(size);
      }
      assertThat(upstream.counters().acceptedConnections()).isEqualTo(1);
    }
  }

  @ParameterizedTest(name = "HTTP/2 downstream {0}, upstream {1}")
  @CsvSource({"false,false", "false,true", "true,false", "true,true"})
  void passesTheHeadOn(boolean downH2, boolean upH2) throws Exception {
    Handler telling =
        (request, response) -> {
          var told = new ArrayList<String>();
          told.add(request.method() + " " + request.rawPath() + "?" + request.rawQuery());
          told.add(request.authority());
          told.add(String.join("+", request.headers("x-many")));
          told.add(request.header("te") + request.header("keep-alive") + request.header("x-gone"));
          told.add(request.header("x-set"));
          response.status(418).header("x-answer", "grün").addHeader("x-two", "1");
          response.addHeader("x-two", "2").header("x-secret", "s").header("keep-alive", "1");
          response.send(Handlers.utf8(String.join("|", told)));
        };
    var edits = HeaderEdits.none().remove("x-gone").set("X-Set", "new").add("x-many", "c");
    var back = HeaderEdits.none().remove("x-secret").set("server", "slipway");
    try (var upstream = HttpServer.start(CLEAR, telling);
        var relay =
            new Relay(
                downH2 ? CLEAR.withTls(AUTHORITY.server("")) : CLEAR,
                upH2 ? Relay.h2c(upstream) : Relay.h1(upstream),
                how ->
                    how.withTarget("/other/%20?q=2")
                        .withAuthority("iris.default.example")
                        .withEdits(edits, back));
        var client = client(downH2)) {
      var answer =
          client.send(
              request(relay, downH2, "/a?b=c")
                  .header("x-many", "a")
                  .header("x-many", "b")
                  .header("x-gone", "here")
                  .header("x-set", "old")
                  .build(),
              BodyHandlers.ofString());
      assertThat(answer.body()).isEqualTo("GET /other/%20?q=2|iris.default.example|a+b+c||new");
      assertThat(answer.statusCode()).isEqualTo(418);
      var headers = answer.headers();
      assertThat(headers.firstValue("x-answer")).isPresent();
      assertThat(headers.allValues("x-two")).containsExactly("1", "2");
      assertThat(headers.firstValue("x-secret")).isEmpty();
      assertThat(headers.firstValue("keep-alive")).isEmpty();
      assertThat(headers.firstValue("server")).hasValue("slipway");
      assertThat(headers.allValues("date")).hasSize(1);
    }
  }

  @ParameterizedTest(name = "HTTP/2 downstream {0}, upstream {1}")
  @CsvSource({"false,false", "false,true", "true,false", "true,true"})
  void carriesManyAtOnce(boolean downH2, boolean upH2) throws Exception {
    try (var upstream = HttpServer.start(CLEAR, Handlers.ECHO);
        var relay = relay(upstream, downH2, upH2);
        var client = client(downH2)) {
      int count = downH2 ? 200 : 1000; // streams of one connection, or connections
      var warm = request(relay, downH2, "/").POST(BodyPublishers.ofString("w")).build();
      assertThat(client.send(warm, BodyHandlers.ofString()).body()).isEqualTo("w");
      var answers = new ArrayList<CompletableFuture<String>>();
      for (int i = 0; i < count; i++) {
        var one = request(relay, downH2, "/").POST(BodyPublishers.ofString("n" + i)).build();
        answers.add(
            client
                .sendAsync(one, BodyHandlers.ofString())
                .thenApply(answer -> answer.statusCode() + answer.body()));
      }
      for (int i = 0; i < count; i++) {
        assertThat(answers.get(i).get()).isEqualTo("200n" + i);
      }
    }
  }

  @Test
  void leavesBodiesOutWhereThereAreNone() throws Exception {
    Handler bodiless =
        (request, response) -> {
          switch (request.rawPath()) {
            case "/204" -> response.status(204).end();
            case "/304" -> response.status(304).header("etag", "\"x\"").end();
            default -> response.send(Handlers.utf8("twelve bytes"));
          }
        };
    for (boolean upH2 : new boolean[] {false, true}) {
      try (var upstream = HttpServer.start(CLEAR, bodiless);
          var relay = relay(upstream, false, upH2);
          var client = new RawClient(relay.server())) {
        client.send("GET /204 HTTP/1.1\r\nhost: x\r\n\r\nGET /304 HTTP/1.1\r\nhost: x\r\n\r\n");
        client.send("HEAD / HTTP/1.1\r\nhost: x\r\n\r\nGET / HTTP/1.1\r\nhost: x\r\n\r\n");
        var empty = client.readHead();
        assertThat(empty.status()).isEqualTo(204);
        assertThat(empty.header("content-length")).isEmpty();
        assertThat(client.readHead().header("etag")).isEqualTo("\"x\"");
        assertThat(client.readHead().header("content-length")).isEqualTo("12");
        assertThat(client.read().body()).isEqualTo("twelve bytes");
      }
    }
  }

  @Test
  void takesRequestsFromAHandlersThread() throws Exception {
    var forwarder = new Forwarder(ForwarderSettings.standard());
    try (var upstream = HttpServer.start(CLEAR, Handlers.ECHO);
        var front =
            HttpServer.start(
                CLEAR,
                (request, response) -> {
                  var done = new CompletableFuture<Forwarded>();
                  var how = Forward.of(Relay.h1(upstream), request);
                  forwarder.forward(request, response, how, done::complete);
                  if (request.rawPath().equals("/waits")) {
                    done.join();
                  }
                });
        var client = new RawClient(front)) {
      var body = "b".repeat(100_000);
      for (int i = 0; i < 20; i++) {
        var path = i % 2 == 0 ? "/waits" : "/leaves";
        client.send("POST " + path + " HTTP/1.1\r\nhost: x\r\ncontent-length: 100000\r\n\r\n");
        client.send(body);
        assertThat(client.read().body()).isEqualTo(body);
      }
      assertThat(front.counters().requestsServed()).isGreaterThanOrEqualTo(19);
    }
    forwarder.close();
  }
}
