package dev.slipway.apiserver.access.token;

import dev.slipway.base.Json;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.PublicKey;
import java.security.Signature;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.stream.Stream;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.node.ObjectNode;

/// The key that signs tokens and the keys whose signatures are believed: JSON Web Signatures in
/// compact form (RFC 7515). Thread-safe.
public final class TokenKeys {
  /// Longer texts are no tokens of ours.
  static final int MAX_TOKEN_CHARS = 64 * 1024;

  private static final Base64.Encoder ENCODER = Base64.getUrlEncoder().withoutPadding();
  private static final Base64.Decoder DECODER = Base64.getUrlDecoder();

  private final KeyPair signer;
  private final SequencedMap<String, PublicKey> believed;

  /// @param older public keys of signers used before, still believed
  public TokenKeys(KeyPair signer, List<PublicKey> older) {
    this.signer = signer;
    this.believed = new LinkedHashMap<>();
    Stream.concat(Stream.of(signer.getPublic()), older.stream())
        .forEach(each -> believed.put(id(each), each));
  }

  /// Believed keys by their id, the signer's first.
  SequencedMap<String, PublicKey> believed() {
    return believed;
  }

  String sign(ObjectNode claims) {
    Algorithm algorithm = Algorithm.of(signer.getPublic());
    ObjectNode header =
        Json.object().put("alg", algorithm.name()).put("kid", id(signer.getPublic()));
    String content =
        ENCODER.encodeToString(Json.bytes(header))
            + "."
            + ENCODER.encodeToString(Json.bytes(claims));
    try {
      Signature signature = Signature.getInstance(algorithm.jca());
      signature.initSign(signer.getPrivate());
      signature.update(content.getBytes(StandardCharsets.US_ASCII));
      return content + "." + ENCODER.encodeToString(signature.sign());
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("the signing key cannot sign", e);
    }
  }

  /// The claims of a text that has the form of a token; nothing is proved by this.
  ///
  /// @throws InvalidTokenException if it has another form
  static ObjectNode unproved(String token) throws InvalidTokenException {
    return part(parts(token)[1]);
  }

  /// The claims, once a believed key has signed them.
  ///
  /// @throws InvalidTokenException if none has
  ObjectNode prove(String token) throws InvalidTokenException {
    String[] parts = parts(token);
    ObjectNode header = part(parts[0]);
    if (header.has("crit")) {
      throw new InvalidTokenException("service account token demands unknown extensions");
    }
    byte[] content = (parts[0] + "." + parts[1]).getBytes(StandardCharsets.US_ASCII);
    byte[] signature = decoded(parts[2]);
    for (PublicKey each : candidates(Json.text(header, "kid"))) {
      if (Algorithm.of(each).name().equals(Json.text(header, "alg"))
          && signed(each, content, signature)) {
        return part(parts[1]);
      }
    }
    throw new InvalidTokenException("service account token signature is invalid");
  }

  /// Names a key: the hash of its encoding, as upstream names it.
  static String id(PublicKey key) {
    try {
      byte[] hash = MessageDigest.getInstance("SHA-256").digest(key.getEncoded());
      return ENCODER.encodeToString(hash);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  private Iterable<PublicKey> candidates(String id) {
    PublicKey named = believed.get(id);
    return named != null ? List.of(named) : id.isEmpty() ? believed.values() : List.of();
  }

  private static boolean signed(PublicKey key, byte[] content, byte[] bytes) {
    try {
      Signature signature = Signature.getInstance(Algorithm.of(key).jca());
      signature.initVerify(key);
      signature.update(content);
      return signature.verify(bytes);
    } catch (GeneralSecurityException _) {
      return false;
    }
  }

  private static String[] parts(String token) throws InvalidTokenException {
    String[] parts = token.length() > MAX_TOKEN_CHARS ? new String[0] : token.split("\\.", -1);
    if (parts.length != 3) {
      throw new InvalidTokenException("not a JSON web token");
    }
    return parts;
  }

  private static ObjectNode part(String base64) throws InvalidTokenException {
    try {
      return Json.parseObject(decoded(base64));
    } catch (JacksonException | IllegalArgumentException _) {
      throw new InvalidTokenException("not a JSON web token");
    }
  }

  private static byte[] decoded(String base64) throws InvalidTokenException {
    try {
      return DECODER.decode(base64);
    } catch (IllegalArgumentException _) {
      throw new InvalidTokenException("not a JSON web token");
    }
  }
}
