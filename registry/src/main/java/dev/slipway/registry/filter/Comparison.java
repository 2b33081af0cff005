package dev.slipway.registry.filter;

import java.util.List;

/// One clause of a filter: `metrics.loss < 0.5`.
///
/// @param entity `attribute`, `metric`, `parameter`, `tag`, `dataset`
/// @param operator `=`, `!=`, `<`, `<=`, `>`, `>=`, `LIKE`, `ILIKE`, `IN`, `NOT IN`
/// @param values one; of a list, all
public record Comparison(String entity, String key, String operator, List<String> values) {
  public Comparison {
    values = List.copyOf(values);
  }

  String value() {
    return values.getFirst();
  }

  boolean ofList() {
    return operator.endsWith("IN");
  }
}
