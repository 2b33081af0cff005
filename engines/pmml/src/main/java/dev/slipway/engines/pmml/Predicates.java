package dev.slipway.engines.pmml;

import java.util.Arrays;
import java.util.List;
import java.util.Set;

/// Compiles `True`, `False`, `SimplePredicate`, `SimpleSetPredicate` and `CompoundPredicate`.
final class Predicates {
  private static final Set<String> NAMES =
      Set.of("True", "False", "SimplePredicate", "SimpleSetPredicate", "CompoundPredicate");

  static final Predicate ALWAYS = _ -> Predicate.TRUE;
  private static final Predicate NEVER = _ -> Predicate.FALSE;

  private Predicates() {}

  /// A comparison of a number with a constant, kept readable for those that compile trees.
  record Comparison(int slot, String operator, double value) implements Predicate {
    @Override
    public byte test(Row row) {
      double x = row.numbers[slot];
      if (Double.isNaN(x)) {
        return UNKNOWN;
      }
      boolean holds =
          switch (operator) {
            case "lessThan" -> x < value;
            case "lessOrEqual" -> x <= value;
            case "greaterThan" -> x > value;
            default -> x >= value;
          };
      return holds ? TRUE : FALSE;
    }
  }

  static boolean isPredicate(Element element) {
    return NAMES.contains(element.name());
  }

  /// The predicate among an element's children.
  static Predicate among(Element parent, Scope scope) {
    for (var child : parent.children()) {
      if (isPredicate(child)) {
        return of(child, scope);
      }
    }
    throw new PmmlException(parent, "a predicate is missing");
  }

  static Predicate of(Element element, Scope scope) {
    return switch (element.name()) {
      case "True" -> ALWAYS;
      case "False" -> NEVER;
      case "SimplePredicate" -> simple(element, scope);
      case "SimpleSetPredicate" -> set(element, scope);
      case "CompoundPredicate" -> compound(element, scope);
      default -> throw PmmlException.unsupported(element);
    };
  }

  private static Predicate simple(Element element, Scope scope) {
    var field = scope.field(element, element.text("field"));
    int slot = field.slot();
    var operator = element.text("operator");
    switch (operator) {
      case "isMissing" -> {
        return row -> Double.isNaN(row.numbers[slot]) ? Predicate.TRUE : Predicate.FALSE;
      }
      case "isNotMissing" -> {
        return row -> Double.isNaN(row.numbers[slot]) ? Predicate.FALSE : Predicate.TRUE;
      }
      default -> {}
    }
    double value = scope.build().literal(element, element.text("value"), field.kind());
    return switch (operator) {
      case "equal" -> equal(slot, value, Predicate.TRUE, Predicate.FALSE);
      case "notEqual" -> equal(slot, value, Predicate.FALSE, Predicate.TRUE);
      case "lessThan", "lessOrEqual", "greaterThan", "greaterOrEqual" -> {
        if (field.kind() == Kind.STRING) {
          throw new PmmlException(element, "strings have no order: " + operator);
        }
        yield new Comparison(slot, operator, value);
      }
      default -> throw PmmlException.unsupported(element, "operator");
    };
  }

  private static Predicate equal(int slot, double value, byte same, byte different) {
    return row -> {
      double x = row.numbers[slot];
      return Double.isNaN(x) ? Predicate.UNKNOWN : x == value ? same : different;
    };
  }

  private static Predicate set(Element element, Scope scope) {
    var field = scope.field(element, element.text("field"));
    int slot = field.slot();
    var array = element.needed("Array");
    var values =
        array.texts().stream()
            .mapToDouble(text -> scope.build().literal(array, text, field.kind()))
            .sorted()
            .toArray();
    boolean in = element.word("booleanOperator", "isIn", List.of("isIn", "isNotIn")).equals("isIn");
    return row -> {
      double x = row.numbers[slot] + 0.0;
      if (Double.isNaN(x)) {
        return Predicate.UNKNOWN;
      }
      return Arrays.binarySearch(values, x) >= 0 == in ? Predicate.TRUE : Predicate.FALSE;
    };
  }

  private static Predicate compound(Element element, Scope scope) {
    var parts =
        element.children().stream().map(child -> of(child, scope)).toArray(Predicate[]::new);
    if (parts.length == 0) {
      throw new PmmlException(element, "predicates are missing");
    }
    return switch (element.text("booleanOperator")) {
      case "and" -> decided(Predicate.FALSE, Predicate.TRUE, parts);
      case "or" -> decided(Predicate.TRUE, Predicate.FALSE, parts);
      case "xor" -> row -> xor(row, parts);
      case "surrogate" -> row -> surrogate(row, parts);
      default -> throw PmmlException.unsupported(element, "booleanOperator");
    };
  }

  /// `decisive` if any part is; else unknown if any part is; else `otherwise`.
  private static Predicate decided(byte decisive, byte otherwise, Predicate... parts) {
    return row -> {
      byte result = otherwise;
      for (var part : parts) {
        byte one = part.test(row);
        if (one == decisive) {
          return decisive;
        }
        result = one == Predicate.UNKNOWN ? one : result;
      }
      return result;
    };
  }

  private static byte xor(Row row, Predicate... parts) {
    int odd = 0;
    for (var part : parts) {
      byte one = part.test(row);
      if (one == Predicate.UNKNOWN) {
        return one;
      }
      odd ^= one;
    }
    return (byte) odd;
  }

  private static byte surrogate(Row row, Predicate... parts) {
    for (var part : parts) {
      byte one = part.test(row);
      if (one != Predicate.UNKNOWN) {
        return one;
      }
    }
    return Predicate.UNKNOWN;
  }
}
