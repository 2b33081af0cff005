package dev.slipway.api.kserve;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.base.Json;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// Manifests as older articles write them: what each liberty becomes, and what is said of it.
final class DialectTest {
  private final FakeRequest request = new FakeRequest();

  private ObjectNode completed(String annotations, String predictor) {
    ObjectNode service =
        FakeRequest.yaml(
            """
            apiVersion: serving.kserve.io/v1beta1
            kind: InferenceService
            metadata: {name: m, namespace: default, annotations: {%s}}
            spec:
              predictor: {%s}
            """
                .formatted(annotations, predictor));
    var rules = new InferenceServiceRules(Kserve.Mode.KNATIVE);
    rules.complete(request, service);
    assertThat(rules.judge(request, service)).isEmpty();
    return service;
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          # predictor as written                                                     | where                                        | becomes                       | said of
          sklearn: {modelUri: "gs://b/m"}                                            | /spec/predictor/model/storageUri             | "gs://b/m"                    | spec.predictor.sklearn.modelUri
          sklearn: {modelUri: "gs://b/m", minReplicas: 1}                            | /spec/predictor/minReplicas                  | 1                             | spec.predictor.sklearn.minReplicas
          sklearn: {modelUri: "gs://b/m", resources: {maxReplicas: 10}}              | /spec/predictor/maxReplicas                  | 10                            | spec.predictor.sklearn.resources.maxReplicas
          sklearn: {modelUri: "gs://b/m", cacheSize: "100"}                          | /metadata/annotations/slipway.dev~1cache-size | "100"                        | spec.predictor.sklearn.cacheSize
          sklearn: {modelUri: "gs://b/m", warmup: {replicas: 2, duration: 30s}}      | /metadata/annotations/slipway.dev~1warmup-replicas | "2"                     | spec.predictor.sklearn.warmup.replicas
          sklearn: {modelUri: "gs://b/m", warmup: {replicas: 2, duration: 30s}}      | /metadata/annotations/slipway.dev~1warmup-duration | "30s"                   | spec.predictor.sklearn.warmup.duration
          model: {modelFormat: {name: tensorflow}, port: 8080}                       | /spec/predictor/model/ports/0/containerPort  | 8080                          | spec.predictor.model.port
          model: {modelFormat: {name: tensorflow}, nodeSelector: {a: b}}             | /spec/predictor/nodeSelector/a               | "b"                           | spec.predictor.model.nodeSelector
          model: {modelFormat: {name: tensorflow}, health: {periodSeconds: 10}}      | /spec/predictor/model/readinessProbe/httpGet/path | "/v1/models/m"           | spec.predictor.model.health
          model: {modelFormat: {name: tensorflow}, health: {periodSeconds: 10}}      | /spec/predictor/model/livenessProbe/periodSeconds | 10                       | spec.predictor.model.health
          onnx: {modelUri: "gs://b/m", health: {timeoutSeconds: 5}}                  | /spec/predictor/model/readinessProbe/httpGet/path | "/v2/models/m/ready"     | spec.predictor.onnx.health
          model: {modelFormat: {name: tensorflow, version: "2.8.0"}}                 | /spec/predictor/model/modelFormat/version    | "2.8.0"                       | spec.predictor.model.modelFormat.version
          autoscaling: {metrics: []}, sklearn: {modelUri: "gs://b/m"}                | /spec/predictor/autoScaling/metrics          | []                            | spec.predictor.autoscaling
          """)
  void meansWhatItsWriterMeant(String predictor, String where, String becomes, String saidOf) {
    JsonNode service = completed("", predictor);
    assertThat(service.at(where)).hasToString(becomes);
    assertThat(request.warned).anyMatch(each -> each.startsWith(saidOf + ": "));
  }

  @ParameterizedTest(name = "{0}: {2}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          Resource | resource: {name: cpu, target: {type: Utilization, averageUtilization: 70}} | hpa
          External | external: {metric: {name: requests}, target: {type: Value, value: "100"}}  | keda
          """)
  void metricsSayWhatScalesAndThatItScalesDeployments(String type, String source, String scaler) {
    JsonNode service =
        completed(
            "",
            "sklearn: {modelUri: 'gs://b/m', autoscaling: {metrics: [{type: %s, %s}]}}"
                .formatted(type, source));
    assertThat(service.at("/metadata/annotations/serving.kserve.io~1autoscalerClass").asString())
        .isEqualTo(scaler);
    assertThat(service.at("/metadata/annotations/serving.kserve.io~1deploymentMode").asString())
        .isEqualTo("Standard");
    assertThat(service.at("/spec/predictor/model").has("autoscaling")).isFalse();
  }

