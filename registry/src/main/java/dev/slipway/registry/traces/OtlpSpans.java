package dev.slipway.registry.traces;

import dev.slipway.base.Json;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.NullNode;
import tools.jackson.databind.node.ObjectNode;

/// OpenTelemetry's spans, from the bytes of an export request to protobuf's JSON. Pure.
///
/// Source: opentelemetry/proto/collector/trace/v1/trace_service.proto, trace/v1/trace.proto,
/// common/v1/common.proto; field numbers from there.
final class OtlpSpans {
  private static final int MAX_SPANS = 50_000;
  private static final int MAX_DEPTH = 64;
  private static final List<String> KINDS =
      List.of(
          "SPAN_KIND_UNSPECIFIED",
          "SPAN_KIND_INTERNAL",
          "SPAN_KIND_SERVER",
          "SPAN_KIND_CLIENT",
          "SPAN_KIND_PRODUCER",
          "SPAN_KIND_CONSUMER");
  private static final List<String> CODES =
      List.of("STATUS_CODE_UNSET", "STATUS_CODE_OK", "STATUS_CODE_ERROR");

  private OtlpSpans() {}

  /// One span.
  ///
  /// @param traceId 32 hexadecimal digits
  /// @param parentId empty of a root
  /// @param json as `opentelemetry.proto.trace.v1.Span`
  record Span(String traceId, String spanId, String parentId, ObjectNode json) {
    String name() {
      return Json.text(json, "name");
    }

    long startNanos() {
      return json.path("start_time_unix_nano").longValue();
    }

    /// 0 while it goes on.
    long endNanos() {
      return json.path("end_time_unix_nano").longValue();
    }

    String status() {
      String code = Json.text(json, "status", "code");
      return code.isEmpty() ? "UNSET" : code.substring("STATUS_CODE_".length());
    }

    /// A text attribute as it came; `""` where there is none.
    String attribute(String key) {
      for (var each : json.path("attributes")) {
        if (Json.text(each, "key").equals(key)) {
          return Json.text(each, "value", "string_value");
        }
      }
      return "";
    }
  }

  /// All spans of an `ExportTraceServiceRequest`.
  ///
  /// @throws IllegalArgumentException if it is malformed, or has too many
  static List<Span> read(byte[] request) {
    var found = new ArrayList<Span>();
    var export = new ProtoFields(ByteBuffer.wrap(request));
    while (export.next()) {
      if (export.field() == 1) {
        resource(export.message(), found);
      }
    }
    return found;
  }

  private static void resource(ProtoFields resource, List<Span> found) {
    while (resource.next()) {
      if (resource.field() == 2) {
        ProtoFields scope = resource.message();
        while (scope.next()) {
          if (scope.field() == 2) {
            found.add(span(scope.message()));
            if (found.size() > MAX_SPANS) {
              throw new IllegalArgumentException("more than " + MAX_SPANS + " spans");
            }
          }
        }
      }
    }
  }

  private static Span span(ProtoFields span) {
    var ids = new String[] {"", "", ""};
    ObjectNode json = Json.object();
    while (span.next()) {
      switch (span.field()) {
        case 1 -> ids[0] = id(json, "trace_id", span.bytes());
        case 2 -> ids[1] = id(json, "span_id", span.bytes());
        case 3 -> json.put("trace_state", span.text());
        case 4 -> ids[2] = id(json, "parent_span_id", span.bytes());
        case 5 -> json.put("name", span.text());
        case 6 -> json.put("kind", named(KINDS, span.number()));
        case 7 -> json.put("start_time_unix_nano", span.number());
        case 8 -> json.put("end_time_unix_nano", span.number());
        case 9 -> json.withArrayProperty("attributes").add(attribute(span.message(), 0));
        case 10 -> json.put("dropped_attributes_count", span.number());
        case 11 -> json.withArrayProperty("events").add(event(span.message()));
        case 12 -> json.put("dropped_events_count", span.number());
        case 13 -> json.withArrayProperty("links").add(link(span.message()));
        case 15 -> json.set("status", status(span.message()));
        default -> {} // of a later version
      }
    }
    if (ids[0].length() != 32 || ids[1].length() != 16) {
      throw new IllegalArgumentException(
          "a span without a trace id of 16 and a span id of 8 bytes");
    }
    return new Span(ids[0], ids[1], ids[2], json);
  }

  private static String id(ObjectNode json, String field, byte[] id) {
    if (id.length > 0) {
      json.put(field, Base64.getEncoder().encodeToString(id));
    }
    return HexFormat.of().formatHex(id);
  }

