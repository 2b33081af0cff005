package dev.slipway.engines.pmml;

import java.util.Arrays;
import java.util.List;

/// What a model says about a row.
final class Prediction {
  /// Regression: the value. NaN: none.
  double number = Double.NaN;

  /// Classification: index of the winner among the model's labels, -1 for none.
  int label = -1;

  /// Classification: by label; what `probability` means. NaN where the model tells none.
  final double[] scores;

  /// As [#scores], what `confidence` means.
  final double[] confidences;

  /// `entityId`: the cluster, node, rule; empty for none.
  String entity = "";

  /// The nearest stored rows, nearest first; empty where the model has none.
  List<String> entities = List.of();

  /// Distance or similarity of the winner.
  double affinity = Double.NaN;

  /// Reason codes of a scorecard, the weightiest first.
  List<String> reasons = List.of();

  Prediction(int labels) {
    scores = new double[labels];
    confidences = new double[labels];
    clear();
  }

  void clear() {
    number = Double.NaN;
    label = -1;
    entity = "";
    entities = List.of();
    affinity = Double.NaN;
    reasons = List.of();
    Arrays.fill(scores, Double.NaN);
    Arrays.fill(confidences, Double.NaN);
  }

  /// Lets the highest score win, the first of equals.
  void highest() {
    label = -1;
    for (int i = 0; i < scores.length; i++) {
      if (!Double.isNaN(scores[i]) && (label < 0 || scores[i] > scores[label])) {
        label = i;
      }
    }
  }

  /// Takes over what another model said.
  ///
  /// @param labels of the other's labels, the index here
  void copy(Prediction other, int... labels) {
    number = other.number;
    entity = other.entity;
    entities = other.entities;
    affinity = other.affinity;
    reasons = other.reasons;
    label = other.label < 0 ? -1 : labels[other.label];
    for (int i = 0; i < labels.length; i++) {
      scores[labels[i]] = other.scores[i];
      confidences[labels[i]] = other.confidences[i];
    }
  }
}
