package dev.slipway.apiserver.builtin;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/// The grammars of names, keys and values, each answering what is wrong with a text, in the words
/// clients know.
///
/// Sources: `k8s.io/apimachinery/pkg/util/validation/validation.go` and
/// `pkg/api/validate/content`. Lengths count UTF-8 bytes. The two libraries differ in one word of
/// the same message ("characters" and "bytes"), and so do the rules here.
public final class Names {
  /// Says what is wrong with a text; empty where nothing is.
  @FunctionalInterface
  public interface Rule {
    List<String> check(String text);
  }

  private static final String LABEL = "[a-z0-9]([-a-z0-9]*[a-z0-9])?";
  private static final String LABEL_UNDERSCORE = "_?[a-z0-9]([-_a-z0-9]*[a-z0-9])?";
  private static final String SUBDOMAIN = LABEL + "(\\." + LABEL + ")*";
  private static final String SUBDOMAIN_UNDERSCORE =
      LABEL_UNDERSCORE + "(\\." + LABEL_UNDERSCORE + ")*";
  private static final String LABEL_1035 = "[a-z]([-a-z0-9]*[a-z0-9])?";
  private static final String KEY = "([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]";
  private static final String KEY_WORDS =
      "must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an"
          + " alphanumeric character";
  private static final String HTTP_PATH = "[A-Za-z0-9/\\-._~%!$&'()*+,;=:]+";

  private static final Pattern LABEL_GRAMMAR = Pattern.compile(LABEL);
  private static final Pattern LABEL_UNDERSCORE_GRAMMAR = Pattern.compile(LABEL_UNDERSCORE);
  private static final Pattern LABEL_1035_GRAMMAR = Pattern.compile(LABEL_1035);
  private static final Pattern KEY_GRAMMAR = Pattern.compile(KEY);
  private static final Pattern C_IDENTIFIER = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*");
  private static final Pattern CONFIG_KEY = Pattern.compile("[-._a-zA-Z0-9]+");
  private static final Pattern PORT_NAME = Pattern.compile("[-a-z0-9]+");
  private static final Pattern PERCENT = Pattern.compile("[0-9]+%");
  private static final Pattern HEADER = Pattern.compile("[-A-Za-z0-9]+");
  private static final Pattern UUID =
      Pattern.compile("[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}");

  private Names() {}

  /// A label in DNS (RFC 1123): at most 63 bytes.
  public static List<String> dnsLabel(String text) {
    var wrong = longerThan(text, 63, "characters");
    if (!LABEL_GRAMMAR.matcher(text).matches()) {
      wrong.add(
          dotted(text, LABEL_GRAMMAR)
              ? "must not contain dots"
              : regex(
                  "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or"
                      + " '-', and must start and end with an alphanumeric character",
                  LABEL,
                  "my-name",
                  "123-abc"));
    }
    return wrong;
  }

  /// A subdomain in DNS (RFC 1123): at most 253 bytes.
  public static List<String> dnsSubdomain(String text) {
    return dnsSubdomain(text, "characters");
  }

  private static List<String> dnsSubdomain(String text, String unit) {
    var wrong = longerThan(text, 253, unit);
    if (!dotted(text, LABEL_GRAMMAR)) {
      wrong.add(
          regex(
              "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters,"
                  + " '-' or '.', and must start and end with an alphanumeric character",
              SUBDOMAIN,
              "example.com"));
    }
    return wrong;
  }

  /// A subdomain whose labels may hold underscores.
  public static List<String> dnsSubdomainWithUnderscore(String text) {
    var wrong = longerThan(text, 253, "characters");
    if (!dotted(text, LABEL_UNDERSCORE_GRAMMAR)) {
      wrong.add(
          regex(
              "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters,"
                  + " '_', '-' or '.', and must start and end with an alphanumeric character",
              SUBDOMAIN_UNDERSCORE,
              "example.com"));
    }
    return wrong;
  }

  /// A label in DNS (RFC 1035): it starts with a letter.
  public static List<String> dns1035Label(String text) {
    var wrong = longerThan(text, 63, "characters");
    if (!LABEL_1035_GRAMMAR.matcher(text).matches()) {
      wrong.add(
          regex(
              "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start"
                  + " with an alphabetic character, and end with an alphanumeric character",
              LABEL_1035,
              "my-name",
              "abc-123"));
    }
    return wrong;
  }

