package dev.slipway.engines.pmml;

import dev.slipway.inference.engine.InvalidInputException;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.TextStyle;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/// The built-in functions on texts and dates.
final class TextFunctions {
  private static final long DAY_SECONDS = 86_400;
  private static final Pattern NUMBER_FORMAT =
      Pattern.compile("[^%]*%[-+ 0,#(]*\\d{0,3}(\\.\\d{1,3})?[dfeEgGs][^%]*");

  private TextFunctions() {}

  static Optional<Expression> of(Element at, String name, Expression... all) {
    return Optional.ofNullable(
        switch (name) {
          case "uppercase" -> changed(at, text -> text.toUpperCase(Locale.ROOT), all);
          case "lowercase" -> changed(at, text -> text.toLowerCase(Locale.ROOT), all);
          case "trimBlanks" -> changed(at, String::strip, all);
          case "stringLength" -> length(at, all);
          case "substring" -> substring(at, all);
          case "concat" -> concat(at, all);
          case "replace" -> replace(at, all);
          case "matches" -> matches(at, all);
          case "formatNumber" -> formatNumber(at, all);
          case "formatDatetime" -> formatDatetime(at, all);
          case "dateDaysSinceYear" -> sinceYear(at, 1, all);
          case "dateSecondsSinceYear" -> sinceYear(at, DAY_SECONDS, all);
          case "dateSecondsSinceMidnight" -> sinceMidnight(at, all);
          default -> null;
        });
  }

  private static Expression changed(
      Element at, Function<String, String> change, Expression... all) {
    Functions.count(at, all, 1, 1);
    return TextExpression.of(
        row -> {
          var text = all[0].text(row);
          return text == null ? null : change.apply(text);
        });
  }

  private static Expression length(Element at, Expression... all) {
    Functions.count(at, all, 1, 1);
    return Expression.of(
        Kind.INTEGER,
        row -> {
          var text = all[0].text(row);
          return text == null ? Double.NaN : text.length();
        });
  }

  private static Expression substring(Element at, Expression... all) {
    Functions.count(at, all, 3, 3);
    return TextExpression.of(
        row -> {
          var text = all[0].text(row);
          double start = all[1].number(row);
          double length = all[2].number(row);
          if (text == null || Double.isNaN(start) || Double.isNaN(length)) {
            return null;
          }
          int from = Math.clamp((long) start - 1, 0, text.length());
          int to = Math.clamp((long) start - 1 + (long) length, from, text.length());
          return text.substring(from, to);
        });
  }

  private static Expression concat(Element at, Expression... all) {
    Functions.count(at, all, 2, Integer.MAX_VALUE);
    return TextExpression.of(
        row -> {
          var joined = new StringBuilder();
          for (var each : all) {
            var text = each.text(row);
            if (text == null) {
              return null;
            }
            joined.append(text);
          }
          return joined.toString();
        });
  }

  private static Expression replace(Element at, Expression... all) {
    Functions.count(at, all, 3, 3);
    var patterns = new Patterns();
    return TextExpression.of(
        row -> {
          var text = all[0].text(row);
          var pattern = all[1].text(row);
          var by = all[2].text(row);
          if (text == null || pattern == null || by == null) {
            return null;
          }
          try {
            return patterns.of(pattern).matcher(new BoundedText(text)).replaceAll(by);
          } catch (IllegalArgumentException | IndexOutOfBoundsException problem) {
            throw new InvalidInputException("replace: " + problem.getMessage());
          }
        });
  }

  private static Expression matches(Element at, Expression... all) {
    Functions.count(at, all, 2, 2);
    var patterns = new Patterns();
    return Expression.of(
        Kind.BOOLEAN,
        row -> {
          var text = all[0].text(row);
          var pattern = all[1].text(row);
          if (text == null || pattern == null) {
            return Double.NaN;
          }
          return patterns.of(pattern).matcher(new BoundedText(text)).find() ? 1 : 0;
        });
  }

  /// The pattern used last, since it is nearly always a constant.
  private static final class Patterns {
    private volatile Pattern last = Pattern.compile("");

    Pattern of(String text) {
      var known = last;
      if (!known.pattern().equals(text)) {
        try {
          known = Pattern.compile(text);
        } catch (PatternSyntaxException problem) {
          throw new InvalidInputException(
              "\"" + text + "\" is no regular expression: " + problem.getDescription());
        }
        last = known;
      }
      return known;
    }
  }

  /// A text that can be looked at only so many times: patterns that would run for ever are stopped.
  private static final class BoundedText implements CharSequence {
    private static final int MOST_LOOKS = 5_000_000;

    private final String text;
    private int looks;

    BoundedText(String text) {
      this.text = text;
    }

    @Override
    public int length() {
      return text.length();
    }

    @Override
    public char charAt(int index) {
      if (++looks > MOST_LOOKS) {
        throw new InvalidInputException("a regular expression takes too long on this text");
      }
      return text.charAt(index);
    }

