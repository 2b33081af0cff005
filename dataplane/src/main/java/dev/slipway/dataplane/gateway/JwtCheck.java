package dev.slipway.dataplane.gateway;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.KeySourceException;
import com.nimbusds.jose.jwk.source.JWKSource;
import com.nimbusds.jose.jwk.source.JWKSourceBuilder;
import com.nimbusds.jose.proc.BadJOSEException;
import com.nimbusds.jose.proc.DefaultJOSEObjectTypeVerifier;
import com.nimbusds.jose.proc.JWSVerificationKeySelector;
import com.nimbusds.jose.proc.SecurityContext;
import com.nimbusds.jose.util.DefaultResourceRetriever;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.proc.DefaultJWTClaimsVerifier;
import com.nimbusds.jwt.proc.DefaultJWTProcessor;
import dev.slipway.base.Json;
import dev.slipway.dataplane.gateway.RouteTable.Identity;
import dev.slipway.net.Request;
import java.io.IOException;
import java.net.MalformedURLException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.text.ParseException;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// A JWT in `Authorization: Bearer`, signed by one of the issuer's published keys (RFC 7519; OpenID
/// Connect Discovery 1.0), for one of the audiences, and in its time.
///
/// Implementation note. Keys are fetched when first needed and again when a token names an unknown
/// one, at most once in half a minute. A token that was right is remembered for a minute, by
/// digest, so most requests cost one digest and stay on the event loop.
final class JwtCheck implements IdentityCheck {
  private static final String BEARER = "bearer ";
  private static final int PATIENCE_MILLIS = 5_000;
  private static final int MOST_BYTES = 1 << 20;
  private static final int MOST_REMEMBERED = 10_000;
  private static final Duration REMEMBERED = Duration.ofMinutes(1);

  /// Signatures with public keys alone: a shared secret would let clients sign for themselves.
  private static final Set<JWSAlgorithm> ALGORITHMS =
      Set.of(
          JWSAlgorithm.RS256,
          JWSAlgorithm.RS384,
          JWSAlgorithm.RS512,
          JWSAlgorithm.PS256,
          JWSAlgorithm.PS384,
          JWSAlgorithm.PS512,
          JWSAlgorithm.ES256,
          JWSAlgorithm.ES384,
          JWSAlgorithm.ES512);

  private final Identity.Jwt wanted;
  private final DefaultResourceRetriever retriever =
      new DefaultResourceRetriever(PATIENCE_MILLIS, PATIENCE_MILLIS, MOST_BYTES);
  private final Cache<ByteBuffer, Right> right =
      Caffeine.newBuilder()
          .maximumSize(MOST_REMEMBERED)
          .expireAfterWrite(REMEMBERED)
          .executor(Runnable::run)
          .build();
  private volatile @Nullable DefaultJWTProcessor<SecurityContext> processor;

  private record Right(Verdict verdict, Instant expires) {}

  JwtCheck(Identity.Jwt wanted) {
    this.wanted = wanted;
  }

  @Override
  public Verdict glance(Request request) {
    var token = token(request);
    if (token.isEmpty()) {
      return refused("a bearer token is needed", "");
    }
    var known = right.getIfPresent(digest(token));
    return known != null && Instant.now().isBefore(known.expires())
        ? known.verdict()
        : Verdict.LATER;
  }

  private static String token(Request request) {
    var given = request.header("authorization");
    return given.regionMatches(true, 0, BEARER, 0, BEARER.length())
        ? given.substring(BEARER.length()).strip()
        : "";
  }

  private static ByteBuffer digest(String token) {
    return ByteBuffer.wrap(Digests.sha256(token.getBytes(StandardCharsets.UTF_8)));
  }

  @Override
  public Verdict judge(Request request) {
    var first = glance(request);
    return first.known() ? first : verify(token(request));
  }

  private Verdict verify(String token) {
    try {
      var claims = processor().process(token, null);
      var verdict = Verdict.allowed(String.valueOf(claims.getSubject()));
      right.put(digest(token), new Right(verdict, expires(claims)));
      return verdict;
    } catch (KeySourceException | IOException problem) {
      return Verdict.refused(
          Refusal.unavailable(
              "the keys of issuer "
                  + wanted.issuer()
                  + " cannot be read: "
                  + problem.getMessage()));
    } catch (ParseException | BadJOSEException | JOSEException problem) {
      return refused(
          "the token is not accepted: " + problem.getMessage(), ", error=\"invalid_token\"");
    }
  }

  @SuppressWarnings("JavaUtilDate") // the library's
  private static Instant expires(JWTClaimsSet claims) {
    return claims.getExpirationTime().toInstant();
  }

  private Verdict refused(String text, String more) {
    return Verdict.refused(
        Refusal.unauthorized("Bearer realm=\"" + wanted.issuer() + "\"" + more, text));
  }

  private DefaultJWTProcessor<SecurityContext> processor() throws IOException {
    var ready = processor;
    if (ready == null) {
      ready = make();
      processor = ready;
    }
    return ready;
  }

  private DefaultJWTProcessor<SecurityContext> make() throws IOException {
    var made = new DefaultJWTProcessor<SecurityContext>();
    made.setJWSKeySelector(new JWSVerificationKeySelector<>(ALGORITHMS, source()));
    made.setJWSTypeVerifier(
        new DefaultJOSEObjectTypeVerifier<>(
            JOSEObjectType.JWT, new JOSEObjectType("at+jwt"), null));
    var exact = new JWTClaimsSet.Builder().issuer(wanted.issuer().toString()).build();
    var audiences = wanted.audiences().isEmpty() ? null : new HashSet<>(wanted.audiences());
    made.setJWTClaimsSetVerifier(
        new DefaultJWTClaimsVerifier<>(audiences, exact, Set.of("exp"), Set.of()));
    return made;
  }

  private JWKSource<SecurityContext> source() throws IOException {
    var keys = wanted.keys().isPresent() ? wanted.keys().get() : discovered();
    return JWKSourceBuilder.<SecurityContext>create(keys.toURL(), retriever).retrying(true).build();
  }

  /// What the issuer's metadata names.
  private URI discovered() throws IOException {
    var issuer = wanted.issuer().toString();
    var base = issuer.endsWith("/") ? issuer.substring(0, issuer.length() - 1) : issuer;
    var metadata =
        retriever.retrieveResource(URI.create(base + "/.well-known/openid-configuration").toURL());
    var keys =
        Json.parse(metadata.getContent().getBytes(StandardCharsets.UTF_8))
            .path("jwks_uri")
            .asString("");
    if (keys.isEmpty()) {
      throw new MalformedURLException("its metadata names no jwks_uri");
    }
    return URI.create(keys);
  }
}
