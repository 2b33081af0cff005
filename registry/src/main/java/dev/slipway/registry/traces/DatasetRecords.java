package dev.slipway.registry.traces;

import dev.slipway.base.Json;
import dev.slipway.registry.RegistryException;
import dev.slipway.registry.rest.Arguments;
import dev.slipway.registry.rest.Page;
import dev.slipway.registry.sql.Database;
import dev.slipway.registry.sql.Session;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// Records of evaluation datasets. Two with equal inputs are one: the later adds to its
/// expectations and tags.
public final class DatasetRecords {
  private static final int MAX_RECORDS = 10_000;

  private final Database database;
  private final InstantSource clock;

  public DatasetRecords(Database database, InstantSource clock) {
    this.database = database;
    this.clock = clock;
  }

  public ObjectNode upsert(Arguments arguments) {
    String id = arguments.required("dataset_id");
    ArrayNode records = records(arguments.required("records"));
    String user = arguments.text("updated_by");
    return database.write(
        session -> {
          var _ = EvaluationDatasets.require(session, id);
          int inserted = 0;
          for (JsonNode each : records) {
            inserted += keep(session, id, (ObjectNode) each, user) ? 1 : 0;
          }
          describe(session, id, user);
          return Json.object()
              .put("inserted_count", inserted)
              .put("updated_count", records.size() - inserted);
        });
  }

  private static ArrayNode records(String text) {
    try {
      if (Json.MAPPER.readTree(text) instanceof ArrayNode array && array.size() <= MAX_RECORDS) {
        for (JsonNode each : array) {
          if (!each.path("inputs").isObject()) {
            throw RegistryException.invalid("Each record must have an 'inputs' field (an object).");
          }
        }
        return array;
      }
    } catch (JacksonException _) {
      // refused below
    }
    throw Traces.wrong(
        "records",
        TraceRows.cut(text, 100),
        "expected a JSON list of at most " + MAX_RECORDS + " objects, as text");
  }

  /// Whether it is new.
  private boolean keep(Session session, String dataset, ObjectNode given, String user) {
    String hash = hash(given.path("inputs"));
    Optional<ObjectNode> known =
        session.first(
            "SELECT document FROM evaluation_dataset_records WHERE dataset_id = ?"
                + " AND inputs_hash = ?",
            row -> Json.parseObject(row.text(1)),
            dataset,
            hash);
    long now = clock.millis();
    ObjectNode kept = known.orElseGet(() -> fresh(dataset, given, user, now));
    for (String merged : List.of("expectations", "tags")) {
      given
          .path(merged)
          .properties()
          .forEach(each -> kept.withObjectProperty(merged).set(each.getKey(), each.getValue()));
    }
    if (given.hasNonNull("outputs")) {
      kept.set("outputs", given.path("outputs"));
    }
    kept.put("last_update_time", now);
    if (!user.isEmpty()) {
      kept.put("last_updated_by", user);
    }
    session.update(
        "INSERT INTO evaluation_dataset_records (dataset_id, inputs_hash, record_id,"
            + " creation_time, document) VALUES (?, ?, ?, ?, ?)"
            + " ON CONFLICT (dataset_id, inputs_hash) DO UPDATE SET document = excluded.document",
        dataset,
        hash,
        Json.text(kept, "dataset_record_id"),
        kept.path("created_time").longValue(),
        Json.MAPPER.writeValueAsString(kept));
    return known.isEmpty();
  }

  private static ObjectNode fresh(String dataset, ObjectNode given, String user, long now) {
    ObjectNode kept =
        Json.object()
            .put("dataset_record_id", "dr-" + UUID.randomUUID().toString().replace("-", ""))
            .put("dataset_id", dataset)
            .put("created_time", now);
    kept.set("inputs", given.path("inputs"));
    for (String field : List.of("source", "source_id", "source_type")) {
      if (given.hasNonNull(field)) {
        kept.set(field, given.path(field));
      }
    }
    JsonNode source = given.path("source");
    if (source.has("source_type")) {
      kept.set("source_type", source.path("source_type"));
    }
    if (source.path("source_data").has("trace_id")) {
      kept.set("source_id", source.path("source_data").path("trace_id"));
    }
    if (!user.isEmpty()) {
      kept.put("created_by", user);
    }
    return kept;
  }

