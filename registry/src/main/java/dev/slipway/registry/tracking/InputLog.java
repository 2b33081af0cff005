package dev.slipway.registry.tracking;

import dev.slipway.base.Json;
import dev.slipway.registry.RegistryException;
import dev.slipway.registry.filter.Condition;
import dev.slipway.registry.rest.Arguments;
import dev.slipway.registry.sql.Database;
import dev.slipway.registry.sql.Session;
import java.util.List;
import java.util.UUID;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// What runs read and made: datasets and models.
public final class InputLog {
  private static final int MAX_DATASETS = 1000;
  private static final int NAME_CHARACTERS = 500;
  private static final int DIGEST_CHARACTERS = 36;
  private static final int SOURCE_CHARACTERS = 65_535;
  private static final int SCHEMA_CHARACTERS = 1_048_575;
  private static final int PROFILE_CHARACTERS = 16_777_215;
  private static final int TAG_KEY_CHARACTERS = 255;
  private static final int TAG_CHARACTERS = 500;
  private static final int SUMMARIES = 1000;
  private static final int MAX_EXPERIMENTS = 20;
  private static final String HISTORY_TAG = "mlflow.log-model.history";

  private final Database database;

  public InputLog(Database database) {
    this.database = database;
  }

  public ObjectNode inputs(Arguments arguments) {
    String runId = arguments.runId();
    List<Arguments> datasets = arguments.objects("datasets");
    if (datasets.size() > MAX_DATASETS) {
      throw RegistryException.invalid(
          "A request can log at most " + MAX_DATASETS + " datasets. Got " + datasets.size() + ".");
    }
    datasets.forEach(InputLog::check);
    List<String> models =
        arguments.objects("models").stream().map(each -> each.required("model_id")).toList();
    var _ =
        database.write(
            session -> {
              Runs.requireActive(session, runId);
              datasets.forEach(each -> keep(session, runId, each));
              models.forEach(each -> link(session, runId, "input", each, 0));
              return true;
            });
    return Json.object();
  }

  public ObjectNode outputs(Arguments arguments) {
    String runId = arguments.runId();
    List<Arguments> models = arguments.objects("models");
    models.forEach(each -> each.required("model_id"));
    var _ =
        database.write(
            session -> {
              Runs.requireActive(session, runId);
              models.forEach(
                  each ->
                      link(
                          session,
                          runId,
                          "output",
                          each.required("model_id"),
                          each.number("step", 0)));
              return true;
            });
    return Json.object();
  }

  private static void check(Arguments input) {
    Arguments dataset = input.object("dataset");
    Names.checkLength("name", NAME_CHARACTERS, dataset.required("name"));
    Names.checkLength("digest", DIGEST_CHARACTERS, dataset.required("digest"));
    var _ = dataset.required("source_type");
    Names.checkLength("source", SOURCE_CHARACTERS, dataset.required("source"));
    Names.checkLength("schema", SCHEMA_CHARACTERS, dataset.text("schema"));
    Names.checkLength("profile", PROFILE_CHARACTERS, dataset.text("profile"));
    for (Arguments tag : input.objects("tags")) {
      Names.checkLength("key", TAG_KEY_CHARACTERS, tag.required("key"));
      Names.checkLength("value", TAG_CHARACTERS, tag.text("value"));
    }
  }

  private static void keep(Session session, String runId, Arguments input) {
    Arguments dataset = input.object("dataset");
    String name = dataset.text("name");
    String digest = dataset.text("digest");
    long experiment =
        session
            .first("SELECT experiment_id FROM runs WHERE run_id = ?", row -> row.number(1), runId)
            .orElseThrow(() -> Runs.unknown(runId));
    session.update(
        "INSERT INTO datasets (dataset_id, experiment_id, name, digest, source_type, source,"
            + " dataset_schema, profile) VALUES (?, ?, ?, ?, ?, ?, ?, ?)"
            + " ON CONFLICT (experiment_id, name, digest) DO NOTHING",
        UUID.randomUUID().toString().replace("-", ""),
        experiment,
        name,
        digest,
        dataset.text("source_type"),
        dataset.text("source"),
        dataset.text("schema"),
        dataset.text("profile"));
    String id =
        session
            .first(
                "SELECT dataset_id FROM datasets WHERE experiment_id = ? AND name = ?"
                    + " AND digest = ?",
                row -> row.text(1),
                experiment,
                name,
                digest)
            .orElseThrow();
    session.update(
        "INSERT INTO inputs (run_id, dataset_id) VALUES (?, ?) ON CONFLICT DO NOTHING", runId, id);
    for (Arguments tag : input.objects("tags")) {
      session.update(
          "INSERT INTO input_tags (run_id, dataset_id, key, value) VALUES (?, ?, ?, ?)"
              + " ON CONFLICT (run_id, dataset_id, key) DO UPDATE SET value = excluded.value",
          runId,
          id,
          tag.text("key"),
          tag.text("value"));
    }
  }

