package dev.slipway.engines.sklearn.preprocessing;

import dev.slipway.engines.sklearn.Matrix;
import dev.slipway.engines.sklearn.pickle.PyGlobal;
import dev.slipway.engines.sklearn.pickle.PyObject;
import org.jspecify.annotations.Nullable;

/// `missing_values`: which value stands for a missing one.
final class Missing {
  private final Object key;
  private final boolean nan;
  private final boolean pandas;

  private Missing(Object key, boolean nan, boolean pandas) {
    this.key = key;
    this.nan = nan;
    this.pandas = pandas;
  }

  static Missing of(PyObject object) {
    if (!object.attributes().containsKey("missing_values")) {
      return new Missing(Double.NaN, true, false);
    }
    var value = object.attributes().get("missing_values");
    boolean pandas =
        (value instanceof PyGlobal global && global.name().startsWith("NA"))
            || (value instanceof PyObject made && made.name().contains("NAType"));
    return new Missing(
        pandas ? PyValues.NONE : PyValues.key(value), pandas || PyValues.isNan(value), pandas);
  }

  /// Whether NaN may be in the input.
  boolean nan() {
    return nan;
  }

  boolean matches(@Nullable Object value) {
    if (pandas) {
      return value == null || PyValues.isNan(value);
    }
    return key.equals(PyValues.key(value));
  }

  boolean matches(double value) {
    return nan ? Double.isNaN(value) : key.equals(value + 0.0);
  }

  /// One flag a value.
  boolean[] mask(Matrix x) {
    var mask = new boolean[x.values().length];
    for (int i = 0; i < mask.length; i++) {
      mask[i] = matches(x.values()[i]);
    }
    return mask;
  }
}
