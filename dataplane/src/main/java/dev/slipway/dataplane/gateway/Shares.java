package dev.slipway.dataplane.gateway;

import java.util.concurrent.atomic.AtomicInteger;

/// Whose turn it is among backends with weights: exact over any stretch of requests, not by chance.
/// Thread-safe; a turn is one atomic increment.
///
/// Implementation note. The turns of one round (as many as the weights' sum) are laid out once: of
/// those whose share is due, the one that must come first comes first. This is earliest deadline
/// first on one processor, which keeps each backend within one turn of its exact share at every
/// moment (Liu and Layland 1973; Baruah et al. 1996, proportionate progress), so that any stretch
/// of requests differs from the exact shares by less than two.
final class Shares {
  /// Sums beyond this are scaled to it; a share is then exact to one in ten thousand.
  private static final int LONGEST_ROUND = 10_000;

  private final short[] turns;
  private final AtomicInteger next = new AtomicInteger();

  /// @param weights at least one above 0; none negative
  Shares(int[] weights) {
    turns = layOut(reduced(weights));
  }

  /// The index of the backend that takes the next request.
  int next() {
    return turns.length == 1
        ? turns[0]
        : turns[Integer.remainderUnsigned(next.getAndIncrement(), turns.length)];
  }

  private static int[] reduced(int[] weights) {
    long sum = 0;
    int divisor = 0;
    for (int weight : weights) {
      sum += weight;
      divisor = commonDivisor(divisor, weight);
    }
    if (sum <= 0) {
      throw new IllegalArgumentException("no weight is above 0");
    }
    var reduced = new int[weights.length];
    boolean scale = sum / divisor > LONGEST_ROUND;
    for (int i = 0; i < weights.length; i++) {
      reduced[i] = scale ? scaled(weights[i], sum) : weights[i] / divisor;
    }
    return reduced;
  }

  private static int scaled(int weight, long sum) {
    return weight == 0 ? 0 : (int) Math.max(1, Math.round((double) weight * LONGEST_ROUND / sum));
  }

  private static int commonDivisor(int a, int b) {
    return b == 0 ? a : commonDivisor(b, a % b);
  }

  private static short[] layOut(int[] weights) {
    int round = 0;
    for (int weight : weights) {
      round += weight;
    }
    var turns = new short[round];
    var given = new int[weights.length];
    for (int turn = 0; turn < round; turn++) {
      int first = mostUrgent(weights, given, turn, round);
      given[first]++;
      turns[turn] = (short) first;
    }
    return turns;
  }

  private static int mostUrgent(int[] weights, int[] given, int turn, long round) {
    int first = -1;
    long earliest = Long.MAX_VALUE;
    for (int i = 0; i < weights.length; i++) {
      if (weights[i] > 0 && given[i] * round <= (long) turn * weights[i]) {
        long deadline = Math.ceilDiv((given[i] + 1) * round, (long) weights[i]);
        if (deadline < earliest) {
          earliest = deadline;
          first = i;
        }
      }
    }
    return first;
  }
}
