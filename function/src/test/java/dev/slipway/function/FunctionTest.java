package dev.slipway.function;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Functions in worker processes of this JDK, called over HTTP.
final class FunctionTest {
  private static final String SOURCE =
      """
      import dev.slipway.function.Context;
      import java.util.List;
      import java.util.Map;
      import java.util.concurrent.CompletableFuture;

      class Iris {
        record Input(List<Double> data) {}

        private int calls;

        Map<String, Object> predict(Map<String, Object> event, Context context) throws Exception {
          calls++;
          var query = (Map<?, ?>) event.get("queryStringParameters");
          switch (String.valueOf(query.get("do"))) {
            case "exit" -> System.exit(9);
            case "hang" -> Thread.sleep(600_000);
            case "fail" -> throw new IllegalStateException("a secret of the model");
            case "fill" -> { var all = new java.util.ArrayList<byte[]>(); while (true) all.add(new byte[1 << 24]); }
            case "slow" -> Thread.sleep(2500);
            default -> { }
          }
          return Map.of(
              "statusCode", 201,
              "headers", Map.of("X-Path", event.get("path"), "X-Who", context.functionName()),
              "body", event.get("httpMethod") + " " + event.get("body") + " " + calls);
        }

        static Object sum(Input input) {
          return Map.of("sum", input.data().stream().mapToDouble(each -> each).sum());
        }

        static CompletableFuture<String> later(String body) {
          return CompletableFuture.supplyAsync(() -> "later " + body);
        }

        static Map<String, Object> event(Map<String, Object> event) {
          var given = (Map<String, Object>) event.get("cloudEvent");
          return Map.of("specversion", "1.0", "type", "answer", "data", Map.of("was", given.get("type"), "data", event.get("body")));
        }

        static void nothing() {}

        void wrong(Map<String, Object> event, String other) {}
      }
      """;
  private static final HttpClient CLIENT = HttpClient.newHttpClient();

  @TempDir private Path directory;
  private final List<AutoCloseable> open = new ArrayList<>();

  @AfterEach
  void end() throws Exception {
    for (var each : open.reversed()) {
      each.close();
    }
  }

  private URI start(String handler, Map<String, String> more)
      throws IOException, FunctionException {
    Files.writeString(directory.resolve("Iris.java"), SOURCE);
    var variables = new HashMap<>(Map.of("PORT", "0", "FUNCTION_HOST", "127.0.0.1"));
    variables.put("FUNCTION_DIRECTORY", directory.toString());
    variables.put("K_SERVICE", "iris");
    variables.putAll(more);
    var settings = Settings.of(handler, variables);
    var home = Files.createTempDirectory("function-test");
    Sources.compile(directory, HandlerName.parse(handler).file(), home);
    var pool = new Pool(settings, home);
    open.add(pool);
    pool.begin();
    var front = new Front(settings, pool);
    open.add(front);
    return URI.create("http://127.0.0.1:" + front.port() + "/score");
  }

  private static HttpResponse<String> post(URI uri, String body, String... headers)
      throws IOException, InterruptedException {
    var request = HttpRequest.newBuilder(uri).POST(BodyPublishers.ofString(body));
    if (headers.length > 0) {
      request.headers(headers);
    }
    return CLIENT.send(request.build(), BodyHandlers.ofString());
  }

  @Test
  void anEventAndAProxiedAnswer() throws Exception {
    var answer = post(start("Iris.java:predict", Map.of()), "text");

    assertThat(answer.statusCode()).isEqualTo(201);
    assertThat(answer.body()).isEqualTo("POST text 1");
    assertThat(answer.headers().firstValue("x-path")).contains("/score");
    assertThat(answer.headers().firstValue("x-who")).contains("iris");
  }

  @Test
  void theBodyAsWhatTheMethodTakes() throws Exception {
    var uri = start("Iris.java:sum", Map.of());

    var answer = post(uri, "{\"data\": [1, 2.5]}");
    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.headers().firstValue("content-type")).contains("application/json");
    assertThat(answer.body()).isEqualTo("{\"sum\":3.5}");

