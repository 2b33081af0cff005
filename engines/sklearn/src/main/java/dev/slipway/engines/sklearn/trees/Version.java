package dev.slipway.engines.sklearn.trees;

import dev.slipway.engines.sklearn.pickle.PyObject;

/// The scikit-learn that wrote an estimator: its attribute `_sklearn_version`.
public record Version(int major, int minor) {
  private static final Version UNKNOWN = new Version(Integer.MAX_VALUE, 0);

  /// The newest, if the file does not say.
  public static Version of(PyObject object) {
    var parts = object.text("_sklearn_version", "").split("\\.", -1);
    try {
      return parts.length < 2
          ? UNKNOWN
          : new Version(Integer.parseInt(parts[0]), Integer.parseInt(parts[1]));
    } catch (NumberFormatException _) {
      return UNKNOWN;
    }
  }

  public boolean atLeast(int otherMajor, int otherMinor) {
    return major > otherMajor || (major == otherMajor && minor >= otherMinor);
  }
}
