package dev.slipway.apiserver.schema;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import dev.slipway.base.Problem;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// One validation keyword, ready to judge. A value of another type passes: its type is judged
/// elsewhere.
sealed interface KeywordCheck {
  void judge(JsonNode value, Place here, List<Problem> problems);

  default boolean appliesToNull() {
    return false;
  }

  /// The checks of one schema node, in the order the original makes them.
  static List<KeywordCheck> all(
      Schema.Type type, String format, Function<String, @Nullable JsonNode> keyword) {
    var all = new ArrayList<KeywordCheck>();
    JsonNode pattern = keyword.apply("pattern");
    if (present(keyword, "maxLength") || present(keyword, "minLength") || pattern != null) {
      all.add(
          Text.of(
              integer(keyword, "minLength", 0),
              integer(keyword, "maxLength", Long.MAX_VALUE),
              pattern == null ? "" : pattern.asString("")));
    }
    if (!format.isEmpty()) {
      all.add(new Format(type, format));
    }
    if (present(keyword, "maximum")
        || present(keyword, "minimum")
        || present(keyword, "multipleOf")) {
      all.add(
          new Range(
              decimal(keyword, "minimum"),
              truth(keyword, "exclusiveMinimum"),
              decimal(keyword, "maximum"),
              truth(keyword, "exclusiveMaximum"),
              decimal(keyword, "multipleOf")));
    }
    if (present(keyword, "maxItems")
        || present(keyword, "minItems")
        || truth(keyword, "uniqueItems")) {
      all.add(
          new Items(
              integer(keyword, "minItems", 0),
              integer(keyword, "maxItems", Long.MAX_VALUE),
              truth(keyword, "uniqueItems")));
    }
    JsonNode choices = keyword.apply("enum");
    if (choices != null && !choices.isEmpty()) {
      all.add(Choice.of(choices));
    }
    if (present(keyword, "maxProperties") || present(keyword, "minProperties")) {
      all.add(
          new Size(
              integer(keyword, "minProperties", 0),
              integer(keyword, "maxProperties", Long.MAX_VALUE)));
    }
    return List.copyOf(all);
  }

  private static boolean present(Function<String, @Nullable JsonNode> keyword, String name) {
    JsonNode found = keyword.apply(name);
    return found != null && found.isNumber();
  }

  private static boolean truth(Function<String, @Nullable JsonNode> keyword, String name) {
    JsonNode found = keyword.apply(name);
    return found != null && found.asBoolean(false);
  }

  private static long integer(
      Function<String, @Nullable JsonNode> keyword, String name, long absent) {
    JsonNode found = keyword.apply(name);
    return found == null ? absent : found.asLong(absent);
  }

  private static @Nullable BigDecimal decimal(
      Function<String, @Nullable JsonNode> keyword, String name) {
    JsonNode found = keyword.apply(name);
    return found == null || !found.isNumber() ? null : found.decimalValue();
  }

  /// A problem worded `PATH in body REST`.
  private static Problem inBody(Place here, JsonNode value, String rest) {
    return invalid(here, value.isString() ? quote(value.stringValue()) : value.toString(), rest);
  }

  private static Problem invalid(Place here, String found, String rest) {
    return new Problem(Problem.Type.INVALID, here.toString(), found, here + " in body " + rest);
  }

  private static String quote(String text) {
    return '"' + text + '"';
  }

  /// Lengths count code points; patterns are RE2 and match anywhere.
  record Text(long min, long max, String source, @Nullable Pattern pattern, String fault)
      implements KeywordCheck {
    static Text of(long min, long max, String source) {
      try {
        return new Text(min, max, source, source.isEmpty() ? null : Pattern.compile(source), "");
      } catch (PatternSyntaxException malformed) {
        return new Text(
            min, max, source, null, ", but pattern is invalid: " + malformed.getMessage());
      }
    }

    @Override
    public void judge(JsonNode value, Place here, List<Problem> problems) {
      if (!value.isString()) {
        return;
      }
      String text = value.stringValue();
      long length = text.codePointCount(0, text.length());
      if (length > max) {
        problems.add(
            new Problem(
                Problem.Type.TOO_LONG,
                here.toString(),
                "",
                "may not be more than " + max + " bytes"));
      } else if (length < min) {
        problems.add(inBody(here, value, "should be at least " + min + " chars long"));
      } else if (!fault.isEmpty() || (pattern != null && !pattern.matcher(text).find())) {
        problems.add(inBody(here, value, "should match '" + source + fault + "'"));
      }
    }
  }

