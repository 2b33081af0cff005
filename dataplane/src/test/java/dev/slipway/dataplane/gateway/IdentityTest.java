package dev.slipway.dataplane.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSSigner;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import dev.slipway.dataplane.gateway.RouteTable.Identity;
import dev.slipway.net.HttpServer;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import java.util.Date;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@SuppressWarnings("JavaUtilDate") // the library's
final class IdentityTest {
  private static FakeRequest bearing(String authorization) {
    return FakeRequest.get("h", "/").with("authorization", authorization);
  }

  private static int status(IdentityCheck.Verdict verdict) {
    assertThat(verdict.known()).isTrue();
    var refusal = verdict.refusal();
    return refusal == null ? 200 : refusal.status();
  }

  private static Refusal refusal(IdentityCheck.Verdict verdict) {
    return Objects.requireNonNull(verdict.refusal());
  }

  @Test
  void aKnownKeyIsAccepted() {
    var digest =
        HexFormat.of().formatHex(Digests.sha256("secret".getBytes(StandardCharsets.UTF_8)));
    var check = new ApiKeyCheck(new Identity.ApiKeys("", Map.of(digest, "ann")));
    assertThat(check.glance(bearing("Bearer secret")).user()).isEqualTo("ann");
    assertThat(status(check.glance(bearing("bearer  secret ")))).isEqualTo(200);
    assertThat(status(check.glance(bearing("Bearer Secret")))).isEqualTo(401);
    assertThat(status(check.glance(FakeRequest.get("h", "/")))).isEqualTo(401);
    var own = new ApiKeyCheck(new Identity.ApiKeys("X-Api-Key", Map.of(digest, "ann")));
    assertThat(status(own.glance(FakeRequest.get("h", "/").with("x-api-key", "secret"))))
        .isEqualTo(200);
  }

  @Test
  void aRefusalSaysHowToComeBack() {
    var check = new BasicCheck(new Identity.Basic("the \"realm\"", Map.of()));
    var refusal = refusal(check.judge(FakeRequest.get("h", "/")));
    assertThat(refusal.headers())
        .containsEntry("www-authenticate", "Basic realm=\"the \\\"realm\\\"\"");
  }

