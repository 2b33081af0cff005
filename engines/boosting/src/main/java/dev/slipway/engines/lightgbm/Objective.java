package dev.slipway.engines.lightgbm;

import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// What an objective makes of raw scores; LightGBM's `ConvertOutput`.
///
/// @param name canonical: `binary`, `regression`; `custom` where the model has none
/// @param link the function
/// @param sigmoid steepness, for the two links that have one
record Objective(String name, Link link, double sigmoid) {
  /// From raw scores to predictions.
  enum Link {
    IDENTITY,
    SIGNED_SQUARE,
    EXP,
    SIGMOID,
    SOFTMAX,
    LOG1P_EXP
  }

  static final Objective CUSTOM = new Objective("custom", Link.IDENTITY, 1);

  private static final List<List<String>> ALIASES =
      List.of(
          List.of(
              "regression",
              "regression_l2",
              "l2",
              "mean_squared_error",
              "mse",
              "l2_root",
              "root_mean_squared_error",
              "rmse"),
          List.of("regression_l1", "l1", "mean_absolute_error", "mae"),
          List.of("mape", "mean_absolute_percentage_error"),
          List.of("multiclass", "softmax"),
          List.of("multiclassova", "multiclass_ova", "ova", "ovr"),
          List.of("cross_entropy", "xentropy"),
          List.of("cross_entropy_lambda", "xentlambda"),
          List.of("rank_xendcg", "xendcg", "xe_ndcg", "xe_ndcg_mart", "xendcg_mart"),
          List.of("custom", "none", "null", "na"),
          List.of("huber"),
          List.of("fair"),
          List.of("poisson"),
          List.of("quantile"),
          List.of("gamma"),
          List.of("tweedie"),
          List.of("binary"),
          List.of("lambdarank"));

  /// @param text as in the model: `binary sigmoid:1`
  /// @return empty for an objective LightGBM does not have
  static Optional<Objective> parse(String text) {
    var words = text.strip().split("\\s+", -1);
    var wanted = words[0].toLowerCase(Locale.ROOT);
    var name = ALIASES.stream().filter(names -> names.contains(wanted)).map(List::getFirst);
    return name.findFirst().map(found -> new Objective(found, link(found, words), sigmoid(words)));
  }

  private static Link link(String name, String... words) {
    return switch (name) {
      case "binary", "multiclassova", "cross_entropy" -> Link.SIGMOID;
      case "multiclass" -> Link.SOFTMAX;
      case "poisson", "gamma", "tweedie" -> Link.EXP;
      case "cross_entropy_lambda" -> Link.LOG1P_EXP;
      case "regression", "regression_l1", "mape", "fair", "quantile" ->
          List.of(words).contains("sqrt") ? Link.SIGNED_SQUARE : Link.IDENTITY;
      default -> Link.IDENTITY;
    };
  }

  private static double sigmoid(String... words) {
    for (var word : words) {
      if (word.startsWith("sigmoid:")) {
        try {
          return Double.parseDouble(word.substring("sigmoid:".length()));
        } catch (NumberFormatException _) {
          return Double.NaN;
        }
      }
    }
    return 1;
  }

  /// Turns the raw scores of one row into its predictions, in place.
  void convert(double[] scores, int from, int count) {
    switch (link) {
      case IDENTITY -> {}
      case SOFTMAX -> softmax(scores, from, count);
      case SIGNED_SQUARE, EXP, SIGMOID, LOG1P_EXP -> {
        for (int i = from; i < from + count; i++) {
          scores[i] = convert(scores[i]);
        }
      }
    }
  }

  private double convert(double score) {
    return switch (link) {
      case IDENTITY, SOFTMAX -> score;
      case SIGNED_SQUARE -> Math.signum(score) * score * score;
      case EXP -> Exponential.exp(score);
      case SIGMOID -> 1 / (1 + Exponential.exp(-sigmoid * score));
      case LOG1P_EXP -> StrictMath.log1p(Exponential.exp(score));
    };
  }

  private static void softmax(double[] scores, int from, int count) {
    double greatest = scores[from];
    for (int i = from + 1; i < from + count; i++) {
      greatest = Math.max(scores[i], greatest);
    }
    double sum = 0;
    for (int i = from; i < from + count; i++) {
      scores[i] = Exponential.exp(scores[i] - greatest);
      sum += scores[i];
    }
    for (int i = from; i < from + count; i++) {
      scores[i] /= sum;
    }
  }
}
