package dev.slipway.registry;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.registry.RegistryServer.Answer;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/// MLflow's REST API as it is spoken, wrong input included.
@ParameterizedClass
@EnumSource
final class RegistryRestTest {
  @TempDir Path directory;
  @Parameter TestDatabase database = TestDatabase.SQLITE;
  private RegistrySettings settings;
  private RegistryServer server;

  @BeforeEach
  void start() {
    settings = database.settings(directory);
    server = new RegistryServer(settings);
  }

  @AfterEach
  void stop() {
    server.close();
  }

  @ParameterizedTest(name = "{0} {1} {2}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '^',
      textBlock =
          """
          # method | path | body | status | code | said
          POST  | experiments/create | {} | 400 | INVALID_PARAMETER_VALUE | Missing value for required parameter 'name'.
          POST  | experiments/create | {"name": 5} | 400 | INVALID_PARAMETER_VALUE | Invalid value 5 for parameter 'name' supplied:  Hint: Value was of type 'int'.
          POST  | experiments/create | {"name": "Default"} | 400 | RESOURCE_ALREADY_EXISTS | Experiment(name=Default) already exists.
          POST  | experiments/create | {"name": "a", "artifact_location": "runs:/x"} | 400 | INVALID_PARAMETER_VALUE | Artifact location cannot be a runs:/ URI
          POST  | experiments/create | nonsense | 400 | BAD_REQUEST | no JSON
          GET   | experiments/get?experiment_id=77 | | 404 | RESOURCE_DOES_NOT_EXIST | No Experiment with id=77 exists
          GET   | experiments/get?experiment_id=abc | | 404 | RESOURCE_DOES_NOT_EXIST | No Experiment with id=abc exists
          GET   | experiments/get-by-name?experiment_name=x | | 404 | RESOURCE_DOES_NOT_EXIST | Could not find experiment with name 'x'
          POST  | experiments/search | {"max_results": 0} | 400 | INVALID_PARAMETER_VALUE | 'max_results' supplied
          POST  | experiments/search | {"max_results": 1, "page_token": "!"} | 400 | INVALID_PARAMETER_VALUE | Invalid page token
          POST  | experiments/search | {"filter": "params.a = 'x'"} | 400 | INVALID_PARAMETER_VALUE | Invalid entity type 'params'
          POST  | experiments/delete | {"experiment_id": "9"} | 404 | RESOURCE_DOES_NOT_EXIST | No Experiment with id=9 exists
          POST  | experiments/restore | {"experiment_id": "0"} | 404 | RESOURCE_DOES_NOT_EXIST | No Experiment with id=0 exists
          POST  | experiments/delete-experiment-tag | {"experiment_id": "0", "key": "k"} | 404 | RESOURCE_DOES_NOT_EXIST | No tag with name: k
          POST  | runs/create | {"experiment_id": "77"} | 404 | RESOURCE_DOES_NOT_EXIST | No Experiment with id=77 exists
          GET   | runs/get?run_id=none | | 404 | RESOURCE_DOES_NOT_EXIST | Run with id=none not found
          GET   | runs/get | | 400 | INVALID_PARAMETER_VALUE | Missing value for required parameter 'run_id'.
          POST  | runs/update | {"run_id": "x", "status": "DONE"} | 400 | INVALID_PARAMETER_VALUE | Invalid value "DONE" for parameter 'status'
          POST  | runs/search | {"experiment_ids": "0"} | 400 | INVALID_PARAMETER_VALUE | Invalid value "0" for parameter 'experiment_ids'
          POST  | runs/search | {"experiment_ids": ["0"], "max_results": 50001} | 400 | INVALID_PARAMETER_VALUE | at most 50000
          POST  | runs/log-metric | {"run_id": "x", "key": "a", "value": 1} | 400 | INVALID_PARAMETER_VALUE | Missing value for required parameter 'timestamp'.
          POST  | runs/log-metric | {"run_id": "x", "key": "../a", "value": 1, "timestamp": 1} | 400 | INVALID_PARAMETER_VALUE | This name would resolve to '../a'
          POST  | runs/log-metric | {"run_id": "x", "key": "a", "value": 1, "timestamp": -1} | 400 | INVALID_PARAMETER_VALUE | Timestamp must be a nonnegative long
          POST  | runs/log-metric | {"run_id": "x", "key": "a", "value": "high", "timestamp": 1} | 400 | INVALID_PARAMETER_VALUE | Invalid value "high" for parameter 'value'
          POST  | runs/log-metric | {"run_id": "x", "key": "a", "value": 1, "timestamp": 1} | 404 | RESOURCE_DOES_NOT_EXIST | Run with id=x not found
          POST  | runs/log-batch | {"run_id": "x", "params": [{"key": "a", "value": "1"}, {"key": "a", "value": "2"}]} | 400 | INVALID_PARAMETER_VALUE | Duplicate parameter keys have been submitted: ['a']
          POST  | runs/log-batch | {"run_id": "x", "metrics": [{"key": "a", "value": 1}]} | 400 | INVALID_PARAMETER_VALUE | 'metrics[0].timestamp'
          POST  | runs/log-inputs | {"run_id": "x", "datasets": [{"dataset": {"name": "d"}}]} | 400 | INVALID_PARAMETER_VALUE | 'digest'
          GET   | metrics/get-history-bulk-interval?metric_key=a | | 400 | INVALID_PARAMETER_VALUE | required parameter 'run_ids'
          GET   | metrics/get-history-bulk?metric_key=a | | 400 | INVALID_PARAMETER_VALUE | GetMetricHistoryBulk request must specify at least one run_id
          GET   | metrics/get-history-bulk?run_id=a | | 400 | INVALID_PARAMETER_VALUE | must specify a metric_key
          POST  | experiments/search-datasets | {} | 400 | INVALID_PARAMETER_VALUE | SearchDatasets request must specify at least one experiment_id
          GET   | metrics/get-history-bulk-interval?run_ids=a&metric_key=a&start_step=5&end_step=2 | | 400 | INVALID_PARAMETER_VALUE | end_step must be greater
          GET   | logged-models/m-1 | | 404 | RESOURCE_DOES_NOT_EXIST | Logged model with ID 'm-1' not found.
          POST  | registered-models/create | {} | 400 | INVALID_PARAMETER_VALUE | Missing value for required parameter 'name'.
          GET   | registered-models/get?name=x | | 404 | RESOURCE_DOES_NOT_EXIST | Registered Model with name=x not found
          GET   | registered-models/search?max_results=1001 | | 400 | INVALID_PARAMETER_VALUE | at most 1000
          POST  | model-versions/create | {"name": "x", "source": "s3://b/k"} | 404 | RESOURCE_DOES_NOT_EXIST | Registered Model with name=x not found
          POST  | model-versions/create | {"name": "x", "source": "/etc/passwd"} | 400 | INVALID_PARAMETER_VALUE | Invalid model version source: '/etc/passwd'
          POST  | model-versions/create | {"name": "x", "source": "mlflow-artifacts:/a/../../b"} | 400 | INVALID_PARAMETER_VALUE | Invalid model version source
          GET   | model-versions/get?name=x&version=one | | 400 | INVALID_PARAMETER_VALUE | Parameter 'version' must be an integer, got 'one'.
          GET   | model-versions/get?name=x&version=1 | | 404 | RESOURCE_DOES_NOT_EXIST | Model Version (name=x, version=1) not found
          POST  | registered-models/alias | {"name": "x", "alias": "latest", "version": "1"} | 400 | INVALID_PARAMETER_VALUE | 'latest' alias name (case insensitive) is reserved.
          POST  | registered-models/alias | {"name": "x", "alias": "v3", "version": "1"} | 400 | INVALID_PARAMETER_VALUE | Version alias name 'v3' is reserved.
          POST  | model-versions/transition-stage | {"name": "x", "version": "1", "stage": "Live"} | 400 | INVALID_PARAMETER_VALUE | Invalid Model Version stage: Live. Value must be one of None, Staging, Production, Archived.
          POST  | webhooks | {"name": "-", "url": "https://a.b/c"} | 400 | INVALID_PARAMETER_VALUE | Webhook name '-' is invalid.
          POST  | webhooks | {"name": "a", "url": "ftp://a.b/c"} | 400 | INVALID_PARAMETER_VALUE | Invalid webhook URL scheme: 'ftp'.
          GET   | webhooks/none | | 404 | RESOURCE_DOES_NOT_EXIST | Webhook with ID none not found.
          GET   | artifacts/list?run_id=none | | 404 | RESOURCE_DOES_NOT_EXIST | Run with id=none not found
          GET   | nothing/here | | 404 | ENDPOINT_NOT_FOUND | no endpoint
          GET   | runs/create | | 404 | ENDPOINT_NOT_FOUND | is not answered for GET
          """)
  void wrongInputIsRefusedInMlflowsWords(
      String method, String path, String body, int status, String code, String said) {
    Answer answer = server.call(method, "/api/2.0/mlflow/" + path, body == null ? "" : body);
    assertThat(answer.code()).isEqualTo(code);
    assertThat(answer.message()).contains(said);
    assertThat(answer.status()).isEqualTo(status);
  }

