package dev.slipway.engines.pmml;

/// A kernel of a support vector machine: how alike two vectors are.
sealed interface VectorKernel {
  double of(double[] x, double... y);

  /// The kernel that is a child of the model.
  static VectorKernel of(Element model) {
    for (var child : model.children()) {
      double gamma = child.number("gamma", 1);
      switch (child.name()) {
        case "LinearKernelType" -> {
          return new Linear();
        }
        case "PolynomialKernelType" -> {
          return new Polynomial(gamma, child.number("coef0", 1), child.number("degree", 1));
        }
        case "RadialBasisKernelType" -> {
          return new Radial(gamma);
        }
        case "SigmoidKernelType" -> {
          return new Sigmoid(gamma, child.number("coef0", 1));
        }
        default -> {}
      }
    }
    throw new PmmlException(model, "a kernel type is missing");
  }

  private static double product(double[] x, double... y) {
    double sum = 0;
    for (int i = 0; i < x.length; i++) {
      sum += x[i] * y[i];
    }
    return sum;
  }

  /// `x·y`.
  record Linear() implements VectorKernel {
    @Override
    public double of(double[] x, double... y) {
      return product(x, y);
    }
  }

  /// `(gamma x·y + coef0)^degree`.
  record Polynomial(double gamma, double coef0, double degree) implements VectorKernel {
    @Override
    public double of(double[] x, double... y) {
      return Math.pow(gamma * product(x, y) + coef0, degree);
    }
  }

  /// `exp(-gamma |x - y|²)`.
  record Radial(double gamma) implements VectorKernel {
    @Override
    public double of(double[] x, double... y) {
      double sum = 0;
      for (int i = 0; i < x.length; i++) {
        sum += (x[i] - y[i]) * (x[i] - y[i]);
      }
      return Math.exp(-gamma * sum);
    }
  }

  /// `tanh(gamma x·y + coef0)`.
  record Sigmoid(double gamma, double coef0) implements VectorKernel {
    @Override
    public double of(double[] x, double... y) {
      return Math.tanh(gamma * product(x, y) + coef0);
    }
  }
}
