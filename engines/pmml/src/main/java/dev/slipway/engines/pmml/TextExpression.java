package dev.slipway.engines.pmml;

import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Computes a string.
abstract class TextExpression extends Expression {
  private Symbols symbols = new Symbols();

  TextExpression() {
    super(Kind.STRING);
  }

  @Override
  abstract @Nullable String text(Row row);

  @Override
  double number(Row row) {
    var text = text(row);
    return text == null ? Double.NaN : symbols.code(text);
  }

  @Override
  void store(Row row, Field field) {
    row.text(field, text(row), symbols);
  }

  /// Says which strings the document knows.
  TextExpression within(Symbols known) {
    symbols = known;
    return this;
  }

  static TextExpression of(Function<Row, @Nullable String> function) {
    return new TextExpression() {
      @Override
      @Nullable String text(Row row) {
        return function.apply(row);
      }
    };
  }

  @Override
  Expression as(Kind other) {
    if (other == Kind.STRING) {
      return this;
    }
    return of(
        other,
        row -> {
          var text = text(row);
          return text == null ? Double.NaN : other.parse(text, symbols);
        });
  }
}
