package dev.slipway.inference.codec.json;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// Strings of a document: found and checked first, decoded only when wanted.
final class JsonStrings {
  private final byte[] bytes;
  private final int limit;
  private String complaint = "";

  JsonStrings(byte[] bytes, int limit) {
    this.bytes = bytes;
    this.limit = limit;
  }

  /// Checks the string whose first character is at `start`.
  ///
  /// @return where its closing quote is; `-1 - position` of what is wrong with it
  int end(int start) {
    int i = start;
    while (true) {
      i = Utf8.plainEnd(bytes, i, limit);
      if (i >= limit) {
        return wrong(limit, "a string without its closing quote");
      }
      byte next = bytes[i];
      if (next == '"') {
        return i;
      }
      int length = next == '\\' ? escape(i) : next < 0 ? Utf8.sequence(bytes, i, limit) : 0;
      if (length <= 0) {
        return wrong(i, complaintAbout(next));
      }
      i += length;
    }
  }

  private int wrong(int position, String what) {
    complaint = what;
    return -1 - position;
  }

  private static String complaintAbout(byte next) {
    if (next == '\\') {
      return "a string with an invalid escape";
    }
    return next < 0 ? "a string that is not UTF-8" : "a string with an unescaped control character";
  }

  /// What [#end] found wrong.
  String complaint(int position) {
    return position >= limit ? "a string without its closing quote" : complaint;
  }

  /// Length of the escape at a backslash, a surrogate pair being one; 0 if it is invalid.
  private int escape(int at) {
    if (at + 1 >= limit) {
      return 0;
    }
    if (bytes[at + 1] != 'u') {
      return "\"\\/bfnrt".indexOf(bytes[at + 1]) >= 0 ? 2 : 0;
    }
    int unit = unit(at);
    if (unit < 0 || (unit >= 0xDC00 && unit <= 0xDFFF)) {
      return 0;
    }
    if (unit < 0xD800 || unit > 0xDBFF) {
      return 6;
    }
    int low = at + 7 < limit && bytes[at + 6] == '\\' && bytes[at + 7] == 'u' ? unit(at + 6) : -1;
    return low >= 0xDC00 && low <= 0xDFFF ? 12 : 0;
  }

  /// The UTF-16 unit of an escape of four hex digits; -1 if it is none.
  private int unit(int at) {
    if (at + 6 > limit) {
      return -1;
    }
    int unit = 0;
    for (int i = at + 2; i < at + 6; i++) {
      int digit = Character.digit(bytes[i], 16);
      if (digit < 0) {
        return -1;
      }
      unit = (unit << 4) | digit;
    }
    return unit;
  }

  boolean escaped(int from, int to) {
    for (int i = from; i < to; i++) {
      if (bytes[i] == '\\') {
        return true;
      }
    }
    return false;
  }

  /// A checked string.
  String text(int from, int to) {
    if (!escaped(from, to)) {
      return new String(bytes, from, to - from, StandardCharsets.UTF_8);
    }
    return new String(unescape(from, to), StandardCharsets.UTF_8);
  }

  /// A checked string as UTF-8.
  byte[] bytes(int from, int to) {
    return escaped(from, to) ? unescape(from, to) : Arrays.copyOfRange(bytes, from, to);
  }

  private byte[] unescape(int from, int to) {
    var target = new byte[to - from];
    int length = 0;
    int i = from;
    while (i < to) {
      if (bytes[i] != '\\') {
        target[length++] = bytes[i++];
      } else if (bytes[i + 1] != 'u') {
        target[length++] = simple(bytes[i + 1]);
        i += 2;
      } else {
        int unit = unit(i);
        boolean pair = unit >= 0xD800 && unit <= 0xDBFF;
        int point = pair ? Character.toCodePoint((char) unit, (char) unit(i + 6)) : unit;
        length = encode(point, target, length);
        i += pair ? 12 : 6;
      }
    }
    return Arrays.copyOf(target, length);
  }

  private static byte simple(byte letter) {
    return switch (letter) {
      case 'b' -> '\b';
      case 'f' -> '\f';
      case 'n' -> '\n';
      case 'r' -> '\r';
      case 't' -> '\t';
      default -> letter;
    };
  }

  private static int encode(int point, byte[] target, int at) {
    int length = point < 0x80 ? 1 : point < 0x800 ? 2 : point < 0x10000 ? 3 : 4;
    if (length == 1) {
      target[at] = (byte) point;
      return at + 1;
    }
    int rest = point;
    for (int i = length - 1; i > 0; i--) {
      target[at + i] = (byte) (0x80 | (rest & 0x3F));
      rest >>>= 6;
    }
    target[at] = (byte) ((0xF00 >>> length) | rest);
    return at + length;
  }
}
