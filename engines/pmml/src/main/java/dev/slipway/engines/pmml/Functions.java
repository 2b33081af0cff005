package dev.slipway.engines.pmml;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.DoubleBinaryOperator;
import java.util.function.DoubleUnaryOperator;

/// The built-in functions on numbers and truth values; those on texts and dates are
/// [TextFunctions].
///
/// A missing argument makes the result missing, except where the specification says otherwise:
/// aggregates leave it out, `and` and `or` are three-valued.
///
/// @see <a href="https://dmg.org/pmml/v4-4-1/BuiltinFunctions.html">PMML 4.4.1, Built-in
/// functions</a>
final class Functions {
  private static final Map<String, DoubleUnaryOperator> UNARY =
      Map.ofEntries(
          Map.entry("log10", Math::log10),
          Map.entry("ln", Math::log),
          Map.entry("ln1p", Math::log1p),
          Map.entry("sqrt", Math::sqrt),
          Map.entry("abs", Math::abs),
          Map.entry("exp", Math::exp),
          Map.entry("expm1", Math::expm1),
          Map.entry("floor", Math::floor),
          Map.entry("ceil", Math::ceil),
          Map.entry("round", x -> Math.floor(x + 0.5)),
          Map.entry("rint", Math::rint),
          Map.entry("sin", Math::sin),
          Map.entry("cos", Math::cos),
          Map.entry("tan", Math::tan),
          Map.entry("asin", Math::asin),
          Map.entry("acos", Math::acos),
          Map.entry("atan", Math::atan),
          Map.entry("sinh", Math::sinh),
          Map.entry("cosh", Math::cosh),
          Map.entry("tanh", Math::tanh),
          Map.entry("stdNormalCDF", Normal::cdf),
          Map.entry("stdNormalPDF", Normal::pdf),
          Map.entry("stdNormalIDF", Normal::quantile),
          Map.entry("erf", x -> 2 * Normal.cdf(x * Math.sqrt(2)) - 1));

  private static final Map<String, DoubleBinaryOperator> BINARY =
      Map.ofEntries(
          Map.entry("+", (a, b) -> a + b),
          Map.entry("-", (a, b) -> a - b),
          Map.entry("*", (a, b) -> a * b),
          Map.entry("/", (a, b) -> a / b),
          Map.entry("pow", Math::pow),
          Map.entry("hypot", Math::hypot),
          Map.entry("atan2", Math::atan2),
          Map.entry("threshold", (a, b) -> a > b ? 1 : 0),
          Map.entry("modulo", (a, b) -> a - b * Math.floor(a / b)));

  private static final List<String> INTEGER_RESULTS =
      List.of("floor", "ceil", "round", "rint", "threshold");

  private Functions() {}

  static Expression of(Element at, List<Expression> arguments, Scope scope) {
    var name = at.text("function");
    var all = arguments.toArray(Expression[]::new);
    var unary = UNARY.get(name);
    if (unary != null) {
      count(at, all, 1, 1);
      return unary(name, unary, numeric(at, all[0]));
    }
    var binary = BINARY.get(name);
    if (binary != null) {
      count(at, all, 2, 2);
      return binary(name, binary, numeric(at, all[0]), numeric(at, all[1]));
    }
    return aggregate(at, name, all)
        .or(() -> comparison(at, name, all, scope))
        .or(() -> logical(at, name, all, scope))
        .or(() -> normal(at, name, all))
        .or(() -> TextFunctions.of(at, name, all))
        .orElseThrow(() -> new PmmlException(at, "there is no function " + name));
  }

  static void count(Element at, Expression[] arguments, int least, int most) {
    if (arguments.length < least || arguments.length > most) {
      throw new PmmlException(
          at,
          at.text("function")
              + " takes "
              + (least == most ? "" + least : "at least " + least)
              + " arguments, found "
              + arguments.length);
    }
  }

  private static Expression numeric(Element at, Expression argument) {
    if (argument.kind() == Kind.STRING) {
      throw new PmmlException(at, "an argument is a string, expected a number");
    }
    return argument;
  }

