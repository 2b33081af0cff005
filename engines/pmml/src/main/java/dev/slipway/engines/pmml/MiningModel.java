package dev.slipway.engines.pmml;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// A `MiningModel`: models with conditions, and how their predictions become one.
///
/// @see <a href="https://dmg.org/pmml/v4-4-1/MultipleModels.html">PMML 4.4.1, MultipleModels</a>
final class MiningModel extends Model {
  private static final List<String> METHODS =
      List.of(
          "majorityVote",
          "weightedMajorityVote",
          "average",
          "weightedAverage",
          "median",
          "weightedMedian",
          "max",
          "sum",
          "weightedSum",
          "selectFirst",
          "selectAll",
          "modelChain");

  /// @param indices of the model's labels among the outer one's
  @SuppressWarnings("ArrayRecordComponent")
  record Segment(String id, Predicate predicate, double weight, Model model, int[] indices) {}

  private final List<Segment> segments = new ArrayList<>();
  private final String method;
  private final String missing;
  private final double missingThreshold;
  private final Optional<SegmentForest> forest;

  MiningModel(Frame frame) {
    super(frame);
    var element = frame.element();
    for (var child : element.children()) {
      if (child.name().equals("Regression") || child.name().equals("DecisionTree")) {
        throw PmmlException.unsupported(child);
      }
    }
    var segmentation = element.needed("Segmentation");
    var name = segmentation.text("multipleModelMethod");
    method = name.startsWith("x-") ? name.substring(2) : name;
    if (!METHODS.contains(method)) {
      throw PmmlException.unsupported(segmentation, "multipleModelMethod");
    }
    missing =
        segmentation.word(
            "missingPredictionTreatment",
            "continue",
            List.of("continue", "skipSegment", "returnMissing"));
    missingThreshold = segmentation.number("missingThreshold", 1);
    for (var segment : segmentation.children("Segment")) {
      add(segment, frame);
    }
    if (segments.isEmpty()) {
      throw new PmmlException(segmentation, "segments are missing");
    }
    boolean single = element.text("x-mathContext", "double").equals("float");
    forest = SegmentForest.of(segments, method, frame, single);
  }

  private void add(Element element, Frame frame) {
    var predicate = Predicates.among(element, frame.scope());
    for (var child : element.children()) {
      if (Models.isModel(child)) {
        var model = Models.nested(child, frame);
        var indices =
            frame.classifies() && model.classifies()
                ? labels().indicesOf(model.labels())
                : new int[0];
        var id = element.text("id", String.valueOf(segments.size() + 1));
        segments.add(new Segment(id, predicate, element.number("weight", 1), model, indices));
        if (method.equals("modelChain")) {
          model.outputs().forEach(field -> frame.scope().define(field.name(), field));
        }
        return;
      }
    }
    throw new PmmlException(element, "a model is missing");
  }

  @Override
  Optional<Model> segment(String id) {
    return segments.stream().filter(each -> each.id().equals(id)).map(Segment::model).findFirst();
  }

  @Override
  void score(Row row, Prediction prediction) {
    if (forest.isPresent() && forest.get().score(row, prediction)) {
      return;
    }
    switch (method) {
      case "selectFirst" -> first(row, prediction);
      case "selectAll" -> all(row);
      case "modelChain" -> chain(row, prediction);
      default -> combine(row, prediction);
    }
  }

  private void first(Row row, Prediction prediction) {
    boolean found = false;
    for (var segment : segments) {
      if (!found && segment.predicate().test(row) == Predicate.TRUE) {
        pass(segment, segment.model().evaluate(row), prediction);
        prediction.entity = prediction.entity.isEmpty() ? segment.id() : prediction.entity;
        found = true;
      } else {
        segment.model().skip(row);
      }
    }
  }

  private void all(Row row) {
    for (var segment : segments) {
      if (segment.predicate().test(row) == Predicate.TRUE) {
        segment.model().evaluate(row);
      } else {
        segment.model().skip(row);
      }
    }
  }

  private void chain(Row row, Prediction prediction) {
    for (var segment : segments) {
      segment.model().skip(row);
    }
    for (var segment : segments) {
      if (segment.predicate().test(row) == Predicate.TRUE) {
        var found = segment.model().evaluate(row);
        prediction.clear();
        pass(segment, found, prediction);
      }
    }
  }

  private static void pass(Segment segment, Prediction from, Prediction to) {
    if (segment.indices().length > 0) {
      to.copy(from, segment.indices());
    } else {
      to.number = from.number;
      to.entity = from.entity;
      to.affinity = from.affinity;
      to.reasons = from.reasons;
    }
  }

  private void combine(Row row, Prediction prediction) {
    var votes = classifies() ? new ClassVotes(labels().size(), method) : new NumberVotes(method);
    double total = 0;
    double absent = 0;
    for (var segment : segments) {
      if (segment.predicate().test(row) != Predicate.TRUE) {
        segment.model().skip(row);
        continue;
      }
      var one = segment.model().evaluate(row);
      total += segment.weight();
      if (votes.add(segment, one)) {
        continue;
      }
      absent += segment.weight();
      if (missing.equals("returnMissing")
          || (missing.equals("continue") && !classifies())
          || absent > missingThreshold * segments.size()) {
        return;
      }
    }
    if (total > 0 && absent < total) {
      votes.result(prediction);
    }
  }
}
