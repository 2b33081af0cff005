package dev.slipway.registry.traces;

import dev.slipway.base.Json;
import dev.slipway.registry.RegistryException;
import dev.slipway.registry.rest.Arguments;
import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.databind.node.StringNode;

/// What is known of a trace without its spans.
///
/// @param requestTime when it began, milliseconds
/// @param duration milliseconds; empty while it goes on
/// @param state `OK`, `ERROR`, `IN_PROGRESS`, `STATE_UNSPECIFIED`
record TraceInfo(
    String id,
    long experiment,
    long requestTime,
    Optional<Long> duration,
    String state,
    String clientRequestId,
    String requestPreview,
    String responsePreview,
    Map<String, String> metadata,
    Map<String, String> tags) {
  static final String NAME_TAG = "mlflow.traceName";
  static final String LOCATION_TAG = "mlflow.artifactLocation";
  static final String SPANS_TAG = "mlflow.trace.spansLocation";
  static final String IN_STORE = "TRACKING_STORE";
  static final String SOURCE_RUN = "mlflow.sourceRun";

  private static final Set<String> STATES =
      Set.of("OK", "ERROR", "IN_PROGRESS", "STATE_UNSPECIFIED");

  TraceInfo {
    metadata = Map.copyOf(metadata);
    tags = Map.copyOf(tags);
  }

  /// Reads `TraceInfoV3` as JSON.
  ///
  /// @throws RegistryException naming the field that is wrong
  static TraceInfo read(Arguments info) {
    String id = info.required("trace_id");
    String experiment =
        info.object("trace_location").object("mlflow_experiment").required("experiment_id");
    String state = info.text("state").isEmpty() ? "STATE_UNSPECIFIED" : info.text("state");
    return new TraceInfo(
        id,
        Traces.experiment(experiment),
        time(info),
        duration(info),
        checkedState(state),
        info.text("client_request_id"),
        info.text("request_preview"),
        info.text("response_preview"),
        strings(info, "trace_metadata"),
        strings(info, "tags"));
  }

  static String checkedState(String state) {
    if (!STATES.contains(state)) {
      throw Arguments.invalidValue(
          "state", StringNode.valueOf(state), "expected one of OK, ERROR, IN_PROGRESS");
    }
    return state;
  }

  private static long time(Arguments info) {
    String text = info.required("request_time");
    try {
      return Instant.parse(text).toEpochMilli();
    } catch (DateTimeException | ArithmeticException _) {
      throw Arguments.invalidValue(
          "request_time", StringNode.valueOf(text), "expected a time such as 2025-01-02T03:04:05Z");
    }
  }

  private static Optional<Long> duration(Arguments info) {
    String text = info.text("execution_duration");
    if (text.isEmpty()) {
      return Optional.empty();
    }
    try {
      if (text.endsWith("s") && text.length() < 40) {
        var seconds = new BigDecimal(text.substring(0, text.length() - 1));
        return Optional.of(seconds.movePointRight(3).longValue());
      }
    } catch (NumberFormatException _) {
      // refused below
    }
    throw Arguments.invalidValue(
        "execution_duration", StringNode.valueOf(text), "expected seconds such as 1.5s");
  }

  /// A map of a JSON object whose values are text.
  static Map<String, String> strings(Arguments arguments, String field) {
    var found = new LinkedHashMap<String, String>();
    Arguments object = arguments.object(field);
    object.tree().propertyNames().forEach(name -> found.put(name, object.text(name)));
    return found;
  }

  /// A map of a list of `{key, value}`.
  static Map<String, String> pairs(Arguments arguments, String field) {
    var found = new LinkedHashMap<String, String>();
    for (Arguments each : arguments.objects(field)) {
      found.put(each.required("key"), each.text("value"));
    }
    return found;
  }

  /// As `TraceInfoV3`, without assessments.
  ObjectNode json() {
    ObjectNode info = Json.object().put("trace_id", id);
    optional(info, "client_request_id", clientRequestId);
    info.putObject("trace_location")
        .put("type", "MLFLOW_EXPERIMENT")
        .putObject("mlflow_experiment")
        .put("experiment_id", Long.toString(experiment));
    optional(info, "request_preview", requestPreview);
    optional(info, "response_preview", responsePreview);
    info.put("request_time", Instant.ofEpochMilli(requestTime).toString());
    duration.ifPresent(
        millis ->
            info.put(
                "execution_duration",
                BigDecimal.valueOf(millis, 3).stripTrailingZeros().toPlainString() + "s"));
    info.put("state", state);
    put(info.putObject("trace_metadata"), metadata);
    put(info.putObject("tags"), tags);
    return info;
  }

  private static void optional(ObjectNode object, String field, String value) {
    if (!value.isEmpty()) {
      object.put(field, value);
    }
  }

  private static void put(ObjectNode object, Map<String, String> values) {
    values.entrySet().stream()
        .sorted(Map.Entry.comparingByKey())
        .forEach(each -> object.put(each.getKey(), each.getValue()));
  }

  /// As `TraceInfo` of 2.x clients.
  ObjectNode oldJson() {
    ObjectNode info =
        Json.object()
            .put("request_id", id)
            .put("experiment_id", Long.toString(experiment))
            .put("timestamp_ms", requestTime);
    duration.ifPresent(millis -> info.put("execution_time_ms", millis));
    info.put("status", state.equals("STATE_UNSPECIFIED") ? "TRACE_STATUS_UNSPECIFIED" : state);
    list(info, "request_metadata", metadata);
    list(info, "tags", tags);
    return info;
  }

  private static void list(ObjectNode info, String field, Map<String, String> values) {
    values.entrySet().stream()
        .sorted(Map.Entry.comparingByKey())
        .forEach(
            each ->
                info.withArrayProperty(field)
                    .addObject()
                    .put("key", each.getKey())
                    .put("value", each.getValue()));
  }
}
