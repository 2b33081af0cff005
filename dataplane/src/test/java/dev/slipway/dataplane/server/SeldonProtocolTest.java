package dev.slipway.dataplane.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.dataplane.model.ModelSettings;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class SeldonProtocolTest {
  private static final String PREDICT = "/api/v1.0/predictions";

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

  @ParameterizedTest(name = "{2}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          {"data":{"ndarray":[[1,2],[3,4]]}} | {"data":{"names":["t:0","t:1"],"ndarray":[[2.0,4.0],[6.0,8.0]]}} | lists
          {"data":{"names":["a","b"],"ndarray":[[1,2]]}} | {"data":{"names":["t:0","t:1"],"ndarray":[[2.0,4.0]]}} | lists with names
          {"data":{"tensor":{"shape":[1,2],"values":[1,2]}}} | {"data":{"names":["t:0","t:1"],"tensor":{"shape":[1,2],"values":[2.0,4.0]}}} | a flat list with its shape
          {"data":{"tensor":{"shape":[2],"values":[1,NaN]}}} | {"data":{"names":[],"tensor":{"shape":[2],"values":[2.0,NaN]}}} | NaN
          {"data":{"tftensor":{"dtype":"DT_FLOAT","tensorShape":{"dim":[{"size":"1"},{"size":"2"}]},"floatVal":[1,2]}}} | {"data":{"names":["t:0","t:1"],"tftensor":{"dtype":"DT_DOUBLE","tensorShape":{"dim":[{"size":"1"},{"size":"2"}]},"doubleVal":[2.0,4.0]}}} | TensorFlow's tensor
          {"data":{"tftensor":{"dtype":"DT_INT64","tensorShape":{"dim":[{"size":"1"},{"size":"2"}]},"int64Val":["1","2"]}}} | {"data":{"names":["t:0","t:1"],"tftensor":{"dtype":"DT_DOUBLE","tensorShape":{"dim":[{"size":"1"},{"size":"2"}]},"doubleVal":[2.0,4.0]}}} | integers as strings
          {"data":{"tftensor":{"dtype":"DT_FLOAT","tensorShape":{"dim":[{"size":"1"},{"size":"2"}]},"tensorContent":"AACAPwAAAEA="}}} | {"data":{"names":["t:0","t:1"],"tftensor":{"dtype":"DT_DOUBLE","tensorShape":{"dim":[{"size":"1"},{"size":"2"}]},"doubleVal":[2.0,4.0]}}} | raw bytes
          {"jsonData":[[1,2]]} | {"data":{"names":["t:0","t:1"],"tensor":{"shape":[1,2],"values":[2.0,4.0]}}} | numbers asked in JSON
          {"jsonData":{"x":[[1,2]]}} | {"data":{"names":["t:0","t:1"],"tensor":{"shape":[1,2],"values":[2.0,4.0]}}} | columns in JSON
          """)
  void answersInTheKindOfTheRequest(String body, String answer, String why) {
    var reply = running.post(PREDICT, body);
    assertThat(reply.status()).as(reply.text()).isEqualTo(200);
    var data = reply.text().substring(0, reply.text().indexOf(",\"meta\"")) + "}";
    assertThat(data).as(why).isEqualTo(answer);
    assertThat(reply.text()).contains("\"requestPath\":{\"m\":\"slipway/fake\"}");
  }

  @Test
  void answersTextWithText() {
    running.server.models().unload("m");
    running.load(ModelSettings.of("t", TextEngine.file(directory, "echo").toString()));
    assertThat(running.post(PREDICT, "{\"strData\":\"hé\"}").text())
        .startsWith("{\"strData\":\"hé\",");
    assertThat(running.post(PREDICT, "{\"binData\":\"AP8=\"}").text())
        .startsWith("{\"binData\":\"AP8=\",");
    assertThat(running.post(PREDICT, "{\"data\":{\"ndarray\":[\"a\",\"b\"]}}").text())
        .startsWith("{\"data\":{\"names\":[],\"ndarray\":[\"a\",\"b\"]}");
  }

  @Test
  void answersNumbersAboutTextInATensor() {
    running.server.models().unload("m");
    running.load(ModelSettings.of("t", TextEngine.file(directory, "embed").toString()));
    assertThat(running.post("/predict", "{\"strData\":\"a\"}").text())
        .startsWith(
            "{\"data\":{\"names\":[\"t:0\",\"t:1\",\"t:2\"],"
                + "\"tensor\":{\"shape\":[1,3],\"values\":[3.0,4.0,0.0]}}");
  }

  @Test
  void takesFormsAndQueries() {
    var form =
        running.post(
            "/predict",
            "json=%7B%22data%22%3A%7B%22ndarray%22%3A%5B%5B1%2C2%5D%5D%7D%7D",
            "content-type",
            "application/x-www-form-urlencoded");
    assertThat(form.text()).contains("\"ndarray\":[[2.0,4.0]]");
    var query = running.get("/predict?json=%7B%22data%22:%7B%22ndarray%22:%5B%5B1,2%5D%5D%7D%7D");
    assertThat(query.text()).contains("\"ndarray\":[[2.0,4.0]]");
    assertThat(running.post("/api/v0.1/predictions", "{\"data\":{\"ndarray\":[[1,2]]}}").status())
        .isEqualTo(200);
  }

  @Test
  void namesTheRequest() {
    var asked = "{\"data\":{\"ndarray\":[[1,2]]}}";
    var given = running.post(PREDICT, asked, "Seldon-Puid", "p-1");
    assertThat(given.whole().headers().firstValue("seldon-puid")).contains("p-1");
    assertThat(given.json().at("/meta/puid").stringValue()).isEqualTo("p-1");
    var made = running.post(PREDICT, asked);
    assertThat(made.json().at("/meta/puid").stringValue()).isNotEmpty();
    var own =
        running.post(
            PREDICT,
            "{\"meta\":{\"puid\":\"p-2\",\"tags\":{\"a\":[1]}},\"data\":{\"ndarray\":[[1,2]]}}");
    assertThat(own.json().at("/meta/puid").stringValue()).isEqualTo("p-2");
    assertThat(own.json().at("/meta/tags").toString()).isEqualTo("{\"a\":[1]}");
  }

  @ParameterizedTest(name = "{1}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          {} | one of data, binData, strData and jsonData
          [] | expected a JSON object
          {"data" | JSON
          {"data":{}} | one of tensor, ndarray and tftensor
          {"data":{"ndarray":[[1,2],[3]]}} | one length
          {"data":{"tensor":{"shape":[2,2],"values":[1]}}} | needs 4 values, found 1
          {"data":{"tensor":{"shape":[-1],"values":[1]}}} | negative dimension
          {"data":{"tensor":{"shape":[1],"values":["a"]}}} | data.tensor.values[0]
          {"data":{"tftensor":{"dtype":"DT_STRANGE"}}} | DT_STRANGE
          {"binData":"%"} | binData
          {"data":{"ndarray":[[-1,2]]}} | negative
          """)
  void refusesWithTheReason(String body, String reason) {
    var reply = running.post(PREDICT, body);
    assertThat(reply.status()).as(reply.text()).isEqualTo(400);
    var status = reply.json().path("status");
    assertThat(status.path("info").stringValue()).contains(reason);
    assertThat(status.path("code").intValue()).isEqualTo(-1);
    assertThat(status.path("reason").stringValue()).isEqualTo("MICROSERVICE_BAD_DATA");
    assertThat(status.path("status").intValue()).isEqualTo(1);
  }

  @Test
  void asksWhichOfSeveralModelsIsMeant() {
    running.load(ModelSettings.of("t", TextEngine.file(directory, "echo").toString()));
    var asked = "{\"data\":{\"ndarray\":[[1,2]]}}";
    var unclear = running.post(PREDICT, asked);
    assertThat(unclear.status()).isEqualTo(400);
    assertThat(unclear.text()).contains("there are: m, t");
    assertThat(running.post(PREDICT, asked, "seldon-model", "m").status()).isEqualTo(200);
    assertThat(running.post(PREDICT + "?model=m", asked).status()).isEqualTo(200);
    var unknown = running.post(PREDICT + "?model=x", asked);
    assertThat(unknown.status()).isEqualTo(404);
    assertThat(unknown.json().at("/status/status").stringValue()).isEqualTo("FAILURE");
    assertThat(unknown.json().at("/status/code").intValue()).isEqualTo(404);
  }

  @Test
  void countsRewards() {
    var reply = running.post("/api/v1.0/feedback", "{\"reward\":0.5}");
    assertThat(reply.status()).isEqualTo(200);
    running.post("/send-feedback", "{\"reward\":1}");
    var metrics = running.get("/metrics").text();
    assertThat(metrics).contains("seldon_api_model_feedback_total{model_name=\"m\"} 2.0");
    assertThat(metrics).contains("seldon_api_model_feedback_reward_total{model_name=\"m\"} 1.5");
  }

  @Test
  void describesModelsAndHealth() {
    assertThat(running.get("/api/v1.0/metadata").json().at("/models/m/name").asString())
        .isEqualTo("m");
    assertThat(running.get("/api/v1.0/metadata/m").json().at("/inputs/0/name").asString())
        .isEqualTo("x");
    assertThat(running.get("/api/v1.0/metadata/none").status()).isEqualTo(404);
    assertThat(running.get("/api/v1.0/status/m").status()).isEqualTo(200);
    assertThat(running.get("/health/status").status()).isEqualTo(200);
    assertThat(running.get("/health/ping").text()).isEqualTo("pong");
  }
}
