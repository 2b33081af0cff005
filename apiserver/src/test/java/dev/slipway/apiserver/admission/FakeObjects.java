package dev.slipway.apiserver.admission;

import dev.slipway.apiserver.store.Objects;
import dev.slipway.base.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/// The store's promises kept in memory: one lock, all history retained.
public final class FakeObjects implements Objects {
  private final TreeMap<String, Version> current = new TreeMap<>();
  private final List<Event> history = new ArrayList<>();
  private long newest = 1;

  private static String key(String resource, String namespace, String name) {
    return resource + "\0" + namespace + "\0" + name;
  }

  @Override
  public synchronized long resourceVersion() {
    return newest;
  }

  @Override
  public long compactedVersion() {
    return 1;
  }

  @Override
  public synchronized @Nullable Version get(String resource, String namespace, String name) {
    return current.get(key(resource, namespace, name));
  }

  @Override
  public synchronized Page list(
      String resource, String namespace, String after, int limit, long atVersion) {
    List<Version> items =
        at(atVersion).values().stream()
            .filter(each -> each.resource().equals(resource))
            .filter(each -> namespace.isEmpty() || each.namespace().equals(namespace))
            .filter(each -> (each.namespace() + "/" + each.name()).compareTo(after) > 0)
            .toList();
    List<Version> kept = limit == 0 ? items : items.subList(0, Math.min(limit, items.size()));
    return new Page(
        kept,
        atVersion == 0 ? newest : atVersion,
        kept.size() < items.size(),
        items.size() - kept.size());
  }

  private Map<String, Version> at(long atVersion) {
    if (atVersion == 0 || atVersion == newest) {
      return current;
    }
    var then = new TreeMap<String, Version>();
    for (Event event : history) {
      Version version = event.version();
      if (version.resourceVersion() <= atVersion) {
        String key = key(version.resource(), version.namespace(), version.name());
        if (version.deleted()) {
          then.remove(key);
        } else {
          then.put(key, version);
        }
      }
    }
    return then;
  }

  @Override
  public synchronized int count(String resource) {
    return (int) current.values().stream().filter(each -> each.resource().equals(resource)).count();
  }

  @Override
  public synchronized Version commit(Change change) {
    String key = key(change.resource(), change.namespace(), change.name());
    Version before = current.get(key);
    long present = before == null ? 0 : before.resourceVersion();
    if (present != change.expected()) {
      throw new VersionConflictException("at " + present + ", not " + change.expected());
    }
    newest++;
    ObjectNode object = Json.parseObject(change.json());
    Json.ensureObject(object, "metadata").put("resourceVersion", Long.toString(newest));
    Version version =
        new Version(
            change.resource(),
            change.namespace(),
            change.name(),
            newest,
            change.delete(),
            Json.bytes(object));
    if (change.delete()) {
      current.remove(key);
    } else {
      current.put(key, version);
    }
    history.add(new Event(version, before));
    notifyAll();
    return version;
  }

  @Override
  public Feed follow(String resource, String namespace, long fromVersion) {
    return new FakeFeed(resource, namespace, fromVersion);
  }

  @Override
  public void close() {}

  private final class FakeFeed implements Feed {
    private final String resource;
    private final String namespace;
    private long seen;
    private int position;

    FakeFeed(String resource, String namespace, long fromVersion) {
      this.resource = resource;
      this.namespace = namespace;
      this.seen = fromVersion;
    }

    @Override
    public @Nullable Event next(long timeoutMillis, BooleanSupplier stop)
        throws InterruptedException {
      synchronized (FakeObjects.this) {
        long deadline = System.nanoTime() + timeoutMillis * 1_000_000;
        while (!stop.getAsBoolean()) {
          for (; position < history.size(); position++) {
            Event event = history.get(position);
            if (event.version().resourceVersion() > seen && concerns(event.version())) {
              seen = event.version().resourceVersion();
              return event;
            }
          }
          long left = (deadline - System.nanoTime()) / 1_000_000;
          if (left <= 0) {
            return null;
          }
          FakeObjects.this.wait(left);
        }
        return null;
      }
    }

    private boolean concerns(Version version) {
      return version.resource().equals(resource)
          && (namespace.isEmpty() || version.namespace().equals(namespace));
    }

    @Override
    public long seenVersion() {
      return seen;
    }

    @Override
    public void wake() {
      synchronized (FakeObjects.this) {
        FakeObjects.this.notifyAll();
      }
    }

    @Override
    public void close() {}
  }
}
