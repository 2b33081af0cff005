package dev.slipway.registry;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.base.Json;
import dev.slipway.registry.RegistryServer.Answer;
import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Base64;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/// Traces as MLflow's clients of 2.x and 3.x send them, and as OpenTelemetry's exporters do.
@ParameterizedClass
@EnumSource
final class TracesTest {
  private static final String LATEST = "/api/3.0/mlflow/";
  private static final String TRACE = "0102030405060708090a0b0c0d0e0f10";

  @TempDir Path directory;
  @Parameter TestDatabase database = TestDatabase.SQLITE;
  private RegistryServer server;

  @BeforeEach
  void start() {
    server = new RegistryServer(database.settings(directory));
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private Answer latest(String method, String path, String json) {
    return server.call(method, LATEST + path, json);
  }

  private static String trace(String id, String more) {
    return """
    {"trace": {"trace_info": {"trace_id": "%s", "request_time": "2025-03-01T10:00:00.250Z",
      "execution_duration": "1.5s", "state": "OK", "request_preview": "{\\"q\\": 1}",
      "trace_location": {"type": "MLFLOW_EXPERIMENT",
        "mlflow_experiment": {"experiment_id": "0"}}%s}}}
    """
        .formatted(id, more);
  }

  private String[] found(String filter, String... order) {
    var body = Json.object().put("filter", filter);
    body.putArray("locations").addObject().putObject("mlflow_experiment").put("experiment_id", "0");
    for (String each : order) {
      body.withArrayProperty("order_by").add(each);
    }
    Answer answer = latest("POST", "traces/search", body.toString());
    assertThat(answer.status()).as(answer.message()).isEqualTo(200);
    return answer
        .body()
        .path("traces")
        .valueStream()
        .map(each -> each.path("trace_id").stringValue())
        .toArray(String[]::new);
  }

  @Test
  void aTraceHandedOverWholeIsReadBack() {
    var started =
        latest(
            "POST",
            "traces",
            trace(
                "tr-1",
                ",\"tags\":{\"mlflow.traceName\":\"ask\"},\"trace_metadata\":{\"a\":\"b\"}"));
    var info = started.body().at("/trace/trace_info");
    assertThat(info.at("/tags/mlflow.artifactLocation").stringValue())
        .isEqualTo("mlflow-artifacts:/0/traces/tr-1/artifacts");
    assertThat(info.at("/request_time").stringValue()).isEqualTo("2025-03-01T10:00:00.250Z");
    assertThat(info.at("/execution_duration").stringValue()).isEqualTo("1.5s");
    assertThat(latest("GET", "traces/tr-1", "").body().at("/trace/trace_info")).isEqualTo(info);
    var old = server.get("traces/tr-1/info").body().path("trace_info");
    assertThat(old.path("timestamp_ms").longValue()).isEqualTo(1740823200250L);
    assertThat(old.path("execution_time_ms").longValue()).isEqualTo(1500);
    assertThat(old.at("/request_metadata/0/value").stringValue()).isEqualTo("b");
  }

  @Test
  void anOldClientBeginsAndEndsATrace() {
    var begun =
        server.post(
            "traces",
            "{\"experiment_id\":\"0\",\"timestamp_ms\":1000,\"request_metadata\":[{\"key\":\"k\",\"value\":\"v\"}]}");
    String id = begun.body().at("/trace_info/request_id").stringValue();
    assertThat(begun.body().at("/trace_info/status").stringValue()).isEqualTo("IN_PROGRESS");
    var ended =
        server.call(
            "PATCH",
            "/api/2.0/mlflow/traces/" + id,
            "{\"timestamp_ms\":1250,\"status\":\"ERROR\",\"tags\":[{\"key\":\"t\",\"value\":\"w\"}]}");
    assertThat(ended.body().at("/trace_info/execution_time_ms").longValue()).isEqualTo(250);
    assertThat(ended.body().at("/trace_info/status").stringValue()).isEqualTo("ERROR");
    var listed =
        server.get("traces?experiment_ids=0&filter=trace.status%20%3D%20'ERROR'&max_results=5");
    assertThat(listed.body().at("/traces/0/request_id").stringValue()).isEqualTo(id);
  }

  @Test
  void spansComeFirstAndTheirTraceAfterwards() {
    var sent =
        send(
            export(span("root", "", 0), span("child", "root", 1)), "application/x-protobuf", false);
    assertThat(sent.statusCode()).isEqualTo(200);
    String id = "tr-" + TRACE;
    var known = latest("GET", "traces/" + id, "").body().at("/trace/trace_info");
    assertThat(known.at("/tags/mlflow.trace.spansLocation").stringValue())
        .isEqualTo("TRACKING_STORE");
    assertThat(known.at("/state").stringValue()).isEqualTo("OK");
    assertThat(known.at("/execution_duration").stringValue()).isEqualTo("2s");
    assertThat(known.at("/request_preview").stringValue()).isEqualTo("{\"q\": 1}");
    latest("POST", "traces", trace(id, ",\"tags\":{\"x\":\"y\"}"));
    var whole = latest("GET", "traces/get?trace_id=" + id, "").body().path("trace");
    assertThat(whole.at("/trace_info/tags/mlflow.trace.spansLocation").stringValue())
        .isEqualTo("TRACKING_STORE");
    assertThat(whole.path("spans")).hasSize(2);
    var root = whole.at("/spans/0");
    assertThat(root.path("trace_id").stringValue())
        .isEqualTo(Base64.getEncoder().encodeToString(hex(TRACE)));
    assertThat(root.path("start_time_unix_nano").longValue()).isEqualTo(1_000_000_000L);
    assertThat(root.at("/status/code").stringValue()).isEqualTo("STATUS_CODE_OK");
    assertThat(root.at("/attributes/0/value/string_value").stringValue()).isEqualTo("{\"q\": 1}");
    assertThat(whole.at("/spans/1/parent_span_id").stringValue())
        .isEqualTo(root.path("span_id").stringValue());
    var batch = latest("GET", "traces/batchGet?trace_ids=" + id + "&trace_ids=tr-none", "");
    assertThat(batch.body().path("traces")).hasSize(1);
    var file = server.call("GET", "/ajax-api/2.0/mlflow/get-trace-artifact?request_id=" + id, "");
    assertThat(file.body().at("/spans/0/attributes/mlflow.spanInputs").stringValue())
        .as("its JSON, as MLflow writes it")
        .isEqualTo("\"{\\\"q\\\": 1}\"");
    assertThat(found("span.name = 'child' AND span.type = 'LLM'")).containsExactly(id);
    assertThat(found("trace.text LIKE '%\"q\\\\\": 1%'")).isEmpty();
  }

  @Test
  void whatIsNoExportOfSpansIsRefused() {
    byte[] good = export(span("root", "", 0));
    assertThat(send(good, "application/json", false).statusCode()).isEqualTo(400);
    assertThat(send(new byte[0], "application/x-protobuf", false).statusCode()).isEqualTo(400);
    for (int cut = 1; cut < good.length; cut++) {
      byte[] part = java.util.Arrays.copyOf(good, cut);
      assertThat(send(part, "application/x-protobuf", false).statusCode())
          .as("" + cut)
          .isEqualTo(400);
    }
    assertThat(send(good, "application/x-protobuf", true).statusCode()).isEqualTo(200);
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '^',
      textBlock =
          """
          # filter | found
          status = 'OK'                              | tr-1 tr-2
          name = 'ask'                               | tr-1
          trace.name LIKE 'a%'                       | tr-1
          tags.team = 'red'                          | tr-2
          metadata.session = 's1'                    | tr-1
          request_metadata.session = 's2'            | tr-2
          run_id = 'RUN'                             | tr-2
          attributes.timestamp_ms > 1                | tr-1 tr-2
          execution_time_ms < 1000                   |
          feedback.good = 'true'                     | tr-1
          trace_id IN ('tr-2', 'tr-9')               | tr-2
          """)
  void tracesAreFoundBy(String filter, String expected) {
    String run = server.run();
    latest(
        "POST",
        "traces",
        trace(
            "tr-1",
            ",\"tags\":{\"mlflow.traceName\":\"ask\"},\"trace_metadata\":{\"session\":\"s1\"}"));
    latest(
        "POST",
        "traces",
        trace("tr-2", ",\"tags\":{\"team\":\"red\"},\"trace_metadata\":{\"session\":\"s2\"}"));
    server.post(
        "traces/link-to-run", "{\"run_id\":\"%s\",\"trace_ids\":[\"tr-2\"]}".formatted(run));
    latest(
        "POST",
        "traces/tr-1/assessments",
        "{\"assessment\":{\"assessment_name\":\"good\",\"source\":{\"source_type\":\"HUMAN\",\"source_id\":\"ada\"},\"feedback\":{\"value\":true}}}");
    String[] wanted = expected == null ? new String[0] : expected.split(" ", -1);
    assertThat(found(filter.replace("RUN", run))).containsExactly(wanted);
  }

  @Test
  void whatStandsWhereAColumnShouldIsNoQuery() {
    var answer =
        server.post(
            "runs/search",
            "{\"experiment_ids\":[\"0\"],\"filter\":\"dataset.`name = '' OR 1=1 --` = 'x'\"}");
    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.message()).contains("Invalid dataset key");
  }

