package dev.slipway.journeys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// Functions as the command deploys them, called through the gateway.
final class FunctionJourneyTest {
  private static final Duration PATIENCE = Duration.ofSeconds(90);
  private static final String HOST = "scale.default.localhost";

  private static Path data = Path.of("");
  private static LivePlatform platform;

  @BeforeAll
  static void start() throws IOException, InterruptedException {
    data = Files.createTempDirectory("slipway-data");
    platform = LivePlatform.start(data);
    Files.writeString(
        data.resolve("handler.py"),
        """
        import json, os, time

        print("model loaded")
        calls = 0

        def predict(event, context):
            global calls
            calls += 1
            asked = json.loads(event['body'] or '{}')
            if 'die' in asked:
                os._exit(9)
            if 'fail' in asked:
                raise ValueError('a secret of the model')
            time.sleep(asked.get('sleep', 0))
            return {
                'statusCode': 200,
                'headers': {'Content-Type': 'application/json', 'X-Path': event['path']},
                'body': json.dumps({'prediction': [2 * x for x in asked.get('data', [])],
                                    'calls': calls}),
            }
        """);
    var deployed =
        slipway(
            "function",
            "deploy",
            data.resolve("handler.py") + ":predict",
            "--name=scale",
            "--timeout=20",
            "--concurrency=3");
    assertThat(deployed.ok()).as(deployed::toString).isTrue();
    assertThat(deployed.out()).contains("function scale is ready: http://" + HOST).contains("curl");
  }

  @AfterAll
  static void end() throws IOException {
    platform.close();
    LiveServer.deleteTree(data);
  }

  private static Commands.Result slipway(String... words) {
    var all = new ArrayList<>(List.of(words));
    all.addAll(List.of("--data", data.toString()));
    return Commands.run(
        Commands.java("dev.slipway.app.Main", all.toArray(String[]::new)), Map.of(), "");
  }

  private static HttpResponse<String> call(String body) throws IOException, InterruptedException {
    return platform.post(HOST, "/score", body);
  }

  private static String pods() {
    return platform
        .kubectl()
        .ok("get", "pods", "-l", "serving.knative.dev/service=scale", "-o", "name");
  }

  /// A crash, a failure and a call beyond its time cost themselves alone.
  @Test
  void oneCallDoesNotCostAnother() throws Exception {
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var slow = threads.submit(() -> call("{\"sleep\": 4, \"data\": [1, 2]}"));
      var late = threads.submit(() -> call("{\"sleep\": 600}"));
      var dies = threads.submit(() -> call("{\"die\": 1}"));

      assertThat(dies.get().statusCode()).isEqualTo(500);
      assertThat(slow.get().statusCode()).isEqualTo(200);
      assertThat(slow.get().body()).contains("\"prediction\": [2, 4]");
      assertThat(slow.get().headers().firstValue("x-path")).contains("/score");
      assertThat(late.get().statusCode()).isEqualTo(504);
    }
    var failed = call("{\"fail\": 1}");
    assertThat(failed.statusCode()).isEqualTo(500);
    assertThat(failed.body())
        .contains("\"id\"")
        .doesNotContain("secret")
        .doesNotContain("Traceback");
    assertThat(call("{\"data\": [3]}").body()).contains("[6]");
    assertThat(slipway("function", "logs", "scale").out())
        .contains("model loaded")
        .contains("ValueError: a secret of the model");
    assertThat(slipway("function", "list").out())
        .containsPattern("scale +handler.py:predict +True");
  }

  @Test
  void functionsMayBeJava() throws Exception {
    Files.writeString(
        data.resolve("Twice.java"),
        """
        import dev.slipway.function.Context;
        import java.util.List;
        import java.util.Map;

        record Twice(int factor) {
          Twice() {
            this(2);
          }

          record Asked(List<Double> data) {}

          Object predict(Asked asked, Context context) {
            System.out.println("asked of " + context.functionName());
            return Map.of("prediction", asked.data().stream().map(each -> factor * each).toList());
          }
        }
        """);

    var deployed = slipway("function", "deploy", data.resolve("Twice.java") + ":predict");

    assertThat(deployed.ok()).as(deployed::toString).isTrue();
    var answer = platform.post("twice.default.localhost", "/", "{\"data\": [1, 2.5]}");
    assertThat(answer.body()).isEqualTo("{\"prediction\":[2.0,5.0]}");
    assertThat(platform.post("twice.default.localhost", "/", "no JSON").statusCode())
        .isEqualTo(400);
    await()
        .atMost(PATIENCE)
        .until(() -> slipway("function", "logs", "twice").out().contains("asked of twice"));
  }

  @Test
  void sleepsAtZeroAndWakesUp() throws Exception {
    assertThat(call("{\"data\": [4]}").statusCode()).isEqualTo(200);
    var kubectl = platform.kubectl();
    kubectl.ok(
        "patch",
        "ksvc",
        "scale",
        "--type=merge",
        "-p",
        "{\"spec\": {\"template\": {\"metadata\": {\"annotations\":"
            + " {\"autoscaling.knative.dev/window\": \"6s\"}}}}}");
    await()
        .atMost(PATIENCE)
        .until(
            () ->
                kubectl
                    .ok("get", "ksvc", "scale", "-o", "jsonpath={.status.latestReadyRevisionName}")
                    .equals("scale-00002"));
    kubectl.ok("delete", "revision", "scale-00001"); // its window is a minute
    await().atMost(PATIENCE.multipliedBy(2)).until(FunctionJourneyTest::pods, String::isEmpty);

    assertThat(call("{\"data\": [5]}").body()).contains("[10]").contains("\"calls\": 1");
  }

  @Test
  void whatPythonSaysOfTheSourceIsTold() throws Exception {
    Files.writeString(data.resolve("broken.py"), "def predict(event, context)\n    return 1\n");

    var deployed = slipway("function", "deploy", data.resolve("broken.py") + ":predict");

    assertThat(deployed.ok()).isFalse();
    assertThat(deployed.err()).contains("function broken is not ready").contains("SyntaxError");
    assertThat(slipway("function", "delete", "broken").out())
        .isEqualTo("function broken deleted\n");
  }
}
