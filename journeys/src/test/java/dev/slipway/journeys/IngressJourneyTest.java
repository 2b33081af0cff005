package dev.slipway.journeys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Ingresses with the annotations of ingress-nginx, as their users write and call them.
final class IngressJourneyTest {
  private static final GatewayStage STAGE = GatewayStage.get();
  private static final PlatformModels MODELS = PlatformModels.made();
  private static final String MANIFESTS = "src/test/resources/manifests/";
  private static final String ONE = "{\"name\": \"one\"}";
  private static final String TWO = "{\"name\": \"two\"}";

  /// A router of an InferenceGraph answers behind the seed's Service: a prediction at the root of
  /// its
  /// own address, as the rewritten path wants it.
  @Test
  void theSeedsIngressAnswersPredictionsAtItsPath() throws Exception {
    var in = STAGE.kubectl().fresh("seed");
    in.apply(model("flower") + "---\n" + router("flower"));
    in.ok("apply", "-f", MANIFESTS + "a04-service-ai-inference-service.yaml");
    in.ok("apply", "-f", MANIFESTS + "a05-ingress-ai-inference-ingress.yaml");
    in.ok("wait", "--for=condition=Ready", "inferencegraph/inference", "--timeout=90s");
    STAGE.awaitStatus(200, STAGE.predict("ai.example.com", "/predict"));

    for (var path : new String[] {"/predict", "/predict/", "/predict/flower"}) {
      assertThat(STAGE.send(STAGE.predict("ai.example.com", path)).body())
          .as(path)
          .isEqualTo(MODELS.v1Answer("first"));
    }
    assertThat(STAGE.send(STAGE.to("ai.example.com", "/other")).statusCode()).isEqualTo(404);
    assertThat(STAGE.send(STAGE.to("other.example.com", "/predict/flower")).statusCode())
        .isEqualTo(404);
    assertThat(in.ok("describe", "ingress", "ai-inference-ingress"))
        .contains("ai.example.com", "/predict", "ai-inference-service:8080");

    in.apply(captures());
    var one = STAGE.predict("models.example.com", "/predict/flower:predict");
    STAGE.awaitStatus(200, one);
    assertThat(STAGE.send(one).body()).isEqualTo(MODELS.v1Answer("first"));
  }

  private static String model(String name) {
    return """
    apiVersion: serving.kserve.io/v1beta1
    kind: InferenceService
    metadata:
      name: %s
      annotations: {serving.kserve.io/deploymentMode: Standard}
    spec:
      predictor:
        model:
          modelFormat: {name: sklearn}
          storageUri: file://%s
    """
        .formatted(name, MODELS.path("first"));
  }

  private static String router(String service) {
    return """
    apiVersion: serving.kserve.io/v1alpha1
    kind: InferenceGraph
    metadata:
      name: inference
      labels: {app: inference-server}
    spec:
      minReplicas: 1
      nodes:
        root:
          routerType: Sequence
          steps: [{serviceName: %s}]
    """
        .formatted(service);
  }

  private static String captures() {
    return """
    apiVersion: networking.k8s.io/v1
    kind: Ingress
    metadata:
      name: captures
      annotations:
        nginx.ingress.kubernetes.io/rewrite-target: /v1/models/$2
    spec:
      rules:
      - host: models.example.com
        http:
          paths:
          - path: /predict(/|$)(.*)
            pathType: ImplementationSpecific
            backend: {service: {name: flower-predictor, port: {number: 80}}}
    """;
  }

