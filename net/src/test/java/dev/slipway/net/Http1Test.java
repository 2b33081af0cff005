package dev.slipway.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// HTTP/1 byte by byte, spoken by a client without manners.
class Http1Test {
  private static final int HEADER_BYTES = 8192;
  private static final ServerSettings SETTINGS =
      new ServerSettings(
          "127.0.0.1", 0, Optional.empty(), HEADER_BYTES, Duration.ofMinutes(1), 1000);

  private static HttpServer server;

  @BeforeAll
  static void start() {
    server = HttpServer.start(SETTINGS, Http1Test::answer);
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  private static void answer(Request request, Response response) {
    switch (request.rawPath()) {
      case "/echo" -> response.send(request.body(1_000_000));
      case "/ignore" -> response.send(Handlers.utf8("ignored"));
      case "/small" -> response.send(request.body(10));
      case "/fail" -> throw new IllegalStateException("a secret");
      case "/nothing" -> {}
      case "/cut" -> {
        response.write(Handlers.utf8("half"));
        response.flush();
        throw new IllegalStateException("a secret");
      }
      case "/short" -> {
        response.header("content-length", "10");
        response.write(Handlers.utf8("half"));
      }
      case "/empty" -> response.status(204).end();
      case "/stream" -> {
        for (int i = 0; i < 3; i++) {
          response.write(Handlers.utf8("part"), Handlers.utf8(" " + i + ";"));
        }
        response.end();
      }
      default ->
          response.send(
              Handlers.utf8(request.method() + " " + request.rawPath() + "?" + request.rawQuery()));
    }
  }

  @Test
  void answersPipelinedRequestsInOrder() throws Exception {
    try (var client = new RawClient(server)) {
      var requests = new StringBuilder();
      for (int i = 0; i < 50; i++) {
        requests.append("GET /").append(i).append(" HTTP/1.1\r\nhost: x\r\n\r\n");
        requests.append("POST /echo HTTP/1.1\r\nhost: x\r\ncontent-length: 4\r\n\r\nbody");
      }
      client.send(requests.toString());
      for (int i = 0; i < 50; i++) {
        assertThat(client.read().body()).isEqualTo("GET /" + i + "?");
        assertThat(client.read().body()).isEqualTo("body");
      }
    }
  }

  @Test
  void understandsARequestCutAnywhere() throws Exception {
    var text =
        "POST /echo?a=b HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
            + "4\r\nfour\r\n6;ext=1\r\nsixsix\r\n0\r\nTrailer: x\r\n\r\n";
    try (var client = new RawClient(server)) {
      for (int cut = 1; cut < text.length(); cut++) {
        client.send(text.substring(0, cut)).send(text.substring(cut));
        assertThat(client.read().body()).as("cut at %d", cut).isEqualTo("foursixsix");
      }
    }
  }

  @ParameterizedTest(name = "{2}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          GET / HTTP/1.1\\r\\n\\r\\n                                        | 400 | no host
          GET / HTTP/1.1\\r\\nhost: a\\r\\nhost: b\\r\\n\\r\\n              | 400 | two hosts
          GET nowhere HTTP/1.1\\r\\nhost: x\\r\\n\\r\\n                     | 400 | a relative target
          GET /%zz HTTP/1.1\\r\\nhost: x\\r\\n\\r\\n                        | 400 | a bad escape
          GET / HTTP/1.1\\r\\nhost: x\\r\\nbad name: x\\r\\n\\r\\n          | 400 | a bad name
          GET / HTTP/3.7\\r\\nhost: x\\r\\n\\r\\n                           | 505 | a version unknown
          GARBAGE\\r\\n\\r\\n                                               | 400 | no request line
          POST / HTTP/1.1\\r\\nhost: x\\r\\ncontent-length: x\\r\\n\\r\\n   | 400 | a bad length
          POST / HTTP/1.1\\r\\nhost: x\\r\\ncontent-length: -1\\r\\n\\r\\n  | 400 | a negative length
          POST / HTTP/1.1\\r\\nhost: x\\r\\ncontent-length: 1\\r\\ncontent-length: 2\\r\\n\\r\\n | 400 | two lengths
          POST / HTTP/1.1\\r\\nhost: x\\r\\nexpect: magic\\r\\n\\r\\n       | 417 | an odd expectation
          """)
  void refusesAndCloses(String escaped, int status, String why) throws Exception {
    var text = escaped.replace("\\r", "\r").replace("\\n", "\n");
    for (int cut = 1; cut < text.length(); cut++) {
      try (var client = new RawClient(server)) {
        client.send(text.substring(0, cut)).send(text.substring(cut));
        var answer = client.read();
        assertThat(answer.status()).as("%s, cut at %d", why, cut).isEqualTo(status);
        assertThat(answer.header("connection")).isEqualTo("close");
        assertThat(client.ended()).isTrue();
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"8000,10,200", "9000,10,414", "10,8000,200", "10,9000,431"})
  void limitsTheRequestLineAndTheHeaders(int path, int header, int status) throws Exception {
    try (var client = new RawClient(server)) {
      client.send("GET /" + "p".repeat(path) + " HTTP/1.1\r\nhost: x\r\n");
      client.send("big: " + "h".repeat(header) + "\r\n\r\n");
      assertThat(client.read().status()).isEqualTo(status);
    }
  }

  @Test
  void refusesABodyOverTheHandlersLimit() throws Exception {
    try (var client = new RawClient(server)) {
      client.send("POST /small HTTP/1.1\r\nhost: x\r\ncontent-length: 11\r\n\r\nhello world");
      assertThat(client.read().status()).isEqualTo(413);
    }
    try (var client = new RawClient(server)) {
      client.send("POST /small HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\n");
      client.send("b\r\nhello world\r\n0\r\n\r\n");
      assertThat(client.read().status()).isEqualTo(413);
    }
  }

  @Test
  void deliversTheAnswerEvenIfTheClientIsStillSending() throws Exception {
    try (var client = new RawClient(server)) {
      client.send("POST /small HTTP/1.1\r\nhost: x\r\ncontent-length: 100000000\r\n\r\n");
      client.send("x".repeat(500_000));
      var answer = client.read();
      assertThat(answer.status()).isEqualTo(413);
      assertThat(answer.header("connection")).isEqualTo("close");
    }
  }

  @Test
  void skipsASmallUnreadBodyAndGoesOn() throws Exception {
    try (var client = new RawClient(server)) {
      for (int i = 0; i < 3; i++) {
        client.send("POST /ignore HTTP/1.1\r\nhost: x\r\ncontent-length: 100000\r\n\r\n");
        client.send("x".repeat(50_000)).send("y".repeat(50_000));
        var answer = client.read();
        assertThat(answer.body()).isEqualTo("ignored");
        assertThat(answer.header("connection")).isEmpty();
      }
    }
  }

  @Test
  void invitesTheBodyOnlyIfItIsRead() throws Exception {
    try (var client = new RawClient(server)) {
      var head = " HTTP/1.1\r\nhost: x\r\nexpect: 100-continue\r\ncontent-length: 4\r\n\r\n";
      client.send("POST /echo" + head);
      assertThat(client.readHead().status()).isEqualTo(100);
      client.send("body");
      assertThat(client.read().body()).isEqualTo("body");
      client.send("POST /ignore" + head);
      var answer = client.read();
      assertThat(answer.status()).isEqualTo(200);
      assertThat(answer.header("connection")).isEqualTo("close");
    }
  }

  @Test
  void streamsInChunks() throws Exception {
    try (var client = new RawClient(server)) {
      client.send("GET /stream HTTP/1.1\r\nhost: x\r\n\r\n");
      var answer = client.read();
      assertThat(answer.header("transfer-encoding")).isEqualTo("chunked");
      assertThat(answer.body()).isEqualTo("part 0;part 1;part 2;");
      client.send("GET /stream HTTP/1.0\r\n\r\n");
      var old = client.read();
      assertThat(old.header("transfer-encoding")).isEmpty();
      assertThat(old.body()).isEqualTo("part 0;part 1;part 2;");
    }
  }

  @Test
  void answersHeadWithoutABody() throws Exception {
    try (var client = new RawClient(server)) {
      client.send("HEAD /abc HTTP/1.1\r\nhost: x\r\n\r\n");
      assertThat(client.readHead().header("content-length")).isEqualTo("10");
      client.send("HEAD /stream HTTP/1.1\r\nhost: x\r\n\r\n");
      assertThat(client.readHead().status()).isEqualTo(200);
      client.send("GET /empty HTTP/1.1\r\nhost: x\r\n\r\n");
      assertThat(client.read().status()).isEqualTo(204);
      client.send("GET /next HTTP/1.1\r\nhost: x\r\n\r\n");
      assertThat(client.read().body()).isEqualTo("GET /next?");
    }
  }

  @Test
  void readsTargetsInEveryForm() throws Exception {
    try (var client = new RawClient(server)) {
      client.send("GET http://other:80/p?q=%zz HTTP/1.1\r\nhost: x\r\n\r\n");
      assertThat(client.read().body()).isEqualTo("GET /p?q=%zz");
      client.send("OPTIONS * HTTP/1.1\r\nhost: x\r\n\r\n");
      assertThat(client.read().body()).isEqualTo("OPTIONS *?");
    }
  }

  @ParameterizedTest
  @CsvSource({"/fail", "/nothing"})
  void hidesWhyAHandlerFailed(String path) throws Exception {
    try (var client = new RawClient(server)) {
      client.send("GET " + path + " HTTP/1.1\r\nhost: x\r\n\r\n");
      var answer = client.read();
      assertThat(answer.status()).isEqualTo(500);
      assertThat(answer.body()).isEqualTo("internal server error\n");
      client.send("GET /next HTTP/1.1\r\nhost: x\r\n\r\n");
      assertThat(client.read().status()).isEqualTo(200);
    }
  }

  @ParameterizedTest
  @CsvSource({"/cut", "/short"})
  void breaksTheConnectionWhereAStreamIsNotWhole(String path) throws Exception {
    try (var client = new RawClient(server)) {
      client.send("GET " + path + " HTTP/1.1\r\nhost: x\r\n\r\n");
      client.readHead();
      assertThat(client.rest()).contains("half").doesNotContain("0\r\n\r\n", "secret");
    }
  }

  @Test
  void answers400ToABrokenChunk() throws Exception {
    try (var client = new RawClient(server)) {
      client.send("POST /echo HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n");
      assertThat(client.read().status()).isEqualTo(400);
      assertThat(client.ended()).isTrue();
    }
  }

  @Test
  void answersAClientThatClosedItsSendingSide() throws Exception {
    try (var client = new RawClient(server)) {
      client.send("GET /a HTTP/1.1\r\nhost: x\r\n\r\nGET /b HTTP/1.1\r\nhost: x\r\n\r\n");
      client.closeSending();
      assertThat(client.read().body()).isEqualTo("GET /a?");
      assertThat(client.read().body()).isEqualTo("GET /b?");
      assertThat(client.ended()).isTrue();
    }
  }

  @Test
  void survivesEveryTruncation() throws Exception {
    var text =
        "POST /echo HTTP/1.1\r\nhost: x\r\nexpect: 100-continue\r\n"
            + "transfer-encoding: chunked\r\n\r\n4\r\nfour\r\n0\r\n\r\n";
    for (int cut = 0; cut < text.length(); cut++) {
      try (var client = new RawClient(server)) {
        client.send(text.substring(0, cut));
        if (cut % 2 == 0) {
          client.reset();
        }
      }
    }
    await().atMost(Duration.ofSeconds(10)).until(() -> server.counters().requestsInFlight() == 0);
    try (var client = new RawClient(server)) {
      client.send(text.getBytes(StandardCharsets.US_ASCII));
      assertThat(client.readHead().status()).isIn(100, 200);
    }
  }
}
