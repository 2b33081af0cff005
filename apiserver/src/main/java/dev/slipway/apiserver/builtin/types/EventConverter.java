package dev.slipway.apiserver.builtin.types;

import dev.slipway.apiserver.resource.Converter;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// Between `events.k8s.io/v1` and the stored `v1` form of an event: the same facts, some renamed.
final class EventConverter implements Converter {
  private record Names(String events, String core) {}

  private static final List<Names> RENAMED =
      List.of(
          new Names("regarding", "involvedObject"),
          new Names("note", "message"),
          new Names("reportingController", "reportingComponent"),
          new Names("deprecatedSource", "source"),
          new Names("deprecatedFirstTimestamp", "firstTimestamp"),
          new Names("deprecatedLastTimestamp", "lastTimestamp"),
          new Names("deprecatedCount", "count"));

  @Override
  public ObjectNode toStored(ObjectNode object) {
    RENAMED.forEach(names -> rename(object, names.events(), names.core()));
    return object.put("apiVersion", "v1");
  }

  @Override
  public ObjectNode toServed(ObjectNode object) {
    RENAMED.forEach(names -> rename(object, names.core(), names.events()));
    return object.put("apiVersion", "events.k8s.io/v1");
  }

  private static void rename(ObjectNode object, String from, String to) {
    JsonNode value = object.remove(from);
    if (value != null) {
      object.set(to, value);
    }
  }
}
