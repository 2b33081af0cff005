package dev.slipway.registry.artifacts;

import dev.slipway.registry.RegistryException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Locale;

/// Paths of clients, which must stay below a directory.
///
/// Source: mlflow/utils/uri.py, `validate_path_is_safe`: what is encoded is decoded first, however
/// often.
public final class SafePath {
  private static final int DECODINGS = 10;

  private SafePath() {}

  /// @throws RegistryException `Invalid path`
  public static String checked(String path) {
    String decoded = decoded(path);
    boolean control = decoded.chars().anyMatch(c -> c < ' ' || c == 127);
    boolean drive = decoded.length() > 1 && decoded.charAt(1) == ':';
    boolean scheme = decoded.toLowerCase(Locale.ROOT).startsWith("file:");
    if (control
        || drive
        || scheme
        || decoded.startsWith("/")
        || decoded.indexOf('#') >= 0
        || decoded.indexOf('\\') >= 0
        || climbs(decoded)) {
      throw invalid();
    }
    try {
      var _ = Path.of(path);
    } catch (InvalidPathException _) {
      throw invalid();
    }
    return path;
  }

  private static boolean climbs(String path) {
    for (String part : path.split("/", -1)) {
      if (part.equals("..")) {
        return true;
      }
    }
    return false;
  }

  private static String decoded(String path) {
    String before = path;
    for (int i = 0; i < DECODINGS; i++) {
      String after = once(before);
      if (after.equals(before)) {
        return after;
      }
      before = after;
    }
    throw invalid();
  }

  private static String once(String path) {
    if (path.indexOf('%') < 0) {
      return path;
    }
    try {
      return URLDecoder.decode(path.replace("+", "%2B"), StandardCharsets.UTF_8);
    } catch (IllegalArgumentException _) {
      return path; // a percent sign that stands for itself
    }
  }

  static RegistryException invalid() {
    return RegistryException.invalid("Invalid path");
  }
}
