package dev.slipway.api.jobset;

import dev.slipway.base.FieldPath;
import dev.slipway.base.Problem;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/// Forms of names, with the words Kubernetes refuses others with.
///
/// Source: `k8s.io/apimachinery/pkg/util/validation/validation.go`.
public final class Names {
  private static final int MAX_LABEL = 63;
  private static final int MAX_SUBDOMAIN = 253;
  private static final String LABEL = "[a-z]([-a-z0-9]*[a-z0-9])?";
  private static final String SUBDOMAIN =
      "[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*";
  private static final Pattern LABEL_FORM = Pattern.compile(LABEL);
  private static final Pattern SUBDOMAIN_FORM = Pattern.compile(SUBDOMAIN);
  private static final Pattern HTTP_PATH = Pattern.compile("[A-Za-z0-9/\\-._~%!$&'()*+,;=:]+");
  private static final Pattern LABEL_VALUE =
      Pattern.compile("(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?");

  /// What [#label] says of a name that is too long.
  static final String TOO_LONG = "must be no more than " + MAX_LABEL + " characters";

  private Names() {}

  /// What keeps a text from being an RFC 1035 label, as names of Services are.
  public static List<String> label(String text) {
    var wrong = new ArrayList<String>();
    if (text.length() > MAX_LABEL) {
      wrong.add(TOO_LONG);
    }
    if (!LABEL_FORM.matcher(text).matches()) {
      wrong.add(
          "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with"
              + " an alphabetic character, and end with an alphanumeric character (e.g. 'my-name', "
              + " or 'abc-123', regex used for validation is '"
              + LABEL
              + "')");
    }
    return wrong;
  }

  /// What keeps a text from being an RFC 1123 subdomain, as names of most objects are.
  public static List<String> subdomain(String text) {
    var wrong = new ArrayList<String>();
    if (text.length() > MAX_SUBDOMAIN) {
      wrong.add("must be no more than " + MAX_SUBDOMAIN + " characters");
    }
    if (!SUBDOMAIN_FORM.matcher(text).matches()) {
      wrong.add(
          "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-'"
              + " or '.', and must start and end with an alphanumeric character (e.g."
              + " 'example.com', regex used for validation is '"
              + SUBDOMAIN
              + "')");
    }
    return wrong;
  }

  static boolean isLabelValue(String text) {
    return text.length() <= MAX_LABEL && LABEL_VALUE.matcher(text).matches();
  }

  /// What keeps a text from being a path behind a domain: `acme.io/foo`.
  public static List<Problem> domainPath(FieldPath at, String text) {
    if (text.isEmpty()) {
      return List.of(Problem.required(at, ""));
    }
    int slash = text.indexOf('/');
    if (slash <= 0 || slash == text.length() - 1) {
      return List.of(
          Problem.invalid(at, text, "must be a domain-prefixed path (such as \"acme.io/foo\")"));
    }
    var problems = new ArrayList<Problem>();
    String domain = text.substring(0, slash);
    for (String each : subdomain(domain)) {
      problems.add(Problem.invalid(at, domain, each));
    }
    String path = text.substring(slash + 1);
    if (!HTTP_PATH.matcher(path).matches()) {
      problems.add(
          Problem.invalid(
              at, path, "must be a valid path segment (regex used is '" + HTTP_PATH + "')"));
    }
    return problems;
  }
}
