package dev.slipway.base;

import java.util.Locale;

/// Numbers of bytes as people read them: `812 bytes`, `1.5 KiB`, `300 MiB`, `1048576 MiB`. Nothing
/// above MiB, so that what is there and what is allowed stay comparable at a glance.
public final class Bytes {
  private static final long KIB = 1024;
  private static final long MIB = 1024 * KIB;

  private Bytes() {}

  public static String words(long bytes) {
    if (bytes < KIB) {
      return bytes + " bytes";
    }
    return bytes < MIB ? decimal(bytes, KIB) + " KiB" : decimal(bytes, MIB) + " MiB";
  }

  /// One place, where it says anything.
  private static String decimal(long bytes, long unit) {
    var text = String.format(Locale.ROOT, "%.1f", (double) bytes / unit);
    return text.endsWith(".0") ? text.substring(0, text.length() - 2) : text;
  }
}
