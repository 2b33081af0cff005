package dev.slipway.engines.sklearn.pickle;

/// What a pickle may cost to read.
///
/// @param fileBytes the file as it lies on disk
/// @param expandedBytes the stream after decompression
/// @param memoryBytes the values made of it, estimated as they are made
/// @param depth pickles inside pickles, and open marks
public record PickleLimits(long fileBytes, long expandedBytes, long memoryBytes, int depth) {
  private static final int DEPTH = 2_000;

  /// For a model that may occupy `memoryBytes`, and never more than two thirds of the heap.
  public static PickleLimits of(long memoryBytes) {
    long memory = Math.min(memoryBytes, Runtime.getRuntime().maxMemory() / 3 * 2);
    return new PickleLimits(Math.max(memory, 1 << 20), Math.max(memory, 1 << 20), memory, DEPTH);
  }
}
