package dev.slipway.engines.pmml;

/// Where in a [Row] a value is, and its type.
record Field(String name, int slot, Kind kind) {}