  @Test
  void aParamKeepsItsFirstValue() {
    String run = server.run();
    String first = "{\"run_id\": \"%s\", \"key\": \"a\", \"value\": \"1\"}".formatted(run);
    assertThat(server.post("runs/log-parameter", first).status()).isEqualTo(200);
    assertThat(server.post("runs/log-parameter", first).status()).isEqualTo(200);
    Answer other = server.post("runs/log-parameter", first.replace("\"1\"", "\"2\""));
    assertThat(other.code()).isEqualTo("INVALID_PARAMETER_VALUE");
    assertThat(other.message()).startsWith("Changing param values is not allowed.");
  }

  @Test
  void aBatchOverItsLimitIsRefused() {
    var metrics = new StringBuilder();
    for (int i = 0; i <= 1000; i++) {
      metrics
          .append(i == 0 ? "" : ",")
          .append("{\"key\":\"a\",\"value\":1,\"timestamp\":")
          .append(i)
          .append('}');
    }
    Answer answer =
        server.post("runs/log-batch", "{\"run_id\": \"x\", \"metrics\": [" + metrics + "]}");
    assertThat(answer.message())
        .isEqualTo(
            "A batch logging request can contain at most 1000 metrics. Got 1001 metrics. Please"
                + " split up metrics across multiple requests and try again.");
  }

