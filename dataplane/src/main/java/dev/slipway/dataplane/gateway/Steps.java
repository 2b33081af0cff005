package dev.slipway.dataplane.gateway;

import java.util.regex.Pattern;

/// A text that lets itself be read so many times only, so that an expression which would try for
/// ever gives up: `java.util.regex` backtracks, and requests choose the text.
final class Steps implements CharSequence {
  private static final int MOST = 200_000;

  private final CharSequence text;
  private int left;

  private Steps(CharSequence text, int left) {
    this.text = text;
    this.left = left;
  }

  /// Whether the expression takes the whole text; no if it gave up.
  static boolean matches(Pattern pattern, CharSequence text) {
    try {
      return pattern.matcher(new Steps(text, MOST)).matches();
    } catch (ExhaustedException | StackOverflowError _) {
      return false;
    }
  }

  @Override
  public char charAt(int index) {
    if (--left < 0) {
      throw new ExhaustedException();
    }
    return text.charAt(index);
  }

  @Override
  public int length() {
    return text.length();
  }

  @Override
  public CharSequence subSequence(int start, int end) {
    return text.subSequence(start, end);
  }

  @Override
  public String toString() {
    return text.toString();
  }

  private static final class ExhaustedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    ExhaustedException() {
      super("the expression takes too long", null, false, false);
    }
  }
}
