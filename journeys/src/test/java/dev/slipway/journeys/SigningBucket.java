package dev.slipway.journeys;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/// An S3 of one bucket, `models`, that checks each request's signature as Amazon does.
///
/// Source: "Authenticating Requests (AWS Signature Version 4)".
final class SigningBucket implements HttpHandler {
  static final String KEY = "AKIDSLIPWAY";
  static final String SECRET = "very/secret+key";
  private static final Pattern AUTHORIZATION =
      Pattern.compile(
          "AWS4-HMAC-SHA256 Credential=([^/]+)/(\\d+)/([^/]+)/s3/aws4_request,\\s*"
              + "SignedHeaders=([^,]+),\\s*Signature=([0-9a-f]{64})");

  final Map<String, String> objects = new ConcurrentHashMap<>();

  @Override
  public void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      var refusal = refusal(exchange);
      if (!refusal.isEmpty()) {
        reply(exchange, 403, "<Error><Code>" + refusal + "</Code></Error>");
        return;
      }
      var path = exchange.getRequestURI().getPath();
      if (path.equals("/models/") || path.equals("/models")) {
        reply(exchange, 200, listing(exchange.getRequestURI().getQuery()));
        return;
      }
      var found = objects.get(path.substring("/models/".length()));
      reply(exchange, found == null ? 404 : 200, found == null ? "<Error/>" : found);
    }
  }

  private static void reply(HttpExchange exchange, int status, String body) throws IOException {
    var bytes = body.getBytes(UTF_8);
    exchange.sendResponseHeaders(status, bytes.length);
    exchange.getResponseBody().write(bytes);
  }

  private String listing(String query) {
    var prefix = query.replaceAll("(?:.*&)?prefix=([^&]*).*", "$1");
    var xml = new StringBuilder("<ListBucketResult>");
    new TreeMap<>(objects)
        .forEach(
            (key, value) -> {
              if (key.startsWith(prefix)) {
                xml.append("<Contents><Key>" + key + "</Key><Size>" + value.length() + "</Size>");
                xml.append("<ETag>e" + value.hashCode() + "</ETag></Contents>");
              }
            });
    return xml.append("<IsTruncated>false</IsTruncated></ListBucketResult>").toString();
  }

  /// The code of S3's error; empty where the signature is right.
  private static String refusal(HttpExchange exchange) {
    var given = exchange.getRequestHeaders().getFirst("Authorization");
    if (given == null) {
      return "AccessDenied";
    }
    var parts = AUTHORIZATION.matcher(given);
    if (!parts.matches()) {
      return "AuthorizationHeaderMalformed";
    }
    if (!parts.group(1).equals(KEY)) {
      return "InvalidAccessKeyId";
    }
    try {
      var scope = parts.group(2) + "/" + parts.group(3) + "/s3/aws4_request";
      var text =
          "AWS4-HMAC-SHA256\n"
              + exchange.getRequestHeaders().getFirst("x-amz-date")
              + "\n"
              + scope
              + "\n"
              + digest(canonical(exchange, parts.group(4)));
      var key = ("AWS4" + SECRET).getBytes(UTF_8);
      for (var each : scope.split("/", -1)) {
        key = hmac(key, each);
      }
      var expected = HexFormat.of().formatHex(hmac(key, text));
      return expected.equals(parts.group(5)) ? "" : "SignatureDoesNotMatch";
    } catch (GeneralSecurityException problem) {
      throw new IllegalStateException(problem);
    }
  }

  private static String canonical(HttpExchange exchange, String signed) {
    var uri = exchange.getRequestURI();
    var query = new TreeMap<String, String>();
    if (uri.getRawQuery() != null) {
      for (var each : uri.getRawQuery().split("&", -1)) {
        var equals = each.indexOf('=');
        query.put(
            equals < 0 ? each : each.substring(0, equals),
            equals < 0 ? "" : each.substring(equals + 1));
      }
    }
    var text = new StringBuilder(exchange.getRequestMethod() + "\n" + uri.getRawPath() + "\n");
    query.forEach((name, value) -> text.append(name + "=" + value + "&"));
    if (!query.isEmpty()) {
      text.setLength(text.length() - 1);
    }
    text.append('\n');
    for (var name : signed.split(";", -1)) {
      text.append(name + ":" + exchange.getRequestHeaders().getFirst(name).strip() + "\n");
    }
    text.append("\n" + signed + "\n");
    return text.append(exchange.getRequestHeaders().getFirst("x-amz-content-sha256")).toString();
  }

  private static String digest(String text) throws GeneralSecurityException {
    return HexFormat.of()
        .formatHex(MessageDigest.getInstance("SHA-256").digest(text.getBytes(UTF_8)));
  }

  private static byte[] hmac(byte[] key, String text) throws GeneralSecurityException {
    var mac = Mac.getInstance("HmacSHA256");
    mac.init(new SecretKeySpec(key, "HmacSHA256"));
    return mac.doFinal(text.getBytes(UTF_8));
  }
}
