package dev.slipway.apiserver.access;

import java.util.Collection;
import java.util.stream.Collectors;

/// Text quoted as Go's `%q` quotes it, because clients and people match on upstream's messages.
public final class GoText {
  private GoText() {}

  public static String quoted(String text) {
    var out = new StringBuilder(text.length() + 2).append('"');
    text.codePoints().forEach(each -> append(out, each));
    return out.append('"').toString();
  }

  /// A list: `["a" "b"]`.
  public static String quoted(Collection<String> texts) {
    return texts.stream().map(GoText::quoted).collect(Collectors.joining(" ", "[", "]"));
  }

  private static void append(StringBuilder out, int codePoint) {
    switch (codePoint) {
      case '"' -> out.append("\\\"");
      case '\\' -> out.append("\\\\");
      case '\n' -> out.append("\\n");
      case '\r' -> out.append("\\r");
      case '\t' -> out.append("\\t");
      default -> {
        if (codePoint < 0x20 || codePoint == 0x7f) {
          out.append("\\x%02x".formatted(codePoint));
        } else {
          out.appendCodePoint(codePoint);
        }
      }
    }
  }
}
