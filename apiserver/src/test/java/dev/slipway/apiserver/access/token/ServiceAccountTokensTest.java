package dev.slipway.apiserver.access.token;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slipway.apiserver.access.FakeLocalApi;
import dev.slipway.apiserver.access.UserInfo;
import dev.slipway.apiserver.access.authn.Outcome;
import dev.slipway.base.Json;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.node.ObjectNode;

class ServiceAccountTokensTest {
  private static final Instant NOW = Instant.parse("2026-11-23T00:00:00Z");
  private static final List<String> API = List.of(TokenIssuer.ISSUER);
  private static final KeyPair KEYS = elliptic();

  private final FakeLocalApi api = new FakeLocalApi();
  private Instant now = NOW;
  private final TokenKeys keys = new TokenKeys(KEYS, List.of());
  private final TokenIssuer issuer = new TokenIssuer(keys);
  private final TokenRequests requests = new TokenRequests(api, issuer, () -> now);
  private final ServiceAccountTokens tokens = new ServiceAccountTokens(keys, api, () -> now);

  @BeforeEach
  void world() {
    api.with("", "serviceaccounts", named("ci", "bot", "sa-1"))
        .with("", "secrets", named("ci", "key", "secret-1"))
        .with("", "nodes", "{'metadata':{'name':'n1','uid':'node-1'}}")
        .with(
            "",
            "pods",
            "{'metadata':{'namespace':'ci','name':'p','uid':'pod-1'},"
                + "'spec':{'serviceAccountName':'bot','nodeName':'n1'}}");
  }

  @Test
  void aTokenNamesItsAccount() {
    UserInfo user = known(token("{}"));
    assertThat(user.name()).isEqualTo("system:serviceaccount:ci:bot");
    assertThat(user.uid()).isEqualTo("sa-1");
    assertThat(user.groups())
        .containsExactly("system:serviceaccounts", "system:serviceaccounts:ci");
    assertThat(user.extra().get("authentication.kubernetes.io/credential-id"))
        .singleElement()
        .asString()
        .startsWith("JTI=");
  }

  @Test
  void aPodsTokenNamesPodAndNode() {
    assertThat(known(token(ref("Pod", "p", ""))).extra())
        .containsEntry("authentication.kubernetes.io/pod-name", List.of("p"))
        .containsEntry("authentication.kubernetes.io/pod-uid", List.of("pod-1"))
        .containsEntry("authentication.kubernetes.io/node-name", List.of("n1"))
        .containsEntry("authentication.kubernetes.io/node-uid", List.of("node-1"));
  }

  @Test
  void claimsAreThoseOfKubernetes() throws InvalidTokenException {
    ObjectNode claims = TokenKeys.unproved(token(ref("Pod", "p", "")));
    claims.remove("jti");
    assertThat(claims)
        .isEqualTo(
            parse(
                """
                {'aud':['https://kubernetes.default.svc.cluster.local'],'exp':1795395600,
                 'iat':1795392000,'iss':'https://kubernetes.default.svc.cluster.local',
                 'kubernetes.io':{'namespace':'ci','node':{'name':'n1','uid':'node-1'},
                  'pod':{'name':'p','uid':'pod-1'},'serviceaccount':{'name':'bot','uid':'sa-1'}},
                 'nbf':1795392000,'sub':'system:serviceaccount:ci:bot'}"""));
  }

  @Test
  void aTokenEndsWithItsTime() {
    String token = token("{'expirationSeconds':600}");
    now = NOW.plusSeconds(655);
    known(token);
    now = NOW.plusSeconds(665);
    refused(token, "service account token has expired");
    now = NOW.minusSeconds(65);
    refused(token, "service account token is not valid yet");
  }

  @Test
  void aTokenIsGoodForItsAudienceOnly() {
    String token = token("{'audiences':['vault']}");
    refused(
        token,
        "token audiences [\"vault\"] is invalid for the target audiences"
            + " [\"https://kubernetes.default.svc.cluster.local\"]");
    assertThat(tokens.authenticate(token, List.of("other", "vault")))
        .isInstanceOfSatisfying(
            Outcome.Known.class, found -> assertThat(found.audiences()).containsExactly("vault"));
  }

