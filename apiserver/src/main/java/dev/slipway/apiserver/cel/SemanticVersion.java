package dev.slipway.apiserver.cel;

import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// A version as <a href="https://semver.org/spec/v2.0.0.html">Semantic Versioning 2.0.0</a> defines
/// it; build metadata does not count when two are compared.
record SemanticVersion(long major, long minor, long patch, List<String> preRelease)
    implements Comparable<SemanticVersion> {
  private static final String NUMBER = "(0|[1-9][0-9]{0,17})";
  private static final Pattern GRAMMAR =
      Pattern.compile(
          NUMBER
              + "\\."
              + NUMBER
              + "\\."
              + NUMBER
              + "(?:-([0-9A-Za-z-]+(?:\\.[0-9A-Za-z-]+)*))?"
              + "(?:\\+[0-9A-Za-z-]+(?:\\.[0-9A-Za-z-]+)*)?");
  private static final Pattern DIGITS = Pattern.compile("[0-9]+");

  static Optional<SemanticVersion> parse(String text) {
    Matcher parts = GRAMMAR.matcher(text);
    if (!parts.matches()) {
      return Optional.empty();
    }
    List<String> preRelease =
        parts.group(4) == null ? List.of() : List.of(parts.group(4).split("\\.", -1));
    if (preRelease.stream().anyMatch(each -> isNumber(each) && hasLeadingZero(each))) {
      return Optional.empty();
    }
    return Optional.of(
        new SemanticVersion(
            number(parts.group(1)), number(parts.group(2)), number(parts.group(3)), preRelease));
  }

  /// Drops a leading `v` and leading zeros, and adds the minor and patch numbers that are missing.
  static String normalize(String text) {
    String bare = text.startsWith("v") ? text.substring(1) : text;
    String[] parts = bare.split("\\.", 3);
    for (int i = 0; i < parts.length; i++) {
      parts[i] = withoutLeadingZeros(parts[i]);
    }
    boolean cut = parts.length < 3;
    if (cut && (bare.contains("+") || bare.contains("-"))) {
      return bare;
    }
    return String.join(".", parts) + ".0".repeat(3 - parts.length);
  }

  @Override
  public int compareTo(SemanticVersion other) {
    int order = Long.compare(major, other.major);
    order = order != 0 ? order : Long.compare(minor, other.minor);
    order = order != 0 ? order : Long.compare(patch, other.patch);
    return order != 0 ? order : comparePreRelease(preRelease, other.preRelease);
  }

  private static int comparePreRelease(List<String> left, List<String> right) {
    if (left.isEmpty() || right.isEmpty()) {
      return Boolean.compare(left.isEmpty(), right.isEmpty());
    }
    for (int i = 0; i < Math.min(left.size(), right.size()); i++) {
      int order = compareIdentifier(left.get(i), right.get(i));
      if (order != 0) {
        return order;
      }
    }
    return Integer.compare(left.size(), right.size());
  }

  private static int compareIdentifier(String left, String right) {
    if (isNumber(left) && isNumber(right)) {
      int order = Integer.compare(left.length(), right.length());
      return order != 0 ? order : left.compareTo(right);
    }
    int order = Boolean.compare(isNumber(right), isNumber(left));
    return order != 0 ? order : left.compareTo(right);
  }

  private static String withoutLeadingZeros(String part) {
    if (part.length() < 2) {
      return part;
    }
    int start = 0;
    while (start < part.length() && part.charAt(start) == '0') {
      start++;
    }
    String rest = part.substring(start);
    return rest.isEmpty() || !Character.isDigit(rest.charAt(0)) ? "0" + rest : rest;
  }

  private static boolean isNumber(String text) {
    return DIGITS.matcher(text).matches();
  }

  private static boolean hasLeadingZero(String text) {
    return text.length() > 1 && text.charAt(0) == '0';
  }

  private static long number(@Nullable String digits) {
    return Long.parseLong(String.valueOf(digits));
  }
}
