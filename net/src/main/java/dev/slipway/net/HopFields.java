package dev.slipway.net;

import io.netty.util.AsciiString;
import java.util.Locale;

/// Which fields of a request speak of one connection, and so do not go on (RFC 9110, 7.6.1).
final class HopFields {
  private HopFields() {}

  /// Whether a field never goes on as it is: it is of the connection, or written anew from what
  /// was understood of it.
  static boolean ofRequest(CharSequence name) {
    return switch (name.length()) {
      case 2 -> is("te", name);
      case 4 -> is("host", name);
      case 7 -> is("upgrade", name);
      case 10 -> is("connection", name) || is("keep-alive", name);
      case 14 -> is("content-length", name) || is("http2-settings", name);
      case 16 -> is("proxy-connection", name);
      case 17 -> is("transfer-encoding", name);
      case 19 -> is("proxy-authorization", name);
      default -> false;
    };
  }

  private static boolean is(String lower, CharSequence name) {
    return AsciiString.contentEqualsIgnoreCase(lower, name);
  }

  /// What `Connection` lists beside its own words: in lower case, each between commas.
  static String listed(RequestHead head) {
    var values = head.headers("connection");
    if (values.isEmpty()) {
      return "";
    }
    var listed = new StringBuilder();
    for (var value : values) {
      for (var word : value.toLowerCase(Locale.ROOT).split(",", -1)) {
        switch (word.strip()) {
          case "", "close", "keep-alive", "upgrade", "te" -> {}
          default -> listed.append(',').append(word.strip()).append(',');
        }
      }
    }
    return listed.toString();
  }

  static boolean lists(String listed, CharSequence name) {
    return !listed.isEmpty()
        && listed.contains("," + name.toString().toLowerCase(Locale.ROOT) + ",");
  }

  /// The protocol an HTTP/1.1 request asks to change to; empty for none.
  static String upgrade(RequestHead head) {
    if (!head.protocol().equals("HTTP/1.1") && !head.extendedConnect()) {
      return "";
    }
    var wanted = head.header("upgrade");
    if (wanted.isEmpty() || wanted.toLowerCase(Locale.ROOT).contains("h2c")) {
      return "";
    }
    for (var value : head.headers("connection")) {
      for (var word : value.split(",", -1)) {
        if (word.strip().equalsIgnoreCase("upgrade")) {
          return wanted;
        }
      }
    }
    return "";
  }

  /// Whether the client reads fields after a body.
  static boolean trailers(RequestHead head) {
    var value = head.header("te");
    return !value.isEmpty() && value.toLowerCase(Locale.ROOT).contains("trailers");
  }
}
