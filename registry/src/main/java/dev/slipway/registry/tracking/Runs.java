package dev.slipway.registry.tracking;

import dev.slipway.base.Json;
import dev.slipway.registry.RegistryException;
import dev.slipway.registry.rest.Arguments;
import dev.slipway.registry.sql.Database;
import dev.slipway.registry.sql.Session;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.databind.node.StringNode;

/// Runs: begun, ended, renamed, deleted and restored.
public final class Runs {
  static final String NAME_TAG = "mlflow.runName";
  static final String SET_TAG =
      "INSERT INTO tags (run_id, key, value) VALUES (?, ?, ?)"
          + " ON CONFLICT (run_id, key) DO UPDATE SET value = excluded.value";
  private static final Set<String> STATUSES =
      Set.of("RUNNING", "SCHEDULED", "FINISHED", "FAILED", "KILLED");
  private static final List<String> NUMBERED =
      List.of("", "RUNNING", "SCHEDULED", "FINISHED", "FAILED", "KILLED");
  private static final String DEFAULT_EXPERIMENT = "0";

  private final Database database;
  private final InstantSource clock;

  public Runs(Database database, InstantSource clock) {
    this.database = database;
    this.clock = clock;
  }

  public ObjectNode create(Arguments arguments) {
    String written = arguments.text("experiment_id");
    long experiment = Experiments.number(written.isEmpty() ? DEFAULT_EXPERIMENT : written);
    long start = arguments.number("start_time", clock.millis());
    String user = arguments.text("user_id");
    var tags = new LinkedHashMap<String, String>();
    for (Arguments each : arguments.objects("tags")) {
      String key = each.text("key");
      Names.checkKey(key, "key", "key");
      tags.put(key, Names.cut(each.text("value"), Names.TAG_CHARACTERS));
    }
    String name = name(arguments.text("run_name"), tags.getOrDefault(NAME_TAG, ""));
    tags.put(NAME_TAG, name);
    String runId = UUID.randomUUID().toString().replace("-", "");
    ObjectNode run =
        database.write(
            session -> {
              Experiments.requireActive(session, experiment);
              String uri = Experiments.location(session, experiment) + "/" + runId + "/artifacts";
              session.update(
                  "INSERT INTO runs (run_id, experiment_id, name, user_id, status, start_time,"
                      + " artifact_uri, lifecycle_stage) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                  runId,
                  experiment,
                  name,
                  user,
                  "RUNNING",
                  start,
                  uri,
                  Experiments.ACTIVE);
              tags.forEach((key, value) -> session.update(SET_TAG, runId, key, value));
              return RunReader.one(session, runId);
            });
    ObjectNode answer = Json.object();
    answer.set("run", run);
    return answer;
  }

  private static String name(String given, String tag) {
    if (!given.isEmpty() && !tag.isEmpty() && !given.equals(tag)) {
      throw RegistryException.invalid(
          "Both 'run_name' argument and 'mlflow.runName' tag are specified, but with different"
              + " values (run_name='"
              + given
              + "', mlflow.runName='"
              + tag
              + "').");
    }
    String named = given.isEmpty() ? tag : given;
    return named.isEmpty() ? RunNames.invent(ThreadLocalRandom.current()) : named;
  }

  public ObjectNode get(Arguments arguments) {
    String runId = arguments.runId();
    Names.checkRunId(runId);
    ObjectNode answer = Json.object();
    answer.set("run", database.read(session -> RunReader.one(session, runId)));
    return answer;
  }

  public ObjectNode update(Arguments arguments) {
    String runId = arguments.runId();
    String status = status(arguments);
    @Nullable Long end = arguments.number("end_time").orElse(null);
    String name = arguments.text("run_name");
    ObjectNode info =
        database.write(
            session -> {
              requireActive(session, runId);
              if (!status.isEmpty()) {
                session.update("UPDATE runs SET status = ? WHERE run_id = ?", status, runId);
              }
              if (end != null) {
                session.update("UPDATE runs SET end_time = ? WHERE run_id = ?", end, runId);
              }
              if (!name.isEmpty()) {
                session.update("UPDATE runs SET name = ? WHERE run_id = ?", name, runId);
                session.update(SET_TAG, runId, NAME_TAG, name);
              }
              return RunReader.info(session, runId);
            });
    ObjectNode answer = Json.object();
    answer.set("run_info", info);
    return answer;
  }

  private static String status(Arguments arguments) {
    var node = arguments.tree().path("status");
    if (node.isIntegralNumber() && node.intValue() > 0 && node.intValue() < NUMBERED.size()) {
      return NUMBERED.get(node.intValue());
    }
    String status = arguments.text("status").toUpperCase(Locale.ROOT);
    if (!status.isEmpty() && !STATUSES.contains(status)) {
      throw Arguments.invalidValue(
          "status",
          StringNode.valueOf(arguments.text("status")),
          "expected one of " + NUMBERED.subList(1, NUMBERED.size()));
    }
    return status;
  }

  public ObjectNode delete(Arguments arguments) {
    String runId = arguments.runId();
    long now = clock.millis();
    var _ =
        database.write(
            session -> {
              requireActive(session, runId);
              return session.update(
                  "UPDATE runs SET lifecycle_stage = ?, deleted_time = ? WHERE run_id = ?",
                  Experiments.DELETED,
                  now,
                  runId);
            });
    return Json.object();
  }

  public ObjectNode restore(Arguments arguments) {
    String runId = arguments.runId();
    var _ =
        database.write(
            session -> {
              if (stage(session, runId).equals(Experiments.ACTIVE)) {
                throw RegistryException.invalid(
                    "The run " + runId + " must be in 'deleted' state. Current state is active.");
              }
              return session.update(
                  "UPDATE runs SET lifecycle_stage = ?, deleted_time = NULL WHERE run_id = ?",
                  Experiments.ACTIVE,
                  runId);
            });
    return Json.object();
  }

  static void requireActive(Session session, String runId) {
    String stage = stage(session, runId);
    if (!stage.equals(Experiments.ACTIVE)) {
      throw RegistryException.invalid(
          "The run " + runId + " must be in the 'active' state. Current state is " + stage + ".");
    }
  }

  private static String stage(Session session, String runId) {
    return session
        .first("SELECT lifecycle_stage FROM runs WHERE run_id = ?", row -> row.text(1), runId)
        .orElseThrow(() -> unknown(runId));
  }

  static RegistryException unknown(String runId) {
    return RegistryException.missing("Run with id=" + runId + " not found");
  }
}
