package dev.slipway.apiserver.schema;

import com.google.re2j.Pattern;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.regex.Matcher;

/// The values of `format` that are checked, as the original checks them; any other is ignored.
///
/// Sources: `k8s.io/apiextensions-apiserver/pkg/apiserver/validation/formats.go`,
/// `k8s.io/kube-openapi/pkg/validation/strfmt`.
public final class Formats {
  private static final int MAX_LABEL = 63;
  private static final int MAX_NAME = 253;
  private static final Map<String, Predicate<String>> CHECKS = checks();
  private static final java.util.regex.Pattern TIME =
      java.util.regex.Pattern.compile(
          "([0-9]{2}):([0-9]{2}):([0-9]{2})(.[0-9]+)?(z|([+-][0-9]{2}:[0-9]{2}))");
  private static final java.util.regex.Pattern DATE =
      java.util.regex.Pattern.compile("[0-9]{4}-[0-9]{2}-[0-9]{2}");
  private static final java.util.regex.Pattern LOOSE_DURATION =
      java.util.regex.Pattern.compile(
          "[0-9]+\\s*(?i:ns|us|µs|ms|s|m|h|hr|d|w|wk|nano[a-zµ]*|micro[a-zµ]*|milli[a-zµ]*"
              + "|sec[a-zµ]*|min[a-zµ]*|hour[a-zµ]*|day[a-zµ]*|week[a-zµ]*)(?![A-Za-zµ])");

  private Formats() {}

  /// The check of a format, or empty where the name means nothing. Dashes in the name do not count,
  /// so `date-time` is `datetime`.
  public static Optional<Predicate<String>> of(String format) {
    Predicate<String> exact = CHECKS.get(format);
    return exact != null
        ? Optional.of(exact)
        : Optional.ofNullable(CHECKS.get(format.replace("-", "")));
  }

  /// Whether a schema of a type may carry a format that means something.
  public static boolean isKnown(Schema.Type type, String format) {
    return switch (type) {
      case STRING, ANY -> of(format).isPresent();
      case INTEGER -> format.equals("int32") || format.equals("int64");
      case NUMBER -> format.equals("float") || format.equals("double");
      case OBJECT, ARRAY, BOOLEAN, INT_OR_STRING -> false;
    };
  }

  private static Map<String, Predicate<String>> checks() {
    var all = new LinkedHashMap<String, Predicate<String>>();
    all.put("bsonobjectid", matching("[0-9a-fA-F]{24}"));
    all.put("uri", Url::isValid);
    all.put("email", Formats::isEmail);
    all.put("hostname", Formats::isHostname);
    all.put("ipv4", text -> IpAddress.parse(stripZeros(text)).isPresent() && text.contains("."));
    all.put("ipv6", text -> IpAddress.parse(text).isPresent() && text.contains(":"));
    all.put("cidr", text -> IpNetwork.parse(stripZeros(text)).isPresent());
    all.put("mac", Formats::isMac);
    all.put("uuid", uuid("[0-9a-f]", "[0-9a-f]"));
    all.put("uuid3", uuid("3", "[0-9a-f]"));
    all.put("uuid4", uuid("4", "[89ab]"));
    all.put("uuid5", uuid("5", "[89ab]"));
    all.put("isbn", text -> isIsbn10(text) || isIsbn13(text));
    all.put("isbn10", Formats::isIsbn10);
    all.put("isbn13", Formats::isIsbn13);
    all.put("creditcard", Formats::isCreditCard);
    all.put("ssn", matching("[0-9]{3}[- ]?[0-9]{2}[- ]?[0-9]{4}"));
    all.put("hexcolor", matching("#?([0-9a-fA-F]{3}|[0-9a-fA-F]{6})"));
    all.put("rgbcolor", rgb());
    all.put(
        "byte",
        matching("(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=|[A-Za-z0-9+/]{4})"));
    all.put("password", _ -> true);
    all.put("date", Formats::isDate);
    all.put("duration", Formats::isDuration);
    all.put("datetime", Formats::isDateTime);
    all.put("k8s-short-name", Formats::isShortName);
    all.put("k8s-long-name", Formats::isLongName);
    return all;
  }

  private static Predicate<String> matching(String pattern) {
    Pattern compiled = Pattern.compile(pattern);
    return text -> compiled.matches(text);
  }

  private static Predicate<String> uuid(String version, String variant) {
    return matching(
        "(?i)[0-9a-f]{8}-?[0-9a-f]{4}-?"
            + version
            + "[0-9a-f]{3}-?"
            + variant
            + "[0-9a-f]{3}-?[0-9a-f]{12}");
  }

  private static Predicate<String> rgb() {
    String number = "\\s*(0|[1-9]\\d?|1\\d\\d?|2[0-4]\\d|25[0-5])\\s*";
    return matching("rgb\\(" + number + "," + number + "," + number + "\\)");
  }

  private static boolean isHostname(String text) {
    if (text.length() > 255) {
      return false;
    }
    for (String label : text.split("\\.", -1)) {
      if (label.length() > MAX_LABEL) {
        return false;
      }
    }
    return HostnamePattern.ALL.matches(text);
  }