    @Override
    public CharSequence subSequence(int start, int end) {
      return text.substring(start, end);
    }

    @Override
    public String toString() {
      return text;
    }
  }

  private static Expression formatNumber(Element at, Expression... all) {
    Functions.count(at, all, 2, 2);
    return TextExpression.of(
        row -> {
          double value = all[0].number(row);
          var pattern = all[1].text(row);
          if (Double.isNaN(value) || pattern == null) {
            return null;
          }
          if (!NUMBER_FORMAT.matcher(pattern).matches()) {
            throw new InvalidInputException("formatNumber: the pattern \"" + pattern + "\"");
          }
          boolean whole = pattern.matches("[^%]*%[^a-zA-Z]*d.*");
          Object shown = whole ? (Object) Math.round(value) : (Object) value;
          try {
            return String.format(Locale.ROOT, pattern, shown);
          } catch (java.util.IllegalFormatException problem) {
            throw new InvalidInputException("formatNumber: " + problem.getMessage());
          }
        });
  }

  private static Expression formatDatetime(Element at, Expression... all) {
    Functions.count(at, all, 2, 2);
    var kind = all[0].kind();
    return TextExpression.of(
        row -> {
          double value = all[0].number(row);
          var pattern = all[1].text(row);
          return Double.isNaN(value) || pattern == null
              ? null
              : format(moment(kind, value), pattern);
        });
  }

  private static LocalDateTime moment(Kind kind, double value) {
    return kind == Kind.DATE
        ? LocalDate.ofEpochDay((long) value).atStartOfDay()
        : LocalDateTime.ofEpochSecond((long) value, 0, ZoneOffset.UTC);
  }

  /// As POSIX `strftime` in the C locale.
  private static String format(LocalDateTime moment, String pattern) {
    var text = new StringBuilder();
    for (int i = 0; i < pattern.length(); i++) {
      char c = pattern.charAt(i);
      if (c != '%' || i + 1 == pattern.length()) {
        text.append(c);
      } else {
        text.append(part(moment, pattern.charAt(++i)));
      }
    }
    return text.toString();
  }

  private static String part(LocalDateTime moment, char code) {
    return switch (code) {
      case 'a' -> moment.getDayOfWeek().getDisplayName(TextStyle.SHORT, Locale.ROOT);
      case 'A' -> moment.getDayOfWeek().getDisplayName(TextStyle.FULL, Locale.ENGLISH);
      case 'b' -> moment.getMonth().getDisplayName(TextStyle.SHORT, Locale.ENGLISH);
      case 'B' -> moment.getMonth().getDisplayName(TextStyle.FULL, Locale.ENGLISH);
      case 'd' -> formatted(moment, "dd");
      case 'H' -> formatted(moment, "HH");
      case 'I' -> formatted(moment, "hh");
      case 'j' -> formatted(moment, "DDD");
      case 'm' -> formatted(moment, "MM");
      case 'M' -> formatted(moment, "mm");
      case 'p' -> moment.getHour() < 12 ? "AM" : "PM";
      case 'S' -> formatted(moment, "ss");
      case 'y' -> formatted(moment, "uu");
      case 'Y' -> formatted(moment, "uuuu");
      case 'F' -> formatted(moment, "uuuu-MM-dd");
      case 'T' -> formatted(moment, "HH:mm:ss");
      case '%' -> "%";
      default -> throw new InvalidInputException("formatDatetime: %" + code + " is not supported");
    };
  }

  private static String formatted(LocalDateTime moment, String pattern) {
    return moment.format(DateTimeFormatter.ofPattern(pattern, Locale.ROOT));
  }

  private static Expression sinceYear(Element at, long perDay, Expression... all) {
    Functions.count(at, all, 2, 2);
    var kind = all[0].kind() == Kind.STRING ? Kind.DATE : all[0].kind();
    var date = all[0].as(kind);
    return Expression.of(
        Kind.INTEGER,
        row -> {
          double value = date.number(row);
          double year = all[1].number(row);
          if (Double.isNaN(value) || Double.isNaN(year)) {
            return Double.NaN;
          }
          long start = LocalDate.ofYearDay(Math.clamp((long) year, -9999, 9999), 1).toEpochDay();
          double seconds = kind == Kind.DATE ? value * DAY_SECONDS : value;
          return Math.floor((seconds - (double) start * DAY_SECONDS) * perDay / DAY_SECONDS);
        });
  }

  private static Expression sinceMidnight(Element at, Expression... all) {
    Functions.count(at, all, 1, 1);
    var value = all[0].as(all[0].kind() == Kind.STRING ? Kind.DATE_TIME : all[0].kind());
    boolean date = value.kind() == Kind.DATE;
    return Expression.of(
        Kind.INTEGER,
        row -> {
          double seconds = value.number(row);
          return date ? seconds * 0 : seconds - Math.floor(seconds / DAY_SECONDS) * DAY_SECONDS;
        });
  }
}
