package dev.slipway.journeys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.util.HashSet;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// HTTPRoutes of the Gateway API in front of the Services of InferenceServices.
final class HttpRouteJourneyTest {
  private static final GatewayStage STAGE = GatewayStage.get();
  private static final PlatformModels MODELS = PlatformModels.made();
  private static final String HOST = "flowers.example.com";

  private static Kubectl kubectl;

  @BeforeAll
  static void apply() {
    kubectl = STAGE.kubectl().fresh("flowers");
    kubectl.apply(model("first") + "---\n" + model("second"));
    kubectl.ok("wait", "--for=condition=Ready", "isvc/first", "isvc/second", "--timeout=90s");
    kubectl.apply(GATEWAY);
    kubectl.apply(route());
    STAGE.awaitStatus(200, STAGE.predict(HOST, "/predict"));
  }

  private static final String GATEWAY =
      """
      apiVersion: gateway.networking.k8s.io/v1
      kind: Gateway
      metadata: {name: gateway}
      spec:
        gatewayClassName: slipway
        listeners: [{name: http, port: 80, protocol: HTTP, hostname: "*.example.com"}]
      """;

  private static String model(String name) {
    return """
    apiVersion: serving.kserve.io/v1beta1
    kind: InferenceService
    metadata:
      name: %1$s
      annotations: {serving.kserve.io/deploymentMode: Standard}
    spec:
      predictor:
        model:
          modelFormat: {name: sklearn}
          storageUri: file://%2$s
    """
        .formatted(name, MODELS.path(name));
  }

  private static String backend(String name, int weight) {
    return """
        - name: %1$s-predictor
          port: 80
          weight: %2$d
          filters:
          - type: URLRewrite
            urlRewrite: {path: {type: ReplaceFullPath, replaceFullPath: "/v1/models/%1$s:predict"}}
    """
        .formatted(name, weight);
  }

  private static String route() {
    return """
    apiVersion: gateway.networking.k8s.io/v1
    kind: HTTPRoute
    metadata: {name: flowers}
    spec:
      parentRefs: [{name: gateway}]
      hostnames: [flowers.example.com]
      rules:
      - matches: [{path: {type: PathPrefix, value: /predict}}]
        filters:
        - type: ResponseHeaderModifier
          responseHeaderModifier: {set: [{name: x-served-by, value: flowers}], remove: [x-gone]}
        backendRefs:
    """
        + backend("first", 3)
        + backend("second", 1)
        + """
          - matches:
            - path: {type: PathPrefix, value: /predict}
              headers: [{name: x-model, value: second}]
            - path: {type: Exact, value: /predict/second}
            - path: {type: PathPrefix, value: /predict}
              queryParams: [{name: model, value: second}]
              method: POST
            backendRefs:
        """
        + backend("second", 1)
        + """
          - matches: [{path: {type: PathPrefix, value: /models}}]
            filters:
            - type: URLRewrite
              urlRewrite: {path: {type: ReplacePrefixMatch, replacePrefixMatch: /v1/models}}
            backendRefs: [{name: first-predictor, port: 80}]
          - matches: [{path: {type: Exact, value: /old}}]
            filters:
            - type: RequestRedirect
              requestRedirect:
                statusCode: 301
                hostname: new.example.com
                path: {type: ReplaceFullPath, replaceFullPath: /predict}
          - matches: [{path: {type: PathPrefix, value: /half}}]
            backendRefs:
            - {name: nowhere, port: 80}
        """
        + backend("first", 1);
  }

  @Test
  void weightsAreExactOverAnyWindow() throws Exception {
    var predict = STAGE.predict(HOST, "/predict");
    for (int window = 0; window < 3; window++) {
      assertThat(STAGE.tally(40, predict))
          .isEqualTo(Map.of(MODELS.v1Answer("first"), 30, MODELS.v1Answer("second"), 10));
    }
    assertThat(STAGE.send(predict.copy()).headers().firstValue("x-served-by")).contains("flowers");
  }

  @Test
  void pathsHeadersAndParametersDecide() throws Exception {
    var second = Map.of(MODELS.v1Answer("second"), 8);
    var header = STAGE.predict(HOST, "/predict").header("x-model", "second");
    assertThat(STAGE.tally(8, header)).as("header").isEqualTo(second);
    assertThat(STAGE.tally(8, STAGE.predict(HOST, "/predict/second"))).as("path").isEqualTo(second);
    assertThat(STAGE.tally(8, STAGE.predict(HOST, "/predict?model=second")))
        .as("parameter")
        .isEqualTo(second);
    assertThat(STAGE.send(STAGE.predict(HOST, "/predictor")).statusCode())
        .as("a prefix ends at a path's element")
        .isEqualTo(404);
  }

