package dev.slipway.apiserver.rest;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/// Sentences for the `Warning:` headers of one answer, each said once, in order, within a bound.
final class Warnings implements Consumer<String> {
  /// As upstream: further text is dropped rather than refused.
  private static final int MAX_TOTAL_CHARS = 4096;

  private final List<String> sentences = new ArrayList<>(0);
  private int chars;

  @Override
  public void accept(String sentence) {
    if (!sentences.contains(sentence) && chars + sentence.length() <= MAX_TOTAL_CHARS) {
      sentences.add(sentence);
      chars += sentence.length();
    }
  }

  /// Header values after RFC 9111: code 299, no agent, quoted text.
  List<String> headerValues() {
    return sentences.stream().map(Warnings::headerValue).toList();
  }

  private static String headerValue(String sentence) {
    var text = new StringBuilder("299 - \"");
    for (int i = 0; i < sentence.length(); i++) {
      char each = sentence.charAt(i);
      if (each == '"' || each == '\\') {
        text.append('\\').append(each);
      } else {
        text.append(each < 0x20 || each == 0x7f ? ' ' : each);
      }
    }
    return text.append('"').toString();
  }
}