    var refused = post(uri, "{\"data\": \"no list\"}");
    assertThat(refused.statusCode()).isEqualTo(400);
    assertThat(refused.body()).contains("the body is no JSON of a Input");
  }

  @Test
  void whatComesLaterAndNothing() throws Exception {
    assertThat(post(start("Iris.java:Iris.later", Map.of()), "x").body()).isEqualTo("later x");
    assertThat(post(start("Iris.java:nothing", Map.of()), "x").statusCode()).isEqualTo(204);
  }

  @Test
  void cloudEventsInBothModes() throws Exception {
    var uri = start("Iris.java:event", Map.of());

    var binary =
        post(
            uri,
            "{\"n\":1}",
            "ce-specversion",
            "1.0",
            "ce-id",
            "1",
            "ce-source",
            "me",
            "ce-type",
            "asked",
            "content-type",
            "application/json");
    assertThat(binary.headers().firstValue("ce-type")).contains("answer");
    assertThat(binary.headers().firstValue("ce-source")).contains("iris");
    assertThat(binary.body()).contains("\"was\":\"asked\"");

    var structured =
        post(
            uri,
            "{\"specversion\":\"1.0\",\"id\":\"1\",\"source\":\"me\",\"type\":\"asked\",\"data\":{\"n\":1}}",
            "content-type",
            "application/cloudevents+json");
    assertThat(structured.headers().firstValue("content-type").orElse(""))
        .startsWith("application/cloudevents+json");
    assertThat(structured.body()).contains("\"type\":\"answer\"").contains("{\\\"n\\\":1}");

    var incomplete = post(uri, "{}", "ce-specversion", "1.0", "ce-id", "1");
    assertThat(incomplete.statusCode()).isEqualTo(400);
    assertThat(incomplete.body()).contains("the header ce-source is missing");
  }

  @Test
  void aCallBeyondItsTimeIsGivenUp() throws Exception {
    var uri = start("Iris.java:predict", Map.of("FUNCTION_TIMEOUT", "5"));

    var hung = post(URI.create(uri + "?do=hang"), "a");

    assertThat(hung.statusCode()).isEqualTo(504);
    assertThat(hung.body()).contains("the function did not answer within 5 s");
    HttpResponse<String> next;
    do {
      next = post(uri, "b"); // 504 too while a worker is long in coming
    } while (next.statusCode() == 504);
    assertThat(next.body()).isEqualTo("POST b 1");
  }

  /// A crash, a full heap and a failure cost themselves alone.
  @Test
  void oneCallDoesNotCostAnother() throws Exception {
    var uri =
        start(
            "Iris.java:predict",
            Map.of(
                "FUNCTION_CONCURRENCY", "4",
                "FUNCTION_TIMEOUT", "120",
                "FUNCTION_MEMORY", String.valueOf(256 << 20)));
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var slow = threads.submit(() -> post(URI.create(uri + "?do=slow"), "a"));
      var exits = threads.submit(() -> post(URI.create(uri + "?do=exit"), "c"));
      var fills = threads.submit(() -> post(URI.create(uri + "?do=fill"), "d"));
      var fails = threads.submit(() -> post(URI.create(uri + "?do=fail"), "e"));

      assertThat(exits.get().statusCode()).isEqualTo(500);
      assertThat(fills.get().statusCode()).isEqualTo(500);
      assertThat(fails.get().statusCode()).isEqualTo(500);
      assertThat(fails.get().body()).contains("\"id\"").doesNotContain("secret");
      assertThat(slow.get().body()).startsWith("POST a ");
    }
    assertThat(post(uri, "again").body()).startsWith("POST again ");
  }

  @Test
  void aBodyBeyondTheLimit() throws Exception {
    var uri = start("Iris.java:later", Map.of("FUNCTION_MAX_BODY", "10"));

    assertThat(post(uri, "0123456789").statusCode()).isEqualTo(200);
    assertThat(post(uri, "0123456789a").statusCode()).isEqualTo(413);
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          Iris.java:missing | class Iris has no method missing
          Iris.java:wrong   | expected at most two parameters
          Other.java        | there is no file
          Iris.py:predict   | expected FILE.java:METHOD or FILE.jar:CLASS.METHOD
          Iris.java:No.sum  | Iris.java has no class No
          """)
  void whatCannotBeLoadedIsNamed(String handler, String why) {
    assertThatThrownBy(() -> start(handler, Map.of()))
        .isInstanceOf(FunctionException.class)
        .hasMessageContaining(why);
  }

  @Test
  void theCompilerIsQuoted() throws IOException {
    Files.writeString(directory.resolve("Broken.java"), "class Broken { int predict() { } }");

    assertThatThrownBy(() -> Sources.compile(directory, "Broken.java", directory))
        .isInstanceOf(FunctionException.class)
        .hasMessageContaining("Broken.java:1")
        .hasMessageContaining("missing return statement");
  }

  @Test
  void settingsThatAreNoNumbersAreRefused() {
    assertThatThrownBy(() -> Settings.of("Iris.java", Map.of("FUNCTION_TIMEOUT", "soon")))
        .hasMessage("FUNCTION_TIMEOUT: found \"soon\", expected a number of at least 0");
  }

  @Test
  void textsThatAreNoUtf8AreBase64() {
    assertThat(Values.Text.of(new byte[] {(byte) 0xff})).isEqualTo(new Values.Text("/w==", true));
    assertThat(Values.Text.of("ä".getBytes(StandardCharsets.UTF_8)).text()).isEqualTo("ä");
  }
}
