package dev.slipway.apiserver.apply;

import java.nio.charset.StandardCharsets;

/// Names of field managers.
public final class ManagerNames {
  /// Most bytes of a name.
  public static final int MAX_BYTES = 128;

  private ManagerNames() {}

  /// The name a request writes as: its `fieldManager`, else what its user agent begins with.
  ///
  /// @param fieldManager may be empty
  /// @param userAgent `kubectl/v1.32.0 (linux/amd64) …`; may be empty
  public static String of(String fieldManager, String userAgent) {
    if (!fieldManager.isEmpty()) {
      return fieldManager;
    }
    int slash = userAgent.indexOf('/');
    String product = slash < 0 ? userAgent : userAgent.substring(0, slash);
    var name = new StringBuilder();
    int bytes = 0;
    for (int each : product.codePoints().filter(ManagerNames::isPrintable).toArray()) {
      bytes += Character.toString(each).getBytes(StandardCharsets.UTF_8).length;
      if (bytes > MAX_BYTES) {
        break;
      }
      name.appendCodePoint(each);
    }
    return name.toString();
  }

  private static boolean isPrintable(int codePoint) {
    return switch (Character.getType(codePoint)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.SURROGATE,
          Character.PRIVATE_USE,
          Character.UNASSIGNED,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR ->
          false;
      case Character.SPACE_SEPARATOR -> codePoint == ' ';
      default -> true;
    };
  }
}
