package dev.slipway.control;

import dev.slipway.base.Json;
import dev.slipway.control.Recorder.Happened;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import tools.jackson.databind.node.ObjectNode;

/// What happened to an object, as the Event that tells of it.
///
/// Source: Kubernetes API reference, `Event` of `v1`.
final class EventObject {
  private static final int MOST_MESSAGE = 1024;

  private EventObject() {}

  /// One that has happened once.
  ///
  /// @param host where; empty where that says nothing
  static ObjectNode of(Happened what, String name, String host, Instant now) {
    var about = what.about();
    var event = Json.object().put("apiVersion", "v1").put("kind", "Event");
    event.putObject("metadata").put("name", name).put("namespace", namespace(about));
    var involved = event.putObject("involvedObject");
    involved.put("apiVersion", about.kind().apiVersion()).put("kind", about.kind().kind());
    involved.put("name", about.name()).put("uid", about.uid());
    involved.put("resourceVersion", about.resourceVersion());
    if (!about.namespace().isEmpty()) {
      involved.put("namespace", about.namespace());
    }
    if (!what.part().isEmpty()) {
      involved.put("fieldPath", what.part());
    }
    event.put("type", what.type()).put("reason", what.reason());
    event.put("message", shortened(what.message())).put("count", 1);
    event.put("firstTimestamp", seconds(now)).put("lastTimestamp", seconds(now));
    var source = event.putObject("source").put("component", what.component());
    if (!host.isEmpty()) {
      source.put("host", host);
    }
    event.put("reportingComponent", what.component()).put("reportingInstance", host);
    return event;
  }

  /// It has happened again.
  static ObjectNode again(int count, Instant now) {
    return Json.object().put("count", count).put("lastTimestamp", seconds(now));
  }

  /// Where the Event of an object is: what has no namespace is told of in `default`.
  static String namespace(Resource about) {
    return about.namespace().isEmpty() ? "default" : about.namespace();
  }

  static String shortened(String message) {
    return message.length() <= MOST_MESSAGE
        ? message
        : message.substring(0, MOST_MESSAGE - 1) + "…";
  }

  private static String seconds(Instant instant) {
    return instant.truncatedTo(ChronoUnit.SECONDS).toString();
  }
}
