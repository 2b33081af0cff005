package dev.slipway.engines.sklearn.svm;

import dev.slipway.engines.sklearn.Fields;
import dev.slipway.engines.sklearn.Matrix;
import dev.slipway.engines.sklearn.pickle.PyObject;

/// The kernel values of rows with the support vectors of a libsvm model. With a precomputed kernel
/// the rows are those values, one for each row of the training data.
final class SupportVectors {
  private final Kernel kernel;
  private final Matrix vectors;
  private final int[] chosen;

  SupportVectors(PyObject object) {
    boolean precomputed = Fields.setting(object, "kernel", "rbf").equals("precomputed");
    this.chosen = precomputed ? object.array("support_").integers() : new int[0];
    this.vectors =
        precomputed ? Matrix.zeros(chosen.length, 0) : Fields.matrix(object, "support_vectors_");
    this.kernel =
        precomputed ? (_, _, _, _, _) -> 0 : Kernel.of(object, object.number("_gamma", 1));
  }

  int count() {
    return vectors.rows();
  }

  /// @param into one value a support vector
  void values(Matrix x, int row, double[] into) {
    int width = x.columns();
    for (int i = 0; i < into.length; i++) {
      into[i] =
          chosen.length > 0
              ? x.at(row, chosen[i])
              : kernel.of(x.values(), row * width, vectors.values(), i * width, width);
    }
  }

  int features() {
    return chosen.length > 0 ? -1 : vectors.columns();
  }
}
