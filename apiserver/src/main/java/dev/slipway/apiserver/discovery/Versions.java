package dev.slipway.apiserver.discovery;

import java.util.Comparator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The order of API versions: stable before beta before alpha, higher before lower, anything else
/// last by name.
///
/// Source: Kubernetes documentation, "Versions in CustomResourceDefinitions", version priority.
final class Versions {
  private static final Pattern KUBE_LIKE =
      Pattern.compile("v([1-9][0-9]*)(?:(alpha|beta)([1-9][0-9]*))?");

  /// Preferred versions sort first.
  static final Comparator<String> PREFERRED_FIRST = Versions::compare;

  private Versions() {}

  private static int compare(String one, String other) {
    Matcher first = KUBE_LIKE.matcher(one);
    Matcher second = KUBE_LIKE.matcher(other);
    boolean firstKnown = first.matches();
    boolean secondKnown = second.matches();
    if (!firstKnown || !secondKnown) {
      return firstKnown == secondKnown ? one.compareTo(other) : firstKnown ? -1 : 1;
    }
    int byStability = Integer.compare(stability(second), stability(first));
    if (byStability != 0) {
      return byStability;
    }
    int byMajor = Long.compare(number(second, 1), number(first, 1));
    return byMajor != 0 ? byMajor : Long.compare(number(second, 3), number(first, 3));
  }

  private static int stability(Matcher version) {
    String word = version.group(2);
    return word == null ? 2 : word.equals("beta") ? 1 : 0;
  }

  private static long number(Matcher version, int group) {
    String digits = version.group(group);
    return digits == null ? 0 : Long.parseLong(digits);
  }
}
