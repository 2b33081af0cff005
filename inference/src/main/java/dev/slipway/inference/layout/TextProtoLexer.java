package dev.slipway.inference.layout;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/// Words, numbers, strings and signs of protobuf's text format, one ahead.
///
/// Source: protobuf.dev, "Text Format Language Specification".
final class TextProtoLexer {
  enum Kind {
    WORD,
    NUMBER,
    STRING,
    SIGN,
    END
  }

  /// @param text of a string: its value
  record Token(Kind kind, String text, int line, int column) {
    boolean is(String sign) {
      return kind == Kind.SIGN && text.equals(sign);
    }

    String shown() {
      return switch (kind) {
        case END -> "the end";
        case STRING -> "a string";
        case WORD, NUMBER, SIGN -> "\"" + text + "\"";
      };
    }
  }

  private final String text;
  private int at;
  private int line = 1;
  private int lineStart;
  private Token next;

  TextProtoLexer(String text) throws TextProtoException {
    this.text = text;
    this.next = scan();
  }

  Token peek() {
    return next;
  }

  Token take() throws TextProtoException {
    Token taken = next;
    next = scan();
    return taken;
  }

  private Token scan() throws TextProtoException {
    skip();
    int start = at;
    int column = at - lineStart + 1;
    if (at >= text.length()) {
      return new Token(Kind.END, "", line, column);
    }
    char c = text.charAt(at);
    if (c == '"' || c == '\'') {
      return new Token(Kind.STRING, string(c), line, column);
    }
    if (wordStart(c)) {
      while (at < text.length() && (wordStart(text.charAt(at)) || digit(text.charAt(at)))) {
        at++;
      }
      return new Token(Kind.WORD, text.substring(start, at), line, column);
    }
    if (digit(c) || (c == '.' && at + 1 < text.length() && digit(text.charAt(at + 1)))) {
      number();
      return new Token(Kind.NUMBER, text.substring(start, at), line, column);
    }
    if ("{}<>[]:,;-/.".indexOf(c) < 0) {
      throw new TextProtoException("unexpected character " + shown(c), line, column);
    }
    at++;
    return new Token(Kind.SIGN, String.valueOf(c), line, column);
  }

  private static String shown(char c) {
    return c > 32 && c < 127 ? "'" + c + "'" : String.format("U+%04X", (int) c);
  }

  private void skip() {
    for (; at < text.length(); at++) {
      char c = text.charAt(at);
      if (c == '#') {
        int end = text.indexOf('\n', at);
        at = (end < 0 ? text.length() : end) - 1;
      } else if (c == '\n') {
        line++;
        lineStart = at + 1;
      } else if (c != ' '
          && c != '\t'
          && c != '\r'
          && c != '\f'
          && c != '\u000b'
          && c != '\uFEFF') {
        return;
      }
    }
  }

  private void number() {
    while (at < text.length()) {
      char c = text.charAt(at);
      boolean exponentSign =
          (c == '+' || c == '-')
              && (text.charAt(at - 1) == 'e' || text.charAt(at - 1) == 'E')
              && !text.startsWith("0x", Math.max(0, at - 2));
      if (!digit(c) && !wordStart(c) && c != '.' && !exponentSign) {
        return;
      }
      at++;
    }
  }

  private static boolean digit(char c) {
    return c >= '0' && c <= '9';
  }

  private static boolean wordStart(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
  }

  /// One string, without those that follow it.
  private String string(char quote) throws TextProtoException {
    int startLine = line;
    int startColumn = at - lineStart + 1;
    var out = new ByteArrayOutputStream();
    for (at++; at < text.length() && text.charAt(at) != '\n'; ) {
      char c = text.charAt(at);
      if (c == quote) {
        at++;
        return out.toString(StandardCharsets.UTF_8);
      }
      if (c == '\\') {
        escape(out);
      } else {
        int point = text.codePointAt(at);
        out.writeBytes(Character.toString(point).getBytes(StandardCharsets.UTF_8));
        at += Character.charCount(point);
      }
    }
    throw new TextProtoException("a string is not closed", startLine, startColumn);
  }

  private void escape(ByteArrayOutputStream out) throws TextProtoException {
    int column = at - lineStart + 1;
    char c = ++at < text.length() ? text.charAt(at) : ' ';
    at++;
    int simple = "abfnrtv\\'\"?".indexOf(c);
    if (simple >= 0) {
      out.write("\u0007\b\f\n\r\t\u000b\\'\"?".charAt(simple));
    } else if (c == 'x' || c == 'X') {
      out.write(digits(16, 2, column));
    } else if (c == 'u' || c == 'U') {
      int point = digits(16, c == 'u' ? 4 : 8, column);
      if (!Character.isValidCodePoint(point)) {
        throw new TextProtoException("no character has that number", line, column);
      }
      out.writeBytes(Character.toString(point).getBytes(StandardCharsets.UTF_8));
    } else if (c >= '0' && c <= '7') {
      at--;
      out.write(digits(8, 3, column));
    } else {
      throw new TextProtoException("unknown escape \\" + c, line, column);
    }
  }

  private int digits(int radix, int most, int column) throws TextProtoException {
    int value = 0;
    int count = 0;
    while (count < most && at < text.length() && Character.digit(text.charAt(at), radix) >= 0) {
      value = value * radix + Character.digit(text.charAt(at++), radix);
      count++;
    }
    if (count == 0) {
      throw new TextProtoException("an escape lacks its digits", line, column);
    }
    return value;
  }
}