  @Test
  void anAssessmentIsMadeChangedOverriddenAndDeleted() {
    latest("POST", "traces", trace("tr-1", ""));
    String path = "traces/tr-1/assessments";
    String given =
        "{\"assessment\":{\"assessment_name\":\"right\",\"source\":{\"source_type\":\"HUMAN\",\"source_id\":\"ada\"},\"feedback\":{\"value\":\"no\"}%s}}";
    var made = latest("POST", path, given.formatted("")).body().path("assessment");
    String id = made.path("assessment_id").stringValue();
    assertThat(id).startsWith("a-");
    assertThat(made.path("create_time").stringValue()).endsWith("Z");
    var changed =
        latest(
            "PATCH",
            path + "/" + id,
            "{\"assessment\":{\"rationale\":\"checked\",\"assessment_name\":\"other\"},\"update_mask\":\"rationale\"}");
    assertThat(changed.body().at("/assessment/rationale").stringValue()).isEqualTo("checked");
    assertThat(changed.body().at("/assessment/assessment_name").stringValue()).isEqualTo("right");
    var second =
        latest("POST", path, given.formatted(",\"overrides\":\"" + id + "\""))
            .body()
            .at("/assessment/assessment_id")
            .stringValue();
    assertThat(latest("GET", path + "/" + id, "").body().at("/assessment/valid").booleanValue())
        .isFalse();
    var info = latest("GET", "traces/tr-1", "").body().at("/trace/trace_info");
    assertThat(info.path("assessments")).hasSize(2);
    assertThat(latest("DELETE", path + "/" + second, "").status()).isEqualTo(200);
    assertThat(latest("GET", path + "/" + id, "").body().at("/assessment/valid").booleanValue())
        .isTrue();
    assertThat(latest("GET", path + "/" + second, "").status()).isEqualTo(404);
  }

