package dev.slipway.engines.sklearn.text;

import dev.slipway.engines.sklearn.UnsupportedEstimatorException;
import dev.slipway.inference.engine.InvalidInputException;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/// A regular expression of Python's `re`, for `findall`.
///
/// A search that looks at far more characters than the text has is given up: patterns come from
/// model files and texts from anyone, and backtracking may take for ever.
final class PythonPattern {
  private static final int LONGEST = 10_000;
  private static final long MOST_LOOKS = 20_000_000;

  private final Pattern pattern;
  private final int groups;

  private PythonPattern(Pattern pattern, int groups) {
    this.pattern = pattern;
    this.groups = groups;
  }

  /// @throws UnsupportedEstimatorException if the pattern has more than one group, or something
  /// that is not understood here
  static PythonPattern of(String source) {
    if (source.length() > LONGEST) {
      throw new UnsupportedEstimatorException(
          "token_pattern of " + source.length() + " characters");
    }
    try {
      var pattern = Pattern.compile(new PatternTranslation(source).java(), Pattern.UNIX_LINES);
      int groups = pattern.matcher("").groupCount();
      if (groups > 1) {
        throw new UnsupportedEstimatorException(
            "More than 1 capturing group in token pattern: " + source);
      }
      return new PythonPattern(pattern, groups);
    } catch (PatternSyntaxException | StackOverflowError problem) {
      throw new UnsupportedEstimatorException(
          "token_pattern \"" + source + "\" is not understood: " + problem.getMessage());
    }
  }

  /// Gives each match, or its group if there is one.
  void findAll(String text, Consumer<String> each) {
    try {
      Matcher matcher = pattern.matcher(new Counted(text, new long[1]));
      while (matcher.find()) {
        if (withinCharacter(text, matcher)) {
          continue;
        }
        var found = matcher.group(groups);
        each.accept(found == null ? "" : found);
      }
    } catch (StackOverflowError problem) {
      throw tooHard(text);
    }
  }

  /// Whether nothing was found, between the two halves of one character.
  private static boolean withinCharacter(String text, Matcher matcher) {
    int at = matcher.start();
    return at == matcher.end()
        && at > 0
        && at < text.length()
        && Character.isSurrogatePair(text.charAt(at - 1), text.charAt(at));
  }

  private static InvalidInputException tooHard(String text) {
    return new InvalidInputException(
        "a text of "
            + text.length()
            + " characters takes the model's token_pattern too long; a shorter one may do");
  }

  /// Text that counts how often it is looked at.
  @SuppressWarnings("ArrayRecordComponent") // a counter that parts of the text share
  private record Counted(String text, long[] looks) implements CharSequence {
    @Override
    public char charAt(int index) {
      if (looks[0]++ > MOST_LOOKS + 1000L * text.length()) {
        throw tooHard(text);
      }
      return text.charAt(index);
    }

    @Override
    public int length() {
      return text.length();
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
}