  @Test
  void aBatchThatFailsKeepsNothing() {
    String run = server.run();
    server.post(
        "runs/log-parameter", "{\"run_id\":\"%s\",\"key\":\"p\",\"value\":\"1\"}".formatted(run));
    Answer answer =
        server.post(
            "runs/log-batch",
            "{\"run_id\":\"%s\",\"params\":[{\"key\":\"q\",\"value\":\"1\"},{\"key\":\"p\",\"value\":\"2\"}],\"tags\":[{\"key\":\"t\",\"value\":\"1\"}]}"
                .formatted(run));
    assertThat(answer.status()).isEqualTo(400);
    var data = server.get("runs/get?run_id=" + run).body().at("/run/data");
    assertThat(data.path("params")).hasSize(1);
    assertThat(data.path("tags")).hasSize(1);
  }

  @Test
  void theLatestMetricIsTheGreatestByStepThenTimeThenValue() {
    String run = server.run();
    for (String each : new String[] {"5, 100, 0.1", "5, 200, 0.2", "5, 200, 0.3", "4, 900, 9"}) {
      String[] parts = each.split(", ", -1);
      server.post(
          "runs/log-metric",
          "{\"run_id\":\"%s\",\"key\":\"m\",\"step\":\"%s\",\"timestamp\":%s,\"value\":%s}"
              .formatted(run, parts[0], parts[1], parts[2]));
    }
    var latest = server.get("runs/get?run_uuid=" + run).body().at("/run/data/metrics/0");
    assertThat(latest.path("value").doubleValue()).isEqualTo(0.3);
    var page =
        server.get("metrics/get-history?run_id=" + run + "&metric_key=m&max_results=3").body();
    assertThat(page.path("metrics")).hasSize(3);
    var rest =
        server
            .get(
                "metrics/get-history?run_id="
                    + run
                    + "&metric_key=m&max_results=3&page_token="
                    + page.path("next_page_token").stringValue().replace("=", "%3D"))
            .body();
    assertThat(rest.path("metrics")).hasSize(1);
    assertThat(rest.has("next_page_token")).isFalse();
  }

