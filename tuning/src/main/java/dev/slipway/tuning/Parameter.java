package dev.slipway.tuning;

import java.util.List;

/// One dimension of a search space. Bounds are part of the range.
public sealed interface Parameter {

  /// Unique in its space.
  String name();

  /// A floating-point number of `[min, max]`; `step` 0 where any will do, otherwise values are
  /// `min + k * step`.
  record Real(String name, double min, double max, double step, Distribution distribution)
      implements Parameter {}

  /// A whole number of `[min, max]`, `min + k * step`; `step` at least 1.
  record Whole(String name, long min, long max, long step, Distribution distribution)
      implements Parameter {}

  /// One of some values, as texts; where all are numbers, their order counts.
  record Discrete(String name, List<String> values, Distribution distribution)
      implements Parameter {
    public Discrete {
      values = List.copyOf(values);
    }
  }

  /// One of some values without an order.
  record Categorical(String name, List<String> values) implements Parameter {
    public Categorical {
      values = List.copyOf(values);
    }
  }
}
