package dev.slipway.controllers.knative;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Names of children, and lengths of time as Go writes them.
///
/// Source: knative.dev/pkg `kmeta/names.go`.
final class KnativeNames {
  private static final int LONGEST = 63;
  private static final int HASH = 32;
  private static final Pattern PART = Pattern.compile("(\\d+(?:\\.\\d+)?)(ms|h|m|s)");

  private KnativeNames() {}

  /// The parent's name and a suffix; one too long is cut and marked with its hash.
  static String child(String parent, String suffix) {
    if (parent.length() + suffix.length() <= LONGEST) {
      return parent + suffix;
    }
    int kept = LONGEST - HASH - suffix.length();
    if (kept <= 0) {
      return parent.substring(0, LONGEST - HASH) + md5(parent + suffix);
    }
    return parent.substring(0, kept) + md5(parent) + suffix;
  }

  private static String md5(String text) {
    try {
      var digest = MessageDigest.getInstance("MD5");
      return HexFormat.of().formatHex(digest.digest(text.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException missing) {
      throw new IllegalStateException(missing);
    }
  }

  /// `90s`, `1m30s`, `1.5h`, in whole seconds; 0 where it is none of these.
  static int seconds(String text) {
    double millis = 0;
    Matcher parts = PART.matcher(text);
    while (parts.find()) {
      double value = Double.parseDouble(parts.group(1));
      millis +=
          switch (parts.group(2)) {
            case "ms" -> value;
            case "s" -> value * 1000;
            case "m" -> value * 60_000;
            default -> value * 3_600_000;
          };
    }
    return (int) Duration.ofMillis((long) millis).toSeconds();
  }
}
