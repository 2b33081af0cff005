package dev.slipway.engines.pmml;

import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneOffset;

/// Data types of values. All are held in doubles, NaN where the value is missing: numbers as they
/// are, booleans as 0 or 1, dates as days and times as seconds since 1970-01-01T00:00 or midnight,
/// strings as their code among [Symbols]. The types that count from an epoch
/// (`dateDaysSince[1960]`) are plain numbers.
enum Kind {
  STRING,
  INTEGER,
  FLOAT,
  DOUBLE,
  BOOLEAN,
  DATE,
  TIME,
  DATE_TIME;

  /// The type of that name in the attribute `dataType`.
  static Kind of(Element element) {
    return of(element, element.text("dataType"));
  }

  static Kind of(Element element, String name) {
    return switch (name) {
      case "string" -> STRING;
      case "integer" -> INTEGER;
      case "float" -> FLOAT;
      case "double" -> DOUBLE;
      case "boolean" -> BOOLEAN;
      case "date" -> DATE;
      case "time" -> TIME;
      case "dateTime" -> DATE_TIME;
      default -> {
        if (name.startsWith("dateDaysSince")
            || name.startsWith("dateTimeSecondsSince")
            || name.equals("timeSeconds")) {
          yield DOUBLE;
        }
        throw new PmmlException(element, "the data type " + name + " is not known");
      }
    };
  }

  boolean numeric() {
    return this == INTEGER || this == FLOAT || this == DOUBLE;
  }

  /// The value that a text stands for; NaN if it stands for none of this type.
  double parse(String text, Symbols symbols) {
    try {
      return switch (this) {
        case STRING -> symbols.code(text);
        case INTEGER, DOUBLE, FLOAT, BOOLEAN -> cast(truth(text));
        case DATE -> LocalDate.parse(text.strip()).toEpochDay();
        case TIME -> LocalTime.parse(text.strip()).toSecondOfDay();
        case DATE_TIME -> LocalDateTime.parse(text.strip()).toEpochSecond(ZoneOffset.UTC);
      };
    } catch (DateTimeException _) {
      return Double.NaN;
    }
  }

  private static double truth(String text) {
    return switch (text) {
      case "true", "TRUE", "True" -> 1;
      case "false", "FALSE", "False" -> 0;
      default -> Numbers.parseOrNaN(text);
    };
  }

  /// A number as one of this type; NaN where it is none: 1.5 is no integer.
  double cast(double value) {
    return switch (this) {
      case FLOAT -> (float) value;
      case INTEGER -> value == Math.rint(value) ? value : Double.NaN;
      case BOOLEAN -> value == 0 || value == 1 ? value : Double.NaN;
      case STRING, DOUBLE, DATE, TIME, DATE_TIME -> value;
    };
  }

  /// The text of a value that is not missing and no string.
  String format(double value) {
    return switch (this) {
      case INTEGER -> whole(value) ? Long.toString((long) value) : Double.toString(value);
      case FLOAT -> Float.toString((float) value);
      case BOOLEAN -> value != 0 ? "true" : "false";
      case STRING, DOUBLE -> Double.toString(value);
      case DATE -> LocalDate.ofEpochDay((long) value).toString();
      case TIME -> LocalTime.ofSecondOfDay((long) value).toString();
      case DATE_TIME -> LocalDateTime.ofEpochSecond((long) value, 0, ZoneOffset.UTC).toString();
    };
  }

  /// The text of a number as people write it: `3`, not `3.0`.
  static String plain(double value) {
    return whole(value) ? Long.toString((long) value) : Double.toString(value);
  }

  private static boolean whole(double value) {
    return value == Math.rint(value) && Math.abs(value) < 1e18;
  }
}
