package dev.slipway.registry.models;

import dev.slipway.registry.RegistryException;
import dev.slipway.registry.artifacts.ArtifactStore;
import dev.slipway.registry.sql.Database;
import dev.slipway.registry.sql.Session;
import dev.slipway.registry.tracking.LoggedModels;
import java.util.Comparator;
import java.util.Optional;

/// Where the files are that a URI of the registry names.
public final class ModelLocations {
  private static final String MODELS = "models:/";
  private static final String RUNS = "runs:/";

  private final Database database;
  private final LoggedModels logged;
  private final ArtifactStore store;

  public ModelLocations(Database database, LoggedModels logged, ArtifactStore store) {
    this.database = database;
    this.logged = logged;
    this.store = store;
  }

  /// What a model server reads: a path of this machine, or a URI of another store.
  ///
  /// @param uri `models:/NAME/VERSION`, `models:/NAME/STAGE`, `models:/NAME/latest`,
  ///     `models:/NAME@ALIAS`, `models:/m-ID`, `runs:/RUN/path`, `mlflow-artifacts:/path`
  /// @return empty where there is no such model
  public Optional<String> locate(String uri) {
    try {
      String place = storage(uri);
      return Optional.of(ArtifactStore.path(place).map(store::place).orElse(place));
    } catch (RegistryException refused) {
      return Optional.empty();
    }
  }

  /// Where a model is kept.
  ///
  /// @throws RegistryException if there is none
  public String require(String uri) {
    return storage(uri);
  }

  /// Where a source is kept; a URI of another store stays as it is.
  ///
  /// @throws RegistryException if there is no such model or run
  String storage(String source) {
    String bare = source.replaceFirst("^(models|runs)://+", "$1:/");
    if (bare.startsWith(MODELS)) {
      return ofModel(bare.substring(MODELS.length()));
    }
    if (bare.startsWith(RUNS)) {
      return ofRun(bare.substring(RUNS.length()));
    }
    return source;
  }

  /// Where a source is kept. A run need not be known: what `runs:/` names stays as it is then.
  String storageIfThere(String source) {
    boolean ofRun = source.startsWith(RUNS) && source.length() > RUNS.length();
    String run = ofRun ? source.substring(RUNS.length()).replaceFirst("/.*", "") : "";
    return ofRun && !isRun(run) ? source : storage(source);
  }

  private boolean isRun(String runId) {
    return database
        .read(session -> session.first("SELECT 1 FROM runs WHERE run_id = ?", _ -> true, runId))
        .isPresent();
  }

  private String ofModel(String rest) {
    int at = rest.lastIndexOf('@');
    int slash = rest.lastIndexOf('/');
    if (at < 0 && slash < 0) {
      return logged
          .place(rest)
          .orElseThrow(
              () -> RegistryException.missing("Logged model with ID '" + rest + "' not found."));
    }
    if (at > slash) {
      String name = rest.substring(0, at);
      return database.read(
          session -> {
            ModelRows.require(session, name);
            var version = RegisteredModels.aliasedVersion(session, name, rest.substring(at + 1));
            return kept(session, name, Long.parseLong(version.path("version").stringValue()));
          });
    }
    String name = rest.substring(0, slash);
    String last = rest.substring(slash + 1);
    return last.matches("\\d{1,18}")
        ? ofVersion(name, Long.parseLong(last))
        : database.read(session -> kept(session, name, newest(session, name, last)));
  }

  private static long newest(Session session, String name, String stage) {
    ModelRows.require(session, name);
    boolean any = stage.equalsIgnoreCase("latest");
    String wanted = any ? "" : Stages.of(stage);
    return ModelRows.latest(session, name).stream()
        .filter(each -> any || each.path("current_stage").stringValue().equals(wanted))
        .map(each -> Long.valueOf(each.path("version").stringValue()))
        .max(Comparator.naturalOrder())
        .orElseThrow(
            () ->
                RegistryException.missing(
                    "No versions of model with name '"
                        + name
                        + "' and stage '"
                        + stage
                        + "' found"));
  }

  /// @throws RegistryException if there is none
  String ofVersion(String name, long version) {
    return database.read(session -> kept(session, name, version));
  }

  private static String kept(Session session, String name, long version) {
    ModelRows.requireVersion(session, name, version);
    return session
        .first(
            "SELECT storage_location FROM model_versions WHERE name = ? AND version = ?",
            row -> row.text(1),
            name,
            version)
        .orElseThrow();
  }

  /// A path below a run's artifacts; where nothing is there, the model of that name that the run
  /// logged.
  private String ofRun(String rest) {
    int slash = rest.indexOf('/');
    String runId = slash < 0 ? rest : rest.substring(0, slash);
    String path = slash < 0 ? "" : rest.substring(slash + 1);
    String artifacts = ofRunId(runId);
    String place = path.isEmpty() ? artifacts : artifacts + "/" + path;
    Optional<String> here = ArtifactStore.path(place);
    if (here.isPresent() && !store.exists(here.get())) {
      return logged.placeOfRun(runId, path).orElse(place);
    }
    return place;
  }

  /// Where a run keeps its artifacts.
  ///
  /// @throws RegistryException if there is no such run
  public String ofRunId(String runId) {
    return database.read(
        session ->
            session
                .first("SELECT artifact_uri FROM runs WHERE run_id = ?", row -> row.text(1), runId)
                .orElseThrow(
                    () -> RegistryException.missing("Run with id=" + runId + " not found")));
  }
}
