package dev.slipway.dataplane.gateway;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.slipway.net.Handler;
import dev.slipway.net.HttpServer;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.trace.v1.Span;
import io.opentelemetry.proto.trace.v1.Status.StatusCode;
import java.net.URI;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What an OpenTelemetry receiver hears of requests, read by OpenTelemetry's own messages.
@Timeout(60)
final class SpanExportTest {
  private static final String TRACE = "0af7651916cd43dd8448eb211c80319c";

  private final List<ExportTraceServiceRequest> batches = new CopyOnWriteArrayList<>();
  private final AtomicInteger refusals = new AtomicInteger();

  private HttpServer receiver() {
    Handler handler =
        (request, response) -> {
          boolean refuse = refusals.getAndUpdate(left -> Math.max(0, left - 1)) > 0;
          if (!refuse) {
            assertThat(request.rawPath()).isEqualTo("/v1/traces");
            assertThat(request.header("content-type")).isEqualTo("application/x-protobuf");
            batches.add(ExportTraceServiceRequest.parseFrom(request.body(1 << 20)));
          }
          response.status(refuse ? 503 : 200).send(new byte[0]);
        };
    return Serving.elsewhere(handler);
  }

  private static GatewaySettings to(HttpServer receiver, Map<String, String> more) {
    var environment = new HashMap<>(more);
    environment.put("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:" + receiver.port());
    return GatewaySettings.standard().withTraces(TraceSettings.of(environment).orElseThrow());
  }

  private List<Span> spans() {
    return batches.stream()
        .flatMap(batch -> batch.getResourceSpansList().stream())
        .flatMap(resource -> resource.getScopeSpansList().stream())
        .flatMap(scope -> scope.getSpansList().stream())
        .toList();
  }

  private static Map<String, String> texts(List<KeyValue> attributes) {
    return attributes.stream()
        .collect(
            Collectors.toMap(
                KeyValue::getKey,
                each ->
                    each.getValue().hasStringValue()
                        ? each.getValue().getStringValue()
                        : each.getValue().hasIntValue()
                            ? "" + each.getValue().getIntValue()
                            : "" + each.getValue().getBoolValue()));
  }

  @Test
  void aSpanContinuesTheClientsTraceAndSaysWhatTheRequestCameTo() {
    Handler tells =
        (request, response) -> response.send(request.header("traceparent").getBytes(UTF_8));
    try (var receiver = receiver();
        var elsewhere = Serving.elsewhere(tells);
        var serving = new Serving(to(receiver, Map.of("OTEL_SERVICE_NAME", "front")))) {
      serving.route("default/iris");
      serving.gateway.upstreams().put(Serving.upstream("default/iris", 0, Serving.at(elsewhere)));
      var seen =
          serving
              .send(
                  serving
                      .request("/v2/models?x=1")
                      .header("traceparent", "00-" + TRACE + "-b7ad6b7169203331-01")
                      .header("tracestate", "rojo=1")
                      .header("user-agent", "tester")
                      .GET())
              .body();
      await().until(() -> spans().size() == 1);
      var span = spans().getFirst();
      var hex = HexFormat.of();
      assertThat(hex.formatHex(span.getTraceId().toByteArray())).isEqualTo(TRACE);
      assertThat(hex.formatHex(span.getParentSpanId().toByteArray())).isEqualTo("b7ad6b7169203331");
      assertThat(seen).contains(hex.formatHex(span.getSpanId().toByteArray()));
      assertThat(span.getTraceState()).isEqualTo("rojo=1");
      assertThat(span.getKind()).isEqualTo(Span.SpanKind.SPAN_KIND_SERVER);
      assertThat(span.getEndTimeUnixNano()).isGreaterThan(span.getStartTimeUnixNano());
      assertThat(texts(span.getAttributesList()))
          .containsEntry("http.request.method", "GET")
          .containsEntry("url.path", "/v2/models")
          .containsEntry("url.scheme", "http")
          .containsEntry("http.response.status_code", "200")
          .containsEntry("network.protocol.version", "1.1")
          .containsEntry("user_agent.original", "tester")
          .containsEntry("client.address", "127.0.0.1")
          .containsEntry("slipway.upstream", "default/iris")
          .containsEntry("slipway.held", "false");
      var resource = batches.getFirst().getResourceSpans(0).getResource();
      assertThat(texts(resource.getAttributesList())).containsEntry("service.name", "front");
    }
  }

