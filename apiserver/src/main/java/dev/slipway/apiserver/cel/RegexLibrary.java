package dev.slipway.apiserver.cel;

import com.google.re2j.Matcher;
import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import dev.cel.common.types.ListType;
import dev.cel.common.types.SimpleType;
import java.util.ArrayList;
import java.util.List;

/// `find` and `findAll`, with RE2 patterns, so in time linear in the text.
/// Source: `k8s.io/apiserver/pkg/cel/library/regex.go`.
final class RegexLibrary {
  private static final ListType STRINGS = ListType.create(SimpleType.STRING);

  private RegexLibrary() {}

  static void add(Functions functions) {
    var string = Functions.STRING;
    functions.member(
        "find", "string_find_string", SimpleType.STRING, string, string, RegexLibrary::find);
    functions.member(
        "findAll",
        "string_find_all_string",
        STRINGS,
        string,
        string,
        (text, pattern) -> findAll(text, pattern, -1));
    functions.member(
        "findAll",
        "string_find_all_string_int",
        STRINGS,
        List.of(string, string, Functions.INT),
        each -> findAll((String) each[0], (String) each[1], (Long) each[2]));
  }

  private static String find(String text, String pattern) {
    Matcher matcher = compile(pattern).matcher(text);
    return matcher.find() ? matcher.group() : "";
  }

  private static List<String> findAll(String text, String pattern, long most) {
    var found = new ArrayList<String>();
    Matcher matcher = compile(pattern).matcher(text);
    while ((most < 0 || found.size() < most) && matcher.find()) {
      found.add(matcher.group());
    }
    return found;
  }

  private static Pattern compile(String pattern) {
    try {
      return Pattern.compile(pattern);
    } catch (PatternSyntaxException malformed) {
      throw Functions.failure("Illegal regex: " + malformed.getMessage());
    }
  }
}
