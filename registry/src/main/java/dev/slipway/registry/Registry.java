package dev.slipway.registry;

import dev.slipway.net.Handler;
import dev.slipway.net.Response;
import dev.slipway.registry.rest.Answers;
import dev.slipway.registry.rest.RegistryHandler;
import dev.slipway.registry.sql.Database;
import dev.slipway.registry.tracking.Experiments;
import dev.slipway.registry.tracking.InputLog;
import dev.slipway.registry.tracking.LoggedModels;
import dev.slipway.registry.tracking.Metrics;
import dev.slipway.registry.tracking.RunLog;
import dev.slipway.registry.tracking.RunSearch;
import dev.slipway.registry.tracking.Runs;
import java.time.InstantSource;

/// The registry: MLflow's tracking, model registry and artifact proxy over one database.
public final class Registry implements AutoCloseable {
  private final Database database;
  private final RegistryHandler handler;

  private Registry(RegistrySettings settings, InstantSource clock) {
    database = Database.open(settings.database());
    var experiments = new Experiments(database, clock);
    experiments.installDefault();
    var tracking =
        new RegistryHandler.Tracking(
            experiments,
            new Runs(database, clock),
            new RunLog(database),
            new RunSearch(database),
            new Metrics(database),
            new InputLog(database),
            new LoggedModels(database, clock));
    handler = new RegistryHandler(tracking);
  }

  /// Opens the database, making its tables where there are none.
  ///
  /// @throws dev.slipway.registry.sql.StorageException if it cannot be used
  public static Registry open(RegistrySettings settings, InstantSource clock) {
    return new Registry(settings, clock);
  }

  /// Whether a path is one of MLflow's, which [#handler] answers.
  public static boolean takes(String rawPath) {
    return RegistryHandler.takes(rawPath);
  }

  /// Answers with a failure, as [#handler] would.
  public static void refuse(Response response, RuntimeException problem) {
    Answers.refuse(response, problem);
  }

  public Handler handler() {
    return handler;
  }

  @Override
  public void close() {
    database.close();
  }
}
