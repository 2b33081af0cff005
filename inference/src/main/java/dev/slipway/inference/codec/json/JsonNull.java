package dev.slipway.inference.codec.json;

/// The `null` of a document read as values.
public enum JsonNull {
  NULL
}
