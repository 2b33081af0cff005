package dev.slipway.dataplane.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.dataplane.model.ModelSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Requests held to the signature of an MLflow model. The model tells what it is given.
final class MlflowSignatureTest {
  private static final String JSON = "application/json";
  private static final String COLUMNS =
      """
      [{"type":"double","name":"a"},{"type":"long","name":"b","required":false},\
      {"type":"string","name":"c"},{"type":"boolean","name":"d","required":false}]""";

  @TempDir private Path directory;
  private Running running;

  @BeforeEach
  void start() throws IOException {
    running = new Running(Files.createDirectory(directory.resolve("plain")));
    running.post("/v2/repository/models/m/unload", "");
    serve(COLUMNS);
  }

  @AfterEach
  void end() {
    running.close();
  }

  private void serve(String inputs) throws IOException {
    var model = Files.createDirectories(directory.resolve("model"));
    Files.writeString(model.resolve("model.pkl"), "anything");
    Files.writeString(
        model.resolve("MLmodel"),
        "flavors: {sklearn: {pickled_model: model.pkl}}\nsignature: {inputs: '" + inputs + "'}\n");
    running.load(ModelSettings.of("told", model.toString()));
  }

  @ParameterizedTest(name = "{2}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          {"dataframe_records":[{"a":1,"c":"x"}]} | a FP64=[1.0] c BYTES=[x] | an optional column may be missing
          {"dataframe_split":{"columns":["z","c","b","a"],"data":[[9,"x",2,0.5]]}} | a FP64=[0.5] b INT64=[2.0] c BYTES=[x] | other columns are left out, and the order is the signature's
          {"dataframe_records":[{"a":null,"c":null},{"a":2,"c":"y"}]} | a FP64=[NaN, 2.0] c BYTES=[(none), y] | null stays null
          {"dataframe_records":[{"a":"2.5","c":"x","b":3.0}]} | a FP64=[2.5] b INT64=[3.0] c BYTES=[x] | numbers are read from text, whole floats are integers
          {"dataframe_records":[{"a":1,"c":5,"d":true}]} | a FP64=[1.0] c INT64=[5.0] d BOOL=[1.0] | a number among texts stays one, as in pandas
          {"inputs":{"a":[1,2],"c":["x","y"]}} | a FP64=[1.0, 2.0] c BYTES=[x, y] | columns as such
          """)
  void conforms(String body, String told, String why) {
    var reply = running.post("/invocations", body, "content-type", JSON);
    assertThat(reply.status()).as(reply.text()).isEqualTo(200);
    assertThat(reply.json().path("predictions").get(0).stringValue()).as(why).isEqualTo(told);
  }

  @Test
  void readsCommaSeparatedTextToo() {
    var reply = running.post("/invocations", "c,a,z\nx,1,7\n,,8\n", "content-type", "text/csv");
    assertThat(reply.json().path("predictions").get(0).stringValue())
        .isEqualTo("a FP64=[1.0, NaN] c BYTES=[x, (none)]");
  }

  @ParameterizedTest(name = "{1}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          {"dataframe_records":[{"a":1,"e":2}]} | is missing inputs [c]. Note that there were extra inputs: [e]
          {"dataframe_records":[{"b":1}]} | is missing inputs [a, c]
          {"dataframe_records":[{"a":"high","c":"x"}]} | column a. Can not safely convert BYTES to double; found "high"
          {"dataframe_records":[{"a":1,"b":1.5,"c":"x"}]} | column b. Can not safely convert FP64 to long
          {"dataframe_records":[{"a":1,"b":2,"c":"x"},{"a":1,"b":null,"c":"x"}]} | column b. Can not safely convert FP64 to long
          {"dataframe_records":[{"a":1,"c":"x","d":2}]} | column d. Can not safely convert INT64 to boolean
          """)
  void refusesWhatTheSignatureDoesNotHave(String body, String reason) {
    var reply = running.post("/invocations", body, "content-type", JSON);
    assertThat(reply.status()).as(reply.text()).isEqualTo(400);
    assertThat(reply.json().path("message").stringValue()).contains(reason);
  }

  @Test
  void holdsV2RequestsToItToo() {
    var a = "{\"name\":\"a\",\"shape\":[1,1],\"datatype\":\"FP64\",\"data\":[2.5]}";
    var c = "{\"name\":\"c\",\"shape\":[1,1],\"datatype\":\"BYTES\",\"data\":[\"x\"]}";
    var missing = running.post("/v2/models/told/infer", "{\"inputs\":[" + a + "]}");
    assertThat(missing.status()).isEqualTo(400);
    assertThat(missing.json().path("error").stringValue()).contains("missing inputs [c]");
    var whole = running.post("/v2/models/told/infer", "{\"inputs\":[" + c + "," + a + "]}");
    assertThat(whole.text()).contains("a FP64=[2.5] c BYTES=[x]");
  }

  @Test
  void holdsTensorsToTheirTypeAndShape() throws IOException {
    serve("[{\"type\":\"tensor\",\"tensor-spec\":{\"dtype\":\"float32\",\"shape\":[-1,2]}}]");
    var told = running.post("/invocations", "{\"inputs\":[[1,2]]}", "content-type", JSON);
    assertThat(told.text()).contains("FP32=[1.0, 2.0]");
    var wide = running.post("/invocations", "{\"inputs\":[[1,2,3]]}", "content-type", JSON);
    assertThat(wide.status()).isEqualTo(400);
    assertThat(wide.text()).contains("[1, 3] does not match expected shape [-1, 2]");
  }

  @Test
  void takesAMatrixAsWideAsTheColumns() throws IOException {
    serve("[{\"type\":\"double\",\"name\":\"a\"},{\"type\":\"double\",\"name\":\"b\"}]");
    assertThat(running.post("/invocations", "{\"inputs\":[[1,2]]}", "content-type", JSON).text())
        .contains("FP64=[1.0, 2.0]");
    var narrow = running.post("/invocations", "{\"inputs\":[[1,2,3]]}", "content-type", JSON);
    assertThat(narrow.status()).isEqualTo(400);
    assertThat(narrow.text()).contains("declares 2 inputs but the provided input has 3");
  }
}
