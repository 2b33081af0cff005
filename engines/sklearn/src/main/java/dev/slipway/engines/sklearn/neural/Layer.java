package dev.slipway.engines.sklearn.neural;

import dev.slipway.engines.sklearn.Likelihoods;
import dev.slipway.engines.sklearn.Matrix;
import dev.slipway.engines.sklearn.UnsupportedEstimatorException;

/// `f(x W + b)`.
///
/// @param weights `[inputs, outputs]`
@SuppressWarnings("ArrayRecordComponent") // compared by nobody
record Layer(Matrix weights, double[] offsets, String activation) {
  Matrix of(Matrix x) {
    int outputs = weights.columns();
    int inputs = weights.rows();
    var target = new double[x.rows() * outputs];
    for (int row = 0; row < x.rows(); row++) {
      int at = row * outputs;
      System.arraycopy(offsets, 0, target, at, outputs);
      for (int i = 0; i < inputs; i++) {
        add(x.values()[row * inputs + i], i * outputs, target, at);
      }
    }
    return activated(new Matrix(target, x.rows(), outputs));
  }

  private void add(double factor, int from, double[] target, int at) {
    if (factor == 0) {
      return; // units that rest, and blank pixels
    }
    var values = weights.values();
    int outputs = weights.columns();
    for (int i = 0; i < outputs; i++) {
      target[at + i] += factor * values[from + i];
    }
  }

  private Matrix activated(Matrix sums) {
    var values = sums.values();
    switch (activation) {
      case "identity" -> {}
      case "relu" -> {
        for (int i = 0; i < values.length; i++) {
          values[i] = Math.max(values[i], 0);
        }
      }
      case "logistic" -> {
        for (int i = 0; i < values.length; i++) {
          values[i] = Likelihoods.logistic(values[i]);
        }
      }
      case "tanh" -> {
        for (int i = 0; i < values.length; i++) {
          values[i] = Math.tanh(values[i]);
        }
      }
      case "exp" -> {
        for (int i = 0; i < values.length; i++) {
          values[i] = Math.exp(values[i]);
        }
      }
      case "softmax" -> {
        return Likelihoods.softmax(sums);
      }
      default -> throw new UnsupportedEstimatorException("activation " + activation);
    }
    return sums;
  }
}