  /// Of the inputs, whatever the order of their fields.
  private static String hash(JsonNode inputs) {
    return sha256(sorted(inputs).toString());
  }

  private static JsonNode sorted(JsonNode node) {
    if (node instanceof ObjectNode object) {
      var fields = new TreeMap<String, JsonNode>();
      object.properties().forEach(each -> fields.put(each.getKey(), sorted(each.getValue())));
      ObjectNode ordered = Json.object();
      fields.forEach(ordered::set);
      return ordered;
    }
    if (node instanceof ArrayNode array) {
      ArrayNode ordered = Json.array();
      array.forEach(each -> ordered.add(sorted(each)));
      return ordered;
    }
    return node;
  }

  private static String sha256(String text) {
    try {
      var digest = MessageDigest.getInstance("SHA-256");
      return HexFormat.of().formatHex(digest.digest(text.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  /// Brings the dataset's profile, schema and digest up to date.
  private void describe(Session session, String id, String user) {
    var documents =
        session.list(
            "SELECT document FROM evaluation_dataset_records WHERE dataset_id = ?"
                + " ORDER BY creation_time, record_id",
            row -> row.text(1),
            id);
    ObjectNode schema = Json.object();
    for (String each : documents) {
      ObjectNode record = Json.parseObject(each);
      for (String part : List.of("inputs", "outputs", "expectations")) {
        ObjectNode types = schema.withObjectProperty(part);
        record
            .path(part)
            .properties()
            .forEach(field -> types.put(field.getKey(), type(field.getValue())));
      }
    }
    schema.put("version", "1.0");
    session.update(
        "UPDATE evaluation_datasets SET dataset_schema = ?, profile = ?, digest = ?,"
            + " last_update_time = ?, last_updated_by = CASE WHEN ? = '' THEN last_updated_by"
            + " ELSE ? END WHERE dataset_id = ?",
        schema.toString(),
        Json.object().put("num_records", documents.size()).toString(),
        sha256(String.join("\n", documents)).substring(0, 8),
        clock.millis(),
        user,
        user,
        id);
  }

  private static String type(JsonNode value) {
    if (value.isObject() || value.isArray()) {
      return value.isObject() ? "object" : "array";
    }
    if (value.isBoolean()) {
      return "boolean";
    }
    if (value.isNumber()) {
      return value.isIntegralNumber() ? "integer" : "float";
    }
    return value.isNull() ? "null" : "string";
  }

  public ObjectNode list(Arguments arguments) {
    String id = arguments.required("dataset_id");
    var page = Page.of(arguments, 1000, MAX_RECORDS);
    List<String> found =
        database.read(
            session -> {
              var _ = EvaluationDatasets.require(session, id);
              return session.list(
                  "SELECT document FROM evaluation_dataset_records WHERE dataset_id = ?"
                      + " ORDER BY creation_time, record_id"
                      + page.sql(),
                  row -> row.text(1),
                  id);
            });
    ArrayNode records = Json.array();
    page.shown(found).forEach(each -> records.add(Json.parseObject(each)));
    ObjectNode answer = Json.object().put("records", records.toString());
    page.next(found).ifPresent(token -> answer.put("next_page_token", token));
    return answer;
  }

  public ObjectNode delete(Arguments arguments) {
    String id = arguments.required("dataset_id");
    List<String> records = arguments.texts("dataset_record_ids");
    int gone =
        database.write(
            session -> {
              var _ = EvaluationDatasets.require(session, id);
              int count = 0;
              for (String each : records) {
                count +=
                    session.update(
                        "DELETE FROM evaluation_dataset_records WHERE dataset_id = ?"
                            + " AND record_id = ?",
                        id,
                        each);
              }
              describe(session, id, "");
              return count;
            });
    return Json.object().put("deleted_count", gone);
  }
}
