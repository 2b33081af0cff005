package dev.slipway.apiserver.resource;

import java.time.Instant;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// One column of `kubectl get`.
///
/// @param type `string`, `integer`, `number`, `boolean` or `date`
/// @param priority 0 for always shown; higher for `-o wide`
public record Column(
    String name, String type, String format, String description, int priority, Cell cell) {

  /// Computes what a cell shows: a scalar node (text, number, boolean, null).
  @FunctionalInterface
  public interface Cell {
    JsonNode of(ObjectNode object, Instant now);
  }
}
