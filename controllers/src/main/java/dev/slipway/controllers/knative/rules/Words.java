package dev.slipway.controllers.knative.rules;

import dev.slipway.base.FieldPath;
import dev.slipway.base.Problem;
import java.util.List;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// Problems in the words of Knative's webhook, and the names Kubernetes allows.
///
/// Source: knative.dev/pkg `apis/field_error.go`; k8s.io/apimachinery `pkg/util/validation`.
final class Words {
  static final String LABEL_1035 =
      "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an"
          + " alphabetic character, and end with an alphanumeric character (e.g. 'my-name',  or"
          + " 'abc-123', regex used for validation is '[a-z]([-a-z0-9]*[a-z0-9])?')";
  static final int LONGEST_LABEL = 63;

  private static final Pattern DNS_1035 = Pattern.compile("[a-z]([-a-z0-9]*[a-z0-9])?");
  private static final Pattern DNS_1123 = Pattern.compile("[a-z0-9]([-a-z0-9]*[a-z0-9])?");
  private static final Pattern QUALIFIED =
      Pattern.compile("([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]");

  private Words() {}

  static Problem missing(FieldPath at) {
    return Problem.required(at, "missing field(s)");
  }

  static Problem disallowed(FieldPath at) {
    return Problem.forbidden(at, "must not set the field(s)");
  }

  static Problem outOfBounds(FieldPath at, long found, long least, long most) {
    return Problem.invalid(at, found, "expected " + least + " <= " + found + " <= " + most);
  }

  static Problem several(FieldPath at, List<String> found) {
    return Problem.forbidden(at, "expected exactly one, got both: " + String.join(", ", found));
  }

  static Problem none(FieldPath at, String... expected) {
    return Problem.required(
        at, "expected exactly one, got neither: " + String.join(", ", expected));
  }

  static boolean isLabel1035(String text) {
    return text.length() <= LONGEST_LABEL && DNS_1035.matcher(text).matches();
  }

  static boolean isLabel1123(String text) {
    return text.length() <= LONGEST_LABEL && DNS_1123.matcher(text).matches();
  }

  /// Labels joined by dots, 253 characters at most.
  static boolean isSubdomain(String text) {
    Predicate<String> label = each -> DNS_1123.matcher(each).matches();
    return text.length() <= 253 && Stream.of(text.split("\\.", -1)).allMatch(label);
  }

  static boolean isQualifiedName(String text) {
    return text.length() <= LONGEST_LABEL && QUALIFIED.matcher(text).matches();
  }

  /// What is wrong with a DNS-1035 label.
  static String notLabel(String text) {
    return "not a DNS 1035 label: ["
        + (text.length() > LONGEST_LABEL ? "must be no more than 63 characters" : LABEL_1035)
        + "]";
  }
}
