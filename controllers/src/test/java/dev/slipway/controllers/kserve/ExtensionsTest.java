package dev.slipway.controllers.kserve;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.control.Kind;
import dev.slipway.control.Kinds;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

/// `ComponentExtensionSpec`, field by field: what it becomes for a predictor, a transformer and an
/// explainer alike.
///
/// Source: `pkg/apis/serving/v1beta1/component.go` of kserve/kserve, and the reconcilers that read
/// it.
final class ExtensionsTest {
  private static final Map<String, Kind> CHILDREN =
      Map.of(
          "ksvc", Kinds.KNATIVE_SERVICE,
          "deployment", Kinds.DEPLOYMENT,
          "service", Kinds.SERVICE,
          "hpa", Kinds.HORIZONTAL_POD_AUTOSCALER,
          "route", Kinds.HTTP_ROUTE);

  private static World world(String mode, String field) {
    World world =
        World.standard()
            .apply(
                """
                apiVersion: serving.kserve.io/v1beta1
                kind: InferenceService
                metadata:
                  name: iris
                  labels: {team: service, owner: service}
                  annotations: {serving.kserve.io/deploymentMode: %1$s, note: service}
                spec:
                  predictor: {sklearn: {storageUri: "gs://models/iris"}%2$s}
                  transformer: {containers: [{name: kserve-container, image: own}]%2$s}
                  explainer: {containers: [{name: kserve-container, image: own}]%2$s}
                """
                    .formatted(mode, field.equals("-") ? "" : ", " + field));
    world.settle("iris");
    return world;
  }

