package dev.slipway.api.kserve;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.base.Json;
import dev.slipway.base.Problem;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// Cases of `inference_service_validation_test.go`, `inference_service_defaults_test.go` and
/// `component_test.go` of kserve/kserve.
final class InferenceServiceRulesTest {
  private static final String SERVICE =
      """
      apiVersion: serving.kserve.io/v1beta1
      kind: InferenceService
      metadata: {name: "%s", namespace: default, annotations: {%s}}
      spec: {%s}
      """;
  private static final String MODEL = "model: {modelFormat: {name: sklearn}, storageUri: 'gs://m'}";
  private static final InferenceServiceRules RULES = new InferenceServiceRules(Kserve.Mode.KNATIVE);

  private static ObjectNode service(String name, String annotations, String spec) {
    ObjectNode made = FakeRequest.yaml(SERVICE.formatted(name, annotations, spec));
    RULES.complete(new FakeRequest(), made);
    return made;
  }

  private static List<Problem> judged(String annotations, String spec) {
    return RULES.judge(new FakeRequest(), service("m", annotations, spec));
  }

  @ParameterizedTest(name = "{0} {1} → {2}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      textBlock =
          """
          # annotations                              | predictor                                     | field                              | message
          serving.kserve.io/autoscalerClass: test    |                                               | metadata.annotations[serving.kserve.io/autoscalerClass] | [test] is not a supported autoscaler class type
          serving.kserve.io/deploymentMode: Fancy    |                                               | metadata.annotations[serving.kserve.io/deploymentMode]  | Unsupported value
                                                     | minReplicas: -1                               | spec.predictor.minReplicas         | 'MinReplicas' cannot be less than 0
                                                     | maxReplicas: -1                               | spec.predictor.maxReplicas         | 'MaxReplicas' cannot be less than 0
                                                     | minReplicas: 2, maxReplicas: 1                | spec.predictor.minReplicas         | 'MinReplicas' cannot be greater than MaxReplicas
                                                     | minReplicas: two                              | spec.predictor.minReplicas         | must be an integer
                                                     | containerConcurrency: -1                      | spec.predictor.containerConcurrency | parallelism cannot be less than 0
                                                     | canaryTrafficPercent: 101                     | spec.predictor.canaryTrafficPercent | must be between 0 and 100
                                                     | logger: {mode: InvalidMode}                   | spec.predictor.logger.mode         | invalid logger type
                                                     | logger: {storage: {path: x}}                  | spec.predictor.logger.storage      | invalid logger storage configuration
                                                     | scaleMetric: memory                           | spec.predictor.scaleMetric         | [memory] is not a supported metric
                                                     | scaleMetric: rps, scaleTarget: 0              | spec.predictor.scaleTarget         | the target for rps should be greater than 1
                                                     | deploymentStrategy: {type: Recreate}          | spec.predictor.deploymentStrategy  | customizing deploymentStrategy is only supported for raw deployment mode
                                                     | storageUris: [{uri: 's3://a'}]                | spec.predictor.storageUris         | Setting both StorageURI and StorageURIs is not supported.
          serving.kserve.io/deploymentMode: Standard, serving.kserve.io/autoscalerClass: hpa | scaleMetric: test | spec.predictor.scaleMetric   | [test] is not a supported metric
          serving.kserve.io/deploymentMode: Standard, serving.kserve.io/autoscalerClass: hpa | scaleMetric: cpu, scaleTarget: 600 | spec.predictor.scaleTarget | the target utilization percentage should be a [1-100] integer
          serving.kserve.io/deploymentMode: Standard, serving.kserve.io/autoscalerClass: hpa | autoScaling: {metrics: [{type: External}]} | spec.predictor.autoScaling.metrics[0].type | invalid HPA metric source type with value [External],valid metric source types are Resource
          serving.kserve.io/deploymentMode: Standard, serving.kserve.io/autoscalerClass: keda | scaleMetric: cpu | spec.predictor.scaleMetric | ScaleMetric is not supported for KEDA
          serving.kserve.io/deploymentMode: Standard, serving.kserve.io/autoscalerClass: keda | autoScaling: {metrics: [{type: Resource, resource: {name: cpu, target: {type: AverageValue, averageValue: 1Gi}}}]} | spec.predictor.autoScaling.metrics[0].resource.target.type | the cpu target value type should be Utilization
          serving.kserve.io/deploymentMode: Standard, serving.kserve.io/autoscalerClass: keda | autoScaling: {metrics: [{type: Resource, resource: {name: memory, target: {type: AverageValue, averageValue: 1Ki}}}]} | spec.predictor.autoScaling.metrics[0].resource.target.averageValue | the memory target value should be greater than 1 MiB
          serving.kserve.io/deploymentMode: Standard, serving.kserve.io/autoscalerClass: keda | autoScaling: {metrics: [{type: External, external: {metric: {backend: prometheus}, target: {type: Value, value: 1}}}]} | spec.predictor.autoScaling.metrics[0].external.metric.query | the query should not be empty
          """)
  void saysWhatIsWrong(
      @Nullable String annotations, @Nullable String predictor, String field, String message) {
    String spec = "predictor: {" + MODEL + (predictor == null ? "" : ", " + predictor) + "}";
    assertThat(judged(annotations == null ? "" : annotations, spec))
        .anySatisfy(
            problem -> {
              assertThat(problem.field()).isEqualTo(field);
              assertThat(problem.toString()).contains(message);
            });
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          # spec                                                                               | message
          predictor: {minReplicas: 1}                                                          | must be specified in PredictorSpec
          predictor: {sklearn: {}, xgboost: {}}                                                | must be specified in PredictorSpec
          predictor: {model: {modelFormat: {name: a}}, containers: [{name: kserve-container}]} | must be specified in PredictorSpec
          predictor: {sklearn: {}}, transformer: {minReplicas: 1}                              | exactly one of [PodSpec, ComponentExtensionSpec] must be specified in TransformerSpec
          predictor: {sklearn: {}}, explainer: {minReplicas: 1}                                | exactly one of [ART, PodSpec, ComponentExtensionSpec] must be specified in ExplainerSpec
          predictor: {sklearn: {name: x}}                                                      | the 'name' field is not allowed in standard predictor
          predictor: {sklearn: {env: [{name: PYTHONPATH, value: /x}]}}                         | setting PYTHONPATH in container
          predictor: {containers: [{name: kserve-container, env: [{name: PROTOCOL, value: x}]}]} | invalid protocol x
          predictor: {sklearn: {}, containers: [{name: transformer-container, env: [{name: STORAGE_URI, value: x}]}]} | storage uri should not be specified in transformer container
          predictor: {model: {modelFormat: {name: a}}, storageUris: [{uri: 's3://a', mountPath: models}]} | storage path must be absolute: models
          predictor: {model: {modelFormat: {name: a}}, storageUris: [{uri: 's3://a', mountPath: /a/../b}]} | storage path cannot contain '..' for security reasons
          predictor: {model: {modelFormat: {name: a}}, storageUris: [{uri: 's3://a', mountPath: /a}, {uri: 's3://b', mountPath: /b}]} | storage paths must have a common parent directory
          predictor: {model: {modelFormat: {name: a}, confidential: {enabled: true}}}          | confidential model serving requires storageUri to be set
          predictor: {model: {modelFormat: {name: a}, storageUri: x, storage: {path: y}}}      | must provide only one of storageUri and storage.path
          predictor: {model: {modelFormat: {name: a}}, workerSpec: {}}                         | StorageURI must be set for multinode enabled
          predictor: {model: {modelFormat: {name: a}, storageUri: 's3://x'}, workerSpec: {}}   | Multinode only supports 'pvc' and 'oci' Storage Protocol(s3)
          predictor: {model: {storageUri: x}}                                                  | the model's format
          transformer: {}                                                                      | a service needs a predictor
          """)
  void refusesWhatCannotBeRun(String spec, String message) {
    assertThat(Problem.join(judged("", spec))).contains(message);
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          # canaries                                                                   | message
          {predictor: {MODEL}, trafficPercent: 10}                                     | canary[0] predictor.name is required
          {predictor: {name: a, MODEL}, trafficPercent: 101}                           | canary "a" trafficPercent must be between 0 and 100, got 101
          {predictor: {name: a, MODEL, maxReplicas: 2}, trafficPercent: 10}            | canary "a" must not set maxReplicas (canary uses fixed replicas)
          {predictor: {name: a, MODEL, scaleTarget: 2}, trafficPercent: 10}            | canary "a" must not set scaleTarget (canary uses fixed replicas)
          {predictor: {name: a, MODEL, minReplicas: 3}, trafficPercent: 10}            | canary "a" minReplicas (3) must not exceed stable predictor minReplicas (1)
          {predictor: {name: a, MODEL}, trafficPercent: 60}, {predictor: {name: a, MODEL}, trafficPercent: 10} | canary predictor.name "a" is duplicated
          {predictor: {name: a, MODEL}, trafficPercent: 60}, {predictor: {name: b, MODEL}, trafficPercent: 50} | sum of canary trafficPercent values (110) must be <= 100
          """)
  void canariesHaveNamesAndSharesOfTheirOwn(String canaries, String message) {
    String spec = "predictor: {" + MODEL + "}, canary: [" + canaries.replace("MODEL", MODEL) + "]";
    assertThat(Problem.join(judged("", spec))).contains(message);
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource({"Abc", "1abc", "abc-", "a_b", "''"})
  void aNameBeginsWithALetter(String name) {
    ObjectNode made = service(name, "", "predictor: {" + MODEL + "}");
    assertThat(Problem.join(RULES.judge(new FakeRequest(), made)))
        .contains("a InferenceService name must consist of lower case alphanumeric characters");
  }

  @Test
  void allProblemsAreToldAtOnce() {
    assertThat(judged("serving.kserve.io/autoscalerClass: x", "predictor: {minReplicas: -1}"))
        .hasSize(3);
  }

  @Test
  void theModeOfARunningServiceStays() {
    ObjectNode before = service("m", "", "predictor: {" + MODEL + "}");
    before.putObject("status").put("deploymentMode", "Knative");
    ObjectNode now =
        service(
            "m", "serving.kserve.io/deploymentMode: RawDeployment", "predictor: {" + MODEL + "}");
    assertThat(Problem.join(RULES.judge(new FakeRequest().replacing(before), now)))
        .contains("update rejected: deploymentMode cannot be changed from 'Knative' to 'Standard'");
  }

  @Test
  void aPredictorsNameChangesOnlyWithItsModel() {
    ObjectNode before = service("m", "", "predictor: {" + MODEL + "}");
    ObjectNode now = service("m", "", "predictor: {name: blue, " + MODEL + "}");
    assertThat(Problem.join(RULES.judge(new FakeRequest().replacing(before), now)))
        .contains("predictor.name change requires a model change (e.g. storageUri)");
  }

  @ParameterizedTest(name = "{0}: {1}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          sklearn     |
          tensorflow  |
          xgboost     |
          pytorch     |
          triton      | v2
          onnx        | v2
          huggingface | v2
          pmml        |
          lightgbm    |
          paddle      |
          """)
  void aFrameworksBlockBecomesTheModel(String framework, @Nullable String protocol) {
    ObjectNode made =
        service("m", "", "predictor: {" + framework + ": {storageUri: 'gs://m', args: [--x]}}");
    JsonNode predictor = made.at("/spec/predictor");
    assertThat(predictor.has(framework)).isFalse();
    assertThat(predictor.at("/model/modelFormat/name").asString()).isEqualTo(framework);
    assertThat(predictor.at("/model/storageUri").asString()).isEqualTo("gs://m");
    assertThat(predictor.at("/model/args/0").asString()).isEqualTo("--x");
    assertThat(predictor.at("/model/protocolVersion").asString(""))
        .isEqualTo(protocol == null ? "" : protocol);
    assertThat(made.at("/metadata/annotations/modelFormat").asString()).isEqualTo(framework);
  }

  @ParameterizedTest(name = "{0} → {1}")
  @CsvSource({
    "RawDeployment, Standard",
    "Serverless, Knative",
    "Standard, Standard",
    "Knative, Knative"
  })
  void oldNamesOfModesAreRewritten(String written, String stored) {
    ObjectNode made =
        service("m", "serving.kserve.io/deploymentMode: " + written, "predictor: {" + MODEL + "}");
    assertThat(Json.text(made, "metadata", "annotations", Kserve.DEPLOYMENT_MODE))
        .isEqualTo(stored);
  }

  @Test
  void aDefaultModeThatIsNotKnativeIsWrittenDown() {
    ObjectNode made = FakeRequest.yaml(SERVICE.formatted("m", "", "predictor: {" + MODEL + "}"));
    RULES.complete(
        new FakeRequest()
            .with(
                """
                kind: ConfigMap
                metadata: {name: inferenceservice-config, namespace: kserve}
                data: {deploy: '{"defaultDeploymentMode": "RawDeployment"}'}
                """),
        made);
    assertThat(Json.text(made, "metadata", "annotations", Kserve.DEPLOYMENT_MODE))
        .isEqualTo("Standard");
  }

  @Test
  void theOnlyContainerOfAPredictorGetsItsNameAndTheConfiguredResources() {
    ObjectNode made =
        FakeRequest.yaml(
            SERVICE.formatted(
                "m", "", "predictor: {containers: [{image: x, resources: {limits: {cpu: '4'}}}]}"));
    RULES.complete(
        new FakeRequest()
            .with(
                """
                kind: ConfigMap
                metadata: {name: inferenceservice-config, namespace: kserve}
                data:
                  inferenceService: '{"resource": {"cpuLimit": "1", "memoryLimit": "2Gi", "cpuRequest": "1", "memoryRequest": "2Gi"}}'
                """),
        made);
    assertThat(made.at("/spec/predictor/containers/0").toString())
        .isEqualTo(
            "{\"image\":\"x\",\"resources\":{\"limits\":{\"cpu\":\"4\",\"memory\":\"2Gi\"},"
                + "\"requests\":{\"cpu\":\"1\",\"memory\":\"2Gi\"}},\"name\":\"kserve-container\"}");
  }
}
