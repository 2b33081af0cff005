package dev.slipway.registry.artifacts;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/// Amazon's signature, version 4, of requests with a body, and of URLs that carry it. Pure.
///
/// Source: AWS, "Authenticating Requests: Using the Authorization Header" and "Using Query
/// Parameters (AWS Signature Version 4)".
final class BucketSignature {
  private static final DateTimeFormatter STAMP =
      DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'").withZone(ZoneOffset.UTC);
  private static final String ALGORITHM = "AWS4-HMAC-SHA256";

  private final BucketSettings settings;
  private final String stamp;
  private final String scope;

  BucketSignature(BucketSettings settings, Instant now) {
    this.settings = settings;
    stamp = STAMP.format(now);
    scope = stamp.substring(0, 8) + "/" + settings.region() + "/s3/aws4_request";
  }

  /// The headers to send besides `host`.
  ///
  /// @param uri path and query encoded as they will be sent
  /// @param bodyHash SHA-256 of the body, in hexadecimal digits
  Map<String, String> headers(String method, URI uri, String bodyHash) {
    var signed = new TreeMap<String, String>();
    signed.put("x-amz-date", stamp);
    signed.put("x-amz-content-sha256", bodyHash);
    if (!settings.token().isEmpty()) {
      signed.put("x-amz-security-token", settings.token());
    }
    var sent = new TreeMap<>(signed);
    signed.put("host", BucketSettings.host(uri));
    String names = String.join(";", signed.keySet());
    sent.put(
        "authorization",
        ALGORITHM
            + " Credential="
            + settings.accessKey()
            + "/"
            + scope
            + ", SignedHeaders="
            + names
            + ", Signature="
            + signature(canonical(method, uri, signed, bodyHash)));
    return sent;
  }

  /// A URL that opens by itself for a while.
  ///
  /// @param query encoded; empty for none
  URI presigned(String method, String address, String query, Duration valid) {
    var parameters = new ArrayList<String>();
    if (!query.isEmpty()) {
      parameters.addAll(Arrays.asList(query.split("&", -1)));
    }
    parameters.add("X-Amz-Algorithm=" + ALGORITHM);
    parameters.add("X-Amz-Credential=" + encoded(settings.accessKey() + "/" + scope));
    parameters.add("X-Amz-Date=" + stamp);
    parameters.add("X-Amz-Expires=" + valid.toSeconds());
    parameters.add("X-Amz-SignedHeaders=host");
    if (!settings.token().isEmpty()) {
      parameters.add("X-Amz-Security-Token=" + encoded(settings.token()));
    }
    URI unsigned = URI.create(address + "?" + String.join("&", parameters));
    var host = new TreeMap<String, String>();
    host.put("host", BucketSettings.host(unsigned));
    String signature = signature(canonical(method, unsigned, host, "UNSIGNED-PAYLOAD"));
    return URI.create(unsigned + "&X-Amz-Signature=" + signature);
  }

  private static String canonical(
      String method, URI uri, Map<String, String> headers, String bodyHash) {
    String path = uri.getRawPath() == null || uri.getRawPath().isEmpty() ? "/" : uri.getRawPath();
    String lines =
        headers.entrySet().stream()
            .map(each -> each.getKey() + ":" + each.getValue() + "\n")
            .collect(Collectors.joining());
    String query = uri.getRawQuery() == null ? "" : uri.getRawQuery();
    return String.join(
        "\n", method, path, sorted(query), lines, String.join(";", headers.keySet()), bodyHash);
  }

  private static String sorted(String query) {
    if (query.isEmpty()) {
      return "";
    }
    List<String> pairs = new ArrayList<>(Arrays.asList(query.split("&", -1)));
    pairs.replaceAll(each -> each.contains("=") ? each : each + "=");
    pairs.sort(null);
    return String.join("&", pairs);
  }

  private String signature(String canonical) {
    String text = ALGORITHM + "\n" + stamp + "\n" + scope + "\n" + sha256(utf8(canonical));
    byte[] key = utf8("AWS4" + settings.secretKey());
    for (String part : scope.split("/", -1)) {
      key = hmac(key, part);
    }
    return HexFormat.of().formatHex(hmac(key, text));
  }

  private static byte[] hmac(byte[] key, String text) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(key, "HmacSHA256"));
      return mac.doFinal(utf8(text));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  static String sha256(byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  /// Percent-encoded, but for RFC 3986's unreserved characters.
  static String encoded(String text) {
    var out = new StringBuilder();
    for (byte each : utf8(text)) {
      char c = (char) (each & 0xff);
      boolean plain = c < 128 && (Character.isLetterOrDigit(c) || "-._~".indexOf(c) >= 0);
      out.append(plain ? String.valueOf(c) : "%%%02X".formatted((int) c));
    }
    return out.toString();
  }

  /// The same, with `/` as it is.
  static String encodedPath(String path) {
    return encoded(path).replace("%2F", "/");
  }
}
