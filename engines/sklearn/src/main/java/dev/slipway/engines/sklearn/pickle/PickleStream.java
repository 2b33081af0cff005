package dev.slipway.engines.sklearn.pickle;

import dev.slipway.base.Bytes;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// Bytes of a pickle in order. A length claimed in the file never makes an array that large before
/// the bytes have arrived.
final class PickleStream {
  private static final int CHUNK = 1 << 16;
  private static final int FIRST_STEP = 1 << 20;

  private final InputStream source;
  private final long limit;
  private final boolean exact;
  private final byte[] buffer = new byte[CHUNK];
  private int at;
  private int end;
  private long taken;

  /// @param limit bytes the stream may give at most
  /// @param exact whether it has exactly that many
  PickleStream(InputStream source, long limit, boolean exact) {
    this.source = source;
    this.limit = limit;
    this.exact = exact;
  }

  /// The next byte.
  int next() {
    if (at == end && !fill()) {
      throw truncated();
    }
    return buffer[at++] & 0xff;
  }

  long position() {
    return taken - (end - at);
  }

  private boolean fill() {
    try {
      int count = source.read(buffer, 0, CHUNK);
      at = 0;
      end = Math.max(count, 0);
      taken += end;
      if (taken > limit) {
        throw new PickleException("it expands to more than the " + Bytes.words(limit) + " allowed");
      }
      return end > 0;
    } catch (IOException problem) {
      throw new UncheckedIOException(problem);
    }
  }

  private PickleException truncated() {
    return new PickleException("it ends after " + position() + " bytes, in the middle of a value");
  }

  /// Unsigned, little-endian.
  long unsigned(int bytes) {
    long value = 0;
    for (int i = 0; i < bytes; i++) {
      value |= (long) next() << (8 * i);
    }
    return value;
  }

  int signedInt() {
    return (int) unsigned(Integer.BYTES);
  }

  byte[] bytes(long count) {
    long left = limit - position();
    if (count < 0 || count > left || count > Integer.MAX_VALUE - 16) {
      throw new PickleException(
          "at byte "
              + position()
              + " it claims "
              + Long.toUnsignedString(count)
              + " bytes, but "
              + (exact ? left + " are left" : "at most " + left + " may follow"));
    }
    return exact || count <= FIRST_STEP ? read((int) count) : grow((int) count);
  }

  private byte[] read(int count) {
    var target = new byte[count];
    readInto(target, 0, count);
    return target;
  }

  private byte[] grow(int count) {
    var target = new byte[FIRST_STEP];
    int have = 0;
    while (have < count) {
      if (have == target.length) {
        target = Arrays.copyOf(target, (int) Math.min(count, 2L * have));
      }
      readInto(target, have, target.length - have);
      have = target.length;
    }
    return target;
  }

  private void readInto(byte[] target, int from, int count) {
    int done = 0;
    while (done < count) {
      if (at == end && !fill()) {
        throw truncated();
      }
      int step = Math.min(count - done, end - at);
      System.arraycopy(buffer, at, target, from + done, step);
      at += step;
      done += step;
    }
  }

  void skip(int count) {
    for (int i = 0; i < count; i++) {
      next();
    }
  }

  /// Up to the next line feed, which is not part of it.
  byte[] line(int longest) {
    var target = new byte[64];
    int count = 0;
    for (int value = next(); value != '\n'; value = next()) {
      if (count == longest) {
        throw new PickleException("a line is longer than " + longest + " bytes");
      }
      if (count == target.length) {
        target = Arrays.copyOf(target, 2 * count);
      }
      target[count++] = (byte) value;
    }
    return Arrays.copyOf(target, count);
  }

  String text(int longest) {
    return new String(line(longest), StandardCharsets.UTF_8).strip();
  }
}
