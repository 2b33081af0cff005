package dev.slipway.inference.artifact;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/// Signed URLs of the storage services: every signature is another URL of the same thing.
final class Signatures {
  private Signatures() {}

  /// A URL without the parameters that sign it.
  static String without(String url) {
    int question = url.indexOf('?');
    if (question < 0) {
      return url;
    }
    String kept =
        Arrays.stream(url.substring(question + 1).split("&", -1))
            .filter(each -> !signs(each.toLowerCase(Locale.ROOT)))
            .collect(Collectors.joining("&"));
    return url.substring(0, question) + (kept.isEmpty() ? "" : "?" + kept);
  }

  private static boolean signs(String parameter) {
    return parameter.matches(
        "(x-amz-|x-goog-)(algorithm|credential|date|expires|signedheaders|signature"
            + "|security-token)=.*");
  }
}
