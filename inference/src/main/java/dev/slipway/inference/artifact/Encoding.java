package dev.slipway.inference.artifact;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

/// Percent encoding (RFC 3986), as the storage services sign it: all but the unreserved characters.
final class Encoding {
  private static final HexFormat HEX = HexFormat.of().withUpperCase();

  private Encoding() {}

  /// Encodes a text, slashes too.
  static String encode(String text) {
    return encode(text, false);
  }

  /// Encodes a path, whose slashes stay.
  static String encodePath(String path) {
    return encode(path, true);
  }

  private static String encode(String text, boolean keepSlash) {
    var out = new StringBuilder(text.length() + 16);
    for (byte each : text.getBytes(StandardCharsets.UTF_8)) {
      if (unreserved(each) || (keepSlash && each == '/')) {
        out.append((char) each);
      } else {
        HEX.toHexDigits(out.append('%'), each);
      }
    }
    return out.toString();
  }

  private static boolean unreserved(byte c) {
    return (c >= 'a' && c <= 'z')
        || (c >= 'A' && c <= 'Z')
        || (c >= '0' && c <= '9')
        || c == '-'
        || c == '_'
        || c == '.'
        || c == '~';
  }

  /// Decodes `%XX`; anything else, a plus sign and a broken escape too, stays as it is.
  static String decode(String text) {
    if (text.indexOf('%') < 0) {
      return text;
    }
    byte[] in = text.getBytes(StandardCharsets.UTF_8);
    var out = new ByteArrayOutputStream(in.length);
    for (int i = 0; i < in.length; i++) {
      if (in[i] == '%'
          && i + 2 < in.length
          && HexFormat.isHexDigit(in[i + 1])
          && HexFormat.isHexDigit(in[i + 2])) {
        out.write(HexFormat.fromHexDigit(in[i + 1]) * 16 + HexFormat.fromHexDigit(in[i + 2]));
        i += 2;
      } else {
        out.write(in[i]);
      }
    }
    return out.toString(StandardCharsets.UTF_8);
  }
}
