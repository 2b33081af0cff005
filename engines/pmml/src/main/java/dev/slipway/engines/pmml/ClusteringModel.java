package dev.slipway.engines.pmml;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// A `ClusteringModel` of centres: the nearest one's id is the prediction.
///
/// @see <a href="https://dmg.org/pmml/v4-4-1/ClusteringModel.html">PMML 4.4.1, Cluster models</a>
final class ClusteringModel extends Model {
  private final Measure measure;
  private final Expression[] fields;
  private final List<String> ids = new ArrayList<>();
  private final Map<String, String> names = new HashMap<>();
  private final double[][] centres;

  ClusteringModel(Frame frame) {
    super(frame);
    var element = frame.element();
    element.word("modelClass", "centerBased", List.of("centerBased"));
    var clustering =
        element.children("ClusteringField").stream()
            .filter(each -> each.flag("isCenterField", true))
            .toList();
    fields =
        clustering.stream().map(each -> number(each, frame.scope())).toArray(Expression[]::new);
    measure = Measure.of(element.needed("ComparisonMeasure"), clustering, missingWeights(element));
    var clusters = element.children("Cluster");
    if (clusters.isEmpty() || fields.length == 0) {
      throw new PmmlException(element, "clusters or their fields are missing");
    }
    centres = new double[clusters.size()][];
    for (int i = 0; i < centres.length; i++) {
      var cluster = clusters.get(i);
      var array = cluster.child("Array").or(() -> cluster.child("REAL-Array"));
      var numbers = array.orElseThrow(() -> new PmmlException(cluster, "an Array is missing"));
      centres[i] = numbers.numbers();
      if (centres[i].length != fields.length) {
        throw new PmmlException(
            numbers, centres[i].length + " numbers for " + fields.length + " fields");
      }
      var id = cluster.text("id", String.valueOf(i + 1));
      ids.add(id);
      names.put(id, cluster.text("name", id));
    }
  }

  private static Expression number(Element field, Scope scope) {
    var found = scope.field(field, field.text("field"));
    if (found.kind() == Kind.STRING) {
      throw new PmmlException(field, "the field " + found.name() + " is a string, not a number");
    }
    return Expressions.reference(found, scope);
  }

  private static double[] missingWeights(Element element) {
    return element
        .child("MissingValueWeights")
        .map(found -> found.only().numbers())
        .orElse(new double[0]);
  }

  @Override
  void score(Row row, Prediction prediction) {
    var x = new double[fields.length];
    for (int i = 0; i < x.length; i++) {
      x[i] = fields[i].number(row);
    }
    if (Arrays.stream(x).allMatch(Double::isNaN)) {
      return;
    }
    for (int i = 0; i < centres.length; i++) {
      double value = measure.of(x, centres[i]);
      boolean better =
          measure.similarity() ? value > prediction.affinity : value < prediction.affinity;
      if (better || Double.isNaN(prediction.affinity)) {
        prediction.affinity = value;
        prediction.entity = ids.get(i);
      }
    }
  }

  @Override
  String display(Prediction prediction) {
    return names.getOrDefault(prediction.entity, "");
  }
}