  @Test
  void tagsAreSetAndTracesDeleted() {
    latest("POST", "traces", trace("tr-1", ""));
    latest("POST", "traces", trace("tr-2", ""));
    assertThat(latest("PATCH", "traces/tr-1/tags", "{\"key\":\"a\",\"value\":\"b\"}").status())
        .isEqualTo(200);
    assertThat(found("tags.a = 'b'")).containsExactly("tr-1");
    assertThat(latest("DELETE", "traces/tr-1/tags", "{\"key\":\"a\"}").status()).isEqualTo(200);
    assertThat(latest("DELETE", "traces/tr-1/tags?key=a", "").status()).isEqualTo(404);
    assertThat(latest("POST", "traces/delete-traces", "{\"experiment_id\":\"0\"}").status())
        .isEqualTo(400);
    var gone =
        latest(
            "POST",
            "traces/delete-traces",
            "{\"experiment_id\":\"0\",\"trace_ids\":[\"tr-1\",\"x\"]}");
    assertThat(gone.body().path("traces_deleted").intValue()).isEqualTo(1);
    gone =
        latest(
            "POST",
            "traces/delete-traces",
            "{\"experiment_id\":\"0\",\"max_timestamp_millis\":\"9999999999999\",\"max_traces\":5}");
    assertThat(gone.body().path("traces_deleted").intValue()).isEqualTo(1);
    assertThat(found("")).isEmpty();
  }

