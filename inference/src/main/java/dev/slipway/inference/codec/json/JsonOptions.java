package dev.slipway.inference.codec.json;

/// What a reader takes beyond RFC 8259, and how much of it.
///
/// @param maxDepth arrays and objects within each other
/// @param nonFinite whether `NaN`, `Infinity` and `-Infinity` are numbers, bare as Python writes
/// them
/// or quoted as Jackson does, and `null` is the NaN it stands for in what orjson writes
public record JsonOptions(int maxDepth, boolean nonFinite) {
  private static final int DEPTH = 128;

  /// RFC 8259, 128 levels deep.
  public static final JsonOptions STRICT = new JsonOptions(DEPTH, false);

  /// As clients of model servers write it: numbers may be non-finite.
  public static final JsonOptions LENIENT = new JsonOptions(DEPTH, true);
}
