package dev.slipway.engines.pmml;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/// A `NearestNeighborModel`: what the nearest of the stored rows say.
///
/// Without a target, and as `entityId` of a rank, it tells which rows these are. Of rows as near
/// the
/// first ones count.
///
/// @see <a href="https://dmg.org/pmml/v4-4-1/KNN.html">PMML 4.4.1, k-Nearest Neighbors</a>
final class NearestNeighborModel extends Model {
  private final Instances instances;
  private final Measure measure;
  private final Expression[] inputs;
  private final int neighbours;
  private final String method;
  private final double threshold;

  NearestNeighborModel(Frame frame) {
    super(frame);
    var element = frame.element();
    var wanted = element.needed("KNNInputs").children("KNNInput");
    measure = Measure.of(element.needed("ComparisonMeasure"), wanted);
    inputs = new Expression[wanted.size()];
    for (int i = 0; i < inputs.length; i++) {
      inputs[i] = input(wanted.get(i), element.needed("ComparisonMeasure"), frame.scope());
    }
    instances = new Instances(element, wanted, frame);
    neighbours = element.integer("numberOfNeighbors", 0);
    if (neighbours < 1 || inputs.length == 0) {
      throw new PmmlException(element, "numberOfNeighbors or the inputs are missing");
    }
    threshold = element.number("threshold", 0.001);
    method =
        classifies()
            ? element.word(
                "categoricalScoringMethod",
                "majorityVote",
                List.of("majorityVote", "weightedMajorityVote"))
            : element.word(
                "continuousScoringMethod",
                "average",
                List.of("average", "median", "weightedAverage"));
  }

  /// Strings are compared for being equal, by their codes.
  private static Expression input(Element element, Element measure, Scope scope) {
    var field = scope.field(element, element.text("field"));
    var compare = element.text("compareFunction", measure.text("compareFunction", "absDiff"));
    if (field.kind() == Kind.STRING && !compare.equals("equal") && !compare.equals("delta")) {
      throw new PmmlException(
          element,
          "the field " + field.name() + " is a string, which " + compare + " cannot compare");
    }
    int slot = field.slot();
    return Expression.of(Kind.DOUBLE, row -> row.numbers[slot]);
  }

  @Override
  void score(Row row, Prediction prediction) {
    var x = new double[inputs.length];
    for (int i = 0; i < x.length; i++) {
      x[i] = inputs[i].number(row);
    }
    if (Arrays.stream(x).allMatch(Double::isNaN)) {
      return;
    }
    var affinities = new double[instances.count()];
    for (int i = 0; i < affinities.length; i++) {
      affinities[i] = measure.of(x, instances.values(i));
    }
    var nearest = nearest(affinities);
    if (nearest.isEmpty()) {
      return;
    }
    prediction.entity = instances.id(nearest.getFirst());
    prediction.affinity = affinities[nearest.getFirst()];
    prediction.entities = nearest.stream().map(instances::id).toList();
    if (classifies()) {
      vote(prediction, nearest, affinities);
    } else if (instances.hasTargets()) {
      prediction.number = number(nearest, affinities);
    }
  }

  @Override
  String display(Prediction prediction) {
    return prediction.entity;
  }

  private List<Integer> nearest(double... affinities) {
    Comparator<Integer> order = Comparator.comparingDouble(i -> affinities[i]);
    var all = new ArrayList<Integer>(affinities.length);
    for (int i = 0; i < affinities.length; i++) {
      if (!Double.isNaN(affinities[i])) {
        all.add(i);
      }
    }
    all.sort(measure.similarity() ? order.reversed() : order);
    return all.subList(0, Math.min(neighbours, all.size()));
  }

  private double weight(double affinity) {
    if (!method.startsWith("weighted")) {
      return 1;
    }
    return measure.similarity() ? affinity : 1 / (affinity + threshold);
  }

  private void vote(Prediction prediction, List<Integer> nearest, double... affinities) {
    Arrays.fill(prediction.scores, 0);
    double all = 0;
    for (int each : nearest) {
      double weight = weight(affinities[each]);
      prediction.scores[(int) instances.target(each)] += weight;
      all += weight;
    }
    for (int i = 0; i < prediction.scores.length; i++) {
      prediction.scores[i] /= all;
    }
    prediction.highest();
  }

  private double number(List<Integer> nearest, double... affinities) {
    if (method.equals("median")) {
      return Functions.median(nearest.stream().mapToDouble(instances::target).toArray());
    }
    double sum = 0;
    double weights = 0;
    for (int each : nearest) {
      double weight = weight(affinities[each]);
      sum += weight * instances.target(each);
      weights += weight;
    }
    return sum / weights;
  }
}