  /// `*.` and a subdomain.
  public static List<String> wildcardSubdomain(String text) {
    var wrong = longerThan(text, 253, "characters");
    if (!text.startsWith("*.") || !dotted(text.substring(2), LABEL_GRAMMAR)) {
      wrong.add(
          regex(
              "a wildcard DNS-1123 subdomain must start with '*.', followed by a valid DNS"
                  + " subdomain, which must consist of lower case alphanumeric characters, '-' or"
                  + " '.' and end with an alphanumeric character",
              "\\*\\." + SUBDOMAIN,
              "*.example.com"));
    }
    return wrong;
  }

  /// A label key: a name of at most 63 bytes, with a DNS subdomain before a slash if wanted.
  public static List<String> qualified(String text) {
    String[] parts = text.split("/", -1);
    if (parts.length > 2) {
      return List.of(
          "a valid label key "
              + regex(KEY_WORDS, KEY, "MyName", "my.name", "123-abc")
              + " with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')");
    }
    var wrong = new ArrayList<String>();
    if (parts.length == 2) {
      prefixPart(parts[0], wrong);
    }
    namePart(parts[parts.length - 1], wrong);
    return wrong;
  }

  /// A key of an annotation: a label key in any case.
  public static List<String> annotationKey(String text) {
    return qualified(text.toLowerCase(Locale.ROOT));
  }

  /// A value of a label; may be empty.
  public static List<String> labelValue(String text) {
    var wrong = longerThan(text, 63, "bytes");
    if (!text.isEmpty() && !KEY_GRAMMAR.matcher(text).matches()) {
      wrong.add(
          regex(
              "a valid label must be an empty string or consist of alphanumeric characters, '-',"
                  + " '_' or '.', and must start and end with an alphanumeric character",
              "(" + KEY + ")?",
              "MyValue",
              "my_value",
              "12345"));
    }
    return wrong;
  }

  /// A name that may stand in a URL path.
  public static List<String> pathSegment(String text) {
    if (text.equals(".") || text.equals("..")) {
      return List.of("may not be '" + text + "'");
    }
    return pathSegmentPrefix(text);
  }

  /// The beginning of a name that may stand in a URL path.
  public static List<String> pathSegmentPrefix(String text) {
    var wrong = new ArrayList<String>();
    for (String illegal : List.of("/", "%")) {
      if (text.contains(illegal)) {
        wrong.add("may not contain '" + illegal + "'");
      }
    }
    return wrong;
  }

  /// The name of a port: at most 15 bytes.
  public static List<String> portName(String text) {
    var wrong = longerThan(text, 15, "characters");
    if (!PORT_NAME.matcher(text).matches()) {
      wrong.add("must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)");
    }
    if (text.chars().noneMatch(c -> c >= 'a' && c <= 'z')) {
      wrong.add("must contain at least one letter (a-z)");
    }
    if (text.contains("--")) {
      wrong.add("must not contain consecutive hyphens");
    }
    if (text.startsWith("-") || text.endsWith("-")) {
      wrong.add("must not begin or end with a hyphen");
    }
    return wrong;
  }

  /// The name of an environment variable: printable ASCII without `=`.
  public static List<String> envVar(String text) {
    var wrong = new ArrayList<String>();
    if (text.isEmpty()) {
      wrong.add("environment variable name must be non-empty");
    }
    if (text.chars().anyMatch(c -> c < ' ' || c > '~' || c == '=')) {
      wrong.add(
          "a valid environment variable name must consist only of printable ASCII characters other"
              + " than '='");
    }
    return wrong;
  }

  /// An identifier in C; its length is free.
  public static List<String> cIdentifier(String text) {
    return C_IDENTIFIER.matcher(text).matches()
        ? List.of()
        : List.of(
            regex(
                "a valid C identifier must start with alphabetic character or '_', followed by a"
                    + " string of alphanumeric characters or '_'",
                C_IDENTIFIER.pattern(),
                "my_name",
                "MY_NAME",
                "MyName"));
  }

  /// A key of a ConfigMap or Secret.
  public static List<String> configKey(String text) {
    var wrong = longerThan(text, 253, "characters");
    if (!CONFIG_KEY.matcher(text).matches()) {
      wrong.add(
          regex(
              "a valid config key must consist of alphanumeric characters, '-', '_' or '.'",
              CONFIG_KEY.pattern(),
              "key.name",
              "KEY_NAME",
              "key-name"));
    }
    if (text.equals(".") || text.equals("..")) {
      wrong.add("must not be '" + text + "'");
    } else if (text.startsWith("..")) {
      wrong.add("must not start with '..'");
    }
    return wrong;
  }

