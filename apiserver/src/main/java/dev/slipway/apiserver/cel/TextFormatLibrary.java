package dev.slipway.apiserver.cel;

import dev.cel.common.types.ListType;
import dev.cel.common.types.SimpleType;
import dev.cel.common.values.CelByteString;
import dev.cel.common.values.NullValue;
import dev.slipway.apiserver.cel.Functions.Parameter;
import dev.slipway.apiserver.schema.GoDuration;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/// `'%s has %d'.format([name, count])`. Source: `cel-go/ext/strings.go`, version 2.
final class TextFormatLibrary {
  @SuppressWarnings("rawtypes")
  private static final Parameter<Collection> ARGUMENTS =
      new Parameter<>(ListType.create(SimpleType.DYN), Collection.class);

  private static final Pattern VERB = Pattern.compile("%(?:\\.([0-9]{1,3}))?(.|$)", Pattern.DOTALL);
  private static final int DEFAULT_PRECISION = 6;

  private TextFormatLibrary() {}

  static void add(Functions functions) {
    functions.member(
        "format",
        "string_format_list_string",
        SimpleType.STRING,
        Functions.STRING,
        ARGUMENTS,
        TextFormatLibrary::format);
  }

  private static String format(String pattern, Collection<?> arguments) {
    List<?> values = new ArrayList<>(arguments);
    var text = new StringBuilder();
    int used = 0;
    Matcher verb = VERB.matcher(pattern);
    int from = 0;
    while (verb.find()) {
      text.append(pattern, from, verb.start());
      from = verb.end();
      if (verb.group().equals("%%")) {
        text.append('%');
        continue;
      }
      if (used >= values.size()) {
        throw Functions.failure("index " + used + " out of range");
      }
      int precision = verb.group(1) == null ? DEFAULT_PRECISION : Integer.parseInt(verb.group(1));
      text.append(clause(String.valueOf(verb.group(2)), values.get(used++), precision));
    }
    return text.append(pattern, from, pattern.length()).toString();
  }

  private static String clause(String verb, Object value, int precision) {
    return switch (verb) {
      case "s" -> show(value);
      case "d" -> decimal(value);
      case "f" -> number("f", value).setScale(precision, RoundingMode.HALF_EVEN).toPlainString();
      case "e" -> String.format(Locale.ROOT, "%." + precision + "e", number("e", value));
      case "b" ->
          value instanceof Boolean truth ? (truth ? "1" : "0") : integer("b", value).toString(2);
      case "o" -> integer("o", value).toString(8);
      case "x" -> hex(value);
      case "X" -> hex(value).toUpperCase(Locale.ROOT);
      default ->
          throw Functions.failure(
              "could not parse formatting clause: unrecognized formatting clause \"" + verb + '"');
    };
  }

  private static String show(Object value) {
    return switch (value) {
      case NullValue _ -> "null";
      case Double number -> plain(number);
      case Duration duration -> GoDuration.format(duration);
      case Instant time -> time.toString();
      case CelByteString bytes -> bytes.toStringUtf8();
      case Map<?, ?> map ->
          map.entrySet().stream()
              .map(each -> show(each.getKey()) + ": " + show(each.getValue()))
              .sorted()
              .collect(Collectors.joining(", ", "{", "}"));
      case Collection<?> list ->
          list.stream().map(TextFormatLibrary::show).collect(Collectors.joining(", ", "[", "]"));
      default -> value.toString();
    };
  }

  private static String plain(double number) {
    return Double.isFinite(number)
        ? new BigDecimal(Double.toString(number)).stripTrailingZeros().toPlainString()
        : Double.isNaN(number) ? "NaN" : number > 0 ? "Infinity" : "-Infinity";
  }

  private static String decimal(Object value) {
    return value instanceof Double number ? plain(number) : integer("d", value).toString();
  }

  private static BigInteger integer(String verb, Object value) {
    if (value instanceof Number && !(value instanceof Double)) {
      return new BigInteger(value.toString());
    }
    throw Functions.failure(
        "error during formatting: %"
            + verb
            + " clause can only be used on integers, was given "
            + show(value));
  }

  private static BigDecimal number(String verb, Object value) {
    if (value instanceof Number) {
      return new BigDecimal(value.toString());
    }
    throw Functions.failure(
        "error during formatting: %"
            + verb
            + " clause can only be used on doubles, was given "
            + show(value));
  }

  private static String hex(Object value) {
    return switch (value) {
      case String text ->
          java.util.HexFormat.of()
              .formatHex(text.getBytes(java.nio.charset.StandardCharsets.UTF_8));
      case CelByteString bytes -> java.util.HexFormat.of().formatHex(bytes.toByteArray());
      default -> integer("x", value).toString(16);
    };
  }
}
