package dev.slipway.engines.pmml;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// A `NaiveBayesModel`: how often values came with each label, or how they were distributed.
///
/// @see <a href="https://dmg.org/pmml/v4-4-1/NaiveBayes.html">PMML 4.4.1, Naïve Bayes</a>
final class NaiveBayesModel extends Model {
  /// Logarithms of `P(value | label)` by label.
  private interface Likelihood {
    void add(Row row, double[] logs);
  }

  private final double threshold;
  private final double[] priors;
  private final List<Likelihood> inputs = new ArrayList<>();

  NaiveBayesModel(Frame frame) {
    super(frame);
    var element = frame.element();
    threshold = element.number("threshold");
    var output = counts(element.needed("BayesOutput").needed("TargetValueCounts"));
    for (var input : element.needed("BayesInputs").children()) {
      if (!input.name().equals("BayesInput")) {
        throw PmmlException.unsupported(input);
      }
      inputs.add(likelihood(input, frame.scope()));
    }
    priors = Arrays.copyOf(output, labels().size());
  }

  private double[] counts(Element element) {
    for (var each : element.children("TargetValueCount")) {
      labels().add(each.text("value"));
    }
    var counts = new double[labels().size()];
    for (var each : element.children("TargetValueCount")) {
      counts[labels().find(each.text("value"))] = each.number("count");
    }
    return counts;
  }

  private Likelihood likelihood(Element input, Scope scope) {
    var statistics = input.child("TargetValueStats");
    if (statistics.isPresent()) {
      var field = scope.field(input, input.text("fieldName"));
      return distributed(statistics.get(), field.slot());
    }
    var derived = input.child("DerivedField");
    var kind = derived.isPresent() ? Kind.of(derived.get()) : Kind.STRING;
    var value =
        derived.isPresent()
            ? Expressions.of(Expressions.body(derived.get()), scope).as(kind)
            : Expressions.reference(scope.field(input, input.text("fieldName")), scope);
    return counted(input, Expressions.within(value, scope), scope);
  }

  /// Shares among the records of a label that have any value; none at all counts as the threshold.
  private Likelihood counted(Element input, Expression value, Scope scope) {
    Map<Double, double[]> shares = new HashMap<>();
    var sums = new double[labels().size()];
    for (var pair : input.children("PairCounts")) {
      var counts = Arrays.copyOf(counts(pair.needed("TargetValueCounts")), labels().size());
      sums = Arrays.copyOf(sums, counts.length);
      for (int i = 0; i < counts.length; i++) {
        sums[i] += counts[i];
      }
      shares.put(scope.build().literal(pair, pair.text("value"), value.kind()), counts);
    }
    for (var counts : shares.values()) {
      for (int i = 0; i < counts.length; i++) {
        counts[i] = Math.log(counts[i] > 0 ? counts[i] / sums[i] : threshold);
      }
    }
    return (row, logs) -> {
      var found = shares.get(value.number(row) + 0.0);
      for (int i = 0; found != null && i < found.length; i++) {
        logs[i] += found[i];
      }
    };
  }

  private Likelihood distributed(Element statistics, int slot) {
    var found = statistics.children("TargetValueStat");
    found.forEach(each -> labels().add(each.text("value")));
    var means = new double[labels().size()];
    var variances = new double[labels().size()];
    for (var each : found) {
      var gauss = each.needed("GaussianDistribution");
      int label = labels().find(each.text("value"));
      means[label] = gauss.number("mean");
      variances[label] = gauss.number("variance");
    }
    return (row, logs) -> {
      double x = row.numbers[slot];
      for (int i = 0; !Double.isNaN(x) && i < means.length; i++) {
        double away = x - means[i];
        double density =
            Math.exp(-away * away / (2 * variances[i])) / Math.sqrt(2 * Math.PI * variances[i]);
        logs[i] += Math.log(Math.max(density, threshold));
      }
    };
  }

  @Override
  void score(Row row, Prediction prediction) {
    var logs = new double[priors.length];
    for (int i = 0; i < logs.length; i++) {
      logs[i] = Math.log(priors[i]);
    }
    for (var input : inputs) {
      input.add(row, logs);
    }
    Links.softmax(logs);
    System.arraycopy(logs, 0, prediction.scores, 0, logs.length);
    prediction.highest();
  }
}
