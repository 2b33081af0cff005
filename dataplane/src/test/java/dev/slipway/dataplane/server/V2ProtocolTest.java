package dev.slipway.dataplane.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.base.Json;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class V2ProtocolTest {
  private static final String ONE_ROW =
      """
      {"id":"7","inputs":[{"name":"x","shape":[1,2],"datatype":"FP64","data":[1.5,2]}]}""";

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

  @Test
  void answersWithTheOutputsAndTheId() {
    var reply = running.post("/v2/models/m/infer", ONE_ROW);
    assertThat(reply.status()).isEqualTo(200);
    assertThat(reply.type()).isEqualTo("application/json");
    assertThat(reply.json().path("id").stringValue()).isEqualTo("7");
    assertThat(reply.json().path("model_name").stringValue()).isEqualTo("m");
    assertThat(reply.json().path("outputs").get(0).toString())
        .isEqualTo(
            Json.parseObject(
                    """
                    {"name":"y","datatype":"FP64","shape":[1,2],"data":[3.0,4.0]}""")
                .toString());
  }

  @Test
  void takesAndGivesBinaryTensors() {
    var head =
        """
        {"inputs":[{"name":"x","shape":[1,2],"datatype":"FP64","parameters":{"binary_data_size":16}}],
         "parameters":{"binary_data_output":true}}"""
            .getBytes(StandardCharsets.UTF_8);
    var body =
        ByteBuffer.allocate(head.length + 16)
            .order(ByteOrder.LITTLE_ENDIAN)
            .put(head)
            .putDouble(1.5)
            .putDouble(-0.0)
            .array();
    var length = Integer.toString(head.length);
    var reply = running.post("/v2/models/m/infer", body, "Inference-Header-Content-Length", length);
    assertThat(reply.status()).as(reply.text()).isEqualTo(200);
    assertThat(reply.type()).isEqualTo("application/octet-stream");
    int json =
        Integer.parseInt(
            reply.whole().headers().firstValue("inference-header-content-length").orElseThrow());
    var values = ByteBuffer.wrap(reply.body()).order(ByteOrder.LITTLE_ENDIAN).position(json);
    assertThat(values.getDouble()).isEqualTo(3.0);
    assertThat(values.getDouble()).isEqualTo(-0.0);
    assertThat(values.hasRemaining()).isFalse();
  }

  @Test
  void givesLargeTensorsWithTheirLength() {
    var rows = ByteBuffer.allocate(16_000).order(ByteOrder.LITTLE_ENDIAN).putDouble(15_992, 2.5);
    var reply =
        running.post("/v2/models/m/infer", rows.array(), "Inference-Header-Content-Length", "0");
    assertThat(reply.status()).as(reply.text()).isEqualTo(200);
    var headers = reply.whole().headers();
    int json =
        Integer.parseInt(headers.firstValue("inference-header-content-length").orElseThrow());
    assertThat(reply.body()).hasSize(json + 16_000);
    assertThat(headers.firstValueAsLong("content-length")).hasValue(json + 16_000L);
    assertThat(
            ByteBuffer.wrap(reply.body()).order(ByteOrder.LITTLE_ENDIAN).getDouble(json + 15_992))
        .isEqualTo(5.0);
  }

  @Test
  void takesARawBodyForAModelWithOneInput() {
    var body = ByteBuffer.allocate(16).order(ByteOrder.LITTLE_ENDIAN).putDouble(1).putDouble(2);
    var reply =
        running.post("/v2/models/m/infer", body.array(), "Inference-Header-Content-Length", "0");
    assertThat(reply.status()).as(reply.text()).isEqualTo(200);
  }

  @ParameterizedTest(name = "{3}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          /v2/models/none/infer       | {}  | 404 | Model with name none does not exist.
          /v2/models/m/versions/9/infer | {} | 404 | has no version 9 (it has: [1])
          /v2/models/m/infer          | {   | 400 | JSON
          /v2/models/m/infer          | {"inputs":[{"name":"x","shape":[1,2],"datatype":"FP64","data":[-1,1]}]} | 400 | input x is negative
          /v2/models/m/infer          | {"inputs":[{"name":"x","shape":[1,3],"datatype":"FP64","data":[1,1]}]} | 400 | x
          /v2/models/m/infer          | {"inputs":[{"name":"x","shape":[1,2],"datatype":"FP64","data":[1,1]}],"outputs":[{"name":"z"}]} | 400 | model m has no output "z" (it has: y)
          /v2/models/m/infer          | {"parameters":{"method":"fly"},"inputs":[{"name":"x","shape":[1,2],"datatype":"FP64","data":[1,1]}]} | 400 | fly
          """)
  void refusesWithTheReason(String path, String body, int status, String reason) {
    var reply = running.post(path, body);
    assertThat(reply.status()).as(reply.text()).isEqualTo(status);
    assertThat(reply.json().path("error").stringValue()).contains(reason);
  }

  @Test
  void describesServerAndModel() {
    assertThat(running.get("/v2").json().path("name").stringValue()).isEqualTo("slipway");
    assertThat(running.get("/v2/health/live").json().path("live").booleanValue()).isTrue();
    assertThat(running.get("/v2/health/ready").status()).isEqualTo(200);
    assertThat(running.get("/v2/models").text()).isEqualTo("{\"models\":[\"m\"]}");
    assertThat(running.get("/v2/models/m/ready").json().path("ready").booleanValue()).isTrue();
    assertThat(running.get("/v2/models/m").text())
        .isEqualTo(
            """
            {"name":"m","versions":["1"],"platform":"fake",\
            "inputs":[{"name":"x","datatype":"FP64","shape":[-1,2]}],\
            "outputs":[{"name":"y","datatype":"FP64","shape":[-1,2]}]}""");
    assertThat(running.get("/v2/models/m/config").json().path("backend").stringValue())
        .isEqualTo("fake");
  }

  @Test
  void countsWhatItDid() {
    running.post("/v2/models/m/infer", ONE_ROW);
    running.post("/v2/models/m/infer", "{");
    var stats = running.get("/v2/models/m/stats").json().path("model_stats").get(0);
    assertThat(stats.path("inference_stats").path("success").path("count").asInt(0)).isEqualTo(1);
    assertThat(stats.path("inference_stats").path("fail").path("count").asInt(0)).isEqualTo(1);
    var page = running.get("/metrics").text();
    assertThat(page)
        .contains("nv_inference_request_success_total{model=\"m\",version=\"1\"} 1.0")
        .contains("request_predict_seconds_bucket{model_name=\"m\",le=\"+Inf\"}")
        .contains(":tensorflow:serving:request_count_total{model_name=\"m\",status=\"OK\"} 1.0")
        .contains("jvm_memory");
  }

  @Test
  void unloadsAndLoads() {
    assertThat(running.post("/v2/repository/models/m/unload", "").status()).isEqualTo(200);
    assertThat(running.get("/v2/models/m/ready").status()).isEqualTo(404);
    assertThat(running.post("/v2/repository/models/m/load", "").text())
        .isEqualTo("{\"name\":\"m\",\"load\":true}");
    assertThat(running.post("/v2/repository/index", "").text())
        .isEqualTo("[{\"name\":\"m\",\"version\":\"1\",\"state\":\"READY\",\"reason\":\"\"}]");
    assertThat(running.post("/v2/repository/models/other/load", "").status()).isEqualTo(404);
  }

  @Test
  void generatesFromFields() {
    assertThat(running.post("/v2/models/m/generate", "{\"x\":[1,2]}").text())
        .isEqualTo("{\"model_name\":\"m\",\"model_version\":\"1\",\"y\":[2.0,4.0]}");
    var events = running.post("/v2/models/m/generate_stream", "{\"x\":[1,2]}");
    assertThat(events.type()).isEqualTo("text/event-stream");
    assertThat(events.text())
        .isEqualTo("data: {\"model_name\":\"m\",\"model_version\":\"1\",\"y\":[2.0,4.0]}\n\n");
  }

  @Test
  void namesTheMethodAPathTakes() {
    var reply = running.get("/v2/models/m/infer");
    assertThat(reply.status()).isEqualTo(405);
    assertThat(reply.whole().headers().firstValue("allow")).contains("POST");
  }

  @Test
  void refusesWhatIsTooLong() {
    running.close();
    var small = ModelServerSettings.of("127.0.0.1", 0);
    running =
        new Running(
            directory,
            new ModelServerSettings(
                "127.0.0.1", 0, 50, small.maxAnswerBytes(), small.drain(), true));
    var reply = running.post("/v2/models/m/infer", ONE_ROW);
    assertThat(reply.status()).isEqualTo(413);
    assertThat(reply.text()).contains("larger than 50 bytes");
  }
}