  @Test
  void anEvaluationDatasetKeepsEachInputOnce() {
    var made =
        latest(
            "POST",
            "datasets/create",
            "{\"name\":\"qa\",\"experiment_ids\":[\"0\"],\"tags\":\"{\\\"team\\\":\\\"red\\\"}\"}");
    String id = made.body().at("/dataset/dataset_id").stringValue();
    String records = "datasets/" + id + "/records";
    var body =
        Json.object().put("records", "[{\"inputs\":{\"q\":1,\"r\":2}},{\"inputs\":{\"q\":3}}]");
    assertThat(latest("POST", records, body.toString()).body().path("inserted_count").intValue())
        .isEqualTo(2);
    body.put("records", "[{\"inputs\":{\"r\":2,\"q\":1},\"expectations\":{\"a\":\"yes\"}}]");
    assertThat(latest("POST", records, body.toString()).body().path("updated_count").intValue())
        .isEqualTo(1);
    var kept =
        Json.MAPPER.readTree(latest("GET", records, "").body().path("records").stringValue());
    assertThat(kept).hasSize(2);
    assertThat(kept.toString()).contains("\"a\":\"yes\"");
    var read = latest("GET", "datasets/" + id, "").body().path("dataset");
    assertThat(read.path("profile").stringValue()).isEqualTo("{\"num_records\":2}");
    assertThat(read.path("tags").stringValue()).isEqualTo("{\"team\":\"red\"}");
    var listed =
        latest(
            "POST",
            "datasets/search",
            "{\"experiment_ids\":[\"0\"],\"filter_string\":\"tags.team = 'red'\"}");
    assertThat(listed.body().path("datasets")).hasSize(1);
    latest("POST", "datasets/" + id + "/add-experiments", "{\"experiment_ids\":[\"5\"]}");
    latest("POST", "datasets/" + id + "/remove-experiments", "{\"experiment_ids\":[\"0\"]}");
    assertThat(latest("GET", "datasets/" + id + "/experiment-ids", "").body().toString())
        .isEqualTo("{\"experiment_ids\":[\"5\"]}");
    latest("DELETE", "datasets/" + id + "/tags/team", "");
    assertThat(latest("GET", "datasets/" + id, "").body().at("/dataset/tags").stringValue())
        .isEqualTo("{}");
    String record = kept.at("/0/dataset_record_id").stringValue();
    assertThat(
            latest("DELETE", records, "{\"dataset_record_ids\":[\"" + record + "\"]}")
                .body()
                .path("deleted_count")
                .intValue())
        .isEqualTo(1);
    latest("DELETE", "datasets/" + id, "");
    assertThat(latest("GET", "datasets/" + id, "").status()).isEqualTo(404);
  }