  @Test
  void aCanaryIsCalledByWeightByHeaderAndByCookie() throws Exception {
    var in = STAGE.programsNamespace();
    var host = "canary.example.com";
    in.apply(GatewayStage.ingress("stable", host, "one"));
    in.apply(
        GatewayStage.ingress(
            "canary",
            host,
            "two",
            "canary: \"true\"",
            "canary-weight: \"20\"",
            "canary-by-header: X-Canary",
            "canary-by-cookie: canary"));
    var name = STAGE.to(host, "/name");
    var always = name.copy().header("x-canary", "always");
    await().atMost(GatewayStage.PATIENCE).until(() -> STAGE.send(always.copy()).body().equals(TWO));

    assertThat(STAGE.tally(50, name)).as("by weight").isEqualTo(Map.of(ONE, 40, TWO, 10));
    assertThat(STAGE.tally(10, always)).isEqualTo(Map.of(TWO, 10));
    assertThat(STAGE.tally(10, name.copy().header("x-canary", "never"))).isEqualTo(Map.of(ONE, 10));
    assertThat(STAGE.tally(10, name.copy().header("cookie", "a=b; canary=always")))
        .isEqualTo(Map.of(TWO, 10));
    assertThat(STAGE.tally(50, name.copy().header("x-canary", "perhaps")))
        .as("another value leaves it to the weight")
        .isEqualTo(Map.of(ONE, 40, TWO, 10));

    in.ok("annotate", "ingress", "canary", weight("100"), "--overwrite");
    await()
        .atMost(GatewayStage.PATIENCE)
        .untilAsserted(() -> assertThat(STAGE.tally(10, name)).isEqualTo(Map.of(TWO, 10)));
    in.ok("delete", "ingress", "canary");
    await()
        .atMost(GatewayStage.PATIENCE)
        .untilAsserted(() -> assertThat(STAGE.tally(10, always)).isEqualTo(Map.of(ONE, 10)));
  }

  private static String weight(String percent) {
    return "nginx.ingress.kubernetes.io/canary-weight=" + percent;
  }

  /// The password is `open-sesame`, hashed as `htpasswd -m` and `htpasswd -s` do.
  @Test
  void basicAuthenticationGoesByTheSecretAndFollowsIt() throws Exception {
    var in = STAGE.programsNamespace();
    var host = "guarded.example.com";
    var hash = "anna:$apr1$abcdefgh$P7ojtXM3SXvs.8zpdoqUv1";
    in.ok("create", "secret", "generic", "users", "--from-literal=auth=" + hash);
    in.apply(
        GatewayStage.ingress(
            "guarded",
            host,
            "one",
            "auth-type: basic",
            "auth-secret: users",
            "auth-realm: \"Models of anna\""));
    var name = STAGE.to(host, "/name");
    STAGE.awaitStatus(401, name);

    assertThat(STAGE.send(name.copy()).headers().firstValue("www-authenticate"))
        .contains("Basic realm=\"Models of anna\"");
    var right = name.copy().header("authorization", basic("anna:open-sesame"));
    assertThat(STAGE.tally(3, right)).isEqualTo(Map.of(ONE, 3));
    assertThat(STAGE.tally(2, name.copy().header("authorization", basic("anna:sesame"))))
        .isEqualTo(Map.of("401", 2));
    assertThat(STAGE.tally(2, name.copy().header("authorization", basic("bob:open-sesame"))))
        .isEqualTo(Map.of("401", 2));

    var patch = "{\"stringData\":{\"auth\":\"bob:{SHA}" + sha1("open-sesame") + "\"}}";
    in.ok("patch", "secret", "users", "-p", patch);
    STAGE.awaitStatus(401, right);
    assertThat(STAGE.tally(2, name.copy().header("authorization", basic("bob:open-sesame"))))
        .isEqualTo(Map.of(ONE, 2));
  }

