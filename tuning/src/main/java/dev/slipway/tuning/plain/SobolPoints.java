package dev.slipway.tuning.plain;

import dev.slipway.tuning.space.Seeds;
import org.hipparchus.random.SobolSequenceGenerator;

/// Scrambled Sobol points of the unit cube: evenly spread, and different for each seed.
///
/// Each coordinate goes through a nested uniform scrambling (Owen 1995) computed by hashing its
/// bits from the highest down (Laine and Karras 2011, with the constants of Burley 2020), which
/// keeps the points' evenness.
public final class SobolPoints {
  /// Dimensions the direction numbers (Joe and Kuo) reach to; beyond them coordinates are random.
  private static final int MOST_DIMENSIONS = 1000;

  private final SobolSequenceGenerator points;
  private final int dimensions;
  private final long seed;
  private long next;

  public SobolPoints(int dimensions, long seed) {
    this.points = new SobolSequenceGenerator(Math.clamp(dimensions, 1, MOST_DIMENSIONS));
    this.dimensions = dimensions;
    this.seed = seed;
  }

  /// Goes on at the point of this number.
  public SobolPoints from(long index) {
    if (index > 0) {
      points.skipTo((int) Math.min(index, Integer.MAX_VALUE));
    }
    next = index;
    return this;
  }

  public double[] next() {
    double[] even = points.nextVector();
    double[] point = new double[dimensions];
    for (int i = 0; i < dimensions; i++) {
      int bits = i < even.length ? (int) (long) (even[i] * 0x1p32) : 0;
      int hash = (int) Seeds.mix(seed, i < even.length ? i : Seeds.mix(next, i));
      point[i] = (Integer.toUnsignedLong(scramble(bits, hash)) + 0.5) * 0x1p-32;
    }
    next++;
    return point;
  }

  private static int scramble(int bits, int seed) {
    int x = Integer.reverse(bits);
    x ^= x * 0x3d20adea;
    x += seed;
    x *= (seed >>> 16) | 1;
    x ^= x * 0x05526c56;
    x ^= x * 0x53a22864;
    return Integer.reverse(x);
  }
}
