package dev.slipway.engines.pmml;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// A `SupportVectorMachineModel`: sums over kernels of support vectors, and for classes what many
/// such sums vote for.
///
/// A machine with an `alternateTargetCategory` decides between two classes and its winner gets a
/// vote; the share of votes is the probability. Machines without one each tell how far a row is
/// from (with `maxWins`, how near to) their class, which is the affinity.
///
/// @see <a href="https://dmg.org/pmml/v4-4-1/SupportVectorMachine.html">PMML 4.4.1, Support Vector
///     Machine</a>
final class SupportVectorMachineModel extends Model {
  /// @param target index of the label, -1 in regressions
  /// @param alternate index of the other label, -1 for none
  /// @param vectors by their places in the dictionary; none where coefficients are those of fields
  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Machine(
      int target,
      int alternate,
      double threshold,
      double constant,
      double[] coefficients,
      int... vectors) {}

  private final VectorKernel kernel;
  private final VectorDictionary dictionary;
  private final List<Machine> machines = new ArrayList<>();
  private final boolean maxWins;
  private final boolean pairwise;

  SupportVectorMachineModel(Frame frame) {
    super(frame);
    var element = frame.element();
    maxWins = element.flag("maxWins", false);
    boolean linear =
        element
            .word("svmRepresentation", "SupportVectors", List.of("SupportVectors", "Coefficients"))
            .equals("Coefficients");
    kernel = VectorKernel.of(element);
    dictionary = new VectorDictionary(element.needed("VectorDictionary"), frame.scope());
    for (var machine : element.children("SupportVectorMachine")) {
      machines.add(machine(machine, linear, element.number("threshold", 0)));
    }
    var method =
        element.word(
            "classificationMethod", "OneAgainstAll", List.of("OneAgainstAll", "OneAgainstOne"));
    if (machines.isEmpty() || (!classifies() && machines.size() > 1)) {
      throw new PmmlException(element, machines.size() + " SupportVectorMachine elements");
    }
    pairwise = method.equals("OneAgainstOne") || machines.getFirst().alternate() >= 0;
    if (classifies() && machines.stream().anyMatch(each -> each.alternate() >= 0 != pairwise)) {
      throw new PmmlException(
          element, "alternateTargetCategory is needed in all machines or in none");
    }
  }

  private Machine machine(Element element, boolean linear, double standard) {
    var coefficients = element.needed("Coefficients");
    var values =
        coefficients.children("Coefficient").stream()
            .mapToDouble(each -> each.number("value", 0))
            .toArray();
    var vectors =
        linear
            ? new int[0]
            : element.needed("SupportVectors").children("SupportVector").stream()
                .mapToInt(each -> dictionary.place(each, each.text("vectorId")))
                .toArray();
    int needed = linear ? dictionary.fields() : vectors.length;
    if (values.length != needed) {
      throw new PmmlException(
          coefficients, values.length + " coefficients where " + needed + " are needed");
    }
    var alternate = element.attribute("alternateTargetCategory");
    return new Machine(
        classifies() ? labels().add(element.text("targetCategory")) : -1,
        classifies() && alternate.isPresent() ? labels().add(alternate.get()) : -1,
        element.number("threshold", standard),
        coefficients.number("absoluteValue", 0),
        values,
        vectors);
  }

  @Override
  void score(Row row, Prediction prediction) {
    var x = dictionary.values(row);
    for (double value : x) {
      if (Double.isNaN(value)) {
        return;
      }
    }
    var kernels = new HashMap<Integer, Double>();
    var scratch = new double[x.length];
    var values = new double[machines.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = value(machines.get(i), x, scratch, kernels);
    }
    if (!classifies()) {
      prediction.number = values[0];
    } else if (pairwise) {
      votes(prediction, values);
    } else {
      furthest(prediction, values);
    }
  }

  /// Machines share vectors: the kernel of each is computed once for a row.
  private double value(
      Machine machine, double[] x, double[] scratch, Map<Integer, Double> kernels) {
    double sum = machine.constant();
    var coefficients = machine.coefficients();
    if (machine.vectors().length == 0) {
      for (int i = 0; i < coefficients.length; i++) {
        sum += coefficients[i] * x[i];
      }
      return sum;
    }
    for (int i = 0; i < coefficients.length; i++) {
      int vector = machine.vectors()[i];
      var known = kernels.get(vector);
      if (known == null) {
        known = kernel.of(x, dictionary.vector(vector, scratch));
        kernels.put(vector, known);
      }
      sum += coefficients[i] * known;
    }
    return sum;
  }

  private void votes(Prediction prediction, double... values) {
    for (var machine : machines) {
      prediction.scores[machine.target()] = 0;
      prediction.scores[machine.alternate()] = 0;
    }
    for (int i = 0; i < values.length; i++) {
      var machine = machines.get(i);
      double threshold = machine.threshold();
      boolean wins = maxWins ? values[i] > threshold : values[i] < threshold;
      prediction.scores[wins ? machine.target() : machine.alternate()] += 1.0 / values.length;
    }
    prediction.highest();
  }

  private void furthest(Prediction prediction, double... values) {
    int best = 0;
    for (int i = 1; i < values.length; i++) {
      best = (maxWins ? values[i] > values[best] : values[i] < values[best]) ? i : best;
    }
    prediction.label = machines.get(best).target();
    prediction.affinity = values[best];
  }
}
