package dev.slipway.dataplane.server;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;

/// `/PREFIX/models/NAME[/versions/VERSION][/ACTION]`, taken apart.
///
/// @param version `""` for none
/// @param action what follows, without the slash; `""` for nothing
public record ModelPath(String name, String version, String action) {
  private static final String VERSIONS = "versions/";

  /// @param path percent-encoded
  /// @param prefix with its slash at the end: `/v2/models/`
  public static ModelPath after(String prefix, String path) {
    int nameEnd = slash(path, prefix.length());
    var name = decoded(path.substring(prefix.length(), nameEnd));
    if (!path.startsWith(VERSIONS, nameEnd + 1)) {
      return new ModelPath(name, "", rest(path, nameEnd));
    }
    int versionStart = nameEnd + 1 + VERSIONS.length();
    int versionEnd = slash(path, versionStart);
    return new ModelPath(
        name, decoded(path.substring(versionStart, versionEnd)), rest(path, versionEnd));
  }

  private static int slash(String path, int from) {
    int found = path.indexOf('/', from);
    return found < 0 ? path.length() : found;
  }

  private static String rest(String path, int slash) {
    return slash + 1 >= path.length() ? "" : path.substring(slash + 1);
  }

  /// Percent-decoded; a plus sign stays one.
  public static String decoded(String part) {
    if (part.indexOf('%') < 0) {
      return part;
    }
    try {
      return URLDecoder.decode(part.replace("+", "%2B"), StandardCharsets.UTF_8);
    } catch (IllegalArgumentException _) {
      return part;
    }
  }
}
