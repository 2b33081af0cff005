package dev.slipway.inference.codec.json;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/// UTF-8 as RFC 3629 has it: no overlong forms, no surrogates, nothing above U+10FFFF.
public final class Utf8 {
  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final long ONES = 0x0101010101010101L;
  private static final long HIGHS = 0x8080808080808080L;

  private Utf8() {}

  /// Eight bytes, the first in the lowest bits.
  static long word(byte[] bytes, int at) {
    return (long) LONGS.get(bytes, at);
  }

  /// Whether the bytes are well-formed.
  public static boolean valid(byte[] bytes, int from, int to) {
    int i = from;
    while (i < to) {
      if (i + Long.BYTES <= to && (word(bytes, i) & HIGHS) == 0) {
        i += Long.BYTES;
      } else if (bytes[i] >= 0) {
        i++;
      } else {
        int length = sequence(bytes, i, to);
        if (length == 0) {
          return false;
        }
        i += length;
      }
    }
    return true;
  }

  /// Length of the character that starts at a byte of 0x80 or more; 0 if it is malformed.
  static int sequence(byte[] bytes, int at, int to) {
    int lead = bytes[at] & 0xFF;
    if (lead < 0xC2 || lead > 0xF4) {
      return 0;
    }
    int length = lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
    if (at + length > to || !secondFits(lead, bytes[at + 1] & 0xFF)) {
      return 0;
    }
    for (int i = at + 2; i < at + length; i++) {
      if ((bytes[i] & 0xC0) != 0x80) {
        return 0;
      }
    }
    return length;
  }

  /// RFC 3629, section 4: the second byte's range depends on the first.
  private static boolean secondFits(int lead, int second) {
    int lowest = lead == 0xE0 ? 0xA0 : lead == 0xF0 ? 0x90 : 0x80;
    int highest = lead == 0xED ? 0x9F : lead == 0xF4 ? 0x8F : 0xBF;
    return second >= lowest && second <= highest;
  }

  /// The first byte from `at` on that is a quote, a backslash, a control character or not ASCII;
  /// `to` if there is none.
  static int plainEnd(byte[] bytes, int at, int to) {
    int i = at;
    while (i + Long.BYTES <= to) {
      long special = special(word(bytes, i));
      if (special != 0) {
        return i + (Long.numberOfTrailingZeros(special) >>> 3);
      }
      i += Long.BYTES;
    }
    while (i < to && bytes[i] >= ' ' && bytes[i] != '"' && bytes[i] != '\\') {
      i++;
    }
    return i;
  }

  /// The high bit of each byte that is special; bits above the lowest set one may be wrong, because
  /// borrows run upwards.
  private static long special(long word) {
    long quote = word ^ (ONES * '"');
    long slash = word ^ (ONES * '\\');
    long control = word - ONES * ' ';
    return (((quote - ONES) & ~quote) | ((slash - ONES) & ~slash) | (control & ~word) | word)
        & HIGHS;
  }
}
