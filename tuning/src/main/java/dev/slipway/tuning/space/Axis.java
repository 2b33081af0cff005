package dev.slipway.tuning.space;

import java.util.OptionalDouble;

/// One parameter as the interval `[0, 1]`, along which its values are equally likely under the
/// parameter's distribution. Finite axes consist of cells, one a value.
public interface Axis {

  String name();

  /// How many values there are; 0 where any number of a range will do.
  long cells();

  /// Whether neighbours are alike; false for choices without an order.
  boolean ordered();

  /// The cell at a place; only for finite axes.
  long cell(double place);

  /// The middle of a cell; only for finite axes.
  double middle(long cell);

  /// A value as text. A place beyond the ends counts as the end.
  String text(double place);

  /// Where a value stands, the middle of its cell on finite axes; empty where it is none of this
  /// axis.
  OptionalDouble place(String text);

  /// The place of the value that stands for this place.
  default double snap(double place) {
    return cells() > 0 ? middle(cell(place)) : Math.clamp(place, 0, 1);
  }

  /// A finite axis' value as text.
  default String value(long cell) {
    return text(middle(cell));
  }

  /// Whether a model may treat it as a number.
  default boolean continuous() {
    return cells() == 0;
  }
}
