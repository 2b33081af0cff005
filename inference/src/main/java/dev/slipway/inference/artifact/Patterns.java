package dev.slipway.inference.artifact;

import dev.slipway.base.Json;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/// Which files of an artifact are wanted: Python's `fnmatch` on the path relative to the artifact,
/// where `*` also crosses `/`.
///
/// @param allow where not empty, a file must match one of these
/// @param ignore a file that matches one of these is left out
public record Patterns(List<String> allow, List<String> ignore) {
  public static final Patterns ALL = new Patterns(List.of(), List.of());

  public Patterns {
    allow = List.copyOf(allow);
    ignore = List.copyOf(ignore);
  }

  /// Reads the values of `STORAGE_ALLOW_PATTERNS` and `STORAGE_IGNORE_PATTERNS`.
  ///
  /// @param allow a JSON list or a list separated by commas; `""` for none
  public static Patterns parse(String allow, String ignore) {
    return new Patterns(list(allow), list(ignore));
  }

  private static List<String> list(String text) {
    var found = new ArrayList<String>();
    try {
      JsonNode json = Json.parse(text.getBytes(StandardCharsets.UTF_8));
      if (json.isArray()) {
        json.forEach(each -> found.add(each.asString()));
      } else {
        found.add(json.asString());
      }
    } catch (JacksonException _) {
      found.addAll(Arrays.asList(text.split(",", -1)));
    }
    return found.stream().map(String::strip).filter(each -> !each.isEmpty()).toList();
  }

  boolean wanted(String path) {
    return (allow.isEmpty() || allow.stream().anyMatch(each -> matches(each, path)))
        && ignore.stream().noneMatch(each -> matches(each, path));
  }

  private static boolean matches(String glob, String path) {
    return Pattern.compile(regex(glob), Pattern.DOTALL).matcher(path).matches();
  }

  /// Runs of `*` become one, possessive-free but single, so that matching stays polynomial.
  private static String regex(String glob) {
    var out = new StringBuilder();
    for (int i = 0; i < glob.length(); i++) {
      char c = glob.charAt(i);
      int end = c == '[' ? classEnd(glob, i) : -1;
      if (c == '*') {
        out.append(i > 0 && glob.charAt(i - 1) == '*' ? "" : ".*");
      } else if (c == '?') {
        out.append('.');
      } else if (end > 0) {
        out.append(characterClass(glob.substring(i + 1, end)));
        i = end;
      } else {
        out.append(Pattern.quote(String.valueOf(c)));
      }
    }
    return out.toString();
  }

  private static int classEnd(String glob, int start) {
    int from = start + 1;
    if (from < glob.length() && glob.charAt(from) == '!') {
      from++;
    }
    return glob.indexOf(']', from + 1);
  }

  private static String characterClass(String body) {
    boolean not = body.startsWith("!");
    String members = (not ? body.substring(1) : body).replaceAll("([\\\\\\[\\]&^])", "\\\\$1");
    return "[" + (not ? "^" : "") + members + "]";
  }
}
