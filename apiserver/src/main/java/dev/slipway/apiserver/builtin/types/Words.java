package dev.slipway.apiserver.builtin.types;

import java.util.ArrayList;
import java.util.List;

/// Splits at spaces, by hand: this runs over every definition at start-up, where regular
/// expressions are slow.
final class Words {
  private Words() {}

  static List<String> of(String text) {
    var words = new ArrayList<String>();
    int at = 0;
    while (at < text.length()) {
      int end = text.indexOf(' ', at);
      if (end < 0) {
        end = text.length();
      }
      if (end > at) {
        words.add(text.substring(at, end));
      }
      at = end + 1;
    }
    return words;
  }

  /// What stands in parentheses after `name`: `a,b` of `map(a,b)`.
  static String inParentheses(String word, String name) {
    return word.substring(name.length() + 1, word.length() - 1);
  }
}
