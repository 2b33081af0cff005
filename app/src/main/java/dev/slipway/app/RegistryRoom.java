package dev.slipway.app;

import dev.slipway.inference.artifact.ArtifactException;
import dev.slipway.inference.artifact.ModelUris;
import dev.slipway.net.Handler;
import dev.slipway.net.Request;
import dev.slipway.net.Response;
import dev.slipway.registry.Registry;
import dev.slipway.registry.RegistrySettings;
import dev.slipway.registry.access.Identities;
import dev.slipway.registry.sql.StorageException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The model registry of this program, opened when first asked.
final class RegistryRoom implements Handler, ModelUris, AutoCloseable {
  private final RegistrySettings settings;
  private final InstantSource clock;
  private final Identities identities;
  private @Nullable Registry opened; // guarded by this
  private final List<Runnable> listeners = new ArrayList<>(); // guarded by this
  private boolean closed; // guarded by this

  /// @param identities who may ask, where the registry is guarded
  RegistryRoom(RegistrySettings settings, InstantSource clock, Identities identities) {
    this.settings = settings;
    this.clock = clock;
    this.identities = identities;
  }

  /// The registry of a data directory.
  static RegistryRoom at(Path data) {
    return new RegistryRoom(
        RegistrySettings.at(data.resolve("registry")), InstantSource.system(), Identities.none());
  }

  @Override
  public Optional<String> locate(String uri) throws ArtifactException {
    try {
      return registry().locate(uri);
    } catch (RuntimeException problem) {
      throw new ArtifactException(
          ArtifactException.Kind.UNAVAILABLE,
          uri + ": the model registry cannot be asked: " + problem.getMessage(),
          problem);
    }
  }

  /// @throws dev.slipway.registry.sql.StorageException if the database cannot be used
  synchronized Registry registry() {
    if (closed) {
      throw new IllegalStateException("the registry is closed");
    }
    if (opened == null) {
      opened = Registry.open(settings, clock, identities);
      listeners.forEach(opened::onModels);
    }
    return opened;
  }

  /// Opens it at once, where its place was chosen by the user.
  ///
  /// @throws UserException if its database cannot be used
  void check() {
    try {
      var _ = registry();
    } catch (StorageException problem) {
      throw new UserException(String.valueOf(problem.getMessage()));
    }
  }

  /// As [Registry#onModels], without opening it.
  synchronized void onModels(Runnable listener) {
    listeners.add(listener);
    if (opened != null) {
      opened.onModels(listener);
    }
  }

  @Override
  public void handle(Request request, Response response) throws Exception {
    Registry registry;
    try {
      registry = registry();
    } catch (RuntimeException problem) {
      Registry.refuse(response, problem);
      return;
    }
    registry.handler().handle(request, response);
  }

  @Override
  public synchronized void close() {
    closed = true;
    if (opened != null) {
      opened.close();
      opened = null;
    }
  }
}