  /// A named format of text, or the width of a number.
  record Format(Schema.Type type, String name, @Nullable Predicate<String> check)
      implements KeywordCheck {
    Format(Schema.Type type, String name) {
      this(type, name, type == Schema.Type.INTEGER ? null : Formats.of(name).orElse(null));
    }

    @Override
    public void judge(JsonNode value, Place here, List<Problem> problems) {
      if (check != null && value.isString() && !check.test(value.stringValue())) {
        String found = quote(value.stringValue());
        problems.add(
            new Problem(
                Problem.Type.TYPE_INVALID,
                here.toString(),
                found,
                here + " in body must be of type " + name + ": " + found));
      }
      if (type == Schema.Type.INTEGER && value.isNumber() && !inRange(value)) {
        problems.add(
            new Problem(
                Problem.Type.INVALID,
                Place.NOWHERE,
                "\"\"",
                "Checked value must be of type integer with format " + name + " in " + here));
      }
    }

    private boolean inRange(JsonNode value) {
      return switch (name) {
        case "int32" -> value.canConvertToInt();
        case "int64" -> value.canConvertToLong();
        default -> true;
      };
    }
  }

  /// Bounds of a number.
  record Range(
      @Nullable BigDecimal min,
      boolean aboveMin,
      @Nullable BigDecimal max,
      boolean belowMax,
      @Nullable BigDecimal multipleOf)
      implements KeywordCheck {
    @Override
    public void judge(JsonNode value, Place here, List<Problem> problems) {
      if (!value.isNumber()) {
        return;
      }
      BigDecimal number = value.decimalValue();
      if (multipleOf != null
          && multipleOf.signum() > 0
          && number.remainder(multipleOf).signum() != 0) {
        problems.add(inBody(here, value, "should be a multiple of " + show(multipleOf)));
      }
      if (min != null && number.compareTo(min) < (aboveMin ? 1 : 0)) {
        String words = aboveMin ? "should be greater than " : "should be greater than or equal to ";
        problems.add(inBody(here, value, words + show(min)));
      }
      if (max != null && number.compareTo(max) > (belowMax ? -1 : 0)) {
        String words = belowMax ? "should be less than " : "should be less than or equal to ";
        problems.add(inBody(here, value, words + show(max)));
      }
    }

    private static String show(BigDecimal number) {
      return number.signum() == 0 ? "0" : number.stripTrailingZeros().toPlainString();
    }
  }

  /// The length of a list and whether its elements differ.
  record Items(long min, long max, boolean unique) implements KeywordCheck {
    @Override
    public void judge(JsonNode value, Place here, List<Problem> problems) {
      if (!value.isArray()) {
        return;
      }
      if (value.size() < min) {
        String size = String.valueOf(value.size());
        problems.add(invalid(here, size, "should have at least " + min + " items"));
      }
      if (value.size() > max) {
        problems.add(tooMany(here, value.size(), max));
      }
      if (unique) {
        Set<JsonNode> seen = new HashSet<>();
        for (JsonNode each : value) {
          if (!seen.add(each)) {
            problems.add(invalid(here, "\"\"", "shouldn't contain duplicates"));
            return;
          }
        }
      }
    }
  }

  private static Problem tooMany(Place here, int found, long most) {
    return new Problem(
        Problem.Type.TOO_MANY,
        here.toString(),
        "",
        found + ": must have at most " + most + " items");
  }

  /// The number of fields of an object.
  record Size(long min, long max) implements KeywordCheck {
    @Override
    public void judge(JsonNode value, Place here, List<Problem> problems) {
      if (!value.isObject()) {
        return;
      }
      if (value.size() < min) {
        String size = String.valueOf(value.size());
        problems.add(invalid(here, size, "should have at least " + min + " properties"));
      }
      if (value.size() > max) {
        problems.add(tooMany(here, value.size(), max));
      }
    }
  }

  /// One of a list of values, found by hashing so that a long list costs no more than a short one.
  record Choice(Set<JsonNode> values, String words) implements KeywordCheck {
    static Choice of(JsonNode choices) {
      Set<JsonNode> values = new HashSet<>();
      List<String> words = new ArrayList<>();
      for (JsonNode each : choices) {
        values.add(each);
        words.add(each.isString() ? each.stringValue() : each.toString());
      }
      return new Choice(
          values, words.stream().map(KeywordCheck::quote).collect(Collectors.joining(", ")));
    }

    @Override
    public boolean appliesToNull() {
      return true;
    }

    @Override
    public void judge(JsonNode value, Place here, List<Problem> problems) {
      if (values.contains(value) || (value.isNumber() && hasNumber(value))) {
        return;
      }
      String found =
          value.isString()
              ? quote(value.stringValue())
              : value.isNull() ? "\"null\"" : value.toString();
      problems.add(
          new Problem(
              Problem.Type.NOT_SUPPORTED, here.toString(), found, "supported values: " + words));
    }

    private boolean hasNumber(JsonNode value) {
      return values.stream()
          .anyMatch(
              each -> each.isNumber() && each.decimalValue().compareTo(value.decimalValue()) == 0);
    }
  }
}
