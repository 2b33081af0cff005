package dev.slipway.apiserver.access.token;

import dev.slipway.base.Json;
import java.math.BigInteger;
import java.security.PublicKey;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.util.Arrays;
import java.util.Base64;
import java.util.Map;
import java.util.TreeSet;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// What others need to check service-account tokens: OpenID Connect Discovery 1.0 and a JSON Web
/// Key Set (RFC 7517).
public final class OpenIdDocuments {
  /// Where the first document is served, as `application/json`.
  public static final String CONFIGURATION_PATH = "/.well-known/openid-configuration";

  /// Where the second is served, as `application/jwk-set+json`.
  public static final String KEYS_PATH = "/openid/v1/jwks";

  private static final int P256_BYTES = 32;
  private static final Base64.Encoder ENCODER = Base64.getUrlEncoder().withoutPadding();

  private final String issuer;
  private final TokenKeys keys;

  public OpenIdDocuments(String issuer, TokenKeys keys) {
    this.issuer = issuer;
    this.keys = keys;
  }

  /// @param server the API's address without a slash at its end: `https://127.0.0.1:6443`
  public ObjectNode configuration(String server) {
    ObjectNode document = Json.object().put("issuer", issuer).put("jwks_uri", server + KEYS_PATH);
    document.putArray("response_types_supported").add("id_token");
    document.putArray("subject_types_supported").add("public");
    ArrayNode algorithms = document.putArray("id_token_signing_alg_values_supported");
    var names = new TreeSet<String>();
    keys.believed().values().forEach(each -> names.add(Algorithm.of(each).name()));
    names.forEach(algorithms::add);
    return document;
  }

  public ObjectNode keySet() {
    ObjectNode document = Json.object();
    ArrayNode array = document.putArray("keys");
    for (Map.Entry<String, PublicKey> each : keys.believed().entrySet()) {
      array.add(key(each.getKey(), each.getValue()));
    }
    return document;
  }

  private static ObjectNode key(String id, PublicKey key) {
    ObjectNode document = Json.object().put("use", "sig");
    switch (key) {
      case ECPublicKey ec ->
          document
              .put("kty", "EC")
              .put("kid", id)
              .put("crv", "P-256")
              .put("alg", "ES256")
              .put("x", fixed(ec.getW().getAffineX()))
              .put("y", fixed(ec.getW().getAffineY()));
      case RSAPublicKey rsa ->
          document
              .put("kty", "RSA")
              .put("kid", id)
              .put("alg", "RS256")
              .put("n", shortest(rsa.getModulus()))
              .put("e", shortest(rsa.getPublicExponent()));
      default -> throw new IllegalArgumentException("no token key: " + key.getAlgorithm());
    }
    return document;
  }

  private static String fixed(BigInteger number) {
    byte[] bytes = number.toByteArray();
    var padded = new byte[P256_BYTES];
    int length = Math.min(bytes.length, P256_BYTES);
    System.arraycopy(bytes, bytes.length - length, padded, P256_BYTES - length, length);
    return ENCODER.encodeToString(padded);
  }

  private static String shortest(BigInteger number) {
    byte[] bytes = number.toByteArray();
    int start = bytes[0] == 0 && bytes.length > 1 ? 1 : 0;
    return ENCODER.encodeToString(Arrays.copyOfRange(bytes, start, bytes.length));
  }
}
