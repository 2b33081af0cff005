package dev.slipway.engines.pmml;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/// A `Scorecard`: partial scores of the first attribute that holds in each characteristic, added,
/// and the reasons why the sum is no better.
///
/// @see <a href="https://dmg.org/pmml/v4-4-1/Scorecard.html">PMML 4.4.1, Scorecard</a>
final class Scorecard extends Model {
  private record Attribute(Predicate predicate, Expression score, String reason) {}

  private record Characteristic(List<Attribute> attributes, double baseline) {}

  private record Reason(String code, double points) {}

  private final double initialScore;
  private final boolean pointsBelow;
  private final boolean usesReasons;
  private final List<Characteristic> characteristics = new ArrayList<>();

  Scorecard(Frame frame) {
    super(frame);
    var element = frame.element();
    initialScore = element.number("initialScore", 0);
    usesReasons = element.flag("useReasonCodes", true);
    pointsBelow =
        element
            .word("reasonCodeAlgorithm", "pointsBelow", List.of("pointsAbove", "pointsBelow"))
            .equals("pointsBelow");
    for (var each : element.needed("Characteristics").children("Characteristic")) {
      characteristics.add(characteristic(each, element, frame.scope()));
    }
  }

  private Characteristic characteristic(Element element, Element card, Scope scope) {
    var attributes = new ArrayList<Attribute>();
    for (var each : element.children("Attribute")) {
      var reason = each.attribute("reasonCode").or(() -> element.attribute("reasonCode"));
      if (usesReasons && reason.isEmpty()) {
        throw new PmmlException(each, "the attribute reasonCode is missing");
      }
      attributes.add(
          new Attribute(Predicates.among(each, scope), score(each, scope), reason.orElse("")));
    }
    double baseline = element.number("baselineScore", card.number("baselineScore", Double.NaN));
    if (usesReasons && Double.isNaN(baseline)) {
      throw new PmmlException(element, "the attribute baselineScore is missing");
    }
    return new Characteristic(attributes, baseline);
  }

  private static Expression score(Element attribute, Scope scope) {
    var complex = attribute.child("ComplexPartialScore");
    if (complex.isPresent()) {
      return Expressions.of(Expressions.body(complex.get()), scope).as(Kind.DOUBLE);
    }
    double score = attribute.number("partialScore");
    return Expression.of(Kind.DOUBLE, _ -> score);
  }

  @Override
  void score(Row row, Prediction prediction) {
    double sum = initialScore;
    var reasons = new ArrayList<Reason>();
    for (var characteristic : characteristics) {
      double score = Double.NaN;
      for (var attribute : characteristic.attributes()) {
        if (attribute.predicate().test(row) == Predicate.TRUE) {
          score = attribute.score().number(row);
          double above = score - characteristic.baseline();
          reasons.add(new Reason(attribute.reason(), pointsBelow ? -above : above));
          break;
        }
      }
      sum += score;
    }
    prediction.number = sum;
    if (usesReasons && !Double.isNaN(sum)) {
      reasons.sort(Comparator.comparingDouble(Reason::points).reversed());
      prediction.reasons = reasons.stream().map(Reason::code).distinct().toList();
    }
  }
}