  @ParameterizedTest(name = "{0} {1} → {2} {3}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      textBlock =
          """
          Knative  | -                        | ksvc       | /spec/template/metadata/annotations/autoscaling.knative.dev~1min-scale | "1"
          Knative  | minReplicas: 0           | ksvc       | /spec/template/metadata/annotations/autoscaling.knative.dev~1min-scale | "0"
          Knative  | maxReplicas: 5           | ksvc       | /spec/template/metadata/annotations/autoscaling.knative.dev~1max-scale | "5"
          Knative  | maxReplicas: 0           | ksvc       | /spec/template/metadata/annotations/autoscaling.knative.dev~1max-scale |
          Knative  | scaleTarget: 9           | ksvc       | /spec/template/metadata/annotations/autoscaling.knative.dev~1target    | "9"
          Knative  | scaleMetric: rps         | ksvc       | /spec/template/metadata/annotations/autoscaling.knative.dev~1metric    | "rps"
          Knative  | containerConcurrency: 4  | ksvc       | /spec/template/spec/containerConcurrency        | 4
          Knative  | timeout: 45              | ksvc       | /spec/template/spec/timeoutSeconds              | 45
          Knative  | timeout: 45              | ksvc       | /spec/template/spec/responseStartTimeoutSeconds | 45
          Knative  | -                        | ksvc       | /spec/traffic                                   | [{"latestRevision":true,"percent":100}]
          Knative  | canaryTrafficPercent: 20 | ksvc       | /spec/traffic                                   | [{"latestRevision":true,"percent":100}]
          Knative  | labels: {team: own}      | ksvc       | /spec/template/metadata/labels/team             | "own"
          Knative  | labels: {team: own}      | ksvc       | /spec/template/metadata/labels/owner            | "service"
          Knative  | annotations: {note: own} | ksvc       | /spec/template/metadata/annotations/note        | "own"
          Knative  | nodeSelector: {disk: ssd} | ksvc      | /spec/template/spec/nodeSelector                | {"disk":"ssd"}
          Knative  | serviceAccountName: reader | ksvc     | /spec/template/spec/serviceAccountName          | "reader"
          Knative  | logger: {url: 'http://sink', mode: all}      | ksvc | /spec/template/metadata/annotations/internal.serving.kserve.io~1logger          | "true"
          Knative  | logger: {url: 'http://sink', mode: all}      | ksvc | /spec/template/metadata/annotations/internal.serving.kserve.io~1logger-sink-url | "http://sink"
          Knative  | logger: {url: 'http://sink', mode: request}  | ksvc | /spec/template/metadata/annotations/internal.serving.kserve.io~1logger-mode     | "request"
          Knative  | logger: {mode: all, metadataHeaders: [a, b]} | ksvc | /spec/template/metadata/annotations/internal.serving.kserve.io~1logger-metadata-headers | "a,b"
          Knative  | logger: {mode: all, metadataAnnotations: [c]} | ksvc | /spec/template/metadata/annotations/internal.serving.kserve.io~1logger-metadata-annotations | "c"
          Knative  | batcher: {maxBatchSize: 8, maxLatency: 50}   | ksvc | /spec/template/metadata/annotations/internal.serving.kserve.io~1batcher               | "true"
          Knative  | batcher: {maxBatchSize: 8, maxLatency: 50}   | ksvc | /spec/template/metadata/annotations/internal.serving.kserve.io~1batcher-max-batchsize | "8"
          Knative  | batcher: {maxBatchSize: 8, maxLatency: 50}   | ksvc | /spec/template/metadata/annotations/internal.serving.kserve.io~1batcher-max-latency   | "50"
          Standard | -                        | deployment | /spec/replicas                                  |
          Standard | -                        | deployment | /spec/strategy                                  | {"type":"RollingUpdate","rollingUpdate":{"maxSurge":"25%","maxUnavailable":"25%"}}
          Standard | deploymentStrategy: {type: Recreate} | deployment | /spec/strategy                      | {"type":"Recreate"}
          Standard | annotations: {serving.kserve.io/autoscalerClass: none}, minReplicas: 2 | deployment | /spec/replicas | 2
          Standard | labels: {team: own}      | deployment | /spec/template/metadata/labels/team             | "own"
          Standard | annotations: {note: own} | deployment | /spec/template/metadata/annotations/note        | "own"
          Standard | -                        | service    | /spec/ports/0/port                              | 80
          Standard | -                        | hpa        | /spec/minReplicas                               | 1
          Standard | minReplicas: 0           | hpa        | /spec/minReplicas                               | 1
          Standard | minReplicas: 3           | hpa        | /spec/minReplicas                               | 3
          Standard | minReplicas: 3           | hpa        | /spec/maxReplicas                               | 3
          Standard | maxReplicas: 5           | hpa        | /spec/maxReplicas                               | 5
          Standard | -                        | hpa        | /spec/metrics/0/resource                        | {"name":"cpu","target":{"type":"Utilization","averageUtilization":80}}
          Standard | scaleTarget: 60          | hpa        | /spec/metrics/0/resource                        | {"name":"cpu","target":{"type":"Utilization","averageUtilization":60}}
          Standard | scaleMetric: memory, scaleTarget: 70 | hpa | /spec/metrics/0/resource                   | {"name":"memory","target":{"type":"Utilization","averageUtilization":70}}
          Standard | autoScaling: {metrics: [{type: Resource, resource: {name: cpu, target: {type: Utilization, averageUtilization: 40}}}]} | hpa | /spec/metrics/0/resource/target | {"type":"Utilization","averageUtilization":40}
          Standard | autoScaling: {metrics: [{type: Resource, resource: {name: memory, target: {type: AverageValue, averageValue: 1Gi}}}]} | hpa | /spec/metrics/0/resource/target | {"type":"AverageValue","averageValue":"1Gi"}
          Standard | autoScaling: {metrics: [], behavior: {scaleDown: {stabilizationWindowSeconds: 9}}} | hpa | /spec/behavior | {"scaleDown":{"stabilizationWindowSeconds":9}}
          Standard | timeout: 45              | route      | /spec/rules/0/timeouts/request                  | "45s"
          Standard | -                        | route      | /spec/rules/0/timeouts/request                  | "60s"
          """)
  void aFieldIsTheSameForEveryComponent(
      String mode, String field, String child, String where, @Nullable String is) {
    World world = world(mode, field);
    for (var part : List.of("predictor", "transformer", "explainer")) {
      var kind = requireNonNull(CHILDREN.get(child));
      JsonNode found = world.get(kind, "iris-" + part).tree().at(where);
      if (is == null) {
        assertThat(found.isMissingNode()).as(part).isTrue();
      } else {
        assertThat(found).as(part).hasToString(is);
      }
    }
  }
}
