package dev.slipway.dataplane.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.slipway.dataplane.gateway.RouteTable.Backend;
import dev.slipway.dataplane.gateway.RouteTable.Edits;
import dev.slipway.dataplane.gateway.RouteTable.Forwarding;
import dev.slipway.dataplane.gateway.RouteTable.HeaderEdits;
import dev.slipway.dataplane.gateway.RouteTable.PathEdit;
import dev.slipway.dataplane.gateway.RouteTable.Retries;
import dev.slipway.dataplane.gateway.RouteTable.Timeouts;
import dev.slipway.dataplane.gateway.Upstream.Endpoint;
import dev.slipway.net.Handler;
import java.io.ByteArrayInputStream;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Through sockets, with endpoints elsewhere.
@Timeout(60)
final class RemoteTest {
  private static Handler says(String text) {
    return (_, response) -> response.send(bytes(text));
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  @Test
  void anEndpointElsewhereSeesTheRequestWithItsEdits() {
    Handler tells =
        (request, response) ->
            response
                .header("x-secret", "s")
                .send(
                    bytes(
                        String.join(
                            "|",
                            request.method(),
                            request.rawPath() + "?" + request.rawQuery(),
                            request.header("x-a"),
                            request.header("x-forwarded-for"),
                            request.header("x-forwarded-proto"),
                            request.header("forwarded").substring(0, 13),
                            "" + request.header("traceparent").length(),
                            "" + request.header("x-request-id").length(),
                            new String(request.body(1_000), StandardCharsets.UTF_8))));
    try (var elsewhere = Serving.elsewhere(tells);
        var serving = new Serving()) {
      var edits =
          new Edits(
              Optional.of(new PathEdit.ReplacePrefix("/v2")),
              Optional.empty(),
              new HeaderEdits(Map.of("x-a", "1"), Map.of(), Set.of()),
              new HeaderEdits(Map.of("x-b", "2"), Map.of(), Set.of("x-secret")));
      var to =
          new Forwarding(
              List.of(Backend.of("default/iris", 1)),
              edits,
              Optional.empty(),
              Timeouts.NONE,
              Retries.SAFE,
              List.of());
      var match = Tables.path(RouteTable.PathMatch.Type.ELEMENT_PREFIX, "/iris");
      serving.gateway.routes(Tables.one("*", Tables.rule("iris", match, to)));
      serving.gateway.upstreams().put(Serving.upstream("default/iris", 0, Serving.at(elsewhere)));
      var answer =
          serving.send(serving.request("/iris/infer?q=1").POST(BodyPublishers.ofString("body")));
      assertThat(answer.body())
          .isEqualTo("POST|/v2/infer?q=1|1|127.0.0.1|http|for=127.0.0.1|55|36|body");
      assertThat(answer.headers().firstValue("x-b")).contains("2");
      assertThat(answer.headers().firstValue("x-secret")).isEmpty();
      await().until(() -> serving.gateway.upstreams().inside("default/iris") == 0);
    }
  }

  @Test
  void requestsAreHeldUntilAnEndpointElsewhereComes() {
    try (var elsewhere = Serving.elsewhere(says("awake"));
        var serving = new Serving()) {
      serving.route("default/iris");
      serving.gateway.upstreams().put(Serving.upstream("default/iris", 1));
      var answers = async(serving, 30);
      await().until(() -> serving.gateway.upstreams().held("default/iris") == 30);
      assertThat(serving.wanted).contains("default/iris");
      serving.gateway.upstreams().put(Serving.upstream("default/iris", 1, Serving.at(elsewhere)));
      assertThat(answers).allMatch(answer -> answer.join().body().equals("awake"));
    }
  }

  private static List<CompletableFuture<HttpResponse<String>>> async(Serving serving, int count) {
    return IntStream.range(0, count)
        .mapToObj(
            _ -> CompletableFuture.supplyAsync(() -> serving.get("/"), Thread::startVirtualThread))
        .toList();
  }

  @Test
  void anEndpointThatCannotBeReachedIsPassedBy() throws Exception {
    try (var elsewhere = Serving.elsewhere(says("here"));
        var serving = new Serving()) {
      serving.route("default/iris");
      var nobody = new Endpoint(new InetSocketAddress("127.0.0.1", freePort()), "default/gone");
      serving
          .gateway
          .upstreams()
          .put(Serving.upstream("default/iris", 0, nobody, Serving.at(elsewhere)));
      for (int i = 0; i < 20; i++) {
        var answer = serving.send(serving.request("/").POST(BodyPublishers.ofString("x")));
        assertThat(answer.body()).isEqualTo("here");
      }
    }
  }

  private static int freePort() throws Exception {
    try (var socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }

  @Test
  void whatCannotBeReachedAtAllIsTold() throws Exception {
    try (var serving = new Serving()) {
      serving.route("default/iris");
      var nobody = new Endpoint(new InetSocketAddress("127.0.0.1", freePort()), "default/gone");
      var upstream =
          new Upstream("default/iris", Upstream.Wire.HTTP1, 0, false, List.of(nobody), false);
      serving.gateway.upstreams().put(upstream);
      var answer = serving.get("/");
      assertThat(answer.statusCode()).isEqualTo(502);
      assertThat(answer.body()).contains("127.0.0.1").contains("did not answer");
    }
  }

  @Test
  void anEndpointThatTakesTooLongIsCutShort() {
    var goOn = new CountDownLatch(1);
    Handler slow =
        (_, response) -> {
          goOn.await();
          response.send(bytes("late"));
        };
    try (var elsewhere = Serving.elsewhere(slow);
        var serving = new Serving()) {
      var timeouts =
          new Timeouts(Duration.ofMillis(100), Duration.ZERO, Duration.ZERO, Duration.ZERO);
      serving.gateway.routes(
          Tables.one("*", Tables.rule("all", Tables.to("default/iris", timeouts))));
      serving.gateway.upstreams().put(Serving.upstream("default/iris", 0, Serving.at(elsewhere)));
      var answer = serving.get("/");
      goOn.countDown();
      assertThat(answer.statusCode()).isEqualTo(504);
      assertThat(answer.body()).isEqualTo("request timeout");
    }
  }

  @Test
  void aBodyLongerThanAllowedIsRefused() {
    Handler reads = (request, response) -> response.send(request.body(1 << 20));
    try (var elsewhere = Serving.elsewhere(reads);
        var serving = new Serving()) {
      var policy =
          new RouteTable.Policy(
              Optional.empty(), Optional.empty(), 0, 1_000, List.of(), Optional.empty());
      serving.gateway.routes(Tables.one("*", Tables.guarded(policy, Tables.to("default/iris"))));
      serving.gateway.upstreams().put(Serving.upstream("default/iris", 0, Serving.at(elsewhere)));
      var chunked = BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(new byte[100_000]));
      assertThat(serving.send(serving.request("/").POST(chunked)).statusCode()).isEqualTo(413);
      assertThat(
              serving
                  .send(serving.request("/").POST(BodyPublishers.ofByteArray(new byte[1_001])))
                  .statusCode())
          .isEqualTo(413);
    }
  }
}
