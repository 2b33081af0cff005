package dev.slipway.dataplane.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.dataplane.gateway.RouteTable.PayloadLog;
import dev.slipway.net.Handler;
import dev.slipway.net.HttpServer;
import java.io.ByteArrayInputStream;
import java.net.URI;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Payloads of programs that have no logger of their own.
@Timeout(60)
final class RecordingTest {
  private static final Handler ECHO =
      (request, response) -> {
        var body = request.body(1 << 26);
        response.status(request.rawPath().equals("/bad") ? 400 : 200).send(body);
      };

  private final BlockingQueue<String> events = new LinkedBlockingQueue<>();

  private HttpServer sink() {
    return Serving.elsewhere(
        (request, response) -> {
          var type = request.header("ce-type");
          events.add(
              String.join(
                  "|",
                  type.substring(type.lastIndexOf('.') + 1),
                  request.header("ce-source"),
                  request.header("ce-inferenceservicename"),
                  request.header("ce-metadata"),
                  request.header("content-type"),
                  new String(request.body(1 << 20), StandardCharsets.UTF_8)));
          response.send(new byte[0]);
        });
  }

  /// Sends one after the other to an endpoint elsewhere, and answers what was told of them.
  private List<String> told(String mode, int count, String path, BodyPublisher... bodies)
      throws InterruptedException {
    try (var sink = sink();
        var elsewhere = Serving.elsewhere(ECHO);
        var serving = new Serving()) {
      var log =
          new PayloadLog(
              URI.create("http://127.0.0.1:" + sink.port() + "/"),
              mode,
              Map.of("inferenceservicename", "iris"),
              List.of("x-caller"));
      serving.route("default/iris");
      serving
          .gateway
          .upstreams()
          .put(
              Serving.upstream("default/iris", 0, Serving.at(elsewhere))
                  .withPayloads(Optional.of(log)));
      for (var body : bodies) {
        var request =
            serving.request(path).header("content-type", "text/x").header("x-caller", "me");
        serving.send(request.POST(body));
      }
      var heard = new ArrayList<String>();
      while (heard.size() < count) {
        heard.add(String.valueOf(events.poll(30, TimeUnit.SECONDS)));
      }
      return heard;
    }
  }

  private static BodyPublisher chunked(String text) {
    var bytes = text.getBytes(StandardCharsets.UTF_8);
    return BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(bytes));
  }

  private static String event(String type, String body) {
    return type + "|pod|iris|{\"x-caller\":[\"me\"]}|text/x|" + body;
  }

  @Test
  void bothBodiesAreToldWithTheRequestsType() throws Exception {
    assertThat(told("all", 2, "/", BodyPublishers.ofString("small")))
        .containsExactlyInAnyOrder(event("request", "small"), event("response", "small"));
    var long1 = "x".repeat(300_000);
    assertThat(told("all", 2, "/", chunked(long1)))
        .as("in parts, without a length")
        .containsExactlyInAnyOrder(event("request", long1), event("response", long1));
  }

  @Test
  void anAnswerIsToldOnlyIfItIs200() throws Exception {
    assertThat(told("all", 1, "/bad", BodyPublishers.ofString("one")))
        .containsExactly(event("request", "one"));
    assertThat(told("response", 1, "/", BodyPublishers.ofString("two")))
        .containsExactly(event("response", "two"));
  }

  @Test
  void whatIsTooLongIsLeftOutAndWhatFollowsIsNot() throws Exception {
    var giant = BodyPublishers.ofByteArray(new byte[17 << 20]);
    assertThat(told("request", 1, "/", giant, BodyPublishers.ofString("after")))
        .containsExactly(event("request", "after"));
  }
}
