package dev.slipway.dataplane.gateway;

import dev.slipway.dataplane.gateway.RouteTable.PathEdit;

/// What a path becomes.
final class PathEdits {
  private PathEdits() {}

  static String apply(PathEdit edit, PathRule matched, String path) {
    return switch (edit) {
      case PathEdit.Replace whole -> rooted(whole.path());
      case PathEdit.ReplacePrefix prefix -> replacePrefix(prefix.prefix(), matched, path);
      case PathEdit.Substitute template -> substitute(template.template(), matched, path);
    };
  }

  /// As Gateway API's `ReplacePrefixMatch`: `/foo/bar` with `/foo` becoming `/xyz` or `/xyz/` is
  /// `/xyz/bar`; with `/` it is `/bar`, and `/foo` alone is `/`.
  private static String replacePrefix(String prefix, PathRule matched, String path) {
    return switch (matched) {
      case PathRule.Elements elements ->
          rooted(PathRule.withoutSlash(prefix) + path.substring(elements.value().length()));
      case PathRule.Text text -> rooted(prefix + path.substring(text.value().length()));
      case PathRule.Exact _ -> rooted(prefix);
      case PathRule.Regex _ -> path;
    };
  }

  /// `$1` to `$9` are the groups of the expression, `$0` all of it. For other kinds of matches the
  /// template is the path.
  private static String substitute(String template, PathRule matched, String path) {
    if (!(matched instanceof PathRule.Regex regex)) {
      return rooted(template);
    }
    var matcher = regex.matcher(path);
    if (!matcher.matches()) {
      return path;
    }
    var result = new StringBuilder();
    for (int i = 0; i < template.length(); i++) {
      char c = template.charAt(i);
      char next = i + 1 < template.length() ? template.charAt(i + 1) : ' ';
      if (c == '$' && next >= '0' && next <= '9') {
        int group = next - '0';
        var value = group <= matcher.groupCount() ? matcher.group(group) : null;
        result.append(value == null ? "" : value);
        i++;
      } else {
        result.append(c);
      }
    }
    return rooted(result.toString());
  }

  private static String rooted(String path) {
    return path.startsWith("/") ? path : "/" + path;
  }
}
