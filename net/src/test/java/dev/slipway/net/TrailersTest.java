package dev.slipway.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Fields after the body over HTTP/1.1; gRPC's tests prove them over HTTP/2.
class TrailersTest {
  private static final ServerSettings CLEAR = ServerSettings.of("127.0.0.1", 0);
  private static final Handler WITH_SUM =
      (request, response) -> {
        response.trailer("sum", "wrong").trailer("sum", "42");
        if (request.rawPath().equals("/whole")) {
          response.send(Handlers.utf8("body"));
        } else if (request.rawPath().equals("/stream")) {
          response.write(Handlers.utf8("bo"), Handlers.utf8("dy"));
          response.trailer("more", "late");
        }
        response.end();
      };

  @ParameterizedTest
  @ValueSource(strings = {"/whole", "/stream", "/empty"})
  void followTheBodyForClientsThatTakeThem(String path) throws Exception {
    try (var server = HttpServer.start(CLEAR, WITH_SUM);
        var client = new RawClient(server)) {
      client.send("GET " + path + " HTTP/1.1\r\nhost: x\r\nte: trailers\r\n\r\n");
      assertThat(client.readHead().header("transfer-encoding")).isEqualTo("chunked");
      var body = new StringBuilder();
      for (int size = client.chunkSize(); size > 0; size = client.chunkSize()) {
        body.append(client.text(size));
        client.line();
      }
      assertThat(body).hasToString(path.equals("/empty") ? "" : "body");
      assertThat(client.line()).isEqualTo("sum: 42");
      if (path.equals("/stream")) {
        assertThat(client.line()).isEqualTo("more: late");
      }
      assertThat(client.line()).isEmpty();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "GET /whole HTTP/1.1\r\nhost: x\r\n\r\n",
        "GET /stream HTTP/1.1\r\nhost: x\r\n\r\n",
        "GET /whole HTTP/1.0\r\nte: trailers\r\n\r\n"
      })
  void areLeftOutForOthers(String request) throws Exception {
    try (var server = HttpServer.start(CLEAR, WITH_SUM);
        var client = new RawClient(server)) {
      client.send(request + "GET /whole HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n");
      assertThat(client.read().body()).isEqualTo("body");
      assertThat(client.rest()).doesNotContain("sum");
    }
  }

  @Test
  void refuseFieldsThatABodyNeedsFirst() throws Exception {
    Handler wrong =
        (_, response) -> {
          for (var name : new String[] {"Content-Length", "connection", "te"}) {
            assertThatThrownBy(() -> response.trailer(name, "1"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(name + " may not be a trailer");
          }
          response.send(Handlers.utf8("ok"));
        };
    try (var server = HttpServer.start(CLEAR, wrong);
        var client = new RawClient(server)) {
      client.send("GET / HTTP/1.1\r\nhost: x\r\n\r\n");
      assertThat(client.read().body()).isEqualTo("ok");
    }
  }
}
