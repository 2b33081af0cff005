package dev.slipway.engines.pmml;

import java.util.List;
import java.util.Optional;

/// A `Target`: what is done to a prediction before it is shown.
record Targets(
    double factor,
    double constant,
    double min,
    double max,
    String cast,
    double fallback,
    int likeliest) {

  static Optional<Targets> of(Element targets, Model.Frame frame) {
    for (var target : targets.children("Target")) {
      var field = target.attribute("field");
      if (field.isEmpty() || frame.target().isEmpty() || field.equals(frame.target())) {
        return Optional.of(one(target, frame));
      }
    }
    return Optional.empty();
  }

  private static Targets one(Element target, Model.Frame frame) {
    double fallback = Double.NaN;
    double highest = 0;
    int likeliest = -1;
    for (var value : target.children("TargetValue")) {
      fallback = value.number("defaultValue", fallback);
      double prior = value.number("priorProbability", 0);
      if (prior > highest && value.attribute("value").isPresent()) {
        highest = prior;
        likeliest = frame.labels().add(value.text("value"));
      }
    }
    return new Targets(
        target.number("rescaleFactor", 1),
        target.number("rescaleConstant", 0),
        target.number("min", Double.NEGATIVE_INFINITY),
        target.number("max", Double.POSITIVE_INFINITY),
        target.word("castInteger", "", List.of("", "round", "ceiling", "floor")),
        fallback,
        likeliest);
  }

  /// Whether predictions come out as whole numbers.
  boolean whole() {
    return !cast.isEmpty();
  }

  /// In the order of the specification: clamp, rescale, cast.
  void apply(Prediction prediction) {
    if (prediction.label < 0 && likeliest >= 0) {
      prediction.label = likeliest;
      return;
    }
    double value = prediction.number;
    if (Double.isNaN(value)) {
      prediction.number = fallback;
      return;
    }
    value = Math.min(max, Math.max(min, value)) * factor + constant;
    prediction.number =
        switch (cast) {
          case "round" -> Math.floor(value + 0.5);
          case "ceiling" -> Math.ceil(value);
          case "floor" -> Math.floor(value);
          default -> value;
        };
  }
}
