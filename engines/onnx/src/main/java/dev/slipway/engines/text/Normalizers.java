package dev.slipway.engines.text;

import dev.slipway.base.Json;
import java.text.Normalizer;
import java.text.Normalizer.Form;
import java.util.Locale;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import tools.jackson.databind.JsonNode;

/// What a `tokenizer.json` wants done to a text first: its `normalizer`, one or a sequence.
///
/// @see <a href="https://huggingface.co/docs/tokenizers/api/normalizers">tokenizers,
/// normalizers</a>
final class Normalizers {
  static final String KNOWN =
      "Sequence, Precompiled, Replace, NFC, NFD, NFKC, NFKD, Lowercase, StripAccents, Strip,"
          + " Prepend, Nmt or BertNormalizer";

  private Normalizers() {}

  /// @throws IllegalArgumentException naming what is not known
  static UnaryOperator<String> read(JsonNode normalizer) {
    var type = Json.text(normalizer, "type");
    return switch (type) {
      case "" -> text -> text;
      case "Sequence" -> sequence(normalizer.path("normalizers"));
      case "Precompiled" -> precompiled(Json.text(normalizer, "precompiled_charsmap"));
      case "Replace" -> replace(normalizer);
      case "NFC", "NFD", "NFKC", "NFKD" -> form(Form.valueOf(type));
      case "Lowercase" -> text -> text.toLowerCase(Locale.ROOT);
      case "StripAccents" -> Normalizers::withoutMarks;
      case "Strip" ->
          strip(
              normalizer.path("strip_left").asBoolean(true),
              normalizer.path("strip_right").asBoolean(true));
      case "Prepend" -> {
        var first = Json.text(normalizer, "prepend");
        yield text -> text.isEmpty() ? text : first + text;
      }
      case "Nmt" -> Normalizers::nmt;
      case "BertNormalizer" -> bert(normalizer)::normalise;
      default -> throw new IllegalArgumentException("normalizer \"" + type + "\"");
    };
  }

  /// BERT's, with its own defaults.
  static BertText bert(JsonNode normalizer) {
    boolean lower = normalizer.path("lowercase").asBoolean(true);
    var strip = normalizer.path("strip_accents");
    return new BertText(
        normalizer.path("clean_text").asBoolean(true),
        normalizer.path("handle_chinese_chars").asBoolean(true),
        strip.isBoolean() ? strip.booleanValue() : lower,
        lower);
  }

  private static UnaryOperator<String> sequence(JsonNode steps) {
    UnaryOperator<String> all = text -> text;
    for (var step : steps) {
      var before = all;
      var next = read(step);
      all = text -> next.apply(before.apply(text));
    }
    return all;
  }

  private static UnaryOperator<String> precompiled(String table) {
    return table.isEmpty() ? text -> text : new CharsMap(table);
  }

  private static UnaryOperator<String> form(Form form) {
    return text -> Normalizer.normalize(text, form);
  }

  private static UnaryOperator<String> replace(JsonNode normalizer) {
    var content = Json.text(normalizer, "content");
    var literal = normalizer.path("pattern").path("String");
    if (literal.isString()) {
      return text -> text.replace(literal.stringValue(), content);
    }
    var pattern = pattern(Json.text(normalizer, "pattern", "Regex"));
    var replacement = Matcher.quoteReplacement(content);
    return text -> pattern.matcher(text).replaceAll(replacement);
  }

  /// A regular expression of a tokenizer. One that repeats a group is refused: it may take a time
  /// that grows without bound with the text.
  ///
  /// @throws IllegalArgumentException if it cannot be used
  static Pattern pattern(String regex) {
    if (regex.isEmpty() || regex.matches("(?s).*\\)[*+{].*")) {
      throw new IllegalArgumentException("the pattern \"" + regex + "\"");
    }
    try {
      return Pattern.compile(regex, Pattern.UNICODE_CHARACTER_CLASS);
    } catch (PatternSyntaxException problem) {
      throw new IllegalArgumentException("the pattern \"" + regex + "\"", problem);
    }
  }

  private static UnaryOperator<String> strip(boolean left, boolean right) {
    return text -> {
      int from = 0;
      int to = text.length();
      while (left && from < to && isSpace(text.charAt(from))) {
        from++;
      }
      while (right && to > from && isSpace(text.charAt(to - 1))) {
        to--;
      }
      return text.substring(from, to);
    };
  }

  /// Unicode's White_Space.
  static boolean isSpace(char character) {
    return (character >= '\t' && character <= '\r')
        || character == ' '
        || character == '\u0085'
        || character == '\u00a0'
        || (character > '\u1000' && (Character.isSpaceChar(character)));
  }

  private static String withoutMarks(String text) {
    var out = new StringBuilder(text.length());
    text.codePoints().filter(Normalizers::stays).forEach(out::appendCodePoint);
    return out.toString();
  }

  private static boolean stays(int point) {
    int type = Character.getType(point);
    return type != Character.NON_SPACING_MARK
        && type != Character.COMBINING_SPACING_MARK
        && type != Character.ENCLOSING_MARK;
  }

  /// SentencePiece's `nmt`: control characters away, odd spaces blanks.
  private static String nmt(String text) {
    var out = new StringBuilder(text.length());
    text.codePoints()
        .filter(point -> !dropped(point))
        .map(point -> blank(point) ? ' ' : point)
        .forEach(out::appendCodePoint);
    return out.toString();
  }

  private static boolean dropped(int point) {
    return (point >= 0x1 && point <= 0x8)
        || point == 0xB
        || (point >= 0xE && point <= 0x1F)
        || point == 0x7F
        || point == 0x8F
        || point == 0x9F;
  }

  private static boolean blank(int point) {
    return switch (point) {
      case 0x9, 0xA, 0xC, 0xD, 0x1680, 0x2028, 0x2029, 0x2581, 0xFEFF, 0xFFFD -> true;
      default -> point >= 0x200B && point <= 0x200F;
    };
  }
}
