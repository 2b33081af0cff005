package dev.slipway.tuning.bayes;

/// A model of the loss over the cube, in units of its own: what it expects at a point, and how
/// sure it is.
interface Surrogate {

  /// Expected loss and its deviation.
  record Guess(double mean, double deviation) {}

  Guess at(double[] point);

  /// Whether {@link #at(double[], double[], double[])} works.
  default boolean hasGradient() {
    return false;
  }

  /// As {@link #at(double[])}, with the gradients of mean and deviation.
  default Guess at(double[] point, double[] meanGradient, double[] deviationGradient) {
    throw new UnsupportedOperationException("no gradient");
  }

  /// The least loss the model believes in among the points it knows.
  double best();

  /// This model with one more point, whose loss is taken to be what the model expects there: so
  /// the next search looks elsewhere.
  Surrogate believing(double[] point);
}
