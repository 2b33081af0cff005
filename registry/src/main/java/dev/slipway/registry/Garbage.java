package dev.slipway.registry;

import dev.slipway.registry.artifacts.ArtifactStore;
import dev.slipway.registry.filter.Condition;
import dev.slipway.registry.sql.Database;
import dev.slipway.registry.sql.Session;
import dev.slipway.registry.traces.Traces;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/// Removes for good what was deleted: runs, experiments with all in them, logged models, and their
/// files. Until then all of it can be restored.
///
/// Files go first: what is interrupted is found again by the next collection. Files in a store that
/// is not this registry's stay.
///
/// Source: mlflow/cli.py, `gc`.
public final class Garbage {
  private static final List<String> OF_RUN =
      List.of(
          "metrics",
          "latest_metrics",
          "params",
          "tags",
          "inputs",
          "input_tags",
          "run_models",
          "trace_runs",
          "runs");
  private static final List<String> OF_MODEL =
      List.of("logged_model_tags", "logged_model_params", "logged_model_metrics", "logged_models");

  private final Database database;
  private final ArtifactStore store;

  Garbage(Database database, ArtifactStore store) {
    this.database = database;
    this.store = store;
  }

  /// What to remove; where all lists are empty, everything that was deleted.
  ///
  /// @param olderThan only what was deleted so long ago
  public record Wanted(
      Duration olderThan, List<String> runs, List<String> experiments, List<String> models) {
    public Wanted {
      runs = List.copyOf(runs);
      experiments = List.copyOf(experiments);
      models = List.copyOf(models);
    }

    boolean everything() {
      return runs.isEmpty() && experiments.isEmpty() && models.isEmpty();
    }
  }

  /// What was removed.
  ///
  /// @param left places of files in other stores
  public record Removed(
      List<String> runs, List<String> experiments, List<String> models, List<String> left) {
    public Removed {
      runs = List.copyOf(runs);
      experiments = List.copyOf(experiments);
      models = List.copyOf(models);
      left = List.copyOf(left);
    }
  }

  /// @param since the column that says when it was deleted
  private record Kind(String name, String table, String key, String since) {}

  private static final Kind RUN = new Kind("Run", "runs", "run_id", "deleted_time");
  private static final Kind MODEL =
      new Kind("Logged model", "logged_models", "model_id", "last_updated_timestamp");

  private record Item(String id, String place) {}

  /// @throws RegistryException if something named is not deleted, or not for long enough
  Removed collect(Wanted wanted, Instant now) {
    long before = now.minus(wanted.olderThan()).toEpochMilli();
    List<Item> experiments = database.read(session -> experiments(session, wanted, before));
    List<Item> runs = database.read(session -> runs(session, wanted, before));
    List<Item> models = database.read(session -> models(session, wanted, before));
    var left = new ArrayList<String>();
    for (Item each : runs) {
      files(each.place, left);
      remove(OF_RUN, "run_id", each.id);
    }
    for (Item each : models) {
      files(each.place, left);
      remove(OF_MODEL, "model_id", each.id);
    }
    for (Item each : experiments) {
      removeExperiment(each, left);
    }
    return new Removed(ids(runs), ids(experiments), ids(models), left);
  }

  private static List<String> ids(List<Item> items) {
    return items.stream().map(Item::id).toList();
  }

  private static List<Item> experiments(Session session, Wanted wanted, long before) {
    List<Long> named = wanted.experiments().stream().map(Garbage::number).toList();
    if (named.isEmpty() && !wanted.everything()) {
      return List.of();
    }
    Condition which = named.isEmpty() ? Condition.ALL : Condition.in("experiment_id", named);
    var found =
        session.list(
            "SELECT experiment_id, artifact_location FROM experiments WHERE lifecycle_stage ="
                + " 'deleted' AND last_update_time <= "
                + before
                + " AND "
                + which.sql(),
            row -> new Item(Long.toString(row.number(1)), row.text(2)),
            which.arguments().toArray());
    check("Experiment", wanted.experiments(), ids(found));
    return found;
  }

  private static long number(String id) {
    try {
      return Long.parseLong(id);
    } catch (NumberFormatException _) {
      throw RegistryException.invalid("\"" + id + "\" is no id of an experiment");
    }
  }

  private static List<Item> runs(Session session, Wanted wanted, long before) {
    return deleted(session, RUN, before, wanted.runs(), wanted.everything());
  }

  private static List<Item> models(Session session, Wanted wanted, long before) {
    return deleted(session, MODEL, before, wanted.models(), wanted.everything());
  }

  private static List<Item> deleted(
      Session session, Kind kind, long before, List<String> named, boolean everything) {
    if (named.isEmpty() && !everything) {
      return List.of();
    }
    Condition which = named.isEmpty() ? Condition.ALL : Condition.in(kind.key, named);
    var found =
        session.list(
            "SELECT "
                + kind.key
                + ", artifact_uri FROM "
                + kind.table
                + " WHERE lifecycle_stage = 'deleted' AND coalesce("
                + kind.since
                + ", 0) <= "
                + before
                + " AND "
                + which.sql(),
            row -> new Item(row.text(1), row.text(2)),
            which.arguments().toArray());
    check(kind.name, named, ids(found));
    return found;
  }

  private static void check(String what, List<String> named, List<String> found) {
    for (String each : named) {
      if (!found.contains(each)) {
        throw RegistryException.invalid(
            what
                + " "
                + each
                + " is not deleted, or not for long enough; only what is in the `deleted` lifecycle"
                + " stage can be removed for good.");
      }
    }
  }

  private void files(String place, List<String> left) {
    var path = ArtifactStore.path(place);
    if (path.isEmpty() || path.get().isEmpty()) {
      left.add(place);
      return;
    }
    try {
      if (store.exists(path.get())) {
        store.delete(path.get());
      }
    } catch (IOException e) {
      throw new UncheckedIOException("the files at " + place + " cannot be removed", e);
    }
  }

  private void remove(List<String> tables, String key, String id) {
    var _ =
        database.write(
            session -> {
              tables.forEach(
                  each -> session.update("DELETE FROM " + each + " WHERE " + key + " = ?", id));
              return true;
            });
  }

  private void removeExperiment(Item experiment, List<String> left) {
    long id = Long.parseLong(experiment.id);
    files(experiment.place, left);
    var _ =
        database.write(
            session -> {
              for (String each : OF_RUN) {
                inside(session, each, "run_id", "runs", id);
              }
              for (String each : OF_MODEL) {
                inside(session, each, "model_id", "logged_models", id);
              }
              Traces.purge(session, id);
              for (String each : List.of("datasets", "scorers", "experiment_tags", "experiments")) {
                session.update("DELETE FROM " + each + " WHERE experiment_id = ?", id);
              }
              return true;
            });
  }

  private static void inside(Session session, String table, String key, String owner, long id) {
    if (table.equals(owner)) {
      session.update("DELETE FROM " + table + " WHERE experiment_id = ?", id);
    } else {
      session.update(
          "DELETE FROM "
              + table
              + " WHERE "
              + key
              + " IN (SELECT "
              + key
              + " FROM "
              + owner
              + " WHERE experiment_id = ?)",
          id);
    }
  }
}
