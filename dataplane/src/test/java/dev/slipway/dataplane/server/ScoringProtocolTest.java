package dev.slipway.dataplane.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// MLflow's scoring protocol. The model doubles its first input.
final class ScoringProtocolTest {
  private static final String JSON = "application/json";

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
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          {"inputs":[[1,2],[3,4]]} | [[2.0,4.0],[6.0,8.0]]
          {"inputs":{"x":[[1,2]]}} | [[2.0,4.0]]
          {"instances":[[1,2]]} | [[2.0,4.0]]
          {"instances":[{"x":[1,2]}]} | [[2.0,4.0]]
          {"dataframe_records":[{"a":1},{"a":2.5}]} | [2.0,5.0]
          {"dataframe_records":[{"a":1,"b":"u"},{"b":"v"}]} | [2.0,NaN]
          {"dataframe_split":{"columns":["a"],"index":[7,8],"data":[[1],[2]]}} | [2.0,4.0]
          {"dataframe_split":{"columns":["a"],"data":[[1],[null]]}} | [2.0,NaN]
          {"dataframe_split":{"data":[[1,2]]}} | [[2.0,4.0]]
          {"inputs":[[NaN,Infinity]]} | [[NaN,Infinity]]
          {"inputs":[[1,2]],"params":{"temperature":0.5,"top":3,"on":true,"list":[1]}} | [[2.0,4.0]]
          """)
  void answersEachFormOfJson(String body, String predictions) {
    var reply = running.post("/invocations", body, "content-type", JSON);
    assertThat(reply.text()).isEqualTo("{\"predictions\":" + predictions + "}");
    assertThat(reply.status()).isEqualTo(200);
    assertThat(reply.type()).isEqualTo(JSON);
  }

  @ParameterizedTest(name = "{1}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          a,b~1,x~2.5,y | 2.0,5.0
          a~1~~3~       | 2.0,6.0
          a,b~,1~4,2    | NaN,8.0
          a,b~NaN,1~4,2 | NaN,8.0
          '"a ""1"", b",c~1,"u,v"~2,"w~x"' | 2.0,4.0
          """)
  void answersTables(String csv, String predictions) {
    var reply =
        running.post(
            "/invocations", csv.replace('~', '\n'), "content-type", "text/csv; charset=UTF-8");
    assertThat(reply.text()).isEqualTo("{\"predictions\":[" + predictions + "]}");
  }

  @ParameterizedTest(name = "{2}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          application/json | [[1,2]] | expected a JSON object
          application/json | {} | exactly one of the input fields
          application/json | {"inputs":[1],"instances":[1]} | exactly one of the input fields
          application/json | {"inputs":[[1,2],[3]]} | one length
          application/json | {"inputs": | JSON
          application/json | {"dataframe_split":[1]} | "columns" and "data"
          application/json | {"dataframe_split":{"columns":["a","b"],"data":[[1]]}} | 2 columns, but a row has 1
          application/json | {"dataframe_records":{"a":1}} | a list of objects
          application/json | {"inputs":[[-1,2]]} | negative
          application/json | {"inputs":[[1,2]],"params":{"method":"fly"}} | fly
          text/csv | a,b | at least one row
          text/csv | "a | never closed
          """)
  void refusesWithTheReason(String type, String body, String reason) {
    var reply = running.post("/invocations", body, "content-type", type);
    assertThat(reply.status()).as(reply.text()).isEqualTo(400);
    assertThat(reply.json().path("error_code").stringValue()).isEqualTo("BAD_REQUEST");
    assertThat(reply.json().path("message").stringValue()).contains(reason);
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource({"text/plain", "application/json; charset=latin-1", "''"})
  void refusesOtherContentTypes(String type) {
    var reply =
        type.isEmpty()
            ? running.post("/invocations", "{}")
            : running.post("/invocations", "{}", "content-type", type);
    assertThat(reply.status()).isEqualTo(415);
    assertThat(reply.type()).startsWith("text/plain");
    assertThat(reply.text()).contains("text/csv").contains("application/json");
  }

  @Test
  void saysThatItLives() {
    assertThat(running.get("/ping").text()).isEqualTo("\n");
    assertThat(running.get("/health").status()).isEqualTo(200);
    assertThat(running.get("/version").text()).matches("\\d+\\.\\d+\\.\\d+");
    assertThat(running.get("/invocations").status()).isEqualTo(405);
  }
}