  @Test
  void notANumberAndInfinityComeBack() {
    String run = server.run();
    for (String value : new String[] {"NaN", "Infinity", "-Infinity"}) {
      server.post(
          "runs/log-metric",
          "{\"run_id\":\"%s\",\"key\":\"%s\",\"timestamp\":1,\"value\":\"%s\"}"
              .formatted(run, value.replace("-", "minus "), value));
    }
    var metrics = server.get("runs/get?run_id=" + run).body().at("/run/data/metrics");
    assertThat(metrics.at("/0/value").doubleValue()).isEqualTo(Double.MAX_VALUE);
    assertThat(metrics.at("/1/value").stringValue()).isEqualTo("NaN");
    assertThat(metrics.at("/2/value").doubleValue()).isEqualTo(-Double.MAX_VALUE);
  }

  @Test
  void historiesOfManyRunsAreThinnedToTheFirstTheLastAndSomeBetween() {
    String run = server.run();
    var metrics = new StringBuilder();
    for (int i = 0; i < 500; i++) {
      metrics
          .append(i == 0 ? "" : ",")
          .append("{\"key\":\"m\",\"value\":1,\"timestamp\":1,\"step\":")
          .append(i)
          .append('}');
    }
    server.post("runs/log-batch", "{\"run_id\":\"" + run + "\",\"metrics\":[" + metrics + "]}");
    String path = "metrics/get-history-bulk-interval?metric_key=m&max_results=10&run_ids=" + run;
    var points = server.get(path).body().path("metrics");
    assertThat(points)
        .extracting(it -> it.path("step").intValue())
        .containsExactly(0, 50, 100, 150, 200, 250, 300, 350, 400, 450, 499);
    var window = server.get(path + "&start_step=100&end_step=103").body().path("metrics");
    assertThat(window).hasSize(4);
  }

  @Test
  void datasetsAreInputsAndFoundByFilter() {
    String run = server.run();
    server.post(
        "runs/log-inputs",
        """
        {"run_id": "%s", "datasets": [{"tags": [{"key": "mlflow.data.context", "value": "train"}],
          "dataset": {"name": "iris", "digest": "d1", "source_type": "local", "source": "{}"}}],
         "models": [{"model_id": "m-0"}]}
        """
            .formatted(run));
    var inputs = server.get("runs/get?run_id=" + run).body().at("/run/inputs");
    assertThat(inputs.at("/dataset_inputs/0/dataset/name").stringValue()).isEqualTo("iris");
    assertThat(inputs.at("/dataset_inputs/0/tags/0/value").stringValue()).isEqualTo("train");
    assertThat(inputs.at("/model_inputs/0/model_id").stringValue()).isEqualTo("m-0");
    for (String filter :
        new String[] {
          "dataset.name = 'iris'", "datasets.context IN ('train')", "dataset.digest LIKE 'd%'"
        }) {
      assertThat(found(filter)).as(filter).isEqualTo(1);
    }
    assertThat(found("dataset.name != 'iris'")).isZero();
    assertThat(
            server
                .post("experiments/search-datasets", "{\"experiment_ids\": [\"0\"]}")
                .body()
                .at("/dataset_summaries/0/context")
                .stringValue())
        .isEqualTo("train");
  }

  private int found(String filter) {
    return server
        .post("runs/search", "{\"experiment_ids\": [\"0\"], \"filter\": \"" + filter + "\"}")
        .body()
        .path("runs")
        .size();
  }

