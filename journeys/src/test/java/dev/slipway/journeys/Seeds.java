package dev.slipway.journeys;

import java.util.concurrent.ThreadLocalRandom;

/// Where the random tests take their chances from.
final class Seeds {
  private Seeds() {}

  /// The seed asked for by `-Djourneys.seed`, or a new one; printed either way.
  static long pick(String test) {
    long asked = Long.getLong("journeys.seed", 0);
    long seed = asked == 0 ? ThreadLocalRandom.current().nextLong() : asked;
    System.out.println(test + " runs with -Djourneys.seed=" + seed);
    return seed;
  }
}
