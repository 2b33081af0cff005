package dev.slipway.engines.pmml;

import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Compiles the `OutputField`s of a model into steps that run after it.
final class Outputs {
  private Outputs() {}

  static void compile(Element output, Model model, List<Step> steps) {
    for (var element : output.children()) {
      if (!element.name().equals("OutputField")) {
        throw PmmlException.unsupported(element);
      }
      one(element, model, steps);
    }
  }

  private static void one(Element element, Model model, List<Step> steps) {
    var build = model.frame().build();
    var expression = expression(element, model);
    var type = element.attribute("dataType");
    var kind = type.isPresent() ? Kind.of(element, type.get()) : expression.kind();
    var value = Expressions.within(expression.as(kind), model.frame().scope());
    var field = build.slot(element.text("name"), kind);
    steps.add(row -> value.store(row, field));
    model.output(field, element.flag("isFinalResult", true));
  }

  private static Expression expression(Element element, Model model) {
    var feature = element.text("feature", "predictedValue");
    if (feature.equals("transformedValue") || feature.equals("decision")) {
      return transformed(element, model);
    }
    var scope = model.frame().scope();
    var from = source(element, model);
    return Expressions.within(
        switch (feature) {
          case "predictedValue" -> predicted(from);
          case "predictedDisplayValue" ->
              named(from)
                  ? text(from, p -> p.entity.isEmpty() ? null : from.display(p))
                  : from.classifies() ? display(from) : text(from, p -> number(p.number));
          case "probability", "confidence" -> score(element, from, feature.equals("probability"));
          case "entityId", "clusterId" -> entity(element, from);
          case "affinity", "entityAffinity", "clusterAffinity" ->
              Expression.of(Kind.DOUBLE, row -> row.prediction(from).affinity);
          case "reasonCode" -> reason(element, from);
          default -> throw PmmlException.unsupported(element, "feature");
        },
        scope);
  }

  private static Model source(Element element, Model model) {
    var segment = element.attribute("segmentId");
    return segment.isEmpty()
        ? model
        : model
            .segment(segment.get())
            .orElseThrow(() -> new PmmlException(element, "no segment " + segment.get()));
  }

  private static Expression transformed(Element element, Model model) {
    for (var child : element.children()) {
      if (Expressions.isExpression(child)) {
        return Expressions.of(child, model.frame().scope());
      }
    }
    throw new PmmlException(element, "an expression is missing");
  }

  private static String number(double value) {
    return Double.isNaN(value) ? "" : Kind.plain(value);
  }

  private static TextExpression text(Model from, Function<Prediction, @Nullable String> function) {
    return TextExpression.of(row -> function.apply(row.prediction(from)));
  }

  /// The predicted value as an expression: a label in the target's type, or a number.
  static Expression predicted(Model from) {
    if (!from.classifies()) {
      return named(from)
          ? text(from, p -> p.entity.isEmpty() ? null : p.entity)
          : Expression.of(Kind.DOUBLE, row -> row.prediction(from).number);
    }
    var labels =
        text(from, p -> p.label < 0 ? null : from.labels().text(p.label))
            .within(from.frame().build().symbols);
    var kind = from.frame().targetField().map(DataField::kind).orElse(Kind.STRING);
    return labels.as(kind);
  }

  private static Expression display(Model from) {
    var values = from.frame().targetField().map(DataField::values).orElse(java.util.Map.of());
    return text(
        from,
        p -> {
          if (p.label < 0) {
            return null;
          }
          var label = from.labels().text(p.label);
          return values.getOrDefault(label, label);
        });
  }

  private static Expression score(Element element, Model from, boolean probability) {
    var value = element.attribute("value");
    int wanted = value.map(text -> from.labels().add(text)).orElse(-1);
    return Expression.of(
        Kind.DOUBLE,
        row -> {
          var prediction = row.prediction(from);
          int label = value.isPresent() ? wanted : prediction.label;
          if (label < 0) {
            return Double.NaN;
          }
          double confidence = prediction.confidences[label];
          return probability || Double.isNaN(confidence) ? prediction.scores[label] : confidence;
        });
  }

  /// Whether what is predicted is neither class nor number but which cluster or row it is.
  private static boolean named(Model from) {
    return from instanceof ClusteringModel
        || (from instanceof NearestNeighborModel && from.frame().target().isEmpty());
  }

  /// The cluster, node or rule; of rank 2 and above, the next nearest row.
  private static Expression entity(Element element, Model from) {
    int rank = element.integer("rank", 1);
    if (rank < 1) {
      throw PmmlException.unsupported(element, "rank");
    }
    return text(
        from,
        p -> {
          if (rank == 1) {
            return p.entity.isEmpty() ? null : p.entity;
          }
          return rank <= p.entities.size() ? p.entities.get(rank - 1) : null;
        });
  }

  private static Expression reason(Element element, Model from) {
    int rank = element.integer("rank", 1);
    if (rank < 1) {
      throw PmmlException.unsupported(element, "rank");
    }
    return text(from, p -> rank <= p.reasons.size() ? p.reasons.get(rank - 1) : null);
  }
}
