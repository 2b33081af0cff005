package dev.slipway.apiserver.schema;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// An absolute URL or absolute path, read as leniently as Go's `net/url` reads one.
///
/// @param host with its port; empty for a path
/// @param path as written
/// @param query without its question mark, as written
public record Url(String scheme, String host, String path, String query) {
  private static final Pattern SCHEME =
      Pattern.compile("([a-zA-Z][a-zA-Z0-9+.-]*):(.*)", Pattern.DOTALL);
  private static final Pattern PORT = Pattern.compile("(?::[0-9]*)?");
  private static final Pattern BAD_ESCAPE = Pattern.compile("%(?![0-9a-fA-F]{2})");
  private static final Pattern HOST = Pattern.compile("[^\\s<>\"%{}|\\\\^`/?#\\[\\]]*");
  private static final String UNESCAPED = "-_.~$&+,/:;=@!'()*%[]";

  /// A text that is no URL; the message says why in Go's words.
  public static final class Malformed extends IllegalArgumentException {
    private static final long serialVersionUID = 1L;

    private Malformed(String text, String why) {
      super("parse \"" + text + "\": " + why);
    }
  }

  /// Reads a URL.
  ///
  /// @throws Malformed if the text is not an absolute URL or path
  public static Url parse(String text) {
    if (text.isEmpty()) {
      throw new Malformed(text, "empty url");
    }
    if (text.chars().anyMatch(each -> each < ' ' || each == 0x7f)) {
      throw new Malformed(text, "net/url: invalid control character in URL");
    }
    Matcher absolute = SCHEME.matcher(text);
    String scheme = absolute.matches() ? absolute.group(1).toLowerCase(java.util.Locale.ROOT) : "";
    String rest = scheme.isEmpty() ? text : absolute.group(2);
    if (scheme.isEmpty() && text.startsWith(":")) {
      throw new Malformed(text, "missing protocol scheme");
    }
    if (scheme.isEmpty() && !rest.startsWith("/")) {
      throw new Malformed(text, "invalid URI for request");
    }
    return parts(text, scheme, rest);
  }

  /// Whether the text is an absolute URL or path.
  public static boolean isValid(String text) {
    try {
      parse(text);
      return true;
    } catch (Malformed _) {
      return false;
    }
  }

  private static Url parts(String text, String scheme, String rest) {
    int hash = rest.indexOf('#');
    String bare = hash < 0 ? rest : rest.substring(0, hash);
    int mark = bare.indexOf('?');
    String query = mark < 0 ? "" : bare.substring(mark + 1);
    String path = mark < 0 ? bare : bare.substring(0, mark);
    String host = "";
    if (!scheme.isEmpty() && path.startsWith("//")) {
      int slash = path.indexOf('/', 2);
      String authority = slash < 0 ? path.substring(2) : path.substring(2, slash);
      host = checkedHost(text, authority.substring(authority.lastIndexOf('@') + 1));
      path = slash < 0 ? "" : path.substring(slash);
    } else if (!path.startsWith("/")) {
      path = ""; // opaque: mailto:someone
    }
    Matcher escape = BAD_ESCAPE.matcher(path);
    if (escape.find()) {
      String at = path.substring(escape.start(), Math.min(path.length(), escape.start() + 3));
      throw new Malformed(text, "invalid URL escape \"" + at + '"');
    }
    return new Url(scheme, host, path, query);
  }

  private static String checkedHost(String text, String host) {
    int close = host.lastIndexOf(']');
    if (host.startsWith("[")) {
      if (close < 0) {
        throw new Malformed(text, "missing ']' in host");
      }
    } else if (!HOST.matcher(host).matches()) {
      throw new Malformed(text, "invalid character in host name");
    }
    int colon = host.startsWith("[") ? close + 1 : host.lastIndexOf(':');
    if (colon >= 0 && !PORT.matcher(host.substring(colon)).matches()) {
      throw new Malformed(text, "invalid port \"" + host.substring(colon) + "\" after host");
    }
    return host;
  }

  /// The host without its port and brackets.
  public String hostname() {
    if (host.startsWith("[")) {
      return host.substring(1, host.lastIndexOf(']'));
    }
    int colon = host.lastIndexOf(':');
    return colon < 0 ? host : host.substring(0, colon);
  }

  /// The port as written; empty where there is none.
  public String port() {
    int colon = host.lastIndexOf(':');
    return colon < 0 || colon < host.lastIndexOf(']') ? "" : host.substring(colon + 1);
  }

  /// The path with what may not stand in a path percent-encoded.
  public String escapedPath() {
    var text = new StringBuilder();
    for (byte each : path.getBytes(StandardCharsets.UTF_8)) {
      char here = (char) (each & 0xff);
      boolean plain = each > 0 && (Character.isLetterOrDigit(here) || UNESCAPED.indexOf(here) >= 0);
      text.append(plain ? String.valueOf(here) : "%%%02X".formatted((int) here));
    }
    return text.toString();
  }

  /// The values of each query parameter, in order, decoded.
  public Map<String, List<String>> parameters() {
    var parameters = new LinkedHashMap<String, List<String>>();
    for (String pair : query.split("&", -1)) {
      if (pair.isEmpty() || pair.indexOf(';') >= 0 || BAD_ESCAPE.matcher(pair).find()) {
        continue;
      }
      int equals = pair.indexOf('=');
      String name = decode(equals < 0 ? pair : pair.substring(0, equals));
      String value = equals < 0 ? "" : decode(pair.substring(equals + 1));
      parameters.computeIfAbsent(name, _ -> new ArrayList<>()).add(value);
    }
    return parameters;
  }

  private static String decode(String text) {
    return java.net.URLDecoder.decode(text, StandardCharsets.UTF_8);
  }
}
