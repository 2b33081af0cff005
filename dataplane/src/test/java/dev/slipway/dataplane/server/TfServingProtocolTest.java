package dev.slipway.dataplane.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.dataplane.model.FakeEngine;
import dev.slipway.dataplane.model.ModelSettings;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class TfServingProtocolTest {
  @TempDir private Path directory;
  private Running running;

  /// `m` doubles; `v` has versions 1 and 3, which multiply by themselves; `t` is about text.
  @BeforeEach
  void start() throws Exception {
    running = new Running(directory);
    for (var version : new String[] {"1", "3"}) {
      var home = Files.createDirectories(directory.resolve("v").resolve(version));
      FakeEngine.file(home, Double.parseDouble(version));
    }
    var v = ModelSettings.of("v", directory.resolve("v").toString()).withFormat("fake");
    running.load(
        v.withOptions(Map.of("version_policy", "all", "version_labels", "stable=1,canary=3")));
    running.load(ModelSettings.of("t", TextEngine.file(directory, "both").toString()));
  }

  @AfterEach
  void end() {
    running.close();
  }

  @ParameterizedTest(name = "{3}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          /v1/models/m:predict | {"instances":[[1,2],[3,4]]} | {"predictions":[[2.0,4.0],[6.0,8.0]]} | rows
          /v1/models/v:predict | {"instances":[[1,2]]} | {"predictions":[[3.0,6.0]]} | the newest version
          /v1/models/v/versions/1:predict | {"instances":[[1,2]]} | {"predictions":[[1.0,2.0]]} | a version
          /v1/models/v/versions/1:predict | {"inputs":[[1,2]]} | {"outputs":[[1.0,2.0]]} | columns, one input
          /v1/models/v/versions/1:predict | {"inputs":{"x":[[1,2]]}} | {"outputs":[[1.0,2.0]]} | columns by name
          /v1/models/v/versions/1:predict | {"instances":[{"x":[1,2]}]} | {"predictions":[[1.0,2.0]]} | rows by name
          /v1/models/v/labels/stable:predict | {"instances":[[1,2]]} | {"predictions":[[1.0,2.0]]} | a label
          /v1/models/v/labels/canary:predict | {"instances":[[1,2]]} | {"predictions":[[3.0,6.0]]} | another label
          /V1/Models/v/versions/1:PREDICT | {"instances":[[1,2]]} | {"predictions":[[1.0,2.0]]} | any case
          /v1/models/v/versions/3:predict | {"signature_name":"serving_default","instances":[[1,2]]} | {"predictions":[[3.0,6.0]]} | the default signature's usual name
          /v1/models/v/versions/3:predict | {"instances":[[NaN,Infinity]]} | {"predictions":[[NaN,Infinity]]} | numbers that are not finite
          /v1/models/t/versions/1:predict | {"signature_name":"echo","instances":[{"b64":"AP8="},{"b64":"YQ=="}]} | {"predictions":[{"b64":"AP8="},{"b64":"YQ=="}]} | bytes in rows
          /v1/models/t/versions/1:predict | {"signature_name":"echo","instances":["a","b"]} | {"predictions":[{"b64":"YQ=="},{"b64":"Yg=="}]} | text
          /v1/models/t/versions/1:predict | {"signature_name":"echo","inputs":{"text":[{"b64":"YQ=="}]}} | {"outputs":[{"b64":"YQ=="}]} | bytes in columns
          /v1/models/t/versions/1:predict | {"instances":["a"]} | {"predictions":[{"classes":"a","scores":1.1}]} | two outputs in rows
          /v1/models/t/versions/1:predict | {"inputs":["a"]} | {"outputs":{"classes":["a"],"scores":[1.1]}} | two outputs in columns
          /v1/models/m:classify | {"examples":[{"x":[1,2]},{"x":[3,4]}]} | {"result":[[["",2.0],["",4.0]],[["",6.0],["",8.0]]]} | scores without labels
          /v1/models/m:regress | {"examples":[{"x":1},{"x":3.5}]} | {"result":[2.0,7.0]} | a number for each example
          /v1/models/m:regress | {"context":{"x":4},"examples":[{}]} | {"result":[8.0]} | a common context
          /v1/models/v/versions/3:regress | {"examples":[{"x":1}]} | {"result":[3.0]} | of a version
          """)
  void answers(String path, String body, String answer, String why) {
    var reply = running.post(path, body);
    assertThat(reply.text()).as(why).isEqualTo(answer);
    assertThat(reply.status()).isEqualTo(200);
    assertThat(reply.type()).isEqualTo("application/json");
  }

  @ParameterizedTest(name = "{1} {3}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          /v1/models/v/versions/9:predict | {"instances":[[1,2]]} | 404 | Servable not found for request: Specific(v, 9)
          /v1/models/none:classify | {"examples":[{"x":1}]} | 404 | Servable not found for request: Latest(none)
          /v1/models/v/labels/best:predict | {"instances":[[1,2]]} | 400 | Unrecognized servable version label: best
          /v1/models/v/versions/1:predict | {} | 400 | Missing 'inputs' or 'instances' key
          /v1/models/v/versions/1:predict | {"instances":[[1]],"inputs":[[1]]} | 400 | not both
          /v1/models/v/versions/1:predict | {"instances":[[1,2],[3]]} | 400 | arrays of one length
          /v1/models/v/versions/1:predict | {"instances":[["a","b"]]} | 400 | expected DT_DOUBLE
          /v1/models/v/versions/1:predict | {"instances":[[1,2] | 400 | JSON
          /v1/models/v/versions/1:predict | {"signature_name":"fly","instances":[[1,2]]} | 400 | fly
          /v1/models/t/versions/1:predict | {"signature_name":"echo","instances":[1]} | 400 | expected DT_STRING
          /v1/models/t/versions/1:predict | {"signature_name":"echo","instances":[{"b64":"%"}]} | 400 | b64
          /v1/models/m:classify | {"instances":[[1]]} | 400 | "examples"
          /v1/models/m:classify | {"examples":[1]} | 400 | expected an object
          /v1/models/m:regress | {"examples":[{"x":[1,2]}]} | 400 | is not one number for each example
          /v1/models/m:regress | {"examples":[{"x":1},{}]} | 400 | as many values in every example
          """)
  void refusesWithTheReason(String path, String body, int status, String reason) {
    var reply = running.post(path, body);
    assertThat(reply.status()).as(reply.text()).isEqualTo(status);
    assertThat(reply.json().path("error").stringValue()).contains(reason);
  }

  @Test
  void saysWhichVersionsAreThere() {
    var all = running.get("/v1/models/v").json();
    assertThat(all.path("model_version_status").toString())
        .isEqualTo(
            """
            [{"version":"3","state":"AVAILABLE","status":{"error_code":"OK","error_message":""}},\
            {"version":"1","state":"AVAILABLE","status":{"error_code":"OK","error_message":""}}]""");
    var one = running.get("/v1/models/v/versions/1");
    assertThat(one.text())
        .isEqualTo(
            """
            {"model_version_status":[{"version":"1","state":"AVAILABLE",\
            "status":{"error_code":"OK","error_message":""}}]}""");
    assertThat(running.get("/v1/models/v/labels/stable").text()).isEqualTo(one.text());
    var missing = running.get("/v1/models/v/versions/9");
    assertThat(missing.status()).isEqualTo(404);
    assertThat(missing.text()).contains("Could not find version 9 of model v");
    assertThat(running.get("/v1/models/none").status()).isEqualTo(404);
  }

  @Test
  void describesSignatures() {
    var body = running.get("/v1/models/v/versions/1/metadata").json();
    assertThat(body.path("model_spec").toString())
        .isEqualTo("{\"name\":\"v\",\"signature_name\":\"\",\"version\":\"1\"}");
    var predict = body.at("/metadata/signature_def/signature_def/predict");
    assertThat(predict.path("inputs").toString())
        .isEqualTo(
            """
            {"x":{"dtype":"DT_DOUBLE","tensor_shape":{"dim":[{"size":"-1","name":""},\
            {"size":"2","name":""}],"unknown_rank":false},"name":"x"}}""");
    assertThat(predict.path("method_name").stringValue()).isEqualTo("tensorflow/serving/predict");
    assertThat(running.get("/v1/models/v/metadata").json().at("/model_spec/version").asString())
        .isEqualTo("3");
    assertThat(running.get("/v1/models/none/metadata").status()).isEqualTo(404);
  }
}
