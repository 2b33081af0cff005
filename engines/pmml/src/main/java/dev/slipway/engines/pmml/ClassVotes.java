package dev.slipway.engines.pmml;

import java.util.ArrayList;
import java.util.List;

/// Combines classes: votes, means, medians and largest of probabilities.
final class ClassVotes implements Votes {
  private final String method;
  private final double[] sums;
  private final List<double[]> all = new ArrayList<>();
  private double weights;

  ClassVotes(int labels, String method) {
    this.method = method;
    this.sums = new double[labels];
  }

  @Override
  public boolean add(MiningModel.Segment segment, Prediction prediction) {
    if (prediction.label < 0) {
      return false;
    }
    double weight = method.startsWith("weighted") ? segment.weight() : 1;
    weights += weight;
    if (method.endsWith("Vote")) {
      sums[segment.indices()[prediction.label]] += weight;
      return true;
    }
    var scores = new double[sums.length];
    for (int i = 0; i < segment.indices().length; i++) {
      double score = prediction.scores[i];
      scores[segment.indices()[i]] = Double.isNaN(score) ? 0 : score;
    }
    for (int i = 0; i < sums.length; i++) {
      sums[i] += weight * scores[i];
    }
    all.add(scores);
    return true;
  }

  @Override
  public void result(Prediction prediction) {
    for (int i = 0; i < sums.length; i++) {
      int label = i;
      prediction.scores[i] =
          switch (method) {
            case "sum", "weightedSum" -> sums[i];
            case "max" -> all.stream().mapToDouble(each -> each[label]).max().orElse(0);
            case "median" ->
                Functions.median(all.stream().mapToDouble(each -> each[label]).toArray());
            default -> sums[i] / weights;
          };
    }
    prediction.highest();
  }
}