  /// Digits and a percent sign.
  public static List<String> percent(String text) {
    return PERCENT.matcher(text).matches()
        ? List.of()
        : List.of(
            regex(
                "a valid percent string must be a numeric string followed by an ending '%'",
                PERCENT.pattern(), "1%", "93%"));
  }

  /// The name of an HTTP header.
  public static List<String> httpHeader(String text) {
    return HEADER.matcher(text).matches()
        ? List.of()
        : List.of(
            regex(
                "a valid HTTP header must consist of alphanumeric characters or '-'",
                HEADER.pattern(),
                "X-Header-Name"));
  }

  /// A UUID in lower case, as a uid is written.
  public static List<String> uuid(String text) {
    return UUID.matcher(text).matches()
        ? List.of()
        : List.of(
            "must be a lowercase UUID in 8-4-4-4-12 format; regex used for validation is '"
                + UUID.pattern()
                + "'");
  }

  /// A port number.
  public static List<String> port(long number) {
    return between(number, 1, 65535);
  }

  /// A user or group id of a process.
  public static List<String> unixId(long number) {
    return between(number, 0, Integer.MAX_VALUE);
  }

  /// A number within bounds, both included.
  public static List<String> between(long number, long least, long most) {
    return number >= least && number <= most
        ? List.of()
        : List.of("must be between " + least + " and " + most + ", inclusive");
  }

  /// A domain of at least `segments` labels, such as the name of a webhook; its one sentence, or
  /// empty.
  public static List<String> domain(String text, int segments) {
    List<String> wrong = dnsSubdomain(text);
    if (!wrong.isEmpty()) {
      return List.of(String.join(",", wrong));
    }
    String[] counts = {"", "one segment", "two segments", "three segments"};
    return text.split("\\.", -1).length >= segments
        ? List.of()
        : List.of("should be a domain with at least " + counts[segments] + " separated by dots");
  }

  /// The part after the slash of a domain-prefixed path.
  public static List<String> httpPath(String text) {
    return Pattern.matches(HTTP_PATH, text) ? List.of() : List.of(regex("Invalid path", HTTP_PATH));
  }

  /// The sentence for a text that does not match a grammar.
  public static String regex(String words, String grammar, String... examples) {
    if (examples.length == 0) {
      return words + " (regex used for validation is '" + grammar + "')";
    }
    var text = new StringBuilder(words).append(" (e.g. ");
    for (int i = 0; i < examples.length; i++) {
      text.append(i > 0 ? " or " : "").append('\'').append(examples[i]).append("', ");
    }
    return text.append("regex used for validation is '").append(grammar).append("')").toString();
  }

  private static void prefixPart(String prefix, List<String> wrong) {
    if (prefix.isEmpty()) {
      wrong.add("prefix part must be non-empty");
      return;
    }
    dnsSubdomain(prefix, "bytes").forEach(each -> wrong.add("prefix part " + each));
  }

  private static void namePart(String name, List<String> wrong) {
    if (name.isEmpty()) {
      wrong.add("name part must be non-empty");
    } else {
      longerThan(name, 63, "bytes").forEach(each -> wrong.add("name part " + each));
    }
    if (!KEY_GRAMMAR.matcher(name).matches()) {
      wrong.add("name part " + regex(KEY_WORDS, KEY, "MyName", "my.name", "123-abc"));
    }
  }

  private static List<String> longerThan(String text, int most, String unit) {
    var wrong = new ArrayList<String>(1);
    if (text.length() > most || text.getBytes(StandardCharsets.UTF_8).length > most) {
      wrong.add("must be no more than " + most + " " + unit);
    }
    return wrong;
  }

  /// Label by label, because a repeated group would recurse once a dot on long input.
  private static boolean dotted(String text, Pattern label) {
    int from = 0;
    while (true) {
      int dot = text.indexOf('.', from);
      int end = dot < 0 ? text.length() : dot;
      if (!label.matcher(text).region(from, end).matches()) {
        return false;
      }
      if (dot < 0) {
        return true;
      }
      from = dot + 1;
    }
  }
}
