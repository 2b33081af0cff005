package dev.slipway.inference.artifact;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Reads a tar archive front to back: ustar, its pax headers (`path`, `linkpath`, `size`) and GNU's
/// long names. Sparse files are refused.
///
/// Source: POSIX.1-2024, pax, "pax Header Block" and "ustar Interchange Format"; GNU tar manual,
/// "Basic Tar Format".
final class TarReader implements AutoCloseable {
  private static final int BLOCK = 512;
  private static final int LONGEST_NAME = 1 << 16;

  enum Type {
    FILE,
    DIRECTORY,
    SYMBOLIC_LINK,
    HARD_LINK,
    OTHER
  }

  /// @param link where a link leads; `""` for others
  record Entry(String name, Type type, String link, long size) {}

  /// The stream is no tar archive, or ends early.
  static final class BadTarException extends IOException {
    private static final long serialVersionUID = 1L;

    BadTarException(String message) {
      super(message);
    }
  }

  /// Told of bytes that are read and thrown away.
  interface Budget {
    void spend(long bytes) throws ArtifactException;
  }

  private final InputStream in;
  private final Budget budget;
  private long left;
  private long padding;

  TarReader(InputStream in, Budget budget) {
    this.in = in;
    this.budget = budget;
  }

  /// The next entry, or null at the end.
  @Nullable Entry next() throws IOException, ArtifactException {
    Map<String, String> pax = new HashMap<>();
    String longName = null;
    String longLink = null;
    while (true) {
      skipRest();
      byte[] header = header();
      if (header == null) {
        return null;
      }
      long size = number(header, 124, 12);
      switch (header[156]) {
        case 'x' -> pax.putAll(pax(text(size)));
        case 'g' -> skipAll(size);
        case 'L' -> longName = trimmed(text(size));
        case 'K' -> longLink = trimmed(text(size));
        default -> {
          String name = pax.getOrDefault("path", longName == null ? name(header) : longName);
          String link =
              pax.getOrDefault("linkpath", longLink == null ? field(header, 157, 100) : longLink);
          return entry(header, name, link, size, pax);
        }
      }
    }
  }

  private Entry entry(byte[] header, String name, String link, long size, Map<String, String> pax)
      throws BadTarException {
    if (pax.keySet().stream().anyMatch(each -> each.startsWith("GNU.sparse"))) {
      throw new BadTarException("it has sparse files");
    }
    Type type =
        switch (header[156]) {
          case 0, '0', '7' -> name.endsWith("/") ? Type.DIRECTORY : Type.FILE;
          case '1' -> Type.HARD_LINK;
          case '2' -> Type.SYMBOLIC_LINK;
          case '5' -> Type.DIRECTORY;
          default -> Type.OTHER;
        };
    long length = pax.containsKey("size") ? decimal(pax.get("size")) : size;
    left = type == Type.FILE || type == Type.OTHER || type == Type.DIRECTORY ? length : 0;
    padding = (BLOCK - left % BLOCK) % BLOCK;
    return new Entry(name, type, link, length);
  }

  private static long decimal(@Nullable String text) throws BadTarException {
    if (text == null || !text.matches("\\d{1,18}")) {
      throw new BadTarException("the size \"" + text + "\" is no number");
    }
    return Long.parseLong(text);
  }

  /// The bytes of the entry last returned.
  InputStream content() {
    return new FilterInputStream(in) {
      @Override
      public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
      }

      @Override
      public int read(byte[] into, int offset, int length) throws IOException {
        if (left == 0) {
          return -1;
        }
        int read = in.read(into, offset, (int) Math.min(length, left));
        if (read < 0) {
          throw new BadTarException("it ends within a file");
        }
        left -= read;
        return read;
      }

      @Override
      public void close() {
        // The archive goes on.
      }
    };
  }

  private void skipRest() throws IOException, ArtifactException {
    skip(left + padding);
    left = 0;
    padding = 0;
  }

  private void skipAll(long size) throws IOException, ArtifactException {
    skip(size + (BLOCK - size % BLOCK) % BLOCK);
  }

  private void skip(long count) throws IOException, ArtifactException {
    budget.spend(count);
    try {
      in.skipNBytes(count);
    } catch (java.io.EOFException _) {
      throw new BadTarException("it ends early");
    }
  }

  private byte @Nullable [] header() throws IOException {
    byte[] block = in.readNBytes(BLOCK);
    if (block.length == 0 || (block.length == BLOCK && zero(block))) {
      return null;
    }
    if (block.length < BLOCK) {
      throw new BadTarException("it ends within a header");
    }
    long sum = 0;
    for (int i = 0; i < BLOCK; i++) {
      sum += i >= 148 && i < 156 ? ' ' : block[i] & 0xff;
    }
    if (sum != number(block, 148, 8)) {
      throw new BadTarException("a header has a wrong checksum");
    }
    return block;
  }

  private static boolean zero(byte[] block) {
    for (byte each : block) {
      if (each != 0) {
        return false;
      }
    }
    return true;
  }

  private String text(long size) throws IOException, ArtifactException {
    if (size > LONGEST_NAME) {
      throw new BadTarException("a name has " + size + " bytes");
    }
    byte[] bytes = in.readNBytes((int) size);
    skip((BLOCK - size % BLOCK) % BLOCK);
    return new String(bytes, StandardCharsets.UTF_8);
  }

  private static String trimmed(String text) {
    int end = text.indexOf('\0');
    return end < 0 ? text : text.substring(0, end);
  }

  /// Records of `length key=value\n`.
  private static Map<String, String> pax(String text) throws BadTarException {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    var found = new HashMap<String, String>();
    int at = 0;
    while (at < bytes.length) {
      int space = at;
      while (space < bytes.length && bytes[space] != ' ') {
        space++;
      }
      long length = decimal(new String(bytes, at, space - at, StandardCharsets.UTF_8));
      if (length <= space - at + 1 || at + length > bytes.length) {
        throw new BadTarException("a pax record has a wrong length");
      }
      int size = (int) (at + length - 1 - space - 1);
      String pair = new String(bytes, space + 1, size, StandardCharsets.UTF_8);
      int equals = pair.indexOf('=');
      if (equals > 0) {
        found.put(pair.substring(0, equals), pair.substring(equals + 1));
      }
      at += (int) length;
    }
    return found;
  }

  private static String name(byte[] header) {
    boolean ustar = field(header, 257, 5).equals("ustar") && header[262] == 0;
    String prefix = ustar ? field(header, 345, 155) : "";
    String name = field(header, 0, 100);
    return prefix.isEmpty() ? name : prefix + "/" + name;
  }

  private static String field(byte[] header, int from, int length) {
    return trimmed(new String(header, from, length, StandardCharsets.UTF_8));
  }

  /// Octal digits, or GNU's big-endian number where the first bit is set.
  private static long number(byte[] header, int from, int length) throws BadTarException {
    if ((header[from] & 0x80) != 0) {
      long value = header[from] & 0x3f;
      for (int i = from + 1; i < from + length; i++) {
        if (value >>> 54 != 0) {
          throw new BadTarException("a size is too large");
        }
        value = (value << 8) | (header[i] & 0xff);
      }
      return value;
    }
    String digits = field(header, from, length).strip();
    if (!digits.matches("[0-7]{0,20}")) {
      throw new BadTarException("a number of a header is none");
    }
    return digits.isEmpty() ? 0 : Long.parseLong(digits, 8);
  }

  @Override
  public void close() throws IOException {
    in.close();
  }
}