  private static String basic(String pair) {
    return "Basic " + Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.UTF_8));
  }

  private static String sha1(String text) throws Exception {
    var digest = MessageDigest.getInstance("SHA-1");
    return Base64.getEncoder().encodeToString(digest.digest(text.getBytes(StandardCharsets.UTF_8)));
  }

  @Test
  void aBodyLargerThanAllowedIsRefusedWhetherItsLengthIsSaidOrNot() throws Exception {
    var host = "small.example.com";
    STAGE
        .programsNamespace()
        .apply(GatewayStage.ingress("small", host, "one", "proxy-body-size: 1k"));
    var name = STAGE.to(host, "/name");
    STAGE.awaitStatus(200, name);
    var body = "x".repeat(1025);
    var stream = body.getBytes(StandardCharsets.US_ASCII);

    assertThat(STAGE.send(name.copy().POST(BodyPublishers.ofString(body))).statusCode())
        .isEqualTo(413);
    assertThat(
            STAGE
                .send(
                    name.copy()
                        .POST(BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(stream))))
                .statusCode())
        .as("without a length")
        .isEqualTo(413);
    assertThat(
            STAGE.send(name.copy().POST(BodyPublishers.ofString(body.substring(1)))).statusCode())
        .isEqualTo(200);
  }

  /// One a minute, and as many more at once as the burst says.
  @ParameterizedTest
  @ValueSource(ints = {1, 3})
  void moreRequestsThanTheRateAreRefusedAsNginxDoes(int burst) throws Exception {
    var host = "rate-" + burst + ".example.com";
    STAGE
        .programsNamespace()
        .apply(
            GatewayStage.ingress(
                "rate-" + burst,
                host,
                "one",
                "limit-rpm: \"1\"",
                "limit-burst-multiplier: \"" + burst + '"'));
    var name = STAGE.to(host, "/name");
    STAGE.awaitStatus(200, name); // the first
    assertThat(STAGE.tally(burst + 2, name)).isEqualTo(Map.of(ONE, burst, "503", 2));
  }

  @Test
  void oneClientMayNotHaveMoreRequestsUnderWayThanItsConnections() throws Exception {
    var host = "connections.example.com";
    STAGE
        .programsNamespace()
        .apply(GatewayStage.ingress("connections", host, "one", "limit-connections: \"1\""));
    var name = STAGE.to(host, "/name");
    STAGE.awaitStatus(200, name);
    var first = later("connections.example.com", "/hold/connections");
    STAGE.gate().awaitCame("connections", 1);
    assertThat(STAGE.send(name.copy()).statusCode()).isEqualTo(503);
    STAGE.gate().letAll("connections");
    assertThat(first.join()).isEqualTo(200);
    STAGE.awaitStatus(200, name);
  }

  private static CompletableFuture<Integer> later(String host, String path) {
    return CompletableFuture.supplyAsync(
        () -> {
          try {
            return STAGE.send(STAGE.to(host, path)).statusCode();
          } catch (IOException problem) {
            throw new UncheckedIOException(problem);
          } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            return 0;
          }
        });
  }

  @Test
  void anAnswerThatTakesLongerThanTheReadTimeoutIs504() throws Exception {
    var host = "timeout.example.com";
    STAGE
        .programsNamespace()
        .apply(GatewayStage.ingress("timeout", host, "one", "proxy-read-timeout: \"1\""));
    STAGE.awaitStatus(200, STAGE.to(host, "/name"));

    assertThat(STAGE.send(STAGE.to(host, "/hold/timeout")).statusCode()).isEqualTo(504);

    STAGE.gate().letAll("timeout");
    STAGE.awaitStatus(200, STAGE.to(host, "/name"));
  }

  /// Between Ingresses by a cookie that the gateway gives, and among the pods of a Service.
  @Test
  void aCookieKeepsAClientWithItsPod() throws Exception {
    var host = "sticky.example.com";
    STAGE
        .programsNamespace()
        .apply(
            GatewayStage.ingress(
                "sticky",
                host,
                "both",
                "affinity: cookie",
                "session-cookie-name: seat",
                "session-cookie-max-age: \"600\""));
    var name = STAGE.to(host, "/name");
    STAGE.awaitStatus(200, name);
    assertThat(STAGE.tally(40, name)).as("strangers").containsOnlyKeys(ONE, TWO);
    for (int client = 0; client < 8; client++) {
      var first = STAGE.send(name.copy());
      var cookie = first.headers().firstValue("set-cookie").orElseThrow();
      assertThat(cookie).startsWith("seat=").contains("Max-Age=600");
      var own = name.copy().header("cookie", cookie.substring(0, cookie.indexOf(';')));
      assertThat(STAGE.tally(6, own)).isEqualTo(Map.of(first.body(), 6));
    }
  }
}