  private static void link(
      Session session, String runId, String direction, String model, long step) {
    session.update(
        "INSERT INTO run_models (run_id, direction, model_id, step) VALUES (?, ?, ?, ?)"
            + " ON CONFLICT (run_id, direction, model_id) DO UPDATE SET step = excluded.step",
        runId,
        direction,
        model,
        step);
  }

  /// A model as 2.x clients log it: its description is added to a tag of the run.
  public ObjectNode model(Arguments arguments) {
    String runId = arguments.runId();
    ObjectNode described = described(arguments.required("model_json"));
    var _ =
        database.write(
            session -> {
              Runs.requireActive(session, runId);
              String earlier =
                  session
                      .first(
                          "SELECT value FROM tags WHERE run_id = ? AND key = ?",
                          row -> row.text(1),
                          runId,
                          HISTORY_TAG)
                      .orElse("[]");
              var history = Json.array();
              Json.MAPPER.readTree(earlier).forEach(history::add);
              history.add(described);
              return session.update(
                  Runs.SET_TAG, runId, HISTORY_TAG, Json.MAPPER.writeValueAsString(history));
            });
    return Json.object();
  }

  private static ObjectNode described(String text) {
    JsonNode read;
    try {
      read = Json.MAPPER.readTree(text);
    } catch (JacksonException e) {
      throw RegistryException.invalid(
          "Malformed model info. \n "
              + text
              + " \n is not a valid JSON: "
              + e.getOriginalMessage());
    }
    for (String field : List.of("artifact_path", "flavors", "utc_time_created", "run_id")) {
      if (!read.has(field)) {
        throw RegistryException.invalid(
            "Model json is missing mandatory fields: {'" + field + "'}");
      }
    }
    return (ObjectNode) read;
  }

  /// The datasets of experiments, each once.
  public ObjectNode summaries(Arguments arguments) {
    List<String> experiments = arguments.texts("experiment_ids");
    if (experiments.isEmpty()) {
      throw RegistryException.invalid(
          "SearchDatasets request must specify at least one experiment_id.");
    }
    if (experiments.size() > MAX_EXPERIMENTS) {
      throw RegistryException.invalid(
          "SearchDatasets request cannot specify more than %d experiment_ids. Received %d"
                  .formatted(MAX_EXPERIMENTS, experiments.size())
              + " experiment_ids.");
    }
    Condition among = Condition.in("d.experiment_id", RunSearch.numbers(experiments));
    List<ObjectNode> found =
        database.read(
            session ->
                session.list(
                    "SELECT DISTINCT d.experiment_id, d.name, d.digest, t.value FROM datasets d"
                        + " JOIN inputs i ON i.dataset_id = d.dataset_id"
                        + " LEFT JOIN input_tags t ON t.run_id = i.run_id"
                        + " AND t.dataset_id = i.dataset_id AND t.key = 'mlflow.data.context'"
                        + " WHERE "
                        + among.sql()
                        + " ORDER BY d.experiment_id, d.name, d.digest LIMIT "
                        + SUMMARIES,
                    row -> {
                      ObjectNode summary =
                          Json.object()
                              .put("experiment_id", Long.toString(row.number(1)))
                              .put("name", row.text(2))
                              .put("digest", row.text(3));
                      return row.absent(4) ? summary : summary.put("context", row.text(4));
                    },
                    among.arguments().toArray()));
    ObjectNode answer = Json.object();
    if (!found.isEmpty()) {
      answer.putArray("dataset_summaries").addAll(found);
    }
    return answer;
  }
}