  private static String named(List<String> names, long number) {
    return names.get(number < 0 || number >= names.size() ? 0 : (int) number);
  }

  private static ObjectNode status(ProtoFields status) {
    ObjectNode json = Json.object();
    while (status.next()) {
      switch (status.field()) {
        case 2 -> json.put("message", status.text());
        case 3 -> json.put("code", named(CODES, status.number()));
        default -> {} // deprecated
      }
    }
    return json;
  }

  private static ObjectNode event(ProtoFields event) {
    ObjectNode json = Json.object();
    while (event.next()) {
      switch (event.field()) {
        case 1 -> json.put("time_unix_nano", event.number());
        case 2 -> json.put("name", event.text());
        case 3 -> json.withArrayProperty("attributes").add(attribute(event.message(), 0));
        default -> {} // counts of what was dropped
      }
    }
    return json;
  }

  private static ObjectNode link(ProtoFields link) {
    ObjectNode json = Json.object();
    while (link.next()) {
      switch (link.field()) {
        case 1 -> id(json, "trace_id", link.bytes());
        case 2 -> id(json, "span_id", link.bytes());
        case 3 -> json.put("trace_state", link.text());
        case 4 -> json.withArrayProperty("attributes").add(attribute(link.message(), 0));
        default -> {} // flags
      }
    }
    return json;
  }

  private static ObjectNode attribute(ProtoFields attribute, int depth) {
    ObjectNode json = Json.object();
    while (attribute.next()) {
      switch (attribute.field()) {
        case 1 -> json.put("key", attribute.text());
        case 2 -> json.set("value", value(attribute.message(), depth + 1));
        default -> {} // of a later version
      }
    }
    return json;
  }

  private static ObjectNode value(ProtoFields value, int depth) {
    if (depth > MAX_DEPTH) {
      throw new IllegalArgumentException("attributes nested deeper than " + MAX_DEPTH);
    }
    ObjectNode json = Json.object();
    while (value.next()) {
      switch (value.field()) {
        case 1 -> json.put("string_value", value.text());
        case 2 -> json.put("bool_value", value.number() != 0);
        case 3 -> json.put("int_value", value.number());
        case 4 -> json.put("double_value", value.real());
        case 5 -> list(json.putObject("array_value"), value.message(), depth, false);
        case 6 -> list(json.putObject("kvlist_value"), value.message(), depth, true);
        case 7 -> json.put("bytes_value", Base64.getEncoder().encodeToString(value.bytes()));
        default -> {} // of a later version
      }
    }
    return json;
  }

  private static void list(ObjectNode json, ProtoFields list, int depth, boolean named) {
    ArrayNode values = json.putArray("values");
    while (list.next()) {
      if (list.field() == 1) {
        values.add(named ? attribute(list.message(), depth + 1) : value(list.message(), depth + 1));
      }
    }
  }

  /// What MLflow's clients write to `traces.json`: attributes as an object, those of spans each as
  /// its JSON, those of events as they are.
  static ObjectNode file(List<ObjectNode> spans) {
    ObjectNode file = Json.object();
    ArrayNode all = file.putArray("spans");
    for (ObjectNode span : spans) {
      ObjectNode shown = span.deepCopy();
      ObjectNode attributes = Json.object();
      named(span.path("attributes"))
          .properties()
          .forEach(
              each ->
                  attributes.put(each.getKey(), Json.MAPPER.writeValueAsString(each.getValue())));
      shown.set("attributes", attributes);
      for (JsonNode event : shown.withArrayProperty("events")) {
        ((ObjectNode) event).set("attributes", named(event.path("attributes")));
      }
      if (!shown.has("parent_span_id")) {
        shown.putNull("parent_span_id");
      }
      all.add(shown);
    }
    return file;
  }

  /// A list of keys and values as an object.
  private static ObjectNode named(JsonNode list) {
    ObjectNode object = Json.object();
    list.forEach(each -> object.set(Json.text(each, "key"), plain(each.path("value"))));
    return object;
  }

  private static JsonNode plain(JsonNode value) {
    if (value.has("array_value")) {
      ArrayNode array = Json.array();
      value.path("array_value").path("values").forEach(each -> array.add(plain(each)));
      return array;
    }
    if (value.has("kvlist_value")) {
      return named(value.path("kvlist_value").path("values"));
    }
    return value.properties().stream()
        .findFirst()
        .map(Map.Entry::getValue)
        .orElse(NullNode.getInstance());
  }
}