  @Test
  void aMetricByNameIsAQueryOfThePlatformsOwnMetrics() {
    JsonNode service =
        completed(
            "",
            """
            sklearn: {modelUri: 'gs://b/m', autoscaling: {metrics: [{type: External, external:
              {metric: {name: requests_per_second}, target: {type: Value, value: "100"}}}]}}
            """);
    JsonNode metric = service.at("/spec/predictor/autoScaling/metrics/0/external/metric");
    assertThat(metric.toString())
        .isEqualTo("{\"query\":\"requests_per_second\",\"backend\":\"prometheus\"}");
  }

  @Test
  void aSecretNamedWhereItsKeyShouldStandIsToldAndModelUriSaysWhere() {
    request.with("{kind: Secret, metadata: {name: creds, namespace: default}}");
    JsonNode service =
        completed(
            "", "sklearn: {modelUri: 's3://b/m', storage: {key: creds, path: models/secure}}");
    assertThat(service.at("/spec/predictor/model/storage").toString())
        .isEqualTo("{\"key\":\"creds\"}");
    assertThat(service.at("/metadata/annotations/slipway.dev~1storage-path").asString())
        .isEqualTo("models/secure");
    assertThat(request.warned)
        .contains(
            "spec.predictor.sklearn.storage.key: no key of Secret storage-config, taken as the name"
                + " of Secret creds");
  }

  @Test
  void aManifestOfKServesOwnNeedsNoWarning() {
    completed(
        "serving.kserve.io/deploymentMode: RawDeployment",
        "minReplicas: 1, sklearn: {storageUri: 'gs://b/m', resources: {limits: {cpu: '1'}}}");
    assertThat(request.warned).isEmpty();
  }

  @Test
  void whatIsCompletedStaysAsItIs() {
    ObjectNode once =
        completed(
            "", "sklearn: {modelUri: 'gs://b/m', minReplicas: 2, warmup: {replicas: 2}, port: 80}");
    ObjectNode twice = once.deepCopy();
    request.warned.clear();
    new InferenceServiceRules(Kserve.Mode.KNATIVE).complete(request, twice);
    assertThat(twice).isEqualTo(once);
    assertThat(request.warned).isEmpty();
  }

  @ParameterizedTest(name = "{0}/{1} {2}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          kserve-system | inferenceservice-config | storageInitializerImage | data.storageInitializerImage: ignored
          kserve        | inferenceservice-config | storageInitializerImage | data.storageInitializerImage: ignored
          kserve        | inferenceservice-config | storageInitializer      |
          default       | other                   | storageInitializerImage |
          """)
  void settingsThatNobodyReadsAreTold(
      String namespace,
      String name,
      String key,
      @org.jspecify.annotations.Nullable String warning) {
    ObjectNode map =
        FakeRequest.yaml(
            "{metadata: {name: %s, namespace: %s}, data: {%s: '{}'}}"
                .formatted(name, namespace, key));
    map.path("data");
    Json.ensureObject(map, "data").put(key, "{\"image\": \"x\"}");
    new ConfigRules().complete(request, map);
    if (warning == null) {
      assertThat(request.warned).isEmpty();
    } else {
      assertThat(request.warned).anyMatch(each -> each.startsWith(warning));
    }
  }
}