  @Test
  void aFailedRequestIsAnErrorAndSoIsToldEvenIfTheReceiverRefusesAtFirst() {
    refusals.set(1);
    try (var receiver = receiver();
        var serving = new Serving(to(receiver, Map.of()))) {
      serving.route(RouteTable.Backend.NOWHERE);
      assertThat(serving.get("/").statusCode()).isGreaterThanOrEqualTo(500);
      await().until(() -> spans().size() == 1);
      assertThat(spans().getFirst().getStatus().getCode()).isEqualTo(StatusCode.STATUS_CODE_ERROR);
      assertThat(spans().getFirst().getParentSpanId().isEmpty()).isTrue();
    }
  }

  @Test
  void aTraceThatItsClientDoesNotSampleIsNotTold() {
    try (var receiver = receiver();
        var elsewhere = Serving.elsewhere((_, response) -> response.send(new byte[0]));
        var serving = new Serving(to(receiver, Map.of("OTEL_TRACES_SAMPLER", "always_off")))) {
      serving.route("default/iris");
      serving.gateway.upstreams().put(Serving.upstream("default/iris", 0, Serving.at(elsewhere)));
      var request = serving.request("/").GET();
      serving.send(request.copy().header("traceparent", "00-" + TRACE + "-b7ad6b7169203331-00"));
      serving.send(request.copy());
      serving.send(request.copy().header("traceparent", "00-" + TRACE + "-b7ad6b7169203331-01"));
      await().until(() -> !spans().isEmpty());
      assertThat(spans()).hasSize(1);
    }
  }

  @Test
  void aReceiverThatIsNotThereCostsSpansButNoRequest() throws Exception {
    var gone = receiver();
    var settings = to(gone, Map.of());
    gone.close();
    try (var elsewhere = Serving.elsewhere((_, response) -> response.send(new byte[0]));
        var serving = new Serving(settings)) {
      serving.route("default/iris");
      serving.gateway.upstreams().put(Serving.upstream("default/iris", 0, Serving.at(elsewhere)));
      assertThat(serving.get("/").statusCode()).isEqualTo(200);
    }
  }

  @ParameterizedTest(name = "{0}={1}: {2}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          OTEL_EXPORTER_OTLP_ENDPOINT        | http://c:4318/     | http://c:4318/v1/traces
          OTEL_EXPORTER_OTLP_ENDPOINT        | https://c/otlp     | https://c/otlp/v1/traces
          OTEL_EXPORTER_OTLP_TRACES_ENDPOINT | http://c:4318/mine | http://c:4318/mine
          """)
  void theEndpointIsWhatTheVariableSays(String variable, String value, URI endpoint) {
    assertThat(TraceSettings.of(Map.of(variable, value)).orElseThrow().endpoint())
        .isEqualTo(endpoint);
  }

  @Test
  void nothingIsSentWhereNothingNamesAReceiver() {
    assertThat(TraceSettings.of(Map.of("OTEL_SERVICE_NAME", "x"))).isEmpty();
    var named = "OTEL_EXPORTER_OTLP_ENDPOINT";
    assertThat(TraceSettings.of(Map.of(named, "http://c", "OTEL_SDK_DISABLED", "true"))).isEmpty();
    assertThat(TraceSettings.of(Map.of(named, "http://c", "OTEL_TRACES_EXPORTER", "none")))
        .isEmpty();
  }

  @ParameterizedTest(name = "{0}={1}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          OTEL_EXPORTER_OTLP_TRACES_ENDPOINT | c:4317
          OTEL_EXPORTER_OTLP_PROTOCOL        | grpc
          OTEL_TRACES_SAMPLER                | jaeger_remote
          OTEL_EXPORTER_OTLP_HEADERS         | secret
          """)
  void whatCannotBeFollowedIsRefusedByName(String variable, String value) {
    var environment = new HashMap<>(Map.of("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "http://c:4318"));
    environment.put(variable, value);
    assertThatThrownBy(() -> TraceSettings.of(environment))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(value);
  }
}
