package dev.slipway.tuning;

import java.util.Map;
import java.util.Optional;

/// The algorithms by Katib's names.
public final class Algorithms {
  private static final Map<String, Algorithm> SEARCH = Map.of();
  private static final Map<String, EarlyStopping> STOPPING = Map.of();

  private Algorithms() {}

  /// `random`, `grid`, `sobol`, `tpe`, …; empty where nobody here goes by that name.
  public static Optional<Algorithm> search(String name) {
    return Optional.ofNullable(SEARCH.get(name));
  }

  /// `medianstop`, `asha`.
  public static Optional<EarlyStopping> stopping(String name) {
    return Optional.ofNullable(STOPPING.get(name));
  }
}