  /// Lines as `htpasswd` and `openssl passwd` write them for the password `pa$$word`.
  @ParameterizedTest(name = "{1}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          $2y$05$VdbA2TJ1SC/b6J0BpoQfze2X6jcQ8J.5U6HshnS6/pA3YttOlOtzq | bcrypt
          $apr1$saltsalt$7077GHhuoZPh3jzNRsrBd1                        | Apache's MD5
          $1$saltsalt$MIiVGIRRvdnz62g8sGAhi1                           | MD5
          $5$saltsalt$qcUiXqm3ArYJMFRoCtAmg.gYgtKftkSVnTO9CdT8VA.      | SHA-256
          {SHA}EZ6fZOErlyk6gzTM0WLBJFeGM20=                            | SHA-1
          {PLAIN}pa$$word                                              | marked as plain
          pa$$word                                                     | plain
          """)
  void passwordsMatchTheirHashes(String hash, String kind) {
    assertThat(Passwords.matches("pa$$word", hash)).as(kind).isTrue();
    assertThat(Passwords.matches("pa$$wore", hash)).as(kind).isFalse();
  }

  @Test
  void aMalformedHashMatchesNothing() {
    assertThat(Passwords.matches("x", "$2y$99$x")).isFalse();
    assertThat(Passwords.matches("x", "{SSHA}x")).isFalse();
    assertThat(Passwords.matches("x", "$apr1$")).isFalse();
  }

  @Test
  void aPasswordThatWasRightIsKnownAtAGlance() {
    var check = new BasicCheck(new Identity.Basic("r", Map.of("ann", "{PLAIN}pw")));
    var request = bearing("Basic " + encoded("ann:pw"));
    assertThat(check.glance(request).known()).isFalse();
    assertThat(check.judge(request).user()).isEqualTo("ann");
    assertThat(check.glance(request).user()).isEqualTo("ann");
    assertThat(status(check.judge(bearing("Basic " + encoded("ann:pv"))))).isEqualTo(401);
    assertThat(status(check.judge(bearing("Basic " + encoded("bob:pw"))))).isEqualTo(401);
    assertThat(status(check.judge(bearing("Basic ?")))).isEqualTo(401);
  }

  private static String encoded(String pair) {
    return Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.UTF_8));
  }

  /// An issuer with its metadata and keys.
  private static final class Issuer implements AutoCloseable {
    final RSAKey rsa = rsa("r1");
    final ECKey ec = ec();
    final AtomicInteger fetches = new AtomicInteger();
    final HttpServer server =
        Serving.elsewhere(
            (request, response) -> {
              var keys = new JWKSet(List.of(rsa.toPublicJWK(), ec.toPublicJWK()));
              fetches.incrementAndGet();
              var text =
                  request.rawPath().equals("/.well-known/openid-configuration")
                      ? "{\"jwks_uri\":\"" + uri() + "/keys\"}"
                      : keys.toString();
              response
                  .header("content-type", "application/json")
                  .send(text.getBytes(StandardCharsets.UTF_8));
            });

    static RSAKey rsa(String id) {
      try {
        return new RSAKeyGenerator(2048).keyID(id).generate();
      } catch (JOSEException problem) {
        throw new IllegalStateException(problem);
      }
    }

    static ECKey ec() {
      try {
        return new ECKeyGenerator(Curve.P_256).keyID("e1").generate();
      } catch (JOSEException problem) {
        throw new IllegalStateException(problem);
      }
    }

    URI uri() {
      return URI.create("http://127.0.0.1:" + server.port());
    }

    JWTClaimsSet.Builder claims() {
      return new JWTClaimsSet.Builder()
          .issuer(uri().toString())
          .audience("iris")
          .subject("ann")
          .expirationTime(Date.from(Instant.now().plusSeconds(600)));
    }

    String token(JWSAlgorithm algorithm, JWTClaimsSet claims) throws JOSEException {
      return token(algorithm, signer(algorithm), claims);
    }

    String token(JWSAlgorithm algorithm, JWSSigner signer, JWTClaimsSet claims)
        throws JOSEException {
      var id = algorithm.equals(JWSAlgorithm.ES256) ? "e1" : "r1";
      var token = new SignedJWT(new JWSHeader.Builder(algorithm).keyID(id).build(), claims);
      token.sign(signer);
      return "Bearer " + token.serialize();
    }

    private JWSSigner signer(JWSAlgorithm algorithm) throws JOSEException {
      return algorithm.equals(JWSAlgorithm.ES256) ? new ECDSASigner(ec) : new RSASSASigner(rsa);
    }

    @Override
    public void close() {
      server.close();
    }
  }

  @Test
  void aTokenOfTheIssuerIsAcceptedAndThenKnownAtAGlance() throws Exception {
    try (var issuer = new Issuer()) {
      var check = new JwtCheck(new Identity.Jwt(issuer.uri(), Set.of("iris"), Optional.empty()));
      for (var algorithm : Set.of(JWSAlgorithm.RS256, JWSAlgorithm.PS384, JWSAlgorithm.ES256)) {
        var request = bearing(issuer.token(algorithm, issuer.claims().build()));
        assertThat(check.glance(request).known()).isFalse();
        assertThat(check.judge(request).user()).isEqualTo("ann");
        assertThat(check.glance(request).user()).isEqualTo("ann");
      }
      assertThat(issuer.fetches).hasValue(2);
    }
  }

  @Test
  void aTokenThatIsNotForHereOrNotNowIsRefused() throws Exception {
    try (var issuer = new Issuer()) {
      var check = new JwtCheck(new Identity.Jwt(issuer.uri(), Set.of("iris"), Optional.empty()));
      var rs = JWSAlgorithm.RS256;
      var past = Date.from(Instant.now().minusSeconds(600));
      var future = Date.from(Instant.now().plusSeconds(600));
      var refused =
          Map.of(
              "another audience", issuer.token(rs, issuer.claims().audience("x").build()),
              "another issuer", issuer.token(rs, issuer.claims().issuer("http://x").build()),
              "expired", issuer.token(rs, issuer.claims().expirationTime(past).build()),
              "for ever", issuer.token(rs, issuer.claims().expirationTime(null).build()),
              "not yet", issuer.token(rs, issuer.claims().notBeforeTime(future).build()),
              "another key",
                  issuer.token(rs, new RSASSASigner(Issuer.rsa("r1")), issuer.claims().build()),
              "a shared secret",
                  issuer.token(
                      JWSAlgorithm.HS256, new MACSigner(new byte[32]), issuer.claims().build()),
              "no token", "Bearer x.y.z",
              "nothing", "Basic x");
      for (var each : refused.entrySet()) {
        assertThat(status(check.judge(bearing(each.getValue())))).as(each.getKey()).isEqualTo(401);
      }
    }
  }

  @Test
  void anIssuerThatCannotBeReachedIsNamed() {
    var issuer = URI.create("http://127.0.0.1:1");
    var check = new JwtCheck(new Identity.Jwt(issuer, Set.of(), Optional.empty()));
    var refusal = refusal(check.judge(bearing("Bearer a.b.c")));
    assertThat(refusal.status()).isEqualTo(503);
    assertThat(refusal.text()).contains("http://127.0.0.1:1");
  }
}
