package dev.slipway.inference.artifact;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/// Amazon's signature, version 4, of requests without a body.
///
/// Source: AWS, "Create a signed AWS API request" and "Authenticating Requests: Using the
/// Authorization Header (AWS Signature Version 4)".
final class SigV4 {
  private static final String EMPTY_BODY =
      "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
  private static final DateTimeFormatter STAMP =
      DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'").withZone(ZoneOffset.UTC);

  private SigV4() {}

  /// Adds `x-amz-date`, `x-amz-content-sha256`, the token where there is one, and `Authorization`.
  ///
  /// @param ask its path and query encoded as they will be sent
  static Ask sign(Ask ask, S3Credentials credentials, String region, String service, Instant now) {
    String stamp = STAMP.format(now);
    Ask dated = ask.with("x-amz-date", stamp).with("x-amz-content-sha256", EMPTY_BODY);
    if (credentials.sessionToken().isPresent()) {
      dated = dated.with("x-amz-security-token", credentials.sessionToken().get().reveal());
    }
    Map<String, String> headers = signed(dated);
    String names = String.join(";", headers.keySet());
    String scope = stamp.substring(0, 8) + "/" + region + "/" + service + "/aws4_request";
    String text =
        "AWS4-HMAC-SHA256\n"
            + stamp
            + "\n"
            + scope
            + "\n"
            + Checksum.sha256Of(utf8(canonical(dated.uri(), headers, names)));
    byte[] key = utf8("AWS4" + credentials.secretAccessKey().orElseThrow().reveal());
    for (String part : scope.split("/", -1)) {
      key = hmac(key, part);
    }
    String signature = HexFormat.of().formatHex(hmac(key, text));
    return dated.with(
        "Authorization",
        "AWS4-HMAC-SHA256 Credential="
            + credentials.accessKeyId().orElseThrow()
            + "/"
            + scope
            + ", SignedHeaders="
            + names
            + ", Signature="
            + signature);
  }

  /// Host, range and everything of Amazon's: what a proxy on the way leaves alone.
  private static Map<String, String> signed(Ask ask) {
    var headers = new TreeMap<String, String>();
    headers.put("host", host(ask.uri()));
    for (Map.Entry<String, String> each : ask.headers().entrySet()) {
      String name = each.getKey().toLowerCase(Locale.ROOT);
      if (name.startsWith("x-amz-") || name.equals("range")) {
        headers.put(name, each.getValue().strip().replaceAll(" +", " "));
      }
    }
    return headers;
  }

  /// As the client will send it: without the port that the scheme implies.
  static String host(URI uri) {
    int usual = uri.getScheme().equalsIgnoreCase("https") ? 443 : 80;
    boolean plain = uri.getPort() < 0 || uri.getPort() == usual;
    return plain ? uri.getHost() : uri.getHost() + ":" + uri.getPort();
  }

  private static String canonical(URI uri, Map<String, String> headers, String names) {
    String path = uri.getRawPath() == null || uri.getRawPath().isEmpty() ? "/" : uri.getRawPath();
    String lines =
        headers.entrySet().stream()
            .map(each -> each.getKey() + ":" + each.getValue() + "\n")
            .collect(Collectors.joining());
    return String.join("\n", "GET", path, query(uri.getRawQuery()), lines, names, EMPTY_BODY);
  }

  private static String query(@org.jspecify.annotations.Nullable String raw) {
    if (raw == null || raw.isEmpty()) {
      return "";
    }
    List<String> pairs = new ArrayList<>(Arrays.asList(raw.split("&", -1)));
    pairs.replaceAll(each -> each.contains("=") ? each : each + "=");
    pairs.sort(null);
    return String.join("&", pairs);
  }

  static byte[] hmac(byte[] key, String text) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(key, "HmacSHA256"));
      return mac.doFinal(utf8(text));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
