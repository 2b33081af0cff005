package dev.slipway.engines.pmml;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// A `TreeModel`, walked node by node.
///
/// @see <a href="https://dmg.org/pmml/v4-4-1/TreeModel.html">PMML 4.4.1, TreeModel</a>
final class TreeModel extends Model {
  private static final List<String> STRATEGIES =
      List.of(
          "none",
          "lastPrediction",
          "nullPrediction",
          "defaultChild",
          "weightedConfidence",
          "aggregateNodes");

  private final TreeNode root;
  private final String missing;
  private final boolean lastPrediction;
  private final double penalty;

  TreeModel(Frame frame) {
    super(frame);
    var element = frame.element();
    missing = element.word("missingValueStrategy", "none", STRATEGIES);
    penalty = element.number("missingValuePenalty", 1);
    lastPrediction =
        element
            .word(
                "noTrueChildStrategy",
                "returnNullPrediction",
                List.of("returnNullPrediction", "returnLastPrediction"))
            .equals("returnLastPrediction");
    root = new TreeNode(element.needed("Node"), frame, "1");
  }

  TreeNode root() {
    return root;
  }

  @Override
  void score(Row row, Prediction prediction) {
    byte begins = root.predicate.test(row);
    if (begins == Predicate.FALSE || (begins == Predicate.UNKNOWN && missing.equals("none"))) {
      return;
    }
    int penalties = 0;
    var node = root;
    while (!node.isLeaf()) {
      TreeNode next = null;
      for (var child : node.children) {
        byte holds = child.predicate.test(row);
        if (holds == Predicate.TRUE) {
          next = child;
          break;
        }
        if (holds == Predicate.UNKNOWN && !missing.equals("none")) {
          switch (missing) {
            case "lastPrediction" -> give(node, penalties, prediction);
            case "weightedConfidence" -> weigh(node, row, prediction);
            case "aggregateNodes" -> aggregate(node, row, prediction);
            default -> next = missing.equals("defaultChild") ? node.defaultChild : null;
          }
          if (next == null) {
            return;
          }
          penalties++;
          break;
        }
      }
      if (next == null) {
        if (lastPrediction) {
          give(node, penalties, prediction);
        }
        return;
      }
      node = next;
    }
    give(node, penalties, prediction);
  }

  private void give(TreeNode node, int penalties, Prediction prediction) {
    prediction.entity = node.id;
    prediction.number = node.score;
    prediction.label = node.label;
    if (node.label < 0) {
      return;
    }
    double factor = penalties == 0 ? 1 : Math.pow(penalty, penalties);
    for (int i = 0; i < prediction.scores.length; i++) {
      prediction.scores[i] = node.probability(i);
      prediction.confidences[i] = node.confidence(i) * factor;
    }
  }

  /// Confidences of all children that may hold, weighted by their records, and so on below.
  private void weigh(TreeNode node, Row row, Prediction prediction) {
    var sums = new double[prediction.scores.length];
    double number = weigh(node, row, 1, sums);
    settle(prediction, number, sums);
  }

  private double weigh(TreeNode node, Row row, double weight, double... sums) {
    if (node.isLeaf()) {
      for (int i = 0; i < sums.length; i++) {
        sums[i] += weight * node.confidence(i);
      }
      return weight * node.score;
    }
    double total = 0;
    var certain = certain(node, row);
    for (var child : node.children) {
      total += certain == null && mayHold(child, row) ? child.records() : 0;
    }
    if (certain != null) {
      return weigh(certain, row, weight, sums);
    }
    double number = 0;
    for (var child : node.children) {
      if (mayHold(child, row)) {
        number += weigh(child, row, weight * child.records() / total, sums);
      }
    }
    return number;
  }

  /// The child to take where no predicate before it is unknown.
  private static @Nullable TreeNode certain(TreeNode node, Row row) {
    for (var child : node.children) {
      byte holds = child.predicate.test(row);
      if (holds != Predicate.FALSE) {
        return holds == Predicate.TRUE ? child : null;
      }
    }
    return null;
  }

  private static boolean mayHold(TreeNode node, Row row) {
    return node.predicate.test(row) != Predicate.FALSE;
  }

  /// Records of all leaves that may be reached, added up.
  private void aggregate(TreeNode node, Row row, Prediction prediction) {
    var sums = new double[prediction.scores.length];
    var number = new double[2];
    aggregate(node, row, number, sums);
    double total = 0;
    for (double sum : sums) {
      total += sum;
    }
    for (int i = 0; i < sums.length; i++) {
      sums[i] /= total;
    }
    settle(prediction, number[0] / number[1], sums);
  }

  private static void aggregate(TreeNode node, Row row, double[] number, double... sums) {
    if (node.isLeaf()) {
      number[0] += node.score * node.records();
      number[1] += node.records();
      for (int i = 0; i < sums.length; i++) {
        sums[i] += node.count(i);
      }
      return;
    }
    var certain = certain(node, row);
    if (certain != null) {
      aggregate(certain, row, number, sums);
      return;
    }
    for (var child : node.children) {
      if (mayHold(child, row)) {
        aggregate(child, row, number, sums);
      }
    }
  }

  private void settle(Prediction prediction, double number, double... sums) {
    if (!classifies()) {
      prediction.number = number;
      return;
    }
    System.arraycopy(sums, 0, prediction.scores, 0, sums.length);
    System.arraycopy(sums, 0, prediction.confidences, 0, sums.length);
    prediction.highest();
  }
}
