package dev.slipway.dataplane.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.dataplane.model.FakeEngine;
import dev.slipway.dataplane.model.ModelSettings;
import dev.slipway.dataplane.model.ModelSettings.Batching;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

final class V1ProtocolTest {
  private static final String PREDICT = "/v1/models/m:predict";
  private static final String ONE_ROW = "{\"instances\":[[1.5,2]]}";

  @TempDir private Path directory;
  private Running running;

  @BeforeEach
  void start() {
    running = new Running(directory);
  }

  @AfterEach
  void end() {
    running.close();
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource({
    "application/json",
    "application/json; charset=utf-8",
    "application/x-www-form-urlencoded",
    "text/plain"
  })
  void predictsWhateverTheContentType(String type) {
    var reply = running.post(PREDICT, ONE_ROW, "content-type", type);
    assertThat(reply.status()).isEqualTo(200);
    assertThat(reply.text()).isEqualTo("{\"predictions\":[[3.0,4.0]]}");
  }

  @ParameterizedTest(name = "{3}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          /v1/models/none:predict | {"instances":[[1]]} | 404 | Model with name none does not exist.
          /v1/models/m:predict    | {"rows":[]}         | 400 | found neither
          /v1/models/m:predict    | {"instances":[[1,2],[3]]} | 400 | arrays of one length
          /v1/models/m:predict    | [1                  | 400 | JSON
          /v1/models/m:explain    | {"instances":[[1]]} | 501 | model m has no explainer
          """)
  void refusesWithTheReason(String path, String body, int status, String reason) {
    var reply = running.post(path, body);
    assertThat(reply.status()).as(reply.text()).isEqualTo(status);
    assertThat(reply.json().path("error").stringValue()).contains(reason);
  }

  /// As KServe's agent: one joined call, one name for it.
  @Test
  void namesTheBatchThatAnAnswerWasPartOf() throws Exception {
    var batching = new Batching(2, Duration.ofSeconds(30), List.of(), true);
    running.load(
        ModelSettings.of("batched", FakeEngine.file(directory, 2).toString())
            .withBatching(batching));
    var one = CompletableFuture.supplyAsync(() -> batched("[[1.5,2]]"));
    var other = batched("[[3.5,4]]");
    assertThat(other.path("message").stringValue()).isEmpty();
    assertThat(other.path("batchId").stringValue()).matches("[0-9a-f-]{36}");
    assertThat(other.path("batchId")).isEqualTo(one.get().path("batchId"));
    assertThat(one.get().path("predictions").toString()).isEqualTo("[[3.0,4.0]]");
    assertThat(other.path("predictions").toString()).isEqualTo("[[7.0,8.0]]");
  }

  private JsonNode batched(String instances) {
    var reply = running.post("/v1/models/batched:predict", "{\"instances\":" + instances + "}");
    assertThat(reply.status()).as(reply.text()).isEqualTo(200);
    return reply.json();
  }

  @Test
  void answersAnEventWithAnEvent() {
    var binary =
        running.post(
            PREDICT,
            ONE_ROW,
            "ce-specversion",
            "1.0",
            "ce-id",
            "1",
            "ce-source",
            "s",
            "ce-type",
            "t");
    assertThat(binary.text()).isEqualTo("{\"predictions\":[[3.0,4.0]]}");
    assertThat(binary.whole().headers().firstValue("ce-type"))
        .contains("io.kserve.inference.response");
    assertThat(binary.whole().headers().firstValue("ce-source")).contains("io.kserve.inference.m");
    var structured =
        running.post(
            PREDICT,
            "{\"specversion\":\"1.0\",\"id\":\"1\",\"source\":\"s\",\"type\":\"t\",\"data\":"
                + ONE_ROW
                + "}",
            "content-type",
            "application/cloudevents+json");
    assertThat(structured.type()).isEqualTo("application/cloudevents+json");
    assertThat(structured.json().path("data").toString())
        .isEqualTo("{\"predictions\":[[3.0,4.0]]}");
  }
}
