package dev.slipway.engines.text;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// Tokens found in the text as it is written, before anything else is done to it: `[SEP]`,
/// `<mask>`. The leftmost wins, the longest among those.
final class AddedTokens {
  /// One such token.
  ///
  /// @param wholeWord only where no letter or digit touches it
  /// @param left whether spaces before it belong to it
  /// @param right whether spaces after it belong to it
  record Added(String content, int id, boolean wholeWord, boolean left, boolean right) {}

  private final List<Added> tokens;
  private final SubwordModel model;

  AddedTokens(List<Added> tokens, SubwordModel model) {
    this.tokens =
        tokens.stream()
            .filter(token -> !token.content().isEmpty())
            .sorted((a, b) -> b.content().length() - a.content().length())
            .toList();
    this.model = model;
  }

  /// Appends the tokens of a text, those between added ones by the model.
  void encode(String text, Tokens into, int most) {
    int from = 0;
    for (int at = 0; at < text.length() && into.size() < most; ) {
      var token = at(text, at);
      if (token == null) {
        at++;
        continue;
      }
      int end = at;
      while (token.left() && end > from && BertText.space(text.charAt(end - 1))) {
        end--;
      }
      between(text.substring(from, end), from == 0, into, most);
      into.add(token.id());
      at += token.content().length();
      while (token.right() && at < text.length() && BertText.space(text.charAt(at))) {
        at++;
      }
      from = at;
    }
    between(from == 0 ? text : text.substring(from), from == 0, into, most);
  }

  private void between(String text, boolean first, Tokens into, int most) {
    if (!text.isEmpty() && into.size() < most) {
      model.encode(text, first, into, most);
    }
  }

  long memoryBytes() {
    return model.memoryBytes();
  }

  private @Nullable Added at(String text, int at) {
    char first = text.charAt(at);
    for (int i = 0; i < tokens.size(); i++) {
      var token = tokens.get(i);
      if (token.content().charAt(0) == first
          && text.startsWith(token.content(), at)
          && (!token.wholeWord() || alone(text, at, at + token.content().length()))) {
        return token;
      }
    }
    return null;
  }

  private static boolean alone(String text, int from, int to) {
    return (from == 0 || !Character.isLetterOrDigit(text.codePointBefore(from)))
        && (to == text.length() || !Character.isLetterOrDigit(text.codePointAt(to)));
  }
}