  /// Kept apart because it is costly to compile and seldom needed.
  private static final class HostnamePattern {
    private static final String LETTER = "[a-zA-Z0-9\\p{S}\\p{L}]";
    static final Pattern ALL =
        Pattern.compile(
            LETTER
                + "(-?[a-zA-Z0-9\\p{S}\\p{L}]{0,62})?"
                + "|("
                + LETTER
                + "([a-zA-Z0-9\\-\\p{S}\\p{L}]{0,61}"
                + LETTER
                + ")?\\.)+[a-zA-Z\\p{L}]{2,63}");
  }

  private static boolean isEmail(String text) {
    String address = text;
    int open = text.lastIndexOf('<');
    if (open >= 0 && text.endsWith(">")) {
      address = text.substring(open + 1, text.length() - 1);
    }
    int at = address.lastIndexOf('@');
    return at > 0
        && EmailPattern.LOCAL.matches(address.substring(0, at))
        && EmailPattern.DOMAIN.matches(address.substring(at + 1));
  }

  private static final class EmailPattern {
    private static final String ATOM = "[^\\s\\x00-\\x1f()<>\\[\\]:;@\\\\,.\"]+";
    static final Pattern LOCAL =
        Pattern.compile(ATOM + "(\\." + ATOM + ")*|\"([^\"\\\\]|\\\\.)*\"");
    static final Pattern DOMAIN = Pattern.compile(ATOM + "(\\." + ATOM + ")*|\\[[^\\]]*\\]");
  }

  private static boolean isMac(String text) {
    boolean dotted = text.matches("[0-9a-fA-F]{4}(\\.[0-9a-fA-F]{4}){2,9}");
    boolean split =
        text.matches("[0-9a-fA-F]{2}(:[0-9a-fA-F]{2})+")
            || text.matches("[0-9a-fA-F]{2}(-[0-9a-fA-F]{2})+");
    int digits = (int) text.chars().filter(each -> Character.digit(each, 16) >= 0).count();
    return (dotted || split) && (digits == 12 || digits == 16 || digits == 40);
  }

  private static boolean isIsbn10(String text) {
    String digits = text.replaceAll("[\\s-]+", "");
    if (!digits.matches("[0-9]{9}[0-9X]")) {
      return false;
    }
    int sum = 0;
    for (int i = 0; i < 10; i++) {
      sum += (i + 1) * (digits.charAt(i) == 'X' ? 10 : digits.charAt(i) - '0');
    }
    return sum % 11 == 0;
  }

  private static boolean isIsbn13(String text) {
    String digits = text.replaceAll("[\\s-]+", "");
    if (!digits.matches("[0-9]{13}")) {
      return false;
    }
    int sum = 0;
    for (int i = 0; i < 13; i++) {
      sum += (i % 2 == 0 ? 1 : 3) * (digits.charAt(i) - '0');
    }
    return sum % 10 == 0;
  }

  private static boolean isCreditCard(String text) {
    String digits = text.replaceAll("[^0-9]+", "");
    if (!digits.matches(
        "4[0-9]{12}([0-9]{3})?|5[1-5][0-9]{14}|6(011|5[0-9][0-9])[0-9]{12}|3[47][0-9]{13}"
            + "|3(0[0-5]|[68][0-9])[0-9]{11}|(2131|1800|35\\d{3})\\d{11}")) {
      return false;
    }
    int sum = 0;
    for (int i = 0; i < digits.length(); i++) {
      int digit = digits.charAt(digits.length() - 1 - i) - '0';
      int twice = digit * 2 > 9 ? digit * 2 - 9 : digit * 2;
      sum += i % 2 == 0 ? digit : twice;
    }
    return sum % 10 == 0;
  }

  private static boolean isDate(String text) {
    if (!DATE.matcher(text).matches()) {
      return false;
    }
    try {
      LocalDate.parse(text);
      return true;
    } catch (DateTimeException _) {
      return false;
    }
  }

  private static boolean isDateTime(String text) {
    int split = text.toLowerCase(Locale.ROOT).indexOf('t');
    if (split < 0 || !isDate(text.substring(0, split))) {
      return false;
    }
    Matcher time = TIME.matcher(text.substring(split + 1).toLowerCase(Locale.ROOT));
    return time.matches()
        && time.group(1).compareTo("23") <= 0
        && time.group(2).compareTo("59") <= 0
        && time.group(3).compareTo("59") <= 0;
  }

  private static boolean isDuration(String text) {
    return GoDuration.parse(text).isPresent() || LOOSE_DURATION.matcher(text).find();
  }

  private static boolean isShortName(String text) {
    return text.length() <= MAX_LABEL && text.matches("[a-z0-9]([-a-z0-9]*[a-z0-9])?");
  }

  private static boolean isLongName(String text) {
    return text.length() <= MAX_NAME
        && text.matches(
            "[a-z0-9]([-a-z0-9]*+(?<=[a-z0-9]))?(\\.[a-z0-9]([-a-z0-9]*+(?<=[a-z0-9]))?)*");
  }

  /// Old Go read `010.0.0.1` as `10.0.0.1`, and objects stored then must stay valid.
  private static String stripZeros(String text) {
    return text.contains(":") ? text : text.replaceAll("(^|\\.)0+(?=[0-9])", "$1");
  }
}
