package dev.slipway.engines.pmml;

/// Fills slots of a row from others.
interface Step {
  void run(Row row);
}
