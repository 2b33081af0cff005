package dev.slipway.engines.pmml;

import dev.slipway.inference.engine.InvalidInputException;
import java.util.List;
import java.util.Optional;

/// What a `MiningField` says about missing, invalid and extreme values.
final class Treatment {
  private enum Outliers {
    AS_IS,
    AS_MISSING,
    AS_EXTREME
  }

  private final String name;
  private final Kind kind;
  private final Optional<DataField> dictionary;
  private final double replacement; // NaN: none
  private final boolean missingInvalid;
  private final String invalid;
  private final double invalidReplacement;
  private final Outliers outliers;
  private final double low;
  private final double high;
  private final Build build;
  private final String replacementText;

  /// @param dictionary empty for a field that an outer model computes, and whose values are not
  /// judged again
  Treatment(Element field, Kind kind, Optional<DataField> dictionary, Build build) {
    this.name = field.text("name");
    this.kind = kind;
    this.dictionary = dictionary;
    this.build = build;
    var missing =
        field.word(
            "missingValueTreatment",
            "asIs",
            List.of("asIs", "asMean", "asMode", "asMedian", "asValue", "returnInvalid"));
    missingInvalid = missing.equals("returnInvalid");
    replacementText = field.text("missingValueReplacement", "");
    replacement = literal(field, "missingValueReplacement");
    invalid =
        field.word(
            "invalidValueTreatment",
            "returnInvalid",
            List.of("returnInvalid", "asIs", "asMissing", "asValue"));
    invalidReplacement = literal(field, "invalidValueReplacement");
    outliers =
        switch (field.word(
            "outliers", "asIs", List.of("asIs", "asMissingValues", "asExtremeValues"))) {
          case "asMissingValues" -> Outliers.AS_MISSING;
          case "asExtremeValues" -> Outliers.AS_EXTREME;
          default -> Outliers.AS_IS;
        };
    low = field.number("lowValue", Double.NEGATIVE_INFINITY);
    high = field.number("highValue", Double.POSITIVE_INFINITY);
  }

  private double literal(Element field, String attribute) {
    var text = field.attribute(attribute);
    return text.isPresent() ? build.literal(field, text.get(), kind) : Double.NaN;
  }

  /// Whether values come out as they go in.
  boolean plain() {
    return Double.isNaN(replacement)
        && !missingInvalid
        && outliers == Outliers.AS_IS
        && dictionary.map(DataField::unrestricted).orElse(true);
  }

  /// Treats the value in a slot, where it stands.
  ///
  /// @param unreadable what was given, if it is no value of the type; otherwise empty
  void apply(Row row, int slot, String unreadable) {
    double value = row.numbers[slot];
    if (unreadable.isEmpty() && (Double.isNaN(value) || isMissing(value))) {
      missing(row, slot);
      return;
    }
    boolean wrong =
        !unreadable.isEmpty() || (dictionary.isPresent() && !dictionary.get().isValid(value));
    if (wrong) {
      invalid(row, slot, unreadable);
      return;
    }
    if (value < low || value > high) {
      switch (outliers) {
        case AS_IS -> {}
        case AS_MISSING -> missing(row, slot);
        case AS_EXTREME -> row.numbers[slot] = value < low ? low : high;
      }
    }
  }

  private boolean isMissing(double value) {
    return dictionary.isPresent() && dictionary.get().isMissing(value);
  }

  private void missing(Row row, int slot) {
    if (missingInvalid) {
      throw new InvalidInputException("input " + name + ": the value is missing");
    }
    row.numbers[slot] = replacement;
    row.texts[slot] = kind != Kind.STRING || Double.isNaN(replacement) ? null : replacementText;
  }

  private void invalid(Row row, int slot, String unreadable) {
    switch (invalid) {
      case "asMissing" -> missing(row, slot);
      case "asValue" -> {
        row.numbers[slot] = invalidReplacement;
        row.texts[slot] = null;
      }
      case "asIs" -> {
        if (!unreadable.isEmpty()) {
          throw refused(unreadable);
        }
      }
      default -> throw refused(unreadable.isEmpty() ? shown(row, slot) : unreadable);
    }
  }

  private String shown(Row row, int slot) {
    return kind == Kind.STRING ? String.valueOf(row.texts[slot]) : kind.format(row.numbers[slot]);
  }

  private InvalidInputException refused(String found) {
    return new InvalidInputException(
        "input "
            + name
            + ": \""
            + (found.length() > 100 ? found.substring(0, 100) + "..." : found)
            + "\" is not valid, expected "
            + dictionary.map(DataField::expected).orElse("a value of the type " + kind));
  }
}
