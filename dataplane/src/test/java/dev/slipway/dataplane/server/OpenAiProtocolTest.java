package dev.slipway.dataplane.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.dataplane.model.ModelSettings;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.Base64;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class OpenAiProtocolTest {
  private static final String EMBED = "/v1/embeddings";

  @TempDir private Path directory;
  private Running running;

  @BeforeEach
  void start() {
    running = new Running(directory);
    running.load(ModelSettings.of("t", TextEngine.file(directory, "embed").toString()));
  }

  @AfterEach
  void end() {
    running.close();
  }

  @Test
  void listsModels() {
    for (var path : new String[] {"/v1/models", "/openai/v1/models"}) {
      var list = running.get(path).json();
      assertThat(list.path("object").stringValue()).isEqualTo("list");
      assertThat(list.path("data").findValuesAsString("id")).containsExactly("m", "t");
    }
    var one = running.get("/openai/v1/models/t").json();
    assertThat(one.path("object").stringValue()).isEqualTo("model");
  }

  @Test
  void embedsTexts() {
    for (var path : new String[] {EMBED, "/openai" + EMBED}) {
      var reply = running.post(path, "{\"model\":\"t\",\"input\":[\"a\",\"bc\"]}");
      assertThat(reply.text())
          .isEqualTo(
              """
              {"object":"list","data":[\
              {"object":"embedding","index":0,"embedding":[3.0,4.0,0.0]},\
              {"object":"embedding","index":1,"embedding":[6.0,8.0,0.0]}],\
              "model":"t","usage":{"prompt_tokens":3,"total_tokens":3}}""");
    }
    var one = running.post(EMBED, "{\"model\":\"t\",\"input\":\"a\"}").json();
    assertThat(one.path("data")).hasSize(1);
  }

  @Test
  void givesVectorsAsBase64() {
    var reply =
        running.post(EMBED, "{\"model\":\"t\",\"input\":\"a\",\"encoding_format\":\"base64\"}");
    var bytes = Base64.getDecoder().decode(reply.json().at("/data/0/embedding").stringValue());
    var floats = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    assertThat(floats.getFloat()).isEqualTo(3);
    assertThat(floats.getFloat()).isEqualTo(4);
    assertThat(floats.getFloat()).isEqualTo(0);
    assertThat(floats.hasRemaining()).isFalse();
  }

  @Test
  void shortensVectorsToUnitLength() {
    var reply = running.post(EMBED, "{\"model\":\"t\",\"input\":\"a\",\"dimensions\":2}");
    assertThat(reply.json().at("/data/0/embedding").toString()).isEqualTo("[0.6,0.8]");
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          {"input":"a"} | 400 | invalid_request_error | name of a model
          {"model":"none","input":"a"} | 404 | invalid_request_error | none
          {"model":"m","input":"a"} | 400 | invalid_request_error | takes no text
          {"model":"t"} | 400 | invalid_request_error | input
          {"model":"t","input":[]} | 400 | invalid_request_error | input
          {"model":"t","input":[1]} | 400 | invalid_request_error | token ids are not taken
          {"model":"t","input":"a","dimensions":4} | 400 | invalid_request_error | expected 1 to 3
          {"model":"t","input":"a","dimensions":0} | 400 | invalid_request_error | expected 1 to 3
          {"model":"t","input":"a","encoding_format":"hex"} | 400 | invalid_request_error | encoding_format
          {"model" | 400 | invalid_request_error | JSON
          """)
  void refusesWithTheReason(String body, int status, String type, String reason) {
    var reply = running.post(EMBED, body);
    assertThat(reply.status()).as(reply.text()).isEqualTo(status);
    var error = reply.json().path("error");
    assertThat(error.path("type").stringValue()).isEqualTo(type);
    assertThat(error.path("message").stringValue()).contains(reason);
    assertThat(error.has("param")).isTrue();
    assertThat(error.path("code").stringValue())
        .isEqualTo(status == 404 ? "model_not_found" : "invalid_argument");
  }
}
