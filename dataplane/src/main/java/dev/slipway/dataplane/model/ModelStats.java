package dev.slipway.dataplane.model;

import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.LongAdder;

/// What one version of a model has done, counted from its start. Every set of metrics is a view of
/// these numbers.
public final class ModelStats {
  /// Different numbers of rows that are told apart; clients choose them, so there must be an end.
  private static final int MAX_BATCH_SIZES = 256;

  private final LongAdder succeeded = new LongAdder();
  private final LongAdder failed = new LongAdder();
  private final LongAdder rejected = new LongAdder();
  private final LongAdder rows = new LongAdder();
  private final LongAdder executions = new LongAdder();
  private final LongAdder cacheHits = new LongAdder();
  private final LongAdder cacheMisses = new LongAdder();
  private final LongAdder feedback = new LongAdder();
  private final LongAdder reward = new LongAdder();
  private final Histogram total = new Histogram();
  private final Histogram input = new Histogram();
  private final Histogram queue = new Histogram();
  private final Histogram compute = new Histogram();
  private final Histogram output = new Histogram();
  private final Map<Integer, Histogram> byBatch = new ConcurrentSkipListMap<>();
  private final Histogram singles = new Histogram();
  private volatile long lastMillis;

  /// A request was answered.
  ///
  /// @param inputNanos reading it
  /// @param totalNanos from its first byte read to its answer's last byte made
  /// @param outputNanos writing the answer
  public void answered(long inputNanos, long totalNanos, long outputNanos) {
    succeeded.increment();
    input.record(inputNanos);
    total.record(totalNanos);
    output.record(outputNanos);
    lastMillis = System.currentTimeMillis();
  }

  /// A request was not answered.
  public void refused(boolean overload, long totalNanos) {
    (overload ? rejected : failed).increment();
    if (!overload) {
      total.record(totalNanos);
    }
  }

  void queued(long nanos) {
    queue.record(nanos);
  }

  /// The model computed once.
  void executed(int batchRows, long nanos) {
    executions.increment();
    rows.add(batchRows);
    compute.record(nanos);
    if (batchRows == 1) {
      singles.record(nanos);
    } else if (byBatch.size() < MAX_BATCH_SIZES || byBatch.containsKey(batchRows)) {
      byBatch.computeIfAbsent(batchRows, _ -> new Histogram()).record(nanos);
    }
  }

  void cached(boolean hit) {
    (hit ? cacheHits : cacheMisses).increment();
  }

  /// A reward was reported for an answer (Seldon).
  ///
  /// @param thousandths of the reward, summed as an integer
  public void rewarded(long thousandths) {
    feedback.increment();
    reward.add(thousandths);
  }

  public long succeeded() {
    return succeeded.sum();
  }

  public long failed() {
    return failed.sum();
  }

  public long rejected() {
    return rejected.sum();
  }

  /// Rows computed.
  public long rows() {
    return rows.sum();
  }

  /// Calls of the model.
  public long executions() {
    return executions.sum();
  }

  public long cacheHits() {
    return cacheHits.sum();
  }

  public long cacheMisses() {
    return cacheMisses.sum();
  }

  public long feedback() {
    return feedback.sum();
  }

  public long rewardThousandths() {
    return reward.sum();
  }

  public Histogram total() {
    return total;
  }

  public Histogram input() {
    return input;
  }

  public Histogram queue() {
    return queue;
  }

  public Histogram compute() {
    return compute;
  }

  public Histogram output() {
    return output;
  }

  /// Calls of the model by the rows they had.
  public Map<Integer, Histogram> byBatch() {
    var all = new TreeMap<>(byBatch);
    if (singles.count() > 0) {
      all.put(1, singles);
    }
    return all;
  }

  /// When the last request was answered, in milliseconds since 1970; 0 for never.
  public long lastMillis() {
    return lastMillis;
  }
}
