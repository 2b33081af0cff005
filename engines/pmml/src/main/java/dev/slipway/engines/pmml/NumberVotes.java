package dev.slipway.engines.pmml;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/// Combines numbers: sums, means, medians, largest.
final class NumberVotes implements Votes {
  private record Vote(double number, double weight) {}

  private final String method;
  private final List<Vote> all = new ArrayList<>();

  NumberVotes(String method) {
    this.method = method;
  }

  @Override
  public boolean add(MiningModel.Segment segment, Prediction prediction) {
    if (Double.isNaN(prediction.number)) {
      return false;
    }
    all.add(new Vote(prediction.number, method.startsWith("weighted") ? segment.weight() : 1));
    return true;
  }

  @Override
  public void result(Prediction prediction) {
    prediction.number =
        switch (method) {
          case "sum", "weightedSum" -> sum();
          case "average", "weightedAverage" -> sum() / weights();
          case "max" -> all.stream().mapToDouble(Vote::number).max().orElse(Double.NaN);
          case "median" -> Functions.median(all.stream().mapToDouble(Vote::number).toArray());
          case "weightedMedian" -> weightedMedian();
          default -> Double.NaN;
        };
  }

  private double sum() {
    double sum = 0;
    for (var vote : all) {
      sum += vote.number() * vote.weight();
    }
    return sum;
  }

  private double weights() {
    double sum = 0;
    for (var vote : all) {
      sum += vote.weight();
    }
    return sum;
  }

  /// The first number, in ascending order, at which half of the weight is reached.
  private double weightedMedian() {
    var sorted = all.stream().sorted(Comparator.comparingDouble(Vote::number)).toList();
    double half = weights() / 2;
    double reached = 0;
    for (var vote : sorted) {
      reached += vote.weight();
      if (reached >= half) {
        return vote.number();
      }
    }
    return Double.NaN;
  }
}
