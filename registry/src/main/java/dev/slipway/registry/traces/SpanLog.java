package dev.slipway.registry.traces;

import dev.slipway.base.Json;
import dev.slipway.net.Request;
import dev.slipway.net.Response;
import dev.slipway.registry.RegistryException;
import dev.slipway.registry.sql.Database;
import dev.slipway.registry.sql.Session;
import dev.slipway.registry.tracking.Experiments;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.zip.GZIPInputStream;
import java.util.zip.InflaterInputStream;
import tools.jackson.core.JacksonException;

/// `POST /v1/traces`: spans as OpenTelemetry's exporters send them, kept beside their trace.
///
/// A trace whose spans come before its own description is made from them: its time from the
/// earliest and the latest, its state and previews from the root.
///
/// Source: mlflow/server/otel_api.py for header, statuses and words.
public final class SpanLog {
  public static final String PATH = "/v1/traces";

  private static final int MAX_BYTES = 64 << 20;
  private static final int PREVIEW_CHARACTERS = 1000;
  private static final String EXPERIMENT_HEADER = "x-mlflow-experiment-id";
  private static final String PROTOBUF = "application/x-protobuf";

  private final Database database;

  public SpanLog(Database database) {
    this.database = database;
  }

  /// What a request is refused with, as FastAPI words it.
  private static final class Refused extends RuntimeException {
    private static final long serialVersionUID = 1L;
    private final int status;

    Refused(int status, String why) {
      super(why, null, false, false);
      this.status = status;
    }
  }

  public void handle(Request request, Response response) {
    try {
      keep(experiment(request), spans(request));
      response.header("content-type", PROTOBUF).send(new byte[0]);
    } catch (Refused refused) {
      response
          .status(refused.status)
          .header("content-type", "application/json")
          .send(Json.bytes(Json.object().put("detail", refused.getMessage())));
    }
  }

  private static String experiment(Request request) {
    String experiment = request.header(EXPERIMENT_HEADER);
    if (experiment.isEmpty()) {
      throw new Refused(422, "Missing header " + EXPERIMENT_HEADER);
    }
    return experiment;
  }

  private static List<OtlpSpans.Span> spans(Request request) {
    String type = request.header("content-type");
    if (!type.split(";", 2)[0].strip().equals(PROTOBUF)) {
      throw new Refused(400, "Invalid Content-Type: " + type + ". Expected: " + PROTOBUF);
    }
    byte[] body = body(request);
    try {
      List<OtlpSpans.Span> spans = OtlpSpans.read(body);
      if (spans.isEmpty()) {
        throw new Refused(400, "Invalid OpenTelemetry protobuf format - no spans found");
      }
      return spans;
    } catch (IllegalArgumentException malformed) {
      throw new Refused(400, "Invalid OpenTelemetry protobuf format: " + malformed.getMessage());
    }
  }

  private static byte[] body(Request request) {
    byte[] sent;
    try {
      sent = request.body(MAX_BYTES);
    } catch (Request.BodyTooLargeException e) {
      throw new Refused(413, String.valueOf(e.getMessage()));
    }
    String encoding = request.header("content-encoding");
    try {
      return switch (encoding) {
        case "", "identity" -> sent;
        case "gzip" -> unpacked(new GZIPInputStream(new ByteArrayInputStream(sent)));
        case "deflate" -> unpacked(new InflaterInputStream(new ByteArrayInputStream(sent)));
        default -> throw new Refused(400, "Unsupported Content-Encoding: " + encoding);
      };
    } catch (IOException e) {
      throw new Refused(400, "Failed to decompress " + encoding + " payload");
    }
  }

  private static byte[] unpacked(InputStream packed) throws IOException {
    try (packed) {
      byte[] bytes = packed.readNBytes(MAX_BYTES + 1);
      if (bytes.length > MAX_BYTES) {
        throw new Refused(413, "the spans are larger than " + MAX_BYTES + " bytes");
      }
      return bytes;
    }
  }

  private void keep(String experimentId, List<OtlpSpans.Span> spans) {
    var byTrace = new LinkedHashMap<String, List<OtlpSpans.Span>>();
    spans.forEach(
        each -> byTrace.computeIfAbsent("tr-" + each.traceId(), _ -> new ArrayList<>()).add(each));
    try {
      long experiment = Experiments.number(experimentId);
      var _ =
          database.write(
              session -> {
                Experiments.requireActive(session, experiment);
                byTrace.forEach((id, own) -> keep(session, experiment, id, own));
                return true;
              });
    } catch (RegistryException refused) {
      throw new Refused(422, "Failed to log OpenTelemetry spans: " + refused.text());
    }
  }