  @Test
  void whatIsMissingComesLastHoweverItIsOrdered() {
    String none = server.run();
    String nan = server.run();
    String one = server.run();
    server.post(
        "runs/log-metric",
        "{\"run_id\":\"%s\",\"key\":\"m\",\"timestamp\":1,\"value\":\"NaN\"}".formatted(nan));
    server.post(
        "runs/log-metric",
        "{\"run_id\":\"%s\",\"key\":\"m\",\"timestamp\":1,\"value\":1}".formatted(one));
    for (String direction : new String[] {"ASC", "DESC"}) {
      var runs =
          server
              .post(
                  "runs/search",
                  "{\"experiment_ids\":[\"0\"],\"order_by\":[\"metrics.m " + direction + "\"]}")
              .body()
              .path("runs");
      assertThat(runs.at("/0/info/run_id").stringValue()).as(direction).isEqualTo(one);
      assertThat(runs.at("/1/info/run_id").stringValue()).as(direction).isEqualTo(nan);
      assertThat(runs.at("/2/info/run_id").stringValue()).as(direction).isEqualTo(none);
    }
  }

  @Test
  void aLoggedModelIsMadeMeasuredFinishedAndFound() {
    String run = server.run();
    var made =
        server
            .post(
                "logged-models",
                "{\"experiment_id\":\"0\",\"name\":\"clf\",\"source_run_id\":\"%s\",\"params\":[{\"key\":\"depth\",\"value\":\"3\"}]}"
                    .formatted(run))
            .body()
            .at("/model/info");
    String id = made.path("model_id").stringValue();
    assertThat(id).matches("m-[0-9a-f]{32}");
    assertThat(made.path("status").stringValue()).isEqualTo("LOGGED_MODEL_PENDING");
    assertThat(made.path("artifact_uri").stringValue())
        .isEqualTo("mlflow-artifacts:/0/models/" + id + "/artifacts");
    server.post(
        "runs/log-metric",
        "{\"run_id\":\"%s\",\"key\":\"auc\",\"timestamp\":1,\"value\":0.9,\"model_id\":\"%s\"}"
            .formatted(run, id));
    var done =
        server.call(
            "PATCH", "/api/2.0/mlflow/logged-models/" + id, "{\"status\":\"LOGGED_MODEL_READY\"}");
    assertThat(done.body().at("/model/info/status").stringValue()).isEqualTo("LOGGED_MODEL_READY");
    assertThat(done.body().at("/model/data/metrics/0/value").doubleValue()).isEqualTo(0.9);
    var found =
        server
            .post(
                "logged-models/search",
                "{\"experiment_ids\":[\"0\"],\"filter\":\"metrics.auc > 0.5 AND params.depth ="
                    + " '3'\",\"order_by\":[{\"field_name\":\"metrics.auc\",\"ascending\":false}]}")
            .body();
    assertThat(found.at("/models/0/info/model_id").stringValue()).isEqualTo(id);
    assertThat(server.call("DELETE", "/api/2.0/mlflow/logged-models/" + id, "").status())
        .isEqualTo(200);
    assertThat(server.get("logged-models/" + id).status()).isEqualTo(404);
  }

  @Test
  void aVersionMovesThroughStagesAndAliases() {
    server.post("registered-models/create", "{\"name\":\"iris\"}");
    for (int i = 1; i <= 2; i++) {
      var version =
          server.post(
              "model-versions/create", "{\"name\":\"iris\",\"source\":\"s3://b/%d\"}".formatted(i));
      assertThat(version.body().at("/model_version/version").stringValue()).isEqualTo("" + i);
      server.post(
          "model-versions/transition-stage",
          "{\"name\":\"iris\",\"version\":\"%d\",\"stage\":\"production\",\"archive_existing_versions\":true}"
              .formatted(i));
    }
    assertThat(
            server
                .get("model-versions/get?name=iris&version=1")
                .body()
                .at("/model_version/current_stage")
                .stringValue())
        .isEqualTo("Archived");
    server.post(
        "registered-models/alias", "{\"name\":\"iris\",\"alias\":\"champion\",\"version\":\"1\"}");
    server.post(
        "registered-models/alias", "{\"name\":\"iris\",\"alias\":\"champion\",\"version\":\"2\"}");
    assertThat(
            server
                .get("registered-models/alias?name=iris&alias=champion")
                .body()
                .at("/model_version/version")
                .stringValue())
        .isEqualTo("2");
    assertThat(server.registry().locate("models:/iris@champion")).contains("s3://b/2");
    assertThat(server.registry().locate("models:/iris/1")).contains("s3://b/1");
    assertThat(server.registry().locate("models:/iris/Production")).contains("s3://b/2");
    assertThat(server.registry().locate("models:/iris/latest")).contains("s3://b/2");
    assertThat(server.registry().locate("models:/iris/7")).isEmpty();
    server.call(
        "DELETE", "/api/2.0/mlflow/model-versions/delete", "{\"name\":\"iris\",\"version\":\"2\"}");
    assertThat(server.get("registered-models/alias?name=iris&alias=champion").status())
        .isEqualTo(400);
  }

