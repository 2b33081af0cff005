package dev.slipway.dataplane.graph;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.net.HttpServer;
import dev.slipway.net.ServerSettings;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// The router between real sockets: a client before it, and a gateway behind it that knows hosts
/// nobody else knows.
final class GraphRouterTest {
  private static final String GRAPH =
      """
      {"nodes": {"root": {"routerType": "Sequence", "steps": [
        {"serviceUrl": "http://iris.default.svc.cluster.local/v1/models/iris:predict"}]}}}
      """;

  private final List<String> seen = new CopyOnWriteArrayList<>();
  private final CountDownLatch slow = new CountDownLatch(1);
  private final HttpServer gateway =
      HttpServer.start(
          ServerSettings.of("127.0.0.1", 0),
          (request, response) -> {
            seen.add(
                request.authority()
                    + " "
                    + request.rawPath()
                    + " "
                    + request.header("content-type")
                    + " "
                    + request.header("x-trace")
                    + request.header("x-secret")
                    + request.header("authorization")
                    + request.header("x-api-key"));
            byte[] body = request.body(1000);
            if (new String(body, StandardCharsets.UTF_8).contains("slow")) {
              slow.await();
            }
            boolean bad = new String(body, StandardCharsets.UTF_8).contains("bad");
            response
                .status(bad ? 418 : 200)
                .send(bad ? "tea".getBytes(StandardCharsets.UTF_8) : body);
          });
  private final HttpStepCaller caller =
      new HttpStepCaller(
          () -> new InetSocketAddress("127.0.0.1", gateway.port()),
          host -> host.endsWith(".svc.cluster.local"),
          Duration.ofSeconds(30));
  private final HttpClient client = HttpClient.newHttpClient();
  private HttpServer router = started(GRAPH);

  private HttpServer started(String graph) {
    return started(graph, "X-Tr.*");
  }

  private HttpServer started(String graph, String passed) {
    return HttpServer.start(
        ServerSettings.of("127.0.0.1", 0), GraphRouter.of(graph, passed, caller));
  }

  @BeforeEach
  void nothingSeenYet() {
    seen.clear();
  }

  @AfterEach
  void close() {
    slow.countDown();
    client.close();
    router.close();
    caller.close();
    gateway.close();
  }

  private HttpResponse<String> post(String body) throws IOException, InterruptedException {
    return client.send(
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + router.port() + "/"))
            .header("X-Trace", "t1")
            .header("X-Secret", "s")
            .header("Authorization", "Bearer b")
            .header("X-API-Key", "k")
            .POST(BodyPublishers.ofString(body))
            .build(),
        BodyHandlers.ofString());
  }

  @Test
  void aStepIsAskedThroughTheGatewayWithTheHeadersThatMayPass()
      throws IOException, InterruptedException {
    HttpResponse<String> answer = post("{\"instances\":[1]}");
    assertThat(answer.body()).isEqualTo("{\"instances\":[1]}");
    assertThat(answer.headers().firstValue("content-type")).contains("application/json");
    assertThat(seen)
        .containsExactly(
            "iris.default.svc.cluster.local /v1/models/iris:predict application/json t1");
  }

  /// Where nothing says which headers pass, a step's own service sees who calls, nobody else does.
  @Test
  void credentialsPassToStepsOfThisPlatformAlone() throws IOException, InterruptedException {
    router.close();
    var own = URI.create("http://127.0.0.1:" + gateway.port()).toString();
    router = started(GRAPH.replace("}]", "}, {\"serviceUrl\": \"" + own + "/other\"}]"), "");
    post("{}");
    assertThat(seen).hasSize(2);
    assertThat(seen.getFirst()).endsWith(" application/json Bearer bk");
    assertThat(seen.getLast()).endsWith("/other application/json ");
  }

  @Test
  void aStepThatTakesTooLongIsNotWaitedFor() throws IOException, InterruptedException {
    router.close();
    router = started(GRAPH.replaceFirst("\\{", "{\"routerTimeouts\": {\"serviceClient\": 1}, "));
    var answer = post("slow");
    assertThat(answer.statusCode()).isEqualTo(500);
    assertThat(answer.body()).contains("context deadline exceeded");
  }

  @Test
  void anAnswerThatIsDueIsNotWaitedFor() throws IOException, InterruptedException {
    router.close();
    router = started(GRAPH.replaceFirst("\\{", "{\"routerTimeouts\": {\"serverWrite\": 1}, "));
    var answer = post("slow");
    assertThat(answer.statusCode()).isEqualTo(504);
    assertThat(answer.body()).contains("routerTimeouts.serverWrite, 1 s");
  }

  @Test
  void whatAStepAnswersIsPassedOnAsItIs() throws IOException, InterruptedException {
    HttpResponse<String> answer = post("bad");
    assertThat(answer.statusCode()).isEqualTo(418);
    assertThat(answer.body()).isEqualTo("tea");
    assertThat(answer.headers().firstValue("content-type")).isEmpty();
  }

  @Test
  void theRoutersOwnFailureSaysItsCause() throws IOException, InterruptedException {
    router.close();
    router =
        started(
            """
            {"nodes": {"root": {"routerType": "Switch", "steps": [
              {"serviceUrl": "http://x.svc.cluster.local/", "condition": "never"}]}}}
            """);
    HttpResponse<String> answer = post("{}");
    assertThat(answer.statusCode()).isEqualTo(404);
    assertThat(answer.body())
        .isEqualTo(
            "{\"error\":\"Failed to process request\",\"cause\":\"None of the routes matched with"
                + " the switch condition\"}");
  }
}
