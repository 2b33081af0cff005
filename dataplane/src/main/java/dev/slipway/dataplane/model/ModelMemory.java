package dev.slipway.dataplane.model;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/// What several [Models] of one process share: a budget of memory and the threads that load.
/// Thread-safe.
public final class ModelMemory implements AutoCloseable {
  private final Residency residency;
  private final ExecutorService loaders;

  /// @param budgetBytes all models together
  public ModelMemory(long budgetBytes) {
    this.residency = new Residency(budgetBytes);
    this.loaders =
        Executors.newFixedThreadPool(
            Math.max(2, Runtime.getRuntime().availableProcessors()),
            Thread.ofPlatform().daemon().name("loader-", 0).factory());
  }

  Residency residency() {
    return residency;
  }

  ExecutorService loaders() {
    return loaders;
  }

  /// Memory held by all models, in bytes; an estimate.
  public long usedBytes() {
    return residency.usedBytes();
  }

  /// What all models together may take, in bytes.
  public long budgetBytes() {
    return residency.budgetBytes();
  }

  /// Ends the threads; nothing can be loaded any more.
  @Override
  public void close() {
    loaders.shutdown();
  }
}
