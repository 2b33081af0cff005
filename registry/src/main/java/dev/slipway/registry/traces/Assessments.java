package dev.slipway.registry.traces;

import dev.slipway.base.Json;
import dev.slipway.registry.RegistryException;
import dev.slipway.registry.rest.Arguments;
import dev.slipway.registry.sql.Database;
import dev.slipway.registry.sql.Session;
import java.time.InstantSource;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// What people, judges and code think of traces: feedback and expectations.
///
/// One that overrides another makes that invalid; deleted, it makes it valid again.
public final class Assessments {
  private static final Set<String> SOURCES = Set.of("HUMAN", "LLM_JUDGE", "AI_JUDGE", "CODE");
  private static final int NAME_CHARACTERS = 250;

  private final Database database;
  private final InstantSource clock;

  public Assessments(Database database, InstantSource clock) {
    this.database = database;
    this.clock = clock;
  }

  public ObjectNode create(Arguments arguments) {
    String trace = arguments.required("trace_id");
    if (!arguments.has("assessment")) {
      throw Arguments.missing("assessment");
    }
    Arguments given = arguments.object("assessment");
    check(given);
    String now = clock.instant().toString();
    return answer(
        database.write(
            session -> {
              TraceRows.requireThere(session, trace);
              String overridden = given.text("overrides");
              if (!overridden.isEmpty()) {
                revalue(session, require(session, trace, overridden), false);
              }
              return keep(session, trace, given.tree(), now);
            }));
  }

  /// Keeps what a trace brings with it.
  static void keepAll(Session session, String trace, List<Arguments> given) {
    for (Arguments each : given) {
      check(each);
      keep(session, trace, each.tree(), java.time.Instant.now().toString());
    }
  }

  private static void check(Arguments given) {
    String name = given.required("assessment_name");
    if (name.length() > NAME_CHARACTERS) {
      throw Traces.wrong(
          "assessment_name", name, "it is longer than " + NAME_CHARACTERS + " characters");
    }
    if (!given.has("source")) {
      throw Arguments.missing("source");
    }
    String source = given.object("source").required("source_type");
    if (!SOURCES.contains(source)) {
      throw Traces.wrong("source_type", source, "expected one of HUMAN, LLM_JUDGE, CODE");
    }
    if (given.has("feedback") == given.has("expectation")) {
      throw RegistryException.invalid(
          "Assessment must have exactly one of 'feedback' and 'expectation'.");
    }
    var _ = given.object(given.has("feedback") ? "feedback" : "expectation");
    var _ = TraceInfo.strings(given, "metadata");
    var _ = given.text("rationale");
    var _ = given.flag("valid", true);
  }

  private static ObjectNode keep(Session session, String trace, ObjectNode given, String now) {
    ObjectNode kept = given.deepCopy();
    serialize(kept);
    String id = Json.text(given, "assessment_id");
    kept.put(
        "assessment_id", id.isEmpty() ? "a-" + UUID.randomUUID().toString().replace("-", "") : id);
    kept.put("trace_id", trace);
    for (String time : List.of("create_time", "last_update_time")) {
      if (Json.text(kept, time).isEmpty()) {
        kept.put(time, now);
      }
    }
    if (!kept.has("valid")) {
      kept.put("valid", true);
    }
    store(session, kept);
    return kept;
  }

  /// An expected list or object is kept as its JSON, as MLflow answers it.
  private static void serialize(ObjectNode assessment) {
    JsonNode value = assessment.path("expectation").path("value");
    if (!value.isContainer()) {
      return;
    }
    assessment
        .putObject("expectation")
        .putObject("serialized_value")
        .put("serialization_format", "JSON_FORMAT")
        .put("value", Json.MAPPER.writeValueAsString(value));
  }

  private static void store(Session session, ObjectNode kept) {
    String kind = kept.has("feedback") ? "feedback" : "expectation";
    session.update(
        "INSERT INTO assessments (assessment_id, trace_id, name, kind, value, valid,"
            + " creation_time, document) VALUES (?, ?, ?, ?, ?, ?, ?, ?)"
            + " ON CONFLICT (assessment_id) DO UPDATE SET name = excluded.name,"
            + " kind = excluded.kind, value = excluded.value, valid = excluded.valid,"
            + " document = excluded.document",
        Json.text(kept, "assessment_id"),
        Json.text(kept, "trace_id"),
        Json.text(kept, "assessment_name"),
        kind,
        value(kept.path(kind)),
        kept.path("valid").booleanValue() ? 1 : 0,
        millis(Json.text(kept, "create_time")),
        Json.MAPPER.writeValueAsString(kept));
  }

