package dev.slipway.engines.pmml;

/// A condition of a row in three-valued logic.
interface Predicate {
  byte TRUE = 1;
  byte FALSE = 0;

  /// A value needed is missing.
  byte UNKNOWN = 2;

  /// @return `TRUE`, `FALSE` or `UNKNOWN`
  byte test(Row row);
}
