package dev.slipway.engines.pmml;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// Compiles the expressions of derived fields.
final class Expressions {
  private static final Set<String> NAMES =
      Set.of(
          "Constant",
          "FieldRef",
          "NormContinuous",
          "NormDiscrete",
          "Discretize",
          "MapValues",
          "Apply",
          "TextIndex",
          "Aggregate",
          "Lag");

  private Expressions() {}

  /// The expression among an element's children.
  static Element body(Element element) {
    for (var child : element.children()) {
      if (NAMES.contains(child.name())) {
        return child;
      }
    }
    throw new PmmlException(element, "an expression is missing");
  }

  static boolean isExpression(Element element) {
    return NAMES.contains(element.name());
  }

  static Expression of(Element element, Scope scope) {
    scope.build().countExpression(element);
    return within(
        switch (element.name()) {
          case "Constant" -> constant(element, scope);
          case "FieldRef" -> reference(element, scope);
          case "NormContinuous" -> Normalising.continuous(element, scope);
          case "NormDiscrete" -> Normalising.discrete(element, scope);
          case "Discretize" -> Tables.discretize(element, scope);
          case "MapValues" -> Tables.mapValues(element, scope);
          case "Apply" -> apply(element, scope);
          default -> throw PmmlException.unsupported(element);
        },
        scope);
  }

  static Expression within(Expression expression, Scope scope) {
    return expression instanceof TextExpression text
        ? text.within(scope.build().symbols)
        : expression;
  }

  private static Expression constant(Element element, Scope scope) {
    var text = element.content();
    if (element.flag("missing", false)) {
      return Expression.of(Kind.DOUBLE, _ -> Double.NaN);
    }
    var name = element.attribute("dataType");
    var kind = name.isPresent() ? Kind.of(element, name.get()) : guess(text);
    return value(element, text, kind, scope);
  }

  private static Kind guess(String text) {
    if (text.matches("\\s*[-+]?\\d{1,18}\\s*")) {
      return Kind.INTEGER;
    }
    return Double.isNaN(Numbers.parseOrNaN(text)) ? Kind.STRING : Kind.DOUBLE;
  }

  /// A constant of a type.
  static Expression value(Element at, String text, Kind kind, Scope scope) {
    double value = scope.build().literal(at, text, kind);
    return kind == Kind.STRING
        ? TextExpression.of(_ -> text).within(scope.build().symbols)
        : Expression.of(kind, _ -> value);
  }

  private static Expression reference(Element element, Scope scope) {
    var expression = reference(scope.field(element, element.text("field")), scope);
    return otherwise(element, "mapMissingTo", expression, scope);
  }

  static Expression reference(Field field, Scope scope) {
    int slot = field.slot();
    return field.kind() == Kind.STRING
        ? TextExpression.of(row -> row.texts[slot]).within(scope.build().symbols)
        : Expression.of(field.kind(), row -> row.numbers[slot]);
  }

  /// What to answer for a missing value, if the attribute is there.
  private static Expression otherwise(
      Element element, String attribute, Expression expression, Scope scope) {
    var text = element.attribute(attribute);
    if (text.isEmpty()) {
      return expression;
    }
    var other = value(element, text.get(), expression.kind(), scope);
    if (expression.kind() == Kind.STRING) {
      return TextExpression.of(
          row -> {
            var found = expression.text(row);
            return found == null ? other.text(row) : found;
          });
    }
    return Expression.of(
        expression.kind(),
        row -> {
          double found = expression.number(row);
          return Double.isNaN(found) ? other.number(row) : found;
        });
  }

  private static Expression apply(Element element, Scope scope) {
    var arguments = new ArrayList<Expression>();
    for (var child : element.children()) {
      arguments.add(of(child, scope));
    }
    element.word(
        "invalidValueTreatment", "returnInvalid", List.of("returnInvalid", "asIs", "asMissing"));
    var name = element.text("function");
    var defined = Optional.ofNullable(scope.build().functions.get(name));
    var result =
        defined.isPresent()
            ? defined(element, defined.get(), arguments, scope)
            : Functions.of(element, arguments, scope);
    result = within(result, scope);
    var mapped = element.attribute("mapMissingTo");
    if (mapped.isPresent()) {
      result = mapMissing(element, mapped.get(), result, arguments, scope);
    }
    return otherwise(element, "defaultValue", result, scope);
  }

  private static Expression mapMissing(
      Element element, String text, Expression result, List<Expression> arguments, Scope scope) {
    var other = value(element, text, result.kind(), scope);
    var all = arguments.toArray(Expression[]::new);
    return result.kind() == Kind.STRING
        ? TextExpression.of(row -> anyMissing(row, all) ? other.text(row) : result.text(row))
        : Expression.of(
            result.kind(), row -> anyMissing(row, all) ? other.number(row) : result.number(row));
  }

  static boolean anyMissing(Row row, Expression... arguments) {
    for (var argument : arguments) {
      if (Double.isNaN(argument.number(row))) {
        return true;
      }
    }
    return false;
  }

  /// A `DefineFunction`, its body compiled anew for each call, with slots for its parameters.
  private static Expression defined(
      Element call, Element function, List<Expression> arguments, Scope scope) {
    var build = scope.build();
    var name = function.text("name");
    var parameters = function.children("ParameterField");
    if (parameters.size() != arguments.size()) {
      throw new PmmlException(
          call, name + " takes " + parameters.size() + " arguments, found " + arguments.size());
    }
    if (!build.functionsUnderWay.add(name)) {
      throw new PmmlException(call, "the function " + name + " calls itself");
    }
    var inner = new Scope(build);
    var given = new Expression[arguments.size()];
    var slots = new Field[given.length];
    for (int i = 0; i < given.length; i++) {
      var parameter = parameters.get(i);
      var type = parameter.attribute("dataType");
      var kind = type.isPresent() ? Kind.of(parameter, type.get()) : arguments.get(i).kind();
      given[i] = within(arguments.get(i).as(kind), scope);
      slots[i] = build.slot(parameter.text("name"), kind);
      inner.define(slots[i].name(), slots[i]);
    }
    var body = of(body(function), inner);
    var type = function.attribute("dataType");
    var result = within(type.isPresent() ? body.as(Kind.of(function, type.get())) : body, scope);
    build.functionsUnderWay.remove(name);
    Step store =
        row -> {
          for (int i = 0; i < given.length; i++) {
            given[i].store(row, slots[i]);
          }
        };
    return after(store, result);
  }

  private static Expression after(Step first, Expression then) {
    if (then.kind() == Kind.STRING) {
      return TextExpression.of(
          row -> {
            first.run(row);
            return then.text(row);
          });
    }
    return Expression.of(
        then.kind(),
        row -> {
          first.run(row);
          return then.number(row);
        });
  }
}
