package dev.slipway.apiserver.loops;

import dev.slipway.apiserver.error.ApiException;
import dev.slipway.apiserver.resource.LocalApi;
import dev.slipway.apiserver.resource.Resource;
import dev.slipway.apiserver.store.Objects;
import dev.slipway.base.Json;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.format.DateTimeParseException;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/// Forgets Events an hour after they last happened.
final class EventLoop implements Changes.Listener, AutoCloseable {
  static final Duration LIFE = Duration.ofHours(1);

  private static final Duration MARGIN = Duration.ofSeconds(1);

  private final Objects objects;
  private final LocalApi api;
  private final InstantSource clock;
  private final Workers<ObjectKey> workers = new Workers<>("events", 1, this::age);

  EventLoop(Objects objects, LocalApi api, InstantSource clock) {
    this.objects = objects;
    this.api = api;
    this.clock = clock;
  }

  void start() {
    workers.start();
  }

  @Override
  public void close() {
    workers.close();
  }

  /// An event that happens again is looked at when its first hour is over, and given another.
  @Override
  public void changed(Resource resource, Objects.Version now, Objects.@Nullable Version before) {
    if (before == null && !now.deleted() && resource.plural().equals("events")) {
      workers.add(ObjectKey.of(now));
    }
  }

  private void age(ObjectKey key) {
    Objects.Version version = objects.get(key.resource(), key.namespace(), key.name());
    if (version == null) {
      return;
    }
    ObjectNode event = Json.parseObject(version.json());
    Duration left = Duration.between(clock.instant(), last(event).plus(LIFE));
    if (left.isPositive()) {
      workers.addAfter(key, left.plus(MARGIN));
      return;
    }
    Resource resource = Served.stored(api.catalog(), key.resource()).orElseThrow();
    try {
      api.delete(resource.group(), resource.plural(), key.namespace(), key.name(), Json.object());
    } catch (ApiException refused) {
      if (refused.code() != 404) {
        throw refused;
      }
    }
  }

  private static Instant last(ObjectNode event) {
    Instant last = Instant.EPOCH;
    for (String text :
        List.of(
            Json.text(event, "metadata", "creationTimestamp"),
            Json.text(event, "lastTimestamp"),
            Json.text(event, "deprecatedLastTimestamp"),
            Json.text(event, "eventTime"),
            Json.text(event, "series", "lastObservedTime"))) {
      Instant time = parse(text);
      last = time.isAfter(last) ? time : last;
    }
    return last;
  }

  private static Instant parse(String text) {
    try {
      return text.isEmpty() ? Instant.EPOCH : Instant.parse(text);
    } catch (DateTimeParseException _) {
      return Instant.EPOCH;
    }
  }
}
