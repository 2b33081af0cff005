package dev.slipway.apiserver.cel;

import dev.slipway.apiserver.schema.Formats;
import dev.slipway.apiserver.schema.Url;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.regex.Pattern;

/// A grammar that expressions can check text against by name.
/// Sources: `k8s.io/apiserver/pkg/cel/library/format.go`,
/// `k8s.io/apimachinery/pkg/util/validation`.
record NamedFormat(String name, Function<String, List<String>> problems) {
  private static final int MAX_LABEL = 63;
  private static final int MAX_SUBDOMAIN = 253;
  private static final Pattern LABEL = Pattern.compile("[a-z0-9]([-a-z0-9]*[a-z0-9])?");
  private static final Pattern OLD_LABEL = Pattern.compile("[a-z]([-a-z0-9]*[a-z0-9])?");
  private static final Pattern SUBDOMAIN =
      Pattern.compile("[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*");
  private static final Pattern QUALIFIED =
      Pattern.compile("([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]");
  private static final String LABEL_RULE =
      "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and"
          + " must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc',"
          + " regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')";
  private static final String OLD_LABEL_RULE =
      "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an"
          + " alphabetic character, and end with an alphanumeric character (e.g. 'my-name',  or"
          + " 'abc-123', regex used for validation is '[a-z]([-a-z0-9]*[a-z0-9])?')";
  private static final String SUBDOMAIN_RULE =
      "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or"
          + " '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex"
          + " used for validation is"
          + " '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')";
  private static final String QUALIFIED_RULE =
      "must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an"
          + " alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for"
          + " validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')";
  private static final String VALUE_RULE =
      "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or"
          + " '.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or"
          + " 'my_value',  or '12345', regex used for validation is"
          + " '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')";

  /// By the name an expression uses.
  static final Map<String, NamedFormat> ALL = all();

  private static Map<String, NamedFormat> all() {
    var all = new LinkedHashMap<String, NamedFormat>();
    name(all, "dns1123Label", LABEL, MAX_LABEL, LABEL_RULE);
    name(all, "dns1123Subdomain", SUBDOMAIN, MAX_SUBDOMAIN, SUBDOMAIN_RULE);
    name(all, "dns1035Label", OLD_LABEL, MAX_LABEL, OLD_LABEL_RULE);
    put(all, "qualifiedName", NamedFormat::qualifiedName);
    put(all, "labelValue", NamedFormat::labelValue);
    put(all, "uri", NamedFormat::uri);
    standard(all, "uuid", "does not match the UUID format");
    standard(all, "byte", "invalid base64");
    standard(all, "date", "invalid date");
    standard(all, "datetime", "invalid datetime");
    return all;
  }

  private static void put(
      Map<String, NamedFormat> all, String name, Function<String, List<String>> problems) {
    all.put(name, new NamedFormat(name, problems));
  }

  private static void name(
      Map<String, NamedFormat> all, String name, Pattern grammar, int most, String rule) {
    put(all, name, text -> name(text, grammar, most, rule));
    put(all, name + "Prefix", text -> name(unprefixed(text), grammar, most, rule));
  }

  private static void standard(Map<String, NamedFormat> all, String name, String problem) {
    put(
        all,
        name,
        text ->
            Formats.of(name).filter(check -> !check.test(text)).map(_ -> problem).stream()
                .toList());
  }

  /// A prefix may end in a dash, because more will follow.
  private static String unprefixed(String text) {
    return text.length() > 1 && text.endsWith("-")
        ? text.substring(0, text.length() - 2) + 'a'
        : text;
  }

  private static List<String> name(String text, Pattern grammar, int most, String rule) {
    var problems = new ArrayList<String>();
    if (text.length() > most) {
      problems.add("must be no more than " + most + " characters");
    }
    if (!grammar.matcher(text).matches()) {
      problems.add(rule);
    }
    return problems;
  }

  private static List<String> qualifiedName(String text) {
    var problems = new ArrayList<String>();
    String[] parts = text.split("/", -1);
    if (parts.length > 2) {
      problems.add(
          "a qualified name "
              + QUALIFIED_RULE
              + " with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')");
      return problems;
    }
    String name = parts[parts.length - 1];
    if (parts.length == 2) {
      if (parts[0].isEmpty()) {
        problems.add("prefix part must be non-empty");
      } else {
        name(parts[0], SUBDOMAIN, MAX_SUBDOMAIN, SUBDOMAIN_RULE)
            .forEach(each -> problems.add("prefix part " + each));
      }
    }
    if (name.isEmpty()) {
      problems.add("name part must be non-empty");
    } else if (name.length() > MAX_LABEL) {
      problems.add("name part must be no more than " + MAX_LABEL + " characters");
    }
    if (!QUALIFIED.matcher(name).matches()) {
      problems.add("name part " + QUALIFIED_RULE);
    }
    return problems;
  }

  private static List<String> labelValue(String text) {
    var problems = new ArrayList<String>();
    if (text.length() > MAX_LABEL) {
      problems.add("must be no more than " + MAX_LABEL + " characters");
    }
    if (!text.isEmpty() && !QUALIFIED.matcher(text).matches()) {
      problems.add(VALUE_RULE);
    }
    return problems;
  }

  private static List<String> uri(String text) {
    try {
      Url.parse(text);
      return List.of();
    } catch (Url.Malformed malformed) {
      return List.of(String.valueOf(malformed.getMessage()));
    }
  }
}