  @Test
  void filtersRewriteAndRedirect() throws Exception {
    assertThat(STAGE.send(STAGE.predict(HOST, "/models/first:predict")).body())
        .isEqualTo(MODELS.v1Answer("first"));
    var moved = STAGE.send(STAGE.to(HOST, "/old?a=b"));
    assertThat(moved.statusCode()).isEqualTo(301);
    assertThat(moved.headers().firstValue("location").orElse(""))
        .startsWith("http://new.example.com")
        .endsWith("/predict?a=b");
  }

  /// Gateway API: an invalid backend takes its share, and answers 500.
  @Test
  void theShareOfABackendThatIsNotThereIs500() throws Exception {
    assertThat(STAGE.tally(20, STAGE.predict(HOST, "/half")))
        .isEqualTo(Map.of(MODELS.v1Answer("first"), 10, "500", 10));
  }

  @Test
  void gatewaysAndRoutesTellWhatBecameOfThem() {
    kubectl.ok("wait", "--for=condition=Programmed", "gateway/gateway", "--timeout=60s");
    kubectl.ok("wait", "--for=condition=Accepted", "gatewayclass/slipway", "--timeout=60s");
    assertThat(kubectl.ok("get", "gateway/gateway", "-o", "jsonpath={.status.addresses[0].value}"))
        .isEqualTo("127.0.0.1");
    kubectl.apply(
        """
        apiVersion: gateway.networking.k8s.io/v1
        kind: HTTPRoute
        metadata: {name: elsewhere}
        spec:
          parentRefs: [{name: gateway}]
          hostnames: [elsewhere.org]
          rules: [{backendRefs: [{name: first-predictor, port: 80}]}]
        """);
    var accepted = "jsonpath={.status.parents[0].conditions[?(@.type==\"Accepted\")].reason}";
    var resolved = "jsonpath={.status.parents[0].conditions[?(@.type==\"ResolvedRefs\")].reason}";
    awaitSaid("httproute/flowers", accepted, "Accepted");
    awaitSaid("httproute/flowers", resolved, "BackendNotFound");
    awaitSaid("httproute/elsewhere", accepted, "NoMatchingListenerHostname");
    kubectl.apply(
        """
        apiVersion: gateway.networking.k8s.io/v1
        kind: HTTPRoute
        metadata: {name: foreign}
        spec:
          parentRefs: [{name: gateway}]
          hostnames: [foreign.example.com]
          rules: [{backendRefs: [{name: one, namespace: programs, port: 80}]}]
        """);
    awaitSaid("httproute/foreign", resolved, "RefNotPermitted");
    kubectl
        .in("programs")
        .apply(
            """
            apiVersion: gateway.networking.k8s.io/v1beta1
            kind: ReferenceGrant
            metadata: {name: flowers}
            spec:
              from: [{group: gateway.networking.k8s.io, kind: HTTPRoute, namespace: flowers}]
              to: [{group: "", kind: Service, name: one}]
            """);
    awaitSaid("httproute/foreign", resolved, "ResolvedRefs");
    STAGE.awaitStatus(200, STAGE.to("foreign.example.com", "/name"));
  }

  private static void awaitSaid(String object, String path, String wanted) {
    await()
        .atMost(GatewayStage.PATIENCE)
        .untilAsserted(() -> assertThat(kubectl.ok("get", object, "-o", path)).isEqualTo(wanted));
  }

  @Test
  void aRouteThatContradictsItselfIsRefused() {
    var refused =
        kubectl.applyRefused(
            """
            apiVersion: gateway.networking.k8s.io/v1
            kind: HTTPRoute
            metadata: {name: wrong}
            spec:
              parentRefs: [{name: gateway}]
              rules:
              - matches: [{path: {type: PathPrefix, value: no-slash}}]
                backendRefs: [{name: first-predictor}]
            """);
    assertThat(refused)
        .contains("spec.rules[0].matches[0].path.value")
        .contains("spec.rules[0].backendRefs[0].port");
  }

  @Test
  void aHeaderKeepsAClientOnItsSideOfAnExperiment() throws Exception {
    kubectl.apply(
        """
        apiVersion: gateway.networking.k8s.io/v1
        kind: HTTPRoute
        metadata:
          name: experiment
          annotations: {slipway.dev/sticky: "header:x-user"}
        spec:
          parentRefs: [{name: gateway}]
          hostnames: [experiment.example.com]
          rules:
          - backendRefs:
        """
            + backend("first", 1)
            + backend("second", 1));
    var host = "experiment.example.com";
    STAGE.awaitStatus(200, STAGE.predict(host, "/"));
    var sides = new HashSet<String>();
    for (int i = 0; i < 16; i++) {
      var answers = STAGE.tally(4, STAGE.predict(host, "/").header("x-user", "user-" + i));
      assertThat(answers).as("user " + i).hasSize(1);
      sides.addAll(answers.keySet());
    }
    assertThat(sides)
        .containsExactlyInAnyOrder(MODELS.v1Answer("first"), MODELS.v1Answer("second"));
  }
}
