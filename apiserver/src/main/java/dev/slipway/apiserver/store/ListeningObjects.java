package dev.slipway.apiserver.store;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Objects with listeners that hear of each write to a resource before the writer does, so that
/// what they keep is never
/// behind what the writer can see.
public final class ListeningObjects implements Objects {
  private final Objects objects;
  private final Map<Set<String>, Runnable> listeners;
  private final List<Consumer<Version>> ofAll = new CopyOnWriteArrayList<>();

  /// @param listeners what to run after a write to any resource of the set; must be quick and must
  ///     not write
  public ListeningObjects(Objects objects, Map<Set<String>, Runnable> listeners) {
    this.objects = objects;
    this.listeners = Map.copyOf(listeners);
  }

  /// Adds a listener to every write; it must be quick and must not write.
  public void listen(Consumer<Version> listener) {
    ofAll.add(listener);
  }

  @Override
  public Version commit(Change change) {
    Version version = objects.commit(change);
    for (Map.Entry<Set<String>, Runnable> each : listeners.entrySet()) {
      if (each.getKey().contains(change.resource())) {
        each.getValue().run();
      }
    }
    for (Consumer<Version> each : ofAll) {
      each.accept(version);
    }
    return version;
  }

  @Override
  public long resourceVersion() {
    return objects.resourceVersion();
  }

  @Override
  public long compactedVersion() {
    return objects.compactedVersion();
  }

  @Override
  public @Nullable Version get(String resource, String namespace, String name) {
    return objects.get(resource, namespace, name);
  }

  @Override
  public Page list(String resource, String namespace, String after, int limit, long atVersion) {
    return objects.list(resource, namespace, after, limit, atVersion);
  }

  @Override
  public int count(String resource) {
    return objects.count(resource);
  }

  @Override
  public Feed follow(String resource, String namespace, long fromVersion) {
    return objects.follow(resource, namespace, fromVersion);
  }

  @Override
  public void close() {
    objects.close();
  }
}
