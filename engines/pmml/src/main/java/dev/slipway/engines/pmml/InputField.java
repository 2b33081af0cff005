package dev.slipway.engines.pmml;

import java.nio.charset.StandardCharsets;

/// An active field: reads a request's values into its slot.
final class InputField {
  private final Field field;
  private final Treatment treatment;
  private final boolean plain;
  private final boolean anyNumber;
  private final Symbols symbols;

  InputField(Element element, DataField data, Build build) {
    field = build.slot(data.name(), data.kind());
    treatment = new Treatment(element, data.kind(), java.util.Optional.of(data), build);
    plain = treatment.plain();
    anyNumber = data.kind() == Kind.DOUBLE;
    symbols = build.symbols;
  }

  Field field() {
    return field;
  }

  void missing(Row row) {
    row.clear(field);
    if (!plain) {
      treatment.apply(row, field.slot(), "");
    }
  }

  void number(Row row, double value) {
    if (plain && anyNumber) {
      row.numbers[field.slot()] = value;
      return;
    }
    if (Double.isNaN(value)) {
      missing(row);
    } else if (field.kind() == Kind.STRING) {
      text(row, Kind.plain(value));
    } else {
      double cast = field.kind().cast(value);
      row.numbers[field.slot()] = cast;
      treat(row, Double.isNaN(cast) ? Kind.plain(value) : "");
    }
  }

  void text(Row row, byte[] value) {
    text(row, new String(value, StandardCharsets.UTF_8));
  }

  private void text(Row row, String text) {
    if (text.isEmpty()) {
      missing(row);
    } else if (field.kind() == Kind.STRING) {
      row.text(field, text, symbols);
      treat(row, "");
    } else {
      double value = field.kind().parse(text, symbols);
      row.numbers[field.slot()] = value;
      boolean missing = text.equalsIgnoreCase("nan") || text.equals("null");
      treat(row, Double.isNaN(value) && !missing ? text : "");
    }
  }

  private void treat(Row row, String unreadable) {
    if (!plain || !unreadable.isEmpty()) {
      treatment.apply(row, field.slot(), unreadable);
    }
  }
}