  private static Expression unary(String name, DoubleUnaryOperator function, Expression x) {
    boolean whole =
        INTEGER_RESULTS.contains(name) || (name.equals("abs") && x.kind() == Kind.INTEGER);
    return Expression.of(
        whole ? Kind.INTEGER : Kind.DOUBLE, row -> function.applyAsDouble(x.number(row)));
  }

  private static Expression binary(
      String name, DoubleBinaryOperator function, Expression a, Expression b) {
    boolean whole =
        a.kind() == Kind.INTEGER
            && b.kind() == Kind.INTEGER
            && List.of("+", "-", "*").contains(name);
    var kind = whole || INTEGER_RESULTS.contains(name) ? Kind.INTEGER : Kind.DOUBLE;
    return Expression.of(
        kind,
        row -> {
          double left = a.number(row);
          double right = b.number(row);
          return Double.isNaN(left) || Double.isNaN(right)
              ? Double.NaN
              : function.applyAsDouble(left, right);
        });
  }

  private static Optional<Expression> aggregate(Element at, String name, Expression... all) {
    if (!List.of("min", "max", "sum", "avg", "median", "product").contains(name)) {
      return Optional.empty();
    }
    count(at, all, 1, Integer.MAX_VALUE);
    boolean whole = !List.of("avg", "median").contains(name);
    for (var argument : all) {
      whole &= numeric(at, argument).kind() == Kind.INTEGER;
    }
    return Optional.of(
        Expression.of(
            whole ? Kind.INTEGER : Kind.DOUBLE,
            row -> {
              var values =
                  Arrays.stream(all)
                      .mapToDouble(each -> each.number(row))
                      .filter(value -> !Double.isNaN(value))
                      .toArray();
              return values.length == 0 ? Double.NaN : aggregate(name, values);
            }));
  }

  private static double aggregate(String name, double... values) {
    double result = values[0];
    for (int i = 1; i < values.length; i++) {
      result =
          switch (name) {
            case "min" -> Math.min(result, values[i]);
            case "max" -> Math.max(result, values[i]);
            case "product" -> result * values[i];
            default -> result + values[i];
          };
    }
    return switch (name) {
      case "avg" -> result / values.length;
      case "median" -> median(values);
      default -> result;
    };
  }

  /// The middle of the values, or the mean of the two in the middle; sorts them.
  static double median(double... values) {
    Arrays.sort(values);
    int half = values.length / 2;
    return values.length % 2 == 1 ? values[half] : (values[half - 1] + values[half]) / 2;
  }

  private static Optional<Expression> comparison(
      Element at, String name, Expression[] all, Scope scope) {
    switch (name) {
      case "equal", "notEqual", "lessThan", "lessOrEqual", "greaterThan", "greaterOrEqual" ->
          count(at, all, 2, 2);
      case "isIn", "isNotIn" -> {
        count(at, all, 2, Integer.MAX_VALUE);
        return Optional.of(memberOf(name.equals("isIn"), scope, all));
      }
      default -> {
        return Optional.empty();
      }
    }
    var pair = sameKind(scope, all[0], all[1]);
    return Optional.of(
        Expression.of(
            Kind.BOOLEAN,
            row -> {
              if (Expressions.anyMissing(row, pair)) {
                return Double.NaN;
              }
              int order = order(row, pair[0], pair[1]);
              boolean holds =
                  switch (name) {
                    case "equal" -> order == 0;
                    case "notEqual" -> order != 0;
                    case "lessThan" -> order < 0;
                    case "lessOrEqual" -> order <= 0;
                    case "greaterThan" -> order > 0;
                    default -> order >= 0;
                  };
              return holds ? 1 : 0;
            }));
  }

  /// Both as strings if one is a string and the other no constant of its type; else as they are.
  private static Expression[] sameKind(Scope scope, Expression a, Expression b) {
    if (a.kind() == b.kind() || (a.kind() != Kind.STRING && b.kind() != Kind.STRING)) {
      return new Expression[] {a, b};
    }
    var other = a.kind() == Kind.STRING ? b.kind() : a.kind();
    return new Expression[] {
      Expressions.within(a.as(other), scope), Expressions.within(b.as(other), scope)
    };
  }

