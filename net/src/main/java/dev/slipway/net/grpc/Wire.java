package dev.slipway.net.grpc;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/// How gRPC writes things into header fields (grpc, doc/PROTOCOL-HTTP2.md).
final class Wire {
  static final long NO_TIMEOUT = Long.MAX_VALUE;

  private static final int MAX_TIMEOUT_DIGITS = 8;
  private static final String HEX = "0123456789ABCDEF";

  private Wire() {}

  /// Nanoseconds of a `grpc-timeout`; `NO_TIMEOUT` where the field is empty.
  ///
  /// @throws GrpcException INTERNAL if it is malformed
  static long timeoutNanos(String field) {
    if (field.isEmpty()) {
      return NO_TIMEOUT;
    }
    int digits = field.length() - 1;
    if (digits < 1 || digits > MAX_TIMEOUT_DIGITS) {
      throw malformedTimeout(field);
    }
    long value = 0;
    for (int i = 0; i < digits; i++) {
      char c = field.charAt(i);
      if (c < '0' || c > '9') {
        throw malformedTimeout(field);
      }
      value = value * 10 + (c - '0');
    }
    return value * unitNanos(field);
  }

  private static long unitNanos(String field) {
    return switch (field.charAt(field.length() - 1)) {
      case 'H' -> 3_600_000_000_000L;
      case 'M' -> 60_000_000_000L;
      case 'S' -> 1_000_000_000L;
      case 'm' -> 1_000_000L;
      case 'u' -> 1_000L;
      case 'n' -> 1L;
      default -> throw malformedTimeout(field);
    };
  }

  private static GrpcException malformedTimeout(String field) {
    return new GrpcException(
        GrpcStatus.INTERNAL,
        "grpc-timeout \"" + field + "\" is not 1 to 8 digits and one of H, M, S, m, u, n");
  }

  /// A `grpc-message`: UTF-8, where bytes outside printable ASCII and `%` are percent-encoded.
  static String encodedMessage(String text) {
    int plain = 0;
    while (plain < text.length() && plainAt(text.charAt(plain))) {
      plain++;
    }
    if (plain == text.length()) {
      return text;
    }
    var encoded = new StringBuilder(text.length() + 16);
    for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
      if (plainAt(b)) {
        encoded.append((char) b);
      } else {
        encoded.append('%').append(HEX.charAt((b >> 4) & 15)).append(HEX.charAt(b & 15));
      }
    }
    return encoded.toString();
  }

  private static boolean plainAt(int c) {
    return c >= ' ' && c <= '~' && c != '%';
  }

  /// The values of a `-bin` field: several may be joined by commas; padding is optional.
  ///
  /// @throws GrpcException INTERNAL if one is not base64
  static List<byte[]> binaryValues(String name, List<String> fields) {
    var values = new ArrayList<byte[]>(fields.size());
    for (var field : fields) {
      for (var value : field.split(",", -1)) {
        try {
          values.add(Base64.getDecoder().decode(value.strip()));
        } catch (IllegalArgumentException _) {
          throw new GrpcException(GrpcStatus.INTERNAL, "metadata " + name + " is not base64");
        }
      }
    }
    return values;
  }

  static String binaryField(byte[] value) {
    return Base64.getEncoder().withoutPadding().encodeToString(value);
  }

  /// Whether a content type is gRPC's with protobuf messages.
  static boolean takes(String contentType) {
    var type = contentType.strip();
    int end = type.indexOf(';');
    var essence = (end < 0 ? type : type.substring(0, end)).strip();
    return essence.equalsIgnoreCase("application/grpc")
        || essence.equalsIgnoreCase("application/grpc+proto");
  }

  /// Whether a content type is gRPC's, whatever the messages are.
  static boolean isGrpc(String contentType) {
    int length = "application/grpc".length();
    if (!contentType.regionMatches(true, 0, "application/grpc", 0, length)) {
      return false;
    }
    return contentType.length() == length || "+; ".indexOf(contentType.charAt(length)) >= 0;
  }
}
