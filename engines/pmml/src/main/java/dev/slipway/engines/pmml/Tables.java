package dev.slipway.engines.pmml;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// `Discretize` and `MapValues`.
final class Tables {
  private Tables() {}

  private static Kind kind(Element element) {
    return Kind.of(element, element.text("dataType", "string"));
  }

  private static Optional<Expression> constant(
      Element element, String attribute, Kind kind, Scope scope) {
    return element.attribute(attribute).map(text -> Expressions.value(element, text, kind, scope));
  }

  private static Expression missing(Kind kind, Scope scope) {
    return kind == Kind.STRING
        ? TextExpression.of(_ -> null).within(scope.build().symbols)
        : Expression.of(kind, _ -> Double.NaN);
  }

  /// An expression that first chooses another one.
  private static Expression chosen(Kind kind, java.util.function.Function<Row, Expression> choice) {
    return kind == Kind.STRING
        ? TextExpression.of(row -> choice.apply(row).text(row))
        : Expression.of(kind, row -> choice.apply(row).number(row));
  }

  static Expression discretize(Element element, Scope scope) {
    var kind = kind(element);
    int slot = scope.field(element, element.text("field")).slot();
    var bins = element.children("DiscretizeBin");
    var intervals = new Interval[bins.size()];
    var values = new Expression[bins.size()];
    for (int i = 0; i < values.length; i++) {
      var bin = bins.get(i);
      intervals[i] = Interval.of(bin.needed("Interval"));
      values[i] = Expressions.value(bin, bin.text("binValue"), kind, scope);
    }
    var none = missing(kind, scope);
    var missing = constant(element, "mapMissingTo", kind, scope).orElse(none);
    var otherwise = constant(element, "defaultValue", kind, scope).orElse(none);
    return chosen(
        kind,
        row -> {
          double x = row.numbers[slot];
          if (Double.isNaN(x)) {
            return missing;
          }
          for (int i = 0; i < intervals.length; i++) {
            if (intervals[i].contains(x)) {
              return values[i];
            }
          }
          return otherwise;
        });
  }

  static Expression mapValues(Element element, Scope scope) {
    var kind = kind(element);
    var pairs = element.children("FieldColumnPair");
    var columns = pairs.stream().map(pair -> pair.text("column")).toList();
    var inputs = new ArrayList<Expression>();
    for (var pair : pairs) {
      inputs.add(Expressions.reference(scope.field(pair, pair.text("field")), scope));
    }
    var table = table(element, columns, inputs, kind, scope);
    var none = missing(kind, scope);
    var missing = constant(element, "mapMissingTo", kind, scope).orElse(none);
    var otherwise = constant(element, "defaultValue", kind, scope).orElse(none);
    var given = inputs.toArray(Expression[]::new);
    return chosen(
        kind,
        row -> {
          var key = new ArrayList<String>(given.length);
          for (var input : given) {
            var text = input.text(row);
            if (text == null) {
              return missing;
            }
            key.add(text);
          }
          return table.getOrDefault(key, otherwise);
        });
  }

  private static Map<List<String>, Expression> table(
      Element element, List<String> columns, List<Expression> inputs, Kind kind, Scope scope) {
    if (element.child("TableLocator").isPresent()) {
      throw PmmlException.unsupported(element.needed("TableLocator"));
    }
    var output = element.text("outputColumn");
    var table = new HashMap<List<String>, Expression>();
    for (var row : element.needed("InlineTable").children("row")) {
      var key = new ArrayList<String>();
      for (int i = 0; i < columns.size(); i++) {
        var cell = cell(row, columns.get(i));
        var type = inputs.get(i).kind();
        key.add(type == Kind.STRING ? cell : type.format(scope.build().literal(row, cell, type)));
      }
      table.putIfAbsent(key, Expressions.value(row, cell(row, output), kind, scope));
    }
    return table;
  }

  /// The text of a column of a row, named as a whole or after the prefix.
  static String cell(Element row, String column) {
    int colon = column.indexOf(':');
    var cell = row.child(column).or(() -> row.child(column.substring(colon + 1)));
    return cell.map(Element::content).map(String::strip).orElse("");
  }
}
