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

  private static final int BITS = 31;

  /// So many are read once; wider spaces read their own.
  private static final int USUAL_DIMENSIONS = 32;

  private static final int[][] USUAL = directions(USUAL_DIMENSIONS);

  private final int[][] directions;
  private final int dimensions;
  private final long seed;
  private long next;

  public SobolPoints(int dimensions, long seed) {
    this.directions =
        dimensions <= USUAL_DIMENSIONS ? USUAL : directions(Math.min(dimensions, MOST_DIMENSIONS));
    this.dimensions = dimensions;
    this.seed = seed;
  }

  /// `[bit][dimension]`, from points whose number is a power of two: such a point is the sum of
  /// two directions.
  private static int[][] directions(int dimensions) {
    var points = new SobolSequenceGenerator(dimensions);
    int[][] directions = new int[BITS][dimensions];
    for (int bit = 0; bit < BITS; bit++) {
      double[] point = points.skipTo(1 << bit);
      for (int i = 0; i < dimensions; i++) {
        int before = bit == 0 ? 0 : directions[bit - 1][i];
        directions[bit][i] = (int) (long) (point[i] * 0x1p32) ^ before;
      }
    }
    return directions;
  }

  /// Goes on at the point of this number.
  public SobolPoints from(long index) {
    next = index;
    return this;
  }

  public double[] next() {
    int[] bits = new int[dimensions];
    long gray = next ^ (next >>> 1);
    for (int bit = 0; bit < BITS && gray >> bit != 0; bit++) {
      if ((gray >> bit & 1) != 0) {
        for (int i = 0; i < Math.min(dimensions, directions[bit].length); i++) {
          bits[i] ^= directions[bit][i];
        }
      }
    }
    double[] point = new double[dimensions];
    for (int i = 0; i < dimensions; i++) {
      int hash = (int) Seeds.mix(seed, i < MOST_DIMENSIONS ? i : Seeds.mix(next, i));
      point[i] = (Integer.toUnsignedLong(scramble(bits[i], hash)) + 0.5) * 0x1p-32;
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