  private static void keep(
      Session session, long experiment, String id, List<OtlpSpans.Span> spans) {
    var rows = new LinkedHashMap<String, Object[]>(); // a span told twice is as it was told last
    for (OtlpSpans.Span each : spans) {
      rows.put(
          each.spanId(),
          new Object[] {
            id,
            each.spanId(),
            each.parentId(),
            each.name(),
            plain(each.attribute("mlflow.spanType")),
            each.status(),
            each.startNanos(),
            each.endNanos(),
            Json.MAPPER.writeValueAsString(each.json())
          });
    }
    session.batch(
        "INSERT INTO spans (trace_id, span_id, parent_id, name, type, status, start_nanos,"
            + " end_nanos, content) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"
            + " ON CONFLICT (trace_id, span_id) DO UPDATE SET parent_id = excluded.parent_id,"
            + " name = excluded.name, type = excluded.type, status = excluded.status,"
            + " start_nanos = excluded.start_nanos, end_nanos = excluded.end_nanos,"
            + " content = excluded.content",
        List.copyOf(rows.values()));
    Optional<TraceInfo> known = TraceRows.find(session, id);
    TraceRows.keep(session, described(session, known, experiment, id, spans));
  }

  /// The trace as its spans tell it, where it is not known better.
  private static TraceInfo described(
      Session session,
      Optional<TraceInfo> known,
      long experiment,
      String id,
      List<OtlpSpans.Span> spans) {
    long start =
        session
            .first(
                "SELECT min(start_nanos) FROM spans WHERE trace_id = ?", row -> row.number(1), id)
            .orElse(0L);
    long end =
        session
            .first("SELECT max(end_nanos) FROM spans WHERE trace_id = ?", row -> row.number(1), id)
            .orElse(0L);
    Optional<OtlpSpans.Span> root = spans.stream().filter(s -> s.parentId().isEmpty()).findFirst();
    String before = known.map(TraceInfo::state).orElse("IN_PROGRESS");
    var metadata = new HashMap<>(known.map(TraceInfo::metadata).orElse(Map.of()));
    var tags = new HashMap<>(known.map(TraceInfo::tags).orElse(Map.of()));
    tags.put(TraceInfo.SPANS_TAG, TraceInfo.IN_STORE);
    metadata.putIfAbsent("mlflow.trace_schema.version", "3");
    root.ifPresent(span -> tags.putIfAbsent(TraceInfo.NAME_TAG, span.name()));
    long began = TimeUnit.NANOSECONDS.toMillis(start);
    return new TraceInfo(
        id,
        known.map(TraceInfo::experiment).orElse(experiment),
        known.map(info -> Math.min(info.requestTime(), began)).orElse(began),
        duration(known, TimeUnit.NANOSECONDS.toMillis(end - start), end),
        root.filter(_ -> before.equals("IN_PROGRESS")).map(SpanLog::state).orElse(before),
        known.map(TraceInfo::clientRequestId).orElse(""),
        preview(known.map(TraceInfo::requestPreview), root, "mlflow.spanInputs"),
        preview(known.map(TraceInfo::responsePreview), root, "mlflow.spanOutputs"),
        metadata,
        tags);
  }

  private static Optional<Long> duration(Optional<TraceInfo> known, long millis, long end) {
    Optional<Long> told = known.flatMap(TraceInfo::duration);
    if (end == 0) {
      return told;
    }
    return Optional.of(Math.max(told.orElse(0L), millis));
  }

  private static String state(OtlpSpans.Span root) {
    return switch (root.status()) {
      case "ERROR" -> "ERROR";
      case "OK" -> "OK";
      default -> root.endNanos() == 0 ? "IN_PROGRESS" : "OK";
    };
  }

  private static String preview(
      Optional<String> told, Optional<OtlpSpans.Span> root, String attribute) {
    return told.filter(text -> !text.isEmpty())
        .or(() -> root.map(span -> TraceRows.cut(span.attribute(attribute), PREVIEW_CHARACTERS)))
        .orElse("");
  }

  /// MLflow writes attributes as JSON: `"LLM"` with its quotes.
  private static String plain(String attribute) {
    try {
      return attribute.startsWith("\"") ? Json.MAPPER.readTree(attribute).asString() : attribute;
    } catch (JacksonException _) {
      return attribute;
    }
  }
}
