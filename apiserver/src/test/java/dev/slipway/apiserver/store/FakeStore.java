package dev.slipway.apiserver.store;

import dev.slipway.apiserver.store.Objects.StoreFailedException;
import dev.slipway.apiserver.store.Objects.Version;
import java.util.List;
import java.util.TreeMap;
import java.util.function.Consumer;

/// A store in memory whose disk can be full.
final class FakeStore implements Store {
  private final TreeMap<Long, Version> rows = new TreeMap<>();
  private long newest = 1;
  private long compacted = 1;
  private volatile boolean full;
  private volatile boolean keepsAll;

  void fill() {
    full = true;
  }

  void free() {
    full = false;
  }

  void refuseCompaction() {
    keepsAll = true;
  }

  @Override
  public synchronized Position position() {
    return new Position(newest, compacted);
  }

  @Override
  public synchronized void load(Consumer<Version> each) {
    rows.values().forEach(each);
  }

  @Override
  public synchronized void append(List<Version> batch) {
    if (full) {
      throw new StoreFailedException("the disk is full", null);
    }
    for (Version version : batch) {
      if (version.resourceVersion() != ++newest) {
        throw new AssertionError("a gap before " + version.resourceVersion());
      }
      rows.put(newest, version);
    }
  }

  @Override
  public synchronized void compact(long through, List<Long> obsolete) {
    if (full || keepsAll) {
      throw new StoreFailedException("the disk is full", null);
    }
    obsolete.forEach(rows::remove);
    compacted = through;
  }

  @Override
  public void close() {}
}