  /// What a filter compares with: text as it is, else its JSON.
  private static String value(JsonNode judged) {
    JsonNode value = judged.path("value");
    if (value.isMissingNode()) {
      return Json.text(judged, "serialized_value", "value");
    }
    return value.isString() ? value.stringValue() : value.toString();
  }

  private static long millis(String time) {
    try {
      return java.time.Instant.parse(time).toEpochMilli();
    } catch (java.time.DateTimeException | ArithmeticException _) {
      throw Traces.wrong("create_time", time, "expected a time such as 2025-01-02T03:04:05Z");
    }
  }

  private static void revalue(Session session, ObjectNode assessment, boolean valid) {
    store(session, assessment.put("valid", valid));
  }

  public ObjectNode get(Arguments arguments) {
    String trace = arguments.required("trace_id");
    String id = arguments.required("assessment_id");
    return answer(
        database.read(
            session -> {
              TraceRows.requireThere(session, trace);
              return require(session, trace, id);
            }));
  }

  private static ObjectNode require(Session session, String trace, String id) {
    return session
        .first(
            "SELECT document FROM assessments WHERE assessment_id = ? AND trace_id = ?",
            row -> Json.parseObject(row.text(1)),
            id,
            trace)
        .orElseThrow(
            () ->
                RegistryException.missing(
                    "Assessment with ID '" + id + "' not found for trace '" + trace + "'"));
  }

  /// Changes the fields that `update_mask` names, or, without one, those given.
  public ObjectNode update(Arguments arguments) {
    String trace = arguments.required("trace_id");
    String id = arguments.required("assessment_id");
    ObjectNode given = arguments.object("assessment").tree();
    List<String> mask =
        arguments.text("update_mask").isEmpty()
            ? List.copyOf(given.propertyNames())
            : List.of(arguments.text("update_mask").split(",", -1));
    return answer(
        database.write(
            session -> {
              TraceRows.requireThere(session, trace);
              ObjectNode kept = require(session, trace, id);
              mask.forEach(path -> change(kept, given, snake(path.strip())));
              serialize(kept);
              check(new Arguments(kept, false));
              kept.put("last_update_time", clock.instant().toString());
              store(session, kept);
              return kept;
            }));
  }

  /// protobuf's JSON writes paths of a mask in camel case.
  private static String snake(String path) {
    return path.replaceAll("([a-z])([A-Z])", "$1_$2").toLowerCase(java.util.Locale.ROOT);
  }

  private static void change(ObjectNode kept, ObjectNode given, String field) {
    switch (field) {
      case "assessment_name", "rationale", "valid" -> copy(kept, given, field);
      case "feedback", "expectation" -> {
        if (!kept.has(field)) {
          throw RegistryException.invalid(
              "Cannot change the kind of an assessment: it has no " + field + ".");
        }
        copy(kept, given, field);
      }
      case "metadata" ->
          given
              .path("metadata")
              .properties()
              .forEach(
                  each -> kept.withObjectProperty("metadata").set(each.getKey(), each.getValue()));
      case "assessment_id", "trace_id", "last_update_time", "create_time", "source", "span_id" -> {
        // stay as they are
      }
      default -> throw Traces.wrong("update_mask", field, "it is no field that can be changed");
    }
  }

  private static void copy(ObjectNode kept, ObjectNode given, String field) {
    if (given.has(field)) {
      kept.set(field, given.path(field));
    } else {
      kept.remove(field);
    }
  }

  public ObjectNode delete(Arguments arguments) {
    String trace = arguments.required("trace_id");
    String id = arguments.required("assessment_id");
    var _ =
        database.write(
            session -> {
              TraceRows.requireThere(session, trace);
              String overridden = Json.text(require(session, trace, id), "overrides");
              session.update("DELETE FROM assessments WHERE assessment_id = ?", id);
              if (session.exists("SELECT 1 FROM assessments WHERE assessment_id = ?", overridden)) {
                revalue(session, require(session, trace, overridden), true);
              }
              return true;
            });
    return Json.object();
  }

  private static ObjectNode answer(ObjectNode assessment) {
    ObjectNode answer = Json.object();
    answer.set("assessment", assessment);
    return answer;
  }
}
