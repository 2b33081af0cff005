package dev.slipway.engines.pmml;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A `Node` of a tree.
final class TreeNode {
  final Element element;
  final String id;
  final Predicate predicate;
  final double recordCount;
  final TreeNode[] children;

  /// Regression: the score; NaN for none.
  double score = Double.NaN;

  /// Classification: the score's label; -1 for none.
  int label = -1;

  /// Classification: by label (missing ones are 0), as long as needed; empty without distribution.
  double[] probabilities = new double[0];

  double[] confidences = new double[0];
  private double[] counts = new double[0];

  /// Where to go if the predicates cannot be told; null for nowhere.
  @Nullable TreeNode defaultChild;

  TreeNode(Element element, Model.Frame frame, String path) {
    this.element = element;
    this.id = element.text("id", path);
    this.predicate = Predicates.among(element, frame.scope());
    this.recordCount = element.number("recordCount", Double.NaN);
    var nodes = new ArrayList<TreeNode>();
    for (var child : element.children()) {
      if (child.name().equals("Node")) {
        nodes.add(new TreeNode(child, frame, path + "." + (nodes.size() + 1)));
      } else if (!child.name().equals("ScoreDistribution")
          && !child.name().equals("Partition")
          && !Predicates.isPredicate(child)) {
        throw PmmlException.unsupported(child);
      }
    }
    children = nodes.toArray(TreeNode[]::new);
    readScore(frame);
    var wanted = element.attribute("defaultChild");
    if (wanted.isPresent()) {
      defaultChild =
          nodes.stream()
              .filter(node -> node.id.equals(wanted.get()))
              .findFirst()
              .orElseThrow(() -> new PmmlException(element, "no child has the id " + wanted.get()));
    }
  }

  private void readScore(Model.Frame frame) {
    var given = element.attribute("score");
    if (!frame.classifies()) {
      score = given.isPresent() ? element.number("score") : Double.NaN;
      return;
    }
    var distribution = element.children("ScoreDistribution");
    if (!distribution.isEmpty()) {
      distribute(distribution, frame.labels());
    }
    if (given.isPresent()) {
      label = frame.labels().add(given.get());
    } else if (counts.length > 0) {
      label = largest(counts);
    }
  }

  static int largest(double... values) {
    int best = 0;
    for (int i = 1; i < values.length; i++) {
      best = values[i] > values[best] ? i : best;
    }
    return best;
  }

  private void distribute(List<Element> distribution, Labels labels) {
    for (var each : distribution) {
      labels.add(each.text("value"));
    }
    counts = new double[labels.size()];
    probabilities = new double[labels.size()];
    confidences = new double[labels.size()];
    Arrays.fill(confidences, Double.NaN);
    double total = 0;
    for (var each : distribution) {
      double count = each.number("recordCount", 0);
      counts[labels.find(each.text("value"))] += count;
      total += count;
    }
    for (var each : distribution) {
      int at = labels.find(each.text("value"));
      probabilities[at] = each.number("probability", total == 0 ? Double.NaN : counts[at] / total);
      confidences[at] = each.number("confidence", Double.NaN);
    }
  }

  boolean isLeaf() {
    return children.length == 0;
  }

  double probability(int of) {
    return probabilities.length == 0
        ? of == label ? 1 : 0
        : of < probabilities.length ? probabilities[of] : 0;
  }

  double confidence(int of) {
    boolean told = of < confidences.length && !Double.isNaN(confidences[of]);
    return told ? confidences[of] : probability(of);
  }

  double count(int of) {
    return of < counts.length ? counts[of] : 0;
  }

  /// Records that came here in training.
  double records() {
    double sum = 0;
    for (double count : counts) {
      sum += count;
    }
    return Double.isNaN(recordCount) ? sum : recordCount;
  }
}
