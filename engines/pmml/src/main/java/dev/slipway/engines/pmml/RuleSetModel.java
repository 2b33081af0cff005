package dev.slipway.engines.pmml;

import java.util.ArrayList;
import java.util.List;

/// A `RuleSetModel`: the first rule that holds, or the weightiest of all that do.
///
/// @see <a href="https://dmg.org/pmml/v4-4-1/RuleSet.html">PMML 4.4.1, RuleSet</a>
final class RuleSetModel extends Model {
  private record Rule(
      List<Predicate> conditions, String id, int label, double weight, double confidence) {
    boolean holds(Row row) {
      for (var condition : conditions) {
        if (condition.test(row) != Predicate.TRUE) {
          return false;
        }
      }
      return true;
    }
  }

  private final List<Rule> rules = new ArrayList<>();
  private final String criterion;
  private final int defaultLabel;
  private final double defaultConfidence;

  RuleSetModel(Frame frame) {
    super(frame);
    if (!frame.classifies()) {
      throw PmmlException.unsupported(frame.element(), "functionName");
    }
    var set = frame.element().needed("RuleSet");
    criterion =
        set.needed("RuleSelectionMethod")
            .word("criterion", "", List.of("firstHit", "weightedSum", "weightedMax"));
    read(set, List.of());
    var score = set.attribute("defaultScore");
    defaultLabel = score.isPresent() ? labels().add(score.get()) : -1;
    defaultConfidence = set.number("defaultConfidence", Double.NaN);
  }

  private void read(Element parent, List<Predicate> outer) {
    for (var element : parent.children()) {
      boolean simple = element.name().equals("SimpleRule");
      if (!simple && !element.name().equals("CompoundRule")) {
        continue;
      }
      var conditions = new ArrayList<>(outer);
      conditions.add(Predicates.among(element, frame().scope()));
      if (simple) {
        rules.add(
            new Rule(
                conditions,
                element.text("id", String.valueOf(rules.size() + 1)),
                labels().add(element.text("score")),
                element.number("weight", 1),
                element.number("confidence", 1)));
      } else {
        read(element, conditions);
      }
    }
  }

  @Override
  void score(Row row, Prediction prediction) {
    var sums = new double[prediction.scores.length];
    int held = 0;
    double most = Double.NEGATIVE_INFINITY;
    for (var rule : rules) {
      if (!rule.holds(row)) {
        continue;
      }
      held++;
      sums[rule.label()] += rule.weight();
      if (rule.weight() > most || held == 1) {
        most = rule.weight();
        take(prediction, rule.label(), rule.confidence());
        prediction.entity = rule.id();
      }
      if (criterion.equals("firstHit")) {
        return;
      }
    }
    if (held == 0) {
      take(prediction, defaultLabel, defaultConfidence);
    } else if (criterion.equals("weightedSum")) {
      int winner = TreeNode.largest(sums);
      take(prediction, winner, sums[winner] / held);
    }
  }

  private static void take(Prediction prediction, int label, double confidence) {
    if (prediction.label >= 0) {
      prediction.confidences[prediction.label] = Double.NaN;
      prediction.scores[prediction.label] = Double.NaN;
    }
    prediction.label = label;
    if (label >= 0) {
      prediction.confidences[label] = confidence;
      prediction.scores[label] = confidence;
    }
  }
}
