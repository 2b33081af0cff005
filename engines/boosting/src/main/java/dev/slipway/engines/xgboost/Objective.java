package dev.slipway.engines.xgboost;

import java.util.Arrays;

/// What an objective makes of margins, and of the base score the margins start at; XGBoost's
/// `PredTransform` and `ProbToMargin`, in float32.
enum Objective {
  IDENTITY,
  LOGISTIC,
  /// Logistic loss whose base score is a probability, but whose answer is the margin.
  LOGIT_RAW,
  HINGE,
  EXP,
  SOFTMAX,
  SOFTPROB,
  /// Quantiles that must not cross: since 3.4 sorted.
  SORTED,
  /// Expectiles that must not cross: the first, and the steps between them through softplus.
  STEPS;

  private static final float EPSILON = 1e-6f; // kRtEps
  private static final float LARGEST_EXPONENT = 88.7f;

  /// @param name as in the model: `binary:logistic`
  /// @param version of XGBoost that wrote it, times a hundred: 304
  /// @return null for a name XGBoost does not have
  static @org.jspecify.annotations.Nullable Objective of(String name, int version) {
    return switch (name.startsWith("gpu:") ? name.substring("gpu:".length()) : name) {
      case "reg:squarederror",
          "reg:linear",
          "reg:squaredlogerror",
          "reg:pseudohubererror",
          "reg:absoluteerror",
          "rank:pairwise",
          "rank:ndcg",
          "rank:map" ->
          IDENTITY;
      case "reg:logistic", "binary:logistic" -> LOGISTIC;
      case "binary:logitraw" -> LOGIT_RAW;
      case "binary:hinge" -> HINGE;
      case "count:poisson", "reg:gamma", "reg:tweedie", "survival:cox", "survival:aft" -> EXP;
      case "multi:softmax" -> SOFTMAX;
      case "multi:softprob" -> SOFTPROB;
      case "reg:quantileerror" -> version >= 304 ? SORTED : IDENTITY;
      case "reg:expectileerror" -> version >= 304 ? STEPS : IDENTITY;
      default -> null;
    };
  }

  /// Turns base scores, in the scale of predictions, into margins.
  void toMargins(float[] scores) {
    switch (this) {
      case LOGISTIC -> {
        for (int i = 0; i < scores.length; i++) {
          float bounded = Math.min(Math.max(scores[i], EPSILON), 1 - EPSILON);
          scores[i] = -FloatMath.log(1 / bounded - 1);
        }
      }
      case EXP -> {
        for (int i = 0; i < scores.length; i++) {
          scores[i] = FloatMath.log(scores[i]);
        }
      }
      case STEPS -> {
        for (int i = scores.length - 1; i > 0; i--) {
          float gap = Math.max(scores[i] - scores[i - 1] - EPSILON, EPSILON);
          scores[i] = gap + FloatMath.log(-(float) Math.expm1(-gap));
        }
      }
      case IDENTITY, LOGIT_RAW, HINGE, SOFTMAX, SOFTPROB, SORTED -> {}
    }
  }

  /// Numbers in a prediction from this many margins.
  int width(int margins) {
    return this == SOFTMAX ? 1 : margins;
  }

  /// Predictions from margins.
  ///
  /// @param margins `[rows, outputs]`, used up
  /// @return `[rows, width(outputs)]`
  float[] predictions(float[] margins, int rows, int outputs) {
    switch (this) {
      case LOGISTIC -> {
        for (int i = 0; i < margins.length; i++) {
          float exponent = Math.min(-margins[i], LARGEST_EXPONENT);
          margins[i] = 1 / (FloatMath.exp(exponent) + 1);
        }
      }
      case HINGE -> {
        for (int i = 0; i < margins.length; i++) {
          margins[i] = margins[i] > 0 ? 1 : 0;
        }
      }
      case EXP -> {
        for (int i = 0; i < margins.length; i++) {
          margins[i] = FloatMath.exp(margins[i]);
        }
      }
      case SOFTMAX -> {
        return greatest(margins, rows, outputs);
      }
      case SOFTPROB, SORTED, STEPS -> {
        for (int row = 0; row < rows; row++) {
          joint(margins, row * outputs, (row + 1) * outputs);
        }
      }
      case IDENTITY, LOGIT_RAW -> {}
    }
    return margins;
  }

  private void joint(float[] values, int from, int to) {
    if (this == SOFTPROB) {
      softmax(values, from, to);
    } else if (this == SORTED) {
      Arrays.sort(values, from, to);
    } else {
      for (int i = from + 1; i < to; i++) {
        values[i] = values[i - 1] + EPSILON + softPlus(values[i]);
      }
    }
  }

  private static float softPlus(float x) {
    float tail = (float) Math.log1p(FloatMath.exp(-Math.abs(x)));
    return x > 0 ? x + tail : tail;
  }

  private static void softmax(float[] values, int from, int to) {
    float greatest = values[from];
    for (int i = from + 1; i < to; i++) {
      greatest = Math.max(greatest, values[i]);
    }
    double sum = 0;
    for (int i = from; i < to; i++) {
      values[i] = FloatMath.exp(values[i] - greatest);
      sum += values[i];
    }
    for (int i = from; i < to; i++) {
      values[i] /= (float) sum;
    }
  }

  private static float[] greatest(float[] margins, int rows, int outputs) {
    var classes = new float[rows];
    for (int row = 0; row < rows; row++) {
      int best = row * outputs;
      for (int i = best + 1; i < (row + 1) * outputs; i++) {
        best = margins[i] > margins[best] ? i : best;
      }
      classes[row] = best - row * outputs;
    }
    return classes;
  }
}
