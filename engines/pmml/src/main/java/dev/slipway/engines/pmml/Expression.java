package dev.slipway.engines.pmml;

import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/// Computes a value of a row. Those of kind `STRING` are [TextExpression]s.
abstract class Expression {
  private final Kind kind;

  Expression(Kind kind) {
    this.kind = kind;
  }

  final Kind kind() {
    return kind;
  }

  /// The value as [Kind] says; NaN: missing.
  abstract double number(Row row);

  /// The value's text; null: missing.
  @Nullable String text(Row row) {
    double value = number(row);
    return Double.isNaN(value) ? null : kind.format(value);
  }

  void store(Row row, Field field) {
    row.numbers[field.slot()] = number(row);
  }

  static Expression of(Kind kind, ToDoubleFunction<Row> function) {
    return new Expression(kind) {
      @Override
      double number(Row row) {
        return function.applyAsDouble(row);
      }
    };
  }

  /// This value as one of another type: text is parsed, numbers are cut to integers.
  Expression as(Kind other) {
    if (other == kind || (kind == Kind.FLOAT && other == Kind.DOUBLE)) {
      return this;
    }
    return switch (other) {
      case STRING -> TextExpression.of(this::text);
      case INTEGER -> of(other, row -> cut(number(row)));
      case FLOAT -> of(other, row -> (float) number(row));
      case BOOLEAN -> of(other, row -> truth(number(row)));
      case DOUBLE, DATE, TIME, DATE_TIME -> of(other, this::number);
    };
  }

  private static double cut(double value) {
    return value < 0 ? Math.ceil(value) : Math.floor(value);
  }

  private static double truth(double value) {
    return Double.isNaN(value) || value == 0 ? value : 1;
  }
}
