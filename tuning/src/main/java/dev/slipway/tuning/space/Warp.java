package dev.slipway.tuning.space;

import dev.slipway.tuning.Distribution;
import org.hipparchus.special.Erf;

/// A range and its distribution as a monotone map onto `[0, 1]`: the cumulative distribution, cut
/// off at the ends of the range.
///
/// Normal distributions have the middle of `[min, max]` as mean and a sixth of its width as
/// deviation, as Katib's (hyperopt); logarithmic ones are the same over logarithms.
final class Warp {
  private static final double SQRT_2 = Math.sqrt(2);

  private final boolean logarithmic;
  private final boolean normal;
  private final double low;
  private final double high;
  private final double mean;
  private final double deviation;
  private final double massBelow;
  private final double mass;

  /// @param min where the parameter's range begins
  /// @param max where it ends
  /// @param margin how far the map reaches beyond, so that the outer cells are as wide as others
  Warp(Distribution distribution, double min, double max, double margin) {
    logarithmic =
        distribution == Distribution.LOG_UNIFORM || distribution == Distribution.LOG_NORMAL;
    normal = distribution == Distribution.NORMAL || distribution == Distribution.LOG_NORMAL;
    if (logarithmic && min <= 0) {
      throw new IllegalArgumentException("a logarithmic range begins above 0, not at " + min);
    }
    double outerMin = min - margin;
    low = forward(logarithmic && outerMin <= 0 ? min / 2 : outerMin);
    high = forward(max + margin);
    mean = (forward(min) + forward(max)) / 2;
    deviation = (forward(max) - forward(min)) / 6;
    massBelow = normal ? cumulative(low) : 0;
    mass = normal ? cumulative(high) - massBelow : 0;
  }

  double place(double value) {
    double at = forward(value);
    if (high <= low || (normal && deviation <= 0)) {
      return 0.5;
    }
    double place = normal ? (cumulative(at) - massBelow) / mass : (at - low) / (high - low);
    return Math.clamp(place, 0, 1);
  }

  double value(double place) {
    double inside = Math.clamp(place, 0, 1);
    if (high <= low || (normal && deviation <= 0)) {
      return backward((low + high) / 2);
    }
    if (!normal) {
      return backward(low + inside * (high - low));
    }
    double quantile = SQRT_2 * Erf.erfInv(2 * (massBelow + inside * mass) - 1);
    return backward(Math.clamp(mean + deviation * quantile, low, high));
  }

  private double cumulative(double at) {
    return 0.5 * Erf.erfc(-(at - mean) / (deviation * SQRT_2));
  }

  private double forward(double value) {
    return logarithmic ? Math.log(value) : value;
  }

  private double backward(double at) {
    return logarithmic ? Math.exp(at) : at;
  }
}
