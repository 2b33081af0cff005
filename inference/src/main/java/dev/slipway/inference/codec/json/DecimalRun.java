package dev.slipway.inference.codec.json;

/// Plain decimals of an array, one behind the other: `0.0078125,-12.5,3`.
///
/// It reads those that have at most 18 digits, no exponent, nothing but a comma and a blank between
/// them, and stops at whatever else comes; the reader judges that. So it never refuses.
///
/// Implementation note. What a number costs is the way from its first byte to the next number's,
/// and
/// branches that go either way at random. So digits behind the point are counted in two words of
/// eight bytes without a branch (the second counts only where the first is full), and joined as in
/// [JsonNumber]; the whole part, mostly one digit, is left to the prediction of branches.
final class DecimalRun {
  private static final int NONE = -1;
  private static final int MAX_DIGITS = 18;
  private static final int LEAST_BYTES = 10; // a sign, a digit, a point, a word with what ends it
  private static final long MAX_EXACT = 1L << 53;
  private static final long SIGN = 1L << 63;

  private final byte[] bytes;
  private final int limit;

  private int end;
  private int to;
  private int scale;
  private boolean negative;

  DecimalRun(byte[] bytes, int limit) {
    this.bytes = bytes;
    this.limit = limit;
  }

  /// Behind the last number that was read.
  int end() {
    return end;
  }

  /// Reads numbers as the nearest floats.
  ///
  /// @param start where the first begins
  /// @return how many were read, into the array from `from` on
  int floats(int start, float[] into, int from) {
    int count = from;
    int at = start;
    while (at >= 0 && count < into.length) {
      double value = next(at);
      if (!Decimal.narrows(Math.abs(value))) {
        break;
      }
      into[count++] = (float) value;
      end = to;
      at = following(to);
    }
    return count - from;
  }

  /// As [#floats], as the nearest doubles.
  int doubles(int start, double[] into, int from) {
    int count = from;
    int at = start;
    while (at >= 0 && count < into.length) {
      double value = next(at);
      if (Double.isNaN(value)) {
        break;
      }
      into[count++] = value;
      end = to;
      at = following(to);
    }
    return count - from;
  }

  /// Where the number behind a comma begins; [#NONE] if no comma is there.
  private int following(int comma) {
    if (bytes[comma] != ',') {
      return NONE;
    }
    return comma + 1 < limit && bytes[comma + 1] == ' ' ? comma + 2 : comma + 1;
  }

  /// The number there; NaN if it is not plain.
  private double next(int at) {
    long mantissa = scan(at);
    if (mantissa <= MAX_EXACT) {
      return mantissa < 0 ? Double.NaN : signed(Decimal.exact(mantissa, -scale));
    }
    long bits = Decimal.rounded(mantissa, -scale);
    return bits == Decimal.UNDECIDED ? Double.NaN : signed(Double.longBitsToDouble(bits));
  }

  private double signed(double value) {
    return Double.longBitsToDouble(Double.doubleToRawLongBits(value) | (negative ? SIGN : 0));
  }

  /// Goes over a number up to `to`, noting its sign and scale.
  ///
  /// @return its digits; [#NONE] if it is not plain
  private long scan(int start) {
    if (limit - start < LEAST_BYTES) {
      return limit > start ? scanLast(start) : NONE;
    }
    negative = bytes[start] == '-';
    int at = negative ? start + 1 : start;
    int first = bytes[at] - '0';
    if (first < 0 || first > 9) {
      return NONE;
    }
    int second = bytes[at + 1];
    if (second == '.') {
      return fraction(first, 1, at + 2);
    }
    if (second < '0' || second > '9') {
      return ended(first, at + 1, 0);
    }
    return first == 0 ? NONE : whole(at);
  }

  /// A number with too few bytes behind it for words: byte by byte.
  private long scanLast(int start) {
    negative = bytes[start] == '-';
    int from = negative ? start + 1 : start;
    int point = digitsEnd(from);
    boolean whole = point > from && (bytes[from] != '0' || point == from + 1);
    if (!whole || point >= limit) {
      return NONE;
    }
    if (bytes[point] != '.') {
      return ended(number(from, point), point, 0);
    }
    int behind = digitsEnd(point + 1);
    int places = behind - point - 1;
    if (places == 0 || behind >= limit) {
      return NONE;
    }
    long value = number(from, point) * SwarDigits.power(places) + number(point + 1, behind);
    return ended(value, behind, places);
  }

  private int digitsEnd(int from) {
    int at = from;
    while (at < limit && isDigit(bytes[at])) {
      at++;
    }
    return at;
  }

  private long number(int from, int to) {
    long value = 0;
    for (int i = from; i < to; i++) {
      value = value * 10 + (bytes[i] - '0');
    }
    return value;
  }

  /// A number of several digits before its point.
  private long whole(int at) {
    if (limit - at <= Long.BYTES) {
      return NONE;
    }
    long word = SwarDigits.word(bytes, at);
    int count = SwarDigits.count(word);
    if (count == Long.BYTES) {
      return NONE;
    }
    long value = SwarDigits.join(word, count);
    int behind = at + count;
    return bytes[behind] == '.' ? fraction(value, count, behind + 1) : ended(value, behind, 0);
  }

  private long fraction(long whole, int digits, int at) {
    if (limit - at > MAX_DIGITS) {
      return longFraction(whole, digits, at);
    }
    if (limit - at <= Long.BYTES) {
      return NONE;
    }
    long word = SwarDigits.word(bytes, at);
    int count = SwarDigits.count(word);
    if (count == 0 || count == Long.BYTES) {
      return NONE;
    }
    return ended(whole * SwarDigits.power(count) + SwarDigits.join(word, count), at + count, count);
  }

  private long longFraction(long whole, int digits, int at) {
    long word = SwarDigits.word(bytes, at);
    long more = SwarDigits.word(bytes, at + Long.BYTES);
    int count = SwarDigits.count(word);
    int further = SwarDigits.count(more) & -(count >>> 3);
    long value = whole * SwarDigits.power(count) + SwarDigits.join(word, count);
    long rest = SwarDigits.join(more, further) & (-further >> 31);
    value = value * SwarDigits.power(further) + rest;
    int places = count + further;
    int behind = at + places;
    while (places >= 2 * Long.BYTES && digits + places < MAX_DIGITS && isDigit(bytes[behind])) {
      value = value * 10 + (bytes[behind++] - '0');
      places++;
    }
    return places == 0 || digits + places > MAX_DIGITS ? NONE : ended(value, behind, places);
  }

  private static boolean isDigit(byte value) {
    return value >= '0' && value <= '9';
  }

  private long ended(long mantissa, int behind, int places) {
    to = behind;
    scale = places;
    return bytes[behind] == ',' || bytes[behind] == ']' ? mantissa : NONE;
  }
}
