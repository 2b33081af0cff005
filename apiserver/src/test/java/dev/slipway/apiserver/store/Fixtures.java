package dev.slipway.apiserver.store;

import static java.util.Objects.requireNonNull;

import dev.slipway.apiserver.store.Objects.Change;
import dev.slipway.apiserver.store.Objects.Event;
import dev.slipway.apiserver.store.Objects.Feed;
import dev.slipway.apiserver.store.Objects.Version;
import dev.slipway.base.Json;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Small worlds for tests of the store.
final class Fixtures {
  static final String MAPS = "core/configmaps";
  static final StoreSettings DEFAULTS = StoreSettings.defaults();

  private Fixtures() {}

  /// Settings that keep at most so many changes, forgotten one step at a time.
  static StoreSettings keeping(int changes, int step) {
    return new StoreSettings(Duration.ofHours(1), changes, 64L << 20, step, 4096, 512);
  }

  static byte[] json(String namespace, String name, String value) {
    return """
    {"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"%s","namespace":"%s"},"data":{"value":"%s"}}"""
        .formatted(name, namespace, value)
        .getBytes(StandardCharsets.UTF_8);
  }

  static Change creation(String namespace, String name, String value) {
    return update(namespace, name, 0, value);
  }

  static Change update(String namespace, String name, long expected, String value) {
    return new Change(MAPS, namespace, name, expected, false, json(namespace, name, value));
  }

  static Change deletion(Version last) {
    return new Change(
        last.resource(), last.namespace(), last.name(), last.resourceVersion(), true, last.json());
  }

  static String value(@Nullable Version version) {
    return Json.parseObject(requireNonNull(version).json()).path("data").path("value").asString();
  }

  static String stampedVersion(Version version) {
    return Json.parseObject(version.json()).path("metadata").path("resourceVersion").asString();
  }

  static List<String> names(Objects.Page page) {
    return page.items().stream().map(Version::name).toList();
  }

  /// The next change, which must come within a minute.
  static Event await(Feed feed) throws InterruptedException {
    Event event = feed.next(60_000, () -> false);
    if (event == null) {
      throw new AssertionError("no change came, seen up to " + feed.seenVersion());
    }
    return event;
  }
}