  @ParameterizedTest
  @CsvSource({"pods,ci,p,Pod", "secrets,ci,key,Secret", "nodes,'',n1,Node"})
  void aTokenEndsWithWhatItIsBoundTo(String plural, String namespace, String name, String kind) {
    String token = token(ref(kind, name, ""));
    known(token);
    ObjectNode object = api.get("", plural, namespace, name).orElseThrow();
    api.delete("", plural, namespace, name, Json.object());
    refused(token, "service account token has been invalidated");
    Json.ensureObject(object, "metadata").put("uid", "another");
    api.create("", plural, object);
    refused(token, "service account token has been invalidated");
  }

  @Test
  void aTokenEndsWithItsAccount() {
    String token = token("{}");
    api.delete("", "serviceaccounts", "ci", "bot", Json.object());
    refused(token, "serviceaccounts \"bot\" not found");
    api.with("", "serviceaccounts", named("ci", "bot", "sa-2"));
    refused(token, "service account UID (sa-2) does not match claim (sa-1)");
  }

  @Test
  void everyChangedCharacterIsNoticed() {
    String token = token("{}");
    int signature = token.lastIndexOf('.');
    for (int i = 0; i < token.length(); i += 7) {
      char other = token.charAt(i) == 'A' ? 'B' : 'A';
      String changed = token.substring(0, i) + other + token.substring(i + 1);
      assertThat(tokens.authenticate(changed, API))
          .as("character %d of %d, signature from %d", i, token.length(), signature)
          .isNotInstanceOf(Outcome.Known.class);
    }
    assertThat(tokens.authenticate(token.substring(0, signature + 1), API))
        .isNotInstanceOf(Outcome.Known.class);
  }

  @ParameterizedTest
  @CsvSource({"none", "HS256", "RS256", "ES384", "es256", "''"})
  void aTokenCannotChooseItsAlgorithm(String algorithm) {
    String[] parts = token("{}").split("\\.", -1);
    String header = base64("{\"alg\":\"" + algorithm + "\"}");
    for (String signature : List.of("", parts[2])) {
      refused(
          header + "." + parts[1] + "." + signature, "service account token signature is invalid");
    }
  }

  @Test
  void anotherKeyProvesNothing() {
    var strange = new TokenIssuer(new TokenKeys(elliptic(), List.of()));
    var theirs = new TokenRequests(api, strange, () -> now);
    String token = text(theirs.create("ci", "bot", wish("{}")));
    refused(token, "service account token signature is invalid");
  }

  @Test
  void anOlderKeyIsStillBelieved() {
    String token = token("{}");
    var rotated = new TokenKeys(elliptic(), List.of(KEYS.getPublic()));
    assertThat(new ServiceAccountTokens(rotated, api, () -> now).authenticate(token, API))
        .isInstanceOf(Outcome.Known.class);
  }

  @Test
  void anRsaKeySignsAsWell() throws GeneralSecurityException {
    var generator = KeyPairGenerator.getInstance("RSA");
    generator.initialize(2048);
    var rsa = new TokenKeys(generator.generateKeyPair(), List.of());
    String token =
        text(
            new TokenRequests(api, new TokenIssuer(rsa), () -> now)
                .create("ci", "bot", wish("{}")));
    assertThat(new ServiceAccountTokens(rsa, api, () -> now).authenticate(token, API))
        .isInstanceOf(Outcome.Known.class);
    assertThat(new OpenIdDocuments(TokenIssuer.ISSUER, rsa).keySet().at("/keys/0/alg").asString())
        .isEqualTo("RS256");
  }

  @ParameterizedTest
  @CsvSource({"guess", "a.b", "a.b.c.d", "'..'", "e30.e30.x"})
  void otherTextsAreNoTokensOfOurs(String text) {
    assertThat(tokens.authenticate(text, API)).isEqualTo(Outcome.ABSENT);
  }

  @Test
  void aLegacyTokenLivesInItsSecret() {
    ObjectNode account = api.get("", "serviceaccounts", "ci", "bot").orElseThrow();
    ObjectNode secret = api.get("", "secrets", "ci", "key").orElseThrow();
    String token = issuer.legacy(account, secret);
    refused(token, "service account token does not match server's copy");
    Json.ensureObject(secret, "data")
        .put("token", Base64.getEncoder().encodeToString(token.getBytes(StandardCharsets.UTF_8)));
    api.update("", "secrets", secret);
    assertThat(known(token).name()).isEqualTo("system:serviceaccount:ci:bot");
    assertThat(tokens.authenticate(token, List.of("vault"))).isInstanceOf(Outcome.Refused.class);
    api.delete("", "secrets", "ci", "key", Json.object());
    refused(token, "service account token has been invalidated");
  }

