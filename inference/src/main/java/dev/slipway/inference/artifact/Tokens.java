package dev.slipway.inference.artifact;

import dev.slipway.base.Json;
import dev.slipway.inference.artifact.ArtifactException.Kind;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.InstantSource;
import java.util.Base64;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// Bearer tokens of OAuth 2, asked for once a fetch and again when they run out.
///
/// Source: RFC 7523 (JWT bearer grants); Google, "Using OAuth 2.0 for Server to Server
/// Applications"; Microsoft, "OAuth 2.0 client credentials flow".
final class Tokens implements Ask.Signer {
  private static final String GOOGLE_SCOPE = "https://www.googleapis.com/auth/devstorage.read_only";
  private static final long MARGIN_SECONDS = 60;

  /// Makes the request for a token.
  @FunctionalInterface
  private interface Grant {
    Ask ask() throws ArtifactException;
  }

  private final Transport transport;
  private final InstantSource clock;
  private final Grant grant;
  private final Map<String, String> headers;
  private @Nullable String token;
  private long expires;

  private Tokens(
      Transport transport, InstantSource clock, Grant grant, Map<String, String> headers) {
    this.transport = transport;
    this.clock = clock;
    this.grant = grant;
    this.headers = headers;
  }

  static Ask.Signer google(
      GoogleCredentials credentials, Transport transport, InstantSource clock) {
    return switch (credentials) {
      case GoogleCredentials.Anonymous() -> Ask.Signer.none();
      case GoogleCredentials.Token(Secret token) ->
          ask -> ask.with("Authorization", "Bearer " + token.reveal());
      case GoogleCredentials.ServiceAccount account ->
          new Tokens(
              transport,
              clock,
              () ->
                  Ask.post(
                      account.tokenUri(),
                      form(
                          Map.of(
                              "grant_type",
                              "urn:ietf:params:oauth:grant-type:jwt-bearer",
                              "assertion",
                              assertion(account, clock, transport.shown())))),
              Map.of());
      case GoogleCredentials.AuthorizedUser user ->
          new Tokens(
              transport,
              clock,
              () ->
                  Ask.post(
                      user.tokenUri(),
                      form(
                          Map.of(
                              "grant_type", "refresh_token",
                              "client_id", user.clientId(),
                              "client_secret", user.clientSecret().reveal(),
                              "refresh_token", user.refreshToken().reveal()))),
              Map.of());
    };
  }

  /// @param headers sent with every signed request
  static Ask.Signer azure(
      AzureCredentials.ClientSecret given,
      Transport transport,
      InstantSource clock,
      Map<String, String> headers) {
    String authority = given.authority().toString().replaceAll("/+$", "");
    return new Tokens(
        transport,
        clock,
        () ->
            Ask.post(
                java.net.URI.create(
                    authority + "/" + Encoding.encode(given.tenant()) + "/oauth2/v2.0/token"),
                form(
                    Map.of(
                        "grant_type",
                        "client_credentials",
                        "client_id",
                        given.client(),
                        "client_secret",
                        given.secret().reveal(),
                        "scope",
                        "https://storage.azure.com/.default"))),
        headers);
  }

  private static String form(Map<String, String> fields) {
    return new TreeMap<>(fields)
        .entrySet().stream()
            .map(each -> each.getKey() + "=" + Encoding.encode(each.getValue()))
            .collect(Collectors.joining("&"));
  }

  @Override
  public Ask sign(Ask ask) throws ArtifactException, InterruptedException {
    return ask.withAll(headers).with("Authorization", "Bearer " + token());
  }

  private synchronized String token() throws ArtifactException, InterruptedException {
    long now = clock.instant().getEpochSecond();
    String known = token;
    if (known != null && now < expires) {
      return known;
    }
    Ask ask = grant.ask();
    try {
      JsonNode answer = Json.parse(transport.ask(ask, Ask.Signer.none()).body());
      String fresh = Json.text(answer, "access_token");
      if (fresh.isEmpty()) {
        throw new ArtifactException(
            Kind.DENIED, transport.shown() + ": " + ask.shown() + " was answered without a token");
      }
      token = fresh;
      expires = now + Math.max(0, answer.path("expires_in").asLong(300) - MARGIN_SECONDS);
      return fresh;
    } catch (JacksonException e) {
      throw new ArtifactException(
          Kind.UNAVAILABLE,
          transport.shown() + ": " + ask.shown() + " was answered with no JSON",
          e);
    }
  }

  private static String assertion(
      GoogleCredentials.ServiceAccount account, InstantSource clock, String shown)
      throws ArtifactException {
    long now = clock.instant().getEpochSecond();
    ObjectNode head = Json.object().put("alg", "RS256").put("typ", "JWT");
    if (!account.keyId().isEmpty()) {
      head.put("kid", account.keyId());
    }
    ObjectNode claims =
        Json.object()
            .put("iss", account.email())
            .put("scope", GOOGLE_SCOPE)
            .put("aud", account.tokenUri().toString())
            .put("iat", now)
            .put("exp", now + 3600);
    String text = base64(Json.bytes(head)) + "." + base64(Json.bytes(claims));
    try {
      Signature rsa = Signature.getInstance("SHA256withRSA");
      rsa.initSign(key(account.privateKey().reveal()));
      rsa.update(text.getBytes(StandardCharsets.US_ASCII));
      return text + "." + base64(rsa.sign());
    } catch (GeneralSecurityException | IllegalArgumentException _) {
      throw new ArtifactException(
          Kind.DENIED,
          shown
              + ": the private key of "
              + account.email()
              + " cannot be used (expected an RSA key, PKCS #8 in PEM)");
    }
  }

  private static PrivateKey key(String pem) throws GeneralSecurityException {
    String body = pem.replaceAll("-----[A-Z ]+-----", "").replaceAll("\\s", "");
    return KeyFactory.getInstance("RSA")
        .generatePrivate(new PKCS8EncodedKeySpec(Base64.getDecoder().decode(body)));
  }

  private static String base64(byte[] bytes) {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }
}
