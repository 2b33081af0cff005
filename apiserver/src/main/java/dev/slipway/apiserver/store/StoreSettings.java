package dev.slipway.apiserver.store;

import java.time.Duration;

/// Limits of the object store. History goes when it is older than `retention`, or earlier when one
/// of the two `retained` limits is passed; current objects always stay.
///
/// @param retention how long a superseded version can still be listed and watched from
/// @param retainedChanges most changes kept for watchers and exact lists
/// @param retainedBytes most bytes of superseded versions kept in memory
/// @param compactionStep changes forgotten in one transaction; a write waits for one at most
/// @param queuedChanges most changes waiting for the disk; further callers wait
/// @param batchedChanges most changes made durable together
public record StoreSettings(
    Duration retention,
    int retainedChanges,
    long retainedBytes,
    int compactionStep,
    int queuedChanges,
    int batchedChanges) {

  public StoreSettings {
    if (retention.isNegative() || retainedChanges < 1 || retainedBytes < 1) {
      throw new IllegalArgumentException("retention must be positive");
    }
    if (compactionStep < 1 || queuedChanges < 1 || batchedChanges < 1) {
      throw new IllegalArgumentException("compactionStep, queue and batch must be at least 1");
    }
  }

  /// Five minutes of history, as etcd keeps under an API server, in at most 64 MiB.
  public static StoreSettings defaults() {
    return new StoreSettings(Duration.ofMinutes(5), 100_000, 64L << 20, 500, 4096, 512);
  }
}
