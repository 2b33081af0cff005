package dev.slipway.inference.artifact;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Arrays;
import java.util.Base64;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/// Azure's Shared Key signature of a GET, and the choice of a signer for other credentials.
///
/// Source: Microsoft, "Authorize with Shared Key", version 2009-09-19 and later.
final class AzureSigner {
  private static final String VERSION = "2021-12-02";
  private static final DateTimeFormatter DATE =
      DateTimeFormatter.ofPattern("EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.US)
          .withZone(ZoneOffset.UTC);

  private AzureSigner() {}

  static Ask.Signer of(
      AzureCredentials credentials, String account, Transport transport, InstantSource clock) {
    return switch (credentials) {
      case AzureCredentials.Anonymous(), AzureCredentials.Sas(Secret _) ->
          ask -> ask.with("x-ms-version", VERSION);
      case AzureCredentials.SharedKey(Secret key) -> ask -> shared(ask, account, key, clock);
      case AzureCredentials.Token(Secret token) ->
          ask ->
              ask.with("x-ms-version", VERSION).with("Authorization", "Bearer " + token.reveal());
      case AzureCredentials.ClientSecret secret ->
          Tokens.azure(secret, transport, clock, Map.of("x-ms-version", VERSION));
    };
  }

  static Ask shared(Ask ask, String account, Secret key, InstantSource clock)
      throws ArtifactException {
    Ask dated = ask.with("x-ms-date", DATE.format(clock.instant())).with("x-ms-version", VERSION);
    String text = text(dated, account);
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(Base64.getDecoder().decode(key.reveal().strip()), "HmacSHA256"));
      byte[] signature = mac.doFinal(text.getBytes(StandardCharsets.UTF_8));
      return dated.with(
          "Authorization",
          "SharedKey " + account + ":" + Base64.getEncoder().encodeToString(signature));
    } catch (GeneralSecurityException | IllegalArgumentException _) {
      throw new ArtifactException(
          ArtifactException.Kind.DENIED,
          "the key of the storage account " + account + " is not base64");
    }
  }

  /// The method, eleven standard headers, Azure's headers, and the resource.
  private static String text(Ask ask, String account) {
    var headers = new TreeMap<String, String>();
    ask.headers().forEach((name, value) -> headers.put(name.toLowerCase(Locale.ROOT), value));
    String azure =
        headers.entrySet().stream()
            .filter(each -> each.getKey().startsWith("x-ms-"))
            .map(each -> each.getKey() + ":" + each.getValue().strip() + "\n")
            .collect(Collectors.joining());
    return "GET\n\n\n\n\n\n\n"
        + "\n"
        + headers.getOrDefault("if-match", "")
        + "\n"
        + headers.getOrDefault("if-none-match", "")
        + "\n\n"
        + headers.getOrDefault("range", "")
        + "\n"
        + azure
        + resource(ask.uri(), account);
  }

  private static String resource(URI uri, String account) {
    var parameters = new TreeMap<String, String>();
    String query = uri.getRawQuery() == null ? "" : uri.getRawQuery();
    for (String each : Arrays.asList(query.split("&", -1))) {
      int equals = each.indexOf('=');
      if (equals > 0) {
        parameters.merge(
            each.substring(0, equals).toLowerCase(Locale.ROOT),
            Encoding.decode(each.substring(equals + 1)),
            (one, other) -> one + "," + other);
      }
    }
    String lines =
        parameters.entrySet().stream()
            .map(each -> "\n" + each.getKey() + ":" + each.getValue())
            .collect(Collectors.joining());
    return "/" + account + uri.getRawPath() + lines;
  }
}