  @Test
  void aScorerHasAVersionForEachTimeItWasRegistered() {
    String given = "{\"experiment_id\":\"0\",\"name\":\"polite\",\"serialized_scorer\":\"{}\"}";
    assertThat(latest("POST", "scorers/register", given).body().path("version").intValue())
        .isEqualTo(1);
    assertThat(latest("POST", "scorers/register", given).body().path("version").intValue())
        .isEqualTo(2);
    var listed = latest("GET", "scorers/list?experiment_id=0", "").body().path("scorers");
    assertThat(listed).hasSize(1);
    assertThat(listed.at("/0/scorer_version").intValue()).isEqualTo(2);
    assertThat(
            latest("GET", "scorers/versions?experiment_id=0&name=polite", "")
                .body()
                .path("scorers"))
        .hasSize(2);
    assertThat(
            latest("GET", "scorers/get?experiment_id=0&name=polite&version=1", "")
                .body()
                .at("/scorer/scorer_version")
                .intValue())
        .isEqualTo(1);
    assertThat(
            latest(
                    "DELETE",
                    "scorers/delete",
                    "{\"experiment_id\":\"0\",\"name\":\"polite\",\"version\":2}")
                .status())
        .isEqualTo(200);
    assertThat(
            latest("DELETE", "scorers/delete", "{\"experiment_id\":\"0\",\"name\":\"polite\"}")
                .status())
        .isEqualTo(200);
    assertThat(latest("GET", "scorers/get?experiment_id=0&name=polite", "").status())
        .isEqualTo(404);
  }

  private HttpResponse<byte[]> send(byte[] body, String type, boolean packed) {
    var request =
        HttpRequest.newBuilder(URI.create(server.url() + "/v1/traces"))
            .header("content-type", type)
            .header("x-mlflow-experiment-id", "0");
    if (packed) {
      request.header("content-encoding", "gzip");
    }
    return server.send(
        request.POST(BodyPublishers.ofByteArray(packed ? gzip(body) : body)).build());
  }

  private static byte[] gzip(byte[] body) {
    var out = new ByteArrayOutputStream();
    try (var zip = new GZIPOutputStream(out)) {
      zip.write(body);
    } catch (java.io.IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
    return out.toByteArray();
  }

  /// `ExportTraceServiceRequest{resource_spans{scope_spans{spans}}}`.
  private static byte[] export(byte[]... spans) {
    var scope = new ByteArrayOutputStream();
    for (byte[] each : spans) {
      field(scope, 2, each);
    }
    return wrap(1, wrap(2, scope.toByteArray()));
  }

  private static byte[] span(String name, String parent, int second) {
    var span = new ByteArrayOutputStream();
    field(span, 1, hex(TRACE));
    field(span, 2, id(name));
    if (!parent.isEmpty()) {
      field(span, 4, id(parent));
    }
    field(span, 5, text(name));
    fixed(span, 7, 1_000_000_000L + second * 500_000_000L);
    fixed(span, 8, 3_000_000_000L - second * 500_000_000L);
    field(span, 9, attribute("mlflow.spanInputs", "{\"q\": 1}"));
    field(span, 9, attribute("mlflow.spanType", "\"LLM\""));
    field(span, 15, new byte[] {3 << 3, 1});
    return span.toByteArray();
  }

  private static byte[] attribute(String key, String value) {
    var attribute = new ByteArrayOutputStream();
    field(attribute, 1, text(key));
    field(attribute, 2, wrap(1, text(value)));
    return attribute.toByteArray();
  }

  private static byte[] wrap(int field, byte[] content) {
    var out = new ByteArrayOutputStream();
    field(out, field, content);
    return out.toByteArray();
  }

  private static void field(ByteArrayOutputStream out, int field, byte[] content) {
    out.write((field << 3) | 2);
    int length = content.length;
    while (length > 127) {
      out.write((length & 127) | 128);
      length >>= 7;
    }
    out.write(length);
    out.writeBytes(content);
  }

  private static void fixed(ByteArrayOutputStream out, int field, long value) {
    out.write((field << 3) | 1);
    for (int i = 0; i < 8; i++) {
      out.write((int) (value >> (8 * i)));
    }
  }

  private static byte[] text(String value) {
    return value.getBytes(StandardCharsets.UTF_8);
  }

  private static byte[] id(String name) {
    return java.util.Arrays.copyOf(text(name), 8);
  }

  private static byte[] hex(String digits) {
    return java.util.HexFormat.of().parseHex(digits);
  }
}