  @Test
  void answerCarriesTokenAndEnd() {
    ObjectNode answer = requests.create("ci", "bot", wish("{'expirationSeconds':7200}"));
    assertThat(Json.text(answer, "status", "expirationTimestamp"))
        .isEqualTo("2026-11-23T02:00:00Z");
    assertThat(answer.at("/spec/audiences/0").asString()).isEqualTo(TokenIssuer.ISSUER);
    assertThat(
            requests
                .create("ci", "bot", wish("{'expirationSeconds':400000000}"))
                .at("/spec/expirationSeconds")
                .asLong())
        .as("no longer than a year")
        .isEqualTo(Duration.ofDays(365).toSeconds());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          bot | {'expirationSeconds':599} | TokenRequest.authentication.k8s.io "" is invalid: spec.expirationSeconds: Invalid value: 599: may not specify a duration less than 10 minutes
          bot | {'expirationSeconds':4294967297} | TokenRequest.authentication.k8s.io "" is invalid: spec.expirationSeconds: Invalid value: 4294967297: may not specify a duration larger than 2^32 seconds
          ghost | {} | serviceaccounts "ghost" not found
          bot | {'boundObjectRef':{'kind':'Pod','apiVersion':'v1','name':'q'}} | pods "q" not found
          bot | {'boundObjectRef':{'kind':'ConfigMap','apiVersion':'v1','name':'q'}} | cannot bind token to object of type /v1, Kind=ConfigMap
          bot | {'boundObjectRef':{'kind':'Pod','apiVersion':'v1','name':'p','uid':'x'}} | Operation cannot be fulfilled on Pod "p": the UID in the bound object reference (x) does not match the UID in record. The object might have been deleted and then recreated
          other | {'boundObjectRef':{'kind':'Pod','apiVersion':'v1','name':'p'}} | cannot bind token for serviceaccount "other" to pod running with different serviceaccount name.
          """)
  void anUnreasonableWishIsRefused(String account, String spec, String message) {
    api.with("", "serviceaccounts", named("ci", "other", "sa-9"));
    assertThatThrownBy(() -> requests.create("ci", account, wish(spec))).hasMessage(message);
  }

  @Test
  void documentsLetOthersCheckTokens() {
    var documents = new OpenIdDocuments(TokenIssuer.ISSUER, keys);
    assertThat(documents.configuration("https://127.0.0.1:6443"))
        .isEqualTo(
            parse(
                """
                {'issuer':'https://kubernetes.default.svc.cluster.local',
                 'jwks_uri':'https://127.0.0.1:6443/openid/v1/jwks',
                 'response_types_supported':['id_token'],'subject_types_supported':['public'],
                 'id_token_signing_alg_values_supported':['ES256']}"""));
    var key = documents.keySet().at("/keys/0");
    assertThat(Json.text(key, "kid")).isEqualTo(TokenKeys.id(KEYS.getPublic()));
    assertThat(Base64.getUrlDecoder().decode(Json.text(key, "x"))).hasSize(32);
    assertThat(Base64.getUrlDecoder().decode(Json.text(key, "y"))).hasSize(32);
  }

  private String token(String spec) {
    return text(requests.create("ci", "bot", wish(spec)));
  }

  private static String text(ObjectNode answer) {
    return Json.text(answer, "status", "token");
  }

  private UserInfo known(String token) {
    Outcome outcome = tokens.authenticate(token, API);
    assertThat(outcome).isInstanceOf(Outcome.Known.class);
    return ((Outcome.Known) outcome).user();
  }

  private void refused(String token, String why) {
    assertThat(tokens.authenticate(token, API)).isEqualTo(new Outcome.Refused(why));
  }

  private static String ref(String kind, String name, String uid) {
    return "{'boundObjectRef':{'kind':'%s','apiVersion':'v1','name':'%s','uid':'%s'}}"
        .formatted(kind, name, uid);
  }

  private static ObjectNode wish(String spec) {
    return parse("{'kind':'TokenRequest','spec':" + spec + "}");
  }

  private static String named(String namespace, String name, String uid) {
    return "{'metadata':{'namespace':'%s','name':'%s','uid':'%s'}}".formatted(namespace, name, uid);
  }

  private static ObjectNode parse(String json) {
    return Json.parseObject(json.replace('\'', '"'));
  }

  private static String base64(String text) {
    return Base64.getUrlEncoder()
        .withoutPadding()
        .encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }

  private static KeyPair elliptic() {
    try {
      var generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(new ECGenParameterSpec("secp256r1"));
      return generator.generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }
}
