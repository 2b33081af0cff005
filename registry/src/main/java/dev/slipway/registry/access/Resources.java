package dev.slipway.registry.access;

import dev.slipway.registry.rest.Arguments;
import dev.slipway.registry.sql.Database;
import dev.slipway.registry.sql.Session;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Which experiments and registered models a request is about. What is not there is left out: the
/// request is answered that it is not.
final class Resources {
  private static final Pattern PROXIED = Pattern.compile("(\\d{1,18})(?:/.*)?");
  private static final Pattern KEPT = Pattern.compile("mlflow-artifacts:/+(\\d{1,18})(?:/.*)?");
  private static final Pattern RUN = Pattern.compile("runs:/+([^/]+)(?:/.*)?");
  private static final Pattern LOGGED = Pattern.compile("models:/+(m-[^/@]+)");
  private static final Pattern MODEL = Pattern.compile("models:/+(.+?)[/@][^/@]+");

  private final Database database;

  Resources(Database database) {
    this.database = database;
  }

  /// @param path below `/api/2.0/mlflow/`
  Set<Resource> of(String path, Arguments arguments) {
    var found = new LinkedHashSet<Resource>();
    boolean models = path.startsWith("registered-models/") || path.startsWith("model-versions/");
    database.read(
        session -> {
          if (models) {
            model(found, arguments.text("name"));
            source(session, found, arguments.text("source"));
          } else {
            tracked(session, found, arguments);
          }
          return true;
        });
    return found;
  }

  private static void model(Set<Resource> found, String name) {
    if (!name.isEmpty()) {
      found.add(new Resource(Permissions.MODEL, name));
    }
  }

  private static void tracked(Session session, Set<Resource> found, Arguments arguments) {
    for (String field : List.of("experiment_id", "experiment_ids")) {
      texts(arguments, field).forEach(id -> experiment(found, id));
    }
    for (String field : List.of("run_id", "run_uuid", "run_ids", "source_run_id")) {
      texts(arguments, field).forEach(id -> owner(session, found, "runs", "run_id", id));
    }
    texts(arguments, "model_id")
        .forEach(id -> owner(session, found, "logged_models", "model_id", id));
    for (String field : List.of("trace_id", "request_id", "trace_ids", "request_ids")) {
      texts(arguments, field).forEach(id -> owner(session, found, "traces", "trace_id", id));
    }
    for (String id : texts(arguments, "dataset_id")) {
      session
          .list(
              "SELECT experiment_id FROM evaluation_dataset_experiments WHERE dataset_id = ?",
              row -> row.text(1),
              id)
          .forEach(experiment -> experiment(found, experiment));
    }
    if (arguments.has("experiment_name")) {
      owner(session, found, "experiments", "name", arguments.text("experiment_name"));
    }
    if (arguments.has("trace")) {
      Arguments info = arguments.object("trace").object("trace_info");
      owner(session, found, "traces", "trace_id", info.text("trace_id"));
      located(found, info.object("trace_location"));
    }
    arguments.objects("locations").forEach(each -> located(found, each));
  }

  private static List<String> texts(Arguments arguments, String field) {
    var node = arguments.tree().path(field);
    if (node.isString()) {
      return List.of(node.stringValue());
    }
    return node.isArray()
        ? node.valueStream()
            .filter(each -> each.isString())
            .map(each -> each.stringValue())
            .toList()
        : List.of();
  }

  private static void located(Set<Resource> found, Arguments location) {
    experiment(found, location.object("mlflow_experiment").text("experiment_id"));
  }

  private static void experiment(Set<Resource> found, String id) {
    if (!id.isEmpty()) {
      found.add(new Resource(Permissions.EXPERIMENT, id));
    }
  }

  /// The experiment that a row belongs to.
  private static void owner(
      Session session, Set<Resource> found, String table, String key, String id) {
    session
        .first(
            "SELECT experiment_id FROM " + table + " WHERE " + key + " = ?",
            row -> Long.toString(row.number(1)),
            id)
        .ifPresent(experiment -> experiment(found, experiment));
  }

  /// Where a version's files come from: who registers them must be let in there.
  private static void source(Session session, Set<Resource> found, String source) {
    Matcher kept = KEPT.matcher(source);
    Matcher run = RUN.matcher(source);
    Matcher logged = LOGGED.matcher(source);
    Matcher model = MODEL.matcher(source);
    if (kept.matches()) {
      experiment(found, kept.group(1));
    } else if (run.matches()) {
      owner(session, found, "runs", "run_id", run.group(1));
    } else if (logged.matches()) {
      owner(session, found, "logged_models", "model_id", logged.group(1));
    } else if (model.matches()) {
      model(found, model.group(1));
    }
  }

  /// Of a path of the artifact proxy, which begins with the experiment's id.
  Set<Resource> ofFile(String path) {
    Matcher proxied = PROXIED.matcher(path);
    return proxied.matches()
        ? Set.of(new Resource(Permissions.EXPERIMENT, proxied.group(1)))
        : Set.of();
  }
}
