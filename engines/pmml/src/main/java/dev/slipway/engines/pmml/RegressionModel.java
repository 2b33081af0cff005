package dev.slipway.engines.pmml;

import java.util.List;
import java.util.function.DoubleUnaryOperator;

/// A `RegressionModel`: sums of weighted values, and what makes them predictions.
///
/// @see <a href="https://dmg.org/pmml/v4-4-1/Regression.html">PMML 4.4.1, Regression</a>
final class RegressionModel extends Model {
  private static final List<String> METHODS =
      List.of(
          "none", "simplemax", "softmax", "logit", "probit", "cloglog", "exp", "loglog", "cauchit");

  private final RegressionTable[] tables;
  private final int[] tableLabels;
  private final String method;
  private final DoubleUnaryOperator inverse;
  private final boolean ordinal;

  RegressionModel(Frame frame) {
    super(frame);
    var element = frame.element();
    var found = element.children("RegressionTable");
    method = element.word("normalizationMethod", "none", METHODS);
    inverse = Links.inverse(method);
    tables =
        found.stream()
            .map(each -> new RegressionTable(each, frame.scope()))
            .toArray(RegressionTable[]::new);
    if (tables.length == 0 || (!frame.classifies() && tables.length != 1)) {
      throw new PmmlException(element, tables.length + " RegressionTable elements");
    }
    tableLabels =
        frame.classifies()
            ? found.stream().mapToInt(each -> labels().add(each.text("targetCategory"))).toArray()
            : new int[0];
    ordinal = frame.targetField().map(field -> field.optype().equals("ordinal")).orElse(false);
  }

  @Override
  void score(Row row, Prediction prediction) {
    if (!classifies()) {
      double value = tables[0].value(row);
      prediction.number =
          method.equals("softmax") ? 1 / (1 + Math.exp(-value)) : inverse.applyAsDouble(value);
      return;
    }
    var values = new double[tables.length];
    for (int i = 0; i < values.length; i++) {
      values[i] = tables[i].value(row);
      if (Double.isNaN(values[i])) {
        return;
      }
    }
    normalise(values);
    for (int i = 0; i < values.length; i++) {
      prediction.scores[tableLabels[i]] = values[i];
    }
    prediction.highest();
  }

  private void normalise(double... values) {
    switch (method) {
      case "softmax" -> Links.softmax(values);
      case "simplemax" -> Links.simplemax(values);
      default -> rest(values);
    }
  }

  /// Each by itself, the last one what is left of 1.
  private void rest(double... values) {
    int last = values.length - 1;
    double left = 1;
    double before = 0;
    for (int i = 0; i < last; i++) {
      double one = inverse.applyAsDouble(values[i]);
      values[i] = ordinal ? one - before : one;
      before = one;
      left -= values[i];
    }
    values[last] = last == 0 ? inverse.applyAsDouble(values[0]) : left;
  }
}