  private static int order(Row row, Expression a, Expression b) {
    if (a.kind() == Kind.STRING && b.kind() == Kind.STRING) {
      return String.valueOf(a.text(row)).compareTo(String.valueOf(b.text(row)));
    }
    double left = a.number(row);
    double right = b.number(row);
    return left < right ? -1 : left > right ? 1 : 0;
  }

  private static Expression memberOf(boolean in, Scope scope, Expression... all) {
    var pairs = new Expression[all.length - 1][];
    for (int i = 0; i < pairs.length; i++) {
      pairs[i] = sameKind(scope, all[0], all[i + 1]);
    }
    return Expression.of(
        Kind.BOOLEAN,
        row -> {
          if (Double.isNaN(all[0].number(row))) {
            return Double.NaN;
          }
          for (var pair : pairs) {
            if (!Expressions.anyMissing(row, pair) && order(row, pair[0], pair[1]) == 0) {
              return in ? 1 : 0;
            }
          }
          return in ? 0 : 1;
        });
  }

  @SuppressWarnings("RefactorSwitch") // counts arguments first, case by case
  private static Optional<Expression> logical(
      Element at, String name, Expression[] all, Scope scope) {
    switch (name) {
      case "isMissing", "isNotValid" -> {
        count(at, all, 1, 1);
        return truth(row -> Double.isNaN(all[0].number(row)) ? 1 : 0);
      }
      case "isNotMissing", "isValid" -> {
        count(at, all, 1, 1);
        return truth(row -> Double.isNaN(all[0].number(row)) ? 0 : 1);
      }
      case "not" -> {
        count(at, all, 1, 1);
        return truth(row -> 1 - all[0].number(row));
      }
      case "and" -> {
        count(at, all, 2, Integer.MAX_VALUE);
        return truth(row -> decided(row, 0, all));
      }
      case "or" -> {
        count(at, all, 2, Integer.MAX_VALUE);
        return truth(row -> decided(row, 1, all));
      }
      case "if" -> {
        count(at, all, 2, 3);
        return Optional.of(conditional(all, scope));
      }
      default -> {
        return Optional.empty();
      }
    }
  }

  private static Optional<Expression> truth(java.util.function.ToDoubleFunction<Row> function) {
    return Optional.of(Expression.of(Kind.BOOLEAN, function));
  }

  private static double decided(Row row, double decisive, Expression... all) {
    double result = 1 - decisive;
    for (var each : all) {
      double one = each.number(row);
      if (one == decisive) {
        return decisive;
      }
      result += Double.isNaN(one) ? one : 0;
    }
    return result;
  }

  private static Expression conditional(Expression[] all, Scope scope) {
    var condition = all[0];
    boolean text = all[1].kind() == Kind.STRING || all[all.length - 1].kind() == Kind.STRING;
    var kind =
        text
            ? Kind.STRING
            : all.length < 3 || all[1].kind() == all[2].kind() ? all[1].kind() : Kind.DOUBLE;
    var then = Expressions.within(all[1].as(kind), scope);
    if (text) {
      var otherwise = all.length < 3 ? null : Expressions.within(all[2].as(kind), scope);
      return TextExpression.of(
          row -> {
            double holds = condition.number(row);
            return holds == 1
                ? then.text(row)
                : holds == 0 && otherwise != null ? otherwise.text(row) : null;
          });
    }
    var otherwise = all.length < 3 ? Expression.of(kind, _ -> Double.NaN) : all[2].as(kind);
    return Expression.of(
        kind,
        row -> {
          double holds = condition.number(row);
          return holds == 1 ? then.number(row) : holds == 0 ? otherwise.number(row) : Double.NaN;
        });
  }

  private static Optional<Expression> normal(Element at, String name, Expression... all) {
    if (!List.of("normalCDF", "normalPDF", "normalIDF").contains(name)) {
      return Optional.empty();
    }
    count(at, all, 3, 3);
    return Optional.of(
        Expression.of(
            Kind.DOUBLE,
            row -> {
              double x = all[0].number(row);
              double mean = all[1].number(row);
              double deviation = all[2].number(row);
              return switch (name) {
                case "normalCDF" -> Normal.cdf((x - mean) / deviation);
                case "normalPDF" -> Normal.pdf((x - mean) / deviation) / deviation;
                default -> mean + deviation * Normal.quantile(x);
              };
            }));
  }
}