  @Test
  void theNumberOfADeletedVersionIsNotGivenAgain() {
    server.post("registered-models/create", "{\"name\":\"iris\"}");
    for (String number : List.of("1", "2", "3")) {
      var made =
          server.post(
              "model-versions/create",
              "{\"name\":\"iris\",\"source\":\"runs:/unknown/model\",\"run_id\":\"unknown\"}");
      assertThat(made.body().at("/model_version/version").stringValue()).isEqualTo(number);
      server.call(
          "DELETE",
          "/api/2.0/mlflow/model-versions/delete",
          "{\"name\":\"iris\",\"version\":\"" + number + "\"}");
    }
  }

  @Test
  void aLoggedModelTellsWhichVersionsItIs() {
    server.post("registered-models/create", "{\"name\":\"iris\"}");
    var model = server.post("logged-models", "{\"experiment_id\":\"0\"}").body().at("/model/info");
    String id = model.path("model_id").stringValue();
    for (int i = 0; i < 2; i++) {
      server.post(
          "model-versions/create",
          "{\"name\":\"iris\",\"source\":\"models:/%s\",\"model_id\":\"%s\"}".formatted(id, id));
    }
    assertThat(
            server.get("logged-models/" + id).body().at("/model/info/tags/0/value").stringValue())
        .isEqualTo("[{\"name\": \"iris\", \"version\": 1}, {\"name\": \"iris\", \"version\": 2}]");
  }

  @Test
  void promptsAreKeptApartFromModels() {
    server.post("registered-models/create", "{\"name\":\"model\"}");
    server.post(
        "registered-models/create",
        "{\"name\":\"prompt\",\"tags\":[{\"key\":\"mlflow.prompt.is_prompt\",\"value\":\"true\"}]}");
    String asked = "registered-models/search?filter=tags.%60mlflow.prompt.is_prompt%60";
    var models = server.get(asked + "%20!%3D%20'true'").body().path("registered_models");
    assertThat(models).hasSize(1);
    assertThat(models.at("/0/name").stringValue()).isEqualTo("model");
    assertThat(server.get(asked + "%20%3D%20'true'").body().path("registered_models")).hasSize(1);
  }

  @Test
  void aModelRenamedKeepsItsVersions() {
    server.post("registered-models/create", "{\"name\":\"a\",\"description\":\"d\"}");
    server.post(
        "model-versions/create",
        "{\"name\":\"a\",\"source\":\"s3://b/k\",\"tags\":[{\"key\":\"t\",\"value\":\"v\"}]}");
    server.post("registered-models/rename", "{\"name\":\"a\",\"new_name\":\"b\"}");
    var renamed = server.get("registered-models/get?name=b").body().path("registered_model");
    assertThat(renamed.path("description").stringValue()).isEqualTo("d");
    assertThat(renamed.at("/latest_versions/0/name").stringValue()).isEqualTo("b");
    assertThat(renamed.at("/latest_versions/0/tags/0/key").stringValue()).isEqualTo("t");
    assertThat(server.get("registered-models/get?name=a").status()).isEqualTo(404);
    assertThat(
            server
                .get("model-versions/search?filter=tags.t%20%3D%20'v'")
                .body()
                .path("model_versions"))
        .hasSize(1);
  }

  @Test
  void everythingIsThereAfterARestart() {
    String run = server.run();
    server.post(
        "runs/log-parameter", "{\"run_id\":\"%s\",\"key\":\"p\",\"value\":\"1\"}".formatted(run));
    server.close();
    server = new RegistryServer(settings);
    assertThat(
            server
                .get("runs/get?run_id=" + run)
                .body()
                .at("/run/data/params/0/value")
                .stringValue())
        .isEqualTo("1");
  }
}
