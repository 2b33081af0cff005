package dev.slipway.registry;

import dev.slipway.net.Handler;
import dev.slipway.net.Response;
import dev.slipway.registry.access.Identities;
import dev.slipway.registry.artifacts.ArtifactStore;
import dev.slipway.registry.artifacts.BucketStore;
import dev.slipway.registry.artifacts.DiskStore;
import dev.slipway.registry.models.Delivery;
import dev.slipway.registry.models.ModelLocations;
import dev.slipway.registry.models.ModelVersions;
import dev.slipway.registry.models.RegisteredModels;
import dev.slipway.registry.models.Webhooks;
import dev.slipway.registry.rest.AccessRoutes;
import dev.slipway.registry.rest.Answers;
import dev.slipway.registry.rest.ArtifactHandler;
import dev.slipway.registry.rest.RegistryHandler;
import dev.slipway.registry.rest.TraceRoutes;
import dev.slipway.registry.sql.Database;
import dev.slipway.registry.traces.Assessments;
import dev.slipway.registry.traces.DatasetRecords;
import dev.slipway.registry.traces.EvaluationDatasets;
import dev.slipway.registry.traces.Scorers;
import dev.slipway.registry.traces.SpanLog;
import dev.slipway.registry.traces.TraceSearch;
import dev.slipway.registry.traces.Traces;
import dev.slipway.registry.tracking.Experiments;
import dev.slipway.registry.tracking.InputLog;
import dev.slipway.registry.tracking.LoggedModels;
import dev.slipway.registry.tracking.Metrics;
import dev.slipway.registry.tracking.RunLog;
import dev.slipway.registry.tracking.RunSearch;
import dev.slipway.registry.tracking.Runs;
import java.time.InstantSource;
import java.util.Optional;
import tools.jackson.databind.node.ObjectNode;

/// The registry: MLflow's tracking, model registry and artifact proxy over one database.
public final class Registry implements AutoCloseable {
  private final Database database;
  private final Delivery delivery;
  private final Garbage garbage;
  private final InstantSource clock;
  private final ModelLocations locations;
  private final RegistryHandler handler;

  private Registry(
      RegistrySettings settings, InstantSource clock, Optional<Identities> identities) {
    database = Database.open(settings.database());
    var experiments = new Experiments(database, clock);
    experiments.installDefault();
    delivery = new Delivery(clock);
    var logged = new LoggedModels(database, clock);
    ArtifactStore store =
        settings
            .bucket()
            .<ArtifactStore>map(bucket -> new BucketStore(bucket, clock))
            .orElseGet(() -> new DiskStore(settings.artifacts()));
    garbage = new Garbage(database, store);
    this.clock = clock;
    locations = new ModelLocations(database, logged, store);
    var webhooks = new Webhooks(database, clock, delivery);
    var tracking =
        new RegistryHandler.Tracking(
            experiments,
            new Runs(database, clock),
            new RunLog(database),
            new RunSearch(database),
            new Metrics(database),
            new InputLog(database),
            logged);
    var models =
        new RegistryHandler.Models(
            new RegisteredModels(database, clock, webhooks),
            new ModelVersions(database, clock, locations, webhooks),
            webhooks,
            locations);
    var traces =
        new TraceRoutes(
            new Traces(database),
            new TraceSearch(database),
            new SpanLog(database),
            new Assessments(database, clock),
            new EvaluationDatasets(database, clock),
            new DatasetRecords(database, clock),
            new Scorers(database, clock));
    var artifacts = new ArtifactHandler(store, locations, logged);
    var access = identities.map(each -> AccessRoutes.of(database, each));
    handler = new RegistryHandler(tracking, models, traces, artifacts, access);
  }

  /// Opens the database, making its tables where there are none.
  ///
  /// @throws dev.slipway.registry.sql.StorageException if it cannot be used
  public static Registry open(RegistrySettings settings, InstantSource clock) {
    return new Registry(settings, clock, Optional.empty());
  }

  /// The same; where it is guarded, for those alone who may.
  ///
  /// @param identities who shows a token, besides those with a password here
  public static Registry open(
      RegistrySettings settings, InstantSource clock, Identities identities) {
    return new Registry(
        settings, clock, settings.guarded() ? Optional.of(identities) : Optional.empty());
  }

  /// Whether a path is one of MLflow's, which [#handler] answers.
  public static boolean takes(String rawPath) {
    return RegistryHandler.takes(rawPath);
  }

  /// Where the files of a model are.
  ///
  /// @param uri see [ModelLocations#locate]
  /// @return a path of this machine, or a URI of another store; empty where there is no such model
  public Optional<String> locate(String uri) {
    return locations.locate(uri);
  }

  /// Removes for good what was deleted.
  ///
  /// @throws RegistryException if something named is not deleted
  public Garbage.Removed collect(Garbage.Wanted wanted) {
    return garbage.collect(wanted, clock.instant());
  }

  /// Answers with a failure, as [#handler] would.
  public static void refuse(Response response, RuntimeException problem) {
    Answers.refuse(response, problem);
  }

  public Handler handler() {
    return handler;
  }

  /// Answers in this process what a path below `/api/2.0/mlflow/` answers.
  ///
  /// @param fields of the body or the query
  /// @throws RegistryException as a client would be refused
  public ObjectNode call(String method, String path, ObjectNode fields) {
    return handler.call(method, path, fields);
  }

  /// Has a listener told after each write that may have changed what a name, an alias or a stage
  /// means. It is called by the writer's thread and must return at once.
  public void onModels(Runnable listener) {
    handler.onModels(listener);
  }

  @Override
  public void close() {
    delivery.close();
    database.close();
  }
}
