package dev.slipway.apiserver.loops;

import dev.slipway.apiserver.resource.LocalApi;
import dev.slipway.apiserver.resource.Resource;
import dev.slipway.base.Json;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.node.ObjectNode;

/// Writes `v1 Event` objects about what the loops found. The same thing about the same object is
/// told once while it is remembered.
final class EventWriter {
  private static final Logger log = LoggerFactory.getLogger(EventWriter.class);
  private static final int REMEMBERED = 1000;
  private static final String NO_NAMESPACE = "default";

  private final LocalApi api;
  private final InstantSource clock;
  private final String component;
  private final Map<String, Boolean> told =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Boolean> eldest) {
          return size() > REMEMBERED;
        }
      };

  EventWriter(LocalApi api, InstantSource clock, String component) {
    this.api = api;
    this.clock = clock;
    this.component = component;
  }

  void warn(Resource resource, ObjectKey about, String uid, String reason, String message) {
    synchronized (told) {
      if (told.put(uid + " " + reason + " " + message, true) != null) {
        return;
      }
    }
    try {
      api.create("", "events", event(resource, about, uid, reason, message));
    } catch (RuntimeException failure) {
      log.debug("event {} about {} was not written", reason, about, failure);
    }
  }

  private ObjectNode event(
      Resource resource, ObjectKey about, String uid, String reason, String message) {
    String now = clock.instant().truncatedTo(ChronoUnit.SECONDS).toString();
    ObjectNode event = Json.object().put("apiVersion", "v1").put("kind", "Event");
    event
        .putObject("metadata")
        .put("generateName", about.name() + ".")
        .put("namespace", about.namespace().isEmpty() ? NO_NAMESPACE : about.namespace());
    ObjectNode involved = event.putObject("involvedObject");
    involved.put("apiVersion", resource.apiVersion()).put("kind", resource.kind());
    involved.put("name", about.name()).put("uid", uid);
    if (!about.namespace().isEmpty()) {
      involved.put("namespace", about.namespace());
    }
    event.put("type", "Warning").put("reason", reason).put("message", message).put("count", 1);
    event.put("firstTimestamp", now).put("lastTimestamp", now);
    event.putObject("source").put("component", component);
    event.put("reportingComponent", component).put("reportingInstance", "");
    return event;
  }
}
