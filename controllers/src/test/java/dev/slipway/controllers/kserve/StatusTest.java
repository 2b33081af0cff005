package dev.slipway.controllers.kserve;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.base.Json;
import dev.slipway.control.Kinds;
import dev.slipway.control.Resource;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// What an InferenceService says of itself, by what its children say.
///
/// Cases follow `pkg/apis/serving/v1beta1/inference_service_status.go` of kserve/kserve and its
/// test.
final class StatusTest {
  private static String service(String mode, String more) {
    return """
    apiVersion: serving.kserve.io/v1beta1
    kind: InferenceService
    metadata: {name: iris, annotations: {serving.kserve.io/deploymentMode: %s}}
    spec:
      predictor: {sklearn: {storageUri: "gs://models/iris"}}
      %s
    """
        .formatted(mode, more);
  }

  private static World world(String mode, String more) {
    World world = World.standard().apply(service(mode, more));
    world.settle("iris");
    return world;
  }

  private static void settleAll(World world) {
    for (int i = 0; i < 3; i++) {
      world.settle("iris");
    }
    assertThat(world.settle("iris")).as("a further pass changes nothing").isZero();
  }

  @ParameterizedTest(name = "{3}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      textBlock =
          """
          # counts: replicas, updated | conditions | PredictorReady | why
          0 0 | | Unknown | nothing is known of it
          1 1 | Available True MinimumReplicasAvailable ok                                                              | True    | available
          1 1 | Available True MinimumReplicasAvailable ok, Progressing True NewReplicaSetAvailable done                | True    | rolled out
          0 0 | Progressing True NewReplicaSetAvailable done                                                            | True    | rolled out, availability not told
          2 1 | Available True MinimumReplicasAvailable ok, Progressing True ReplicaSetUpdated moving                   | Unknown ReplicaSetUpdated: moving | rolling out
          3 3 | Available True MinimumReplicasAvailable ok, Progressing True ReplicaSetUpdated moving                   | True    | more pods of the same
          1 1 | Available False MinimumReplicasUnavailable few, Progressing True ReplicaSetUpdated moving               | False MinimumReplicasUnavailable: few | too few
          1 1 | Available False MinimumReplicasUnavailable few, Progressing False ProgressDeadlineExceeded late         | False MinimumReplicasUnavailable: few | availability outdoes progress
          2 1 | Available True MinimumReplicasAvailable ok, Progressing False ProgressDeadlineExceeded late             | False ProgressDeadlineExceeded: late | the deadline has passed
          1 1 | Available True MinimumReplicasAvailable ok, ReplicaFailure True FailedCreate quota                      | False FailedCreate: quota | pods are refused
          1 1 | Available True MinimumReplicasAvailable ok, ReplicaFailure False Fine ok                                | True | nothing is refused
          """)
  void readinessIsWhatTheDeploymentSays(
      String counts, @Nullable String conditions, String ready, String why) {
    World world = world("Standard", "");
    deployment(world, "iris-predictor", counts, conditions == null ? "" : conditions);
    settleAll(world);
    assertThat(world.condition("iris", "PredictorReady")).as(why).isEqualTo(ready);
    assertThat(world.condition("iris", "Ready").split(" ", -1)[0])
        .isEqualTo(ready.split(" ", -1)[0]);
    boolean holds = ready.equals("True");
    assertThat(world.service("iris").at("status", "components", "predictor").has("url"))
        .isEqualTo(holds);
    assertThat(world.service("iris").text("status", "url").isEmpty()).isNotEqualTo(holds);
    assertThat(world.condition("iris", "IngressReady"))
        .isEqualTo(holds ? "True" : ready.split(" ", -1)[0] + " Predictor ingress not created");
  }

  private static void deployment(World world, String name, String counts, String conditions) {
    var status = Json.object();
    status.put("observedGeneration", world.get(Kinds.DEPLOYMENT, name).generation());
    status.put("replicas", Integer.parseInt(counts.split(" ", -1)[0]));
    status.put("updatedReplicas", Integer.parseInt(counts.split(" ", -1)[1]));
    var told = status.putArray("conditions");
    for (var each :
        conditions.isEmpty() ? List.<String>of() : List.of(conditions.split(", ", -1))) {
      var words = each.strip().split(" ", 4);
      told.addObject()
          .put("type", words[0])
          .put("status", words[1])
          .put("reason", words[2])
          .put("message", words[3]);
    }
    world.change(Kinds.DEPLOYMENT, name, object -> object.set("status", status));
  }

  @ParameterizedTest(name = "{4}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      textBlock =
          """
          # pod status | target | transition | failure | why
          | Pending | InProgress | | no pods yet
          phase: Pending | Pending | InProgress | | a pod without containers
          initContainerStatuses: [{name: storage-initializer, state: {running: {}}}] | Loading | InProgress | | the model is being fetched
          initContainerStatuses: [{name: storage-initializer, state: {terminated: {reason: Error, exitCode: 1, message: no bucket}}}] | FailedToLoad | BlockedByFailedLoad | ModelLoadFailed 1 no bucket | fetching failed
          initContainerStatuses: [{name: storage-initializer, state: {waiting: {reason: CrashLoopBackOff}}, lastState: {terminated: {reason: Error, exitCode: 1, message: no bucket}}}] | FailedToLoad | BlockedByFailedLoad | ModelLoadFailed 1 no bucket | fetching fails over and over
          initContainerStatuses: [{name: storage-initializer, state: {terminated: {reason: Completed, exitCode: 0}}}], containerStatuses: [{name: kserve-container, ready: false, state: {waiting: {reason: PodInitializing}}}] | Pending | InProgress | | fetched, not started
          containerStatuses: [{name: kserve-container, ready: false, state: {terminated: {reason: Error, exitCode: 3, message: bad pickle}}}] | FailedToLoad | BlockedByFailedLoad | ModelLoadFailed 3 bad pickle | the server ended
          containerStatuses: [{name: kserve-container, ready: false, state: {waiting: {reason: CrashLoopBackOff}}, lastState: {terminated: {reason: Error, exitCode: 3, message: bad pickle}}}] | FailedToLoad | BlockedByFailedLoad | ModelLoadFailed 3 bad pickle | the server ends over and over
          containerStatuses: [{name: kserve-container, ready: false, state: {terminated: {reason: OOMKilled, exitCode: 137}}}] | FailedToLoad | BlockedByFailedLoad | ModelLoadFailed 137 OOMKilled | out of memory
          containerStatuses: [{name: kserve-container, ready: false, state: {waiting: {reason: ImagePullBackOff, message: no such image}}}] | FailedToLoad | BlockedByFailedLoad | RuntimeUnhealthy 0 no such image | the runtime cannot start
          """)
  void theModelsStateIsWhatItsNewestPodSays(
      @Nullable String pod,
      String target,
      String transition,
      @Nullable String failure,
      String why) {
    for (var mode : List.of("Standard", "Knative")) {
      World world = world(mode, "");
      if (mode.equals("Knative")) {
        unready(world);
      }
      if (pod != null) {
        pod(world, pod);
      }
      settleAll(world);
      Resource service = world.service("iris");
      assertThat(service.text("status", "modelStatus", "states", "targetModelState"))
          .as("%s, %s", mode, why)
          .isEqualTo(target);
      assertThat(service.text("status", "modelStatus", "transitionStatus")).isEqualTo(transition);
      JsonNode info = service.at("status", "modelStatus", "lastFailureInfo");
      if (failure == null) {
        assertThat(info.isMissingNode()).isTrue();
        continue;
      }
      assertThat(
              Json.text(info, "reason")
                  + " "
                  + info.path("exitCode").asInt()
                  + " "
                  + Json.text(info, "message"))
          .isEqualTo(failure);
      assertThat(Json.text(info, "modelRevisionName"))
          .isEqualTo(mode.equals("Knative") ? "iris-predictor-00001" : "iris-predictor");
      assertThat(service.at("status", "modelStatus", "copies").toString())
          .isEqualTo("{\"failedCopies\":1,\"totalCopies\":0}");
      assertThat(world.condition("iris", "PredictorReady"))
          .isEqualTo("False " + failure.replaceFirst(" \\d+ ", ": "));
      assertThat(world.condition("iris", "Ready")).startsWith("False ");
    }
  }

  private static void unready(World world) {
    world.status(
        Kinds.KNATIVE_SERVICE,
        "iris-predictor",
        """
        observedGeneration: %d
        latestCreatedRevisionName: iris-predictor-00001
        conditions:
        - {type: ConfigurationsReady, status: Unknown}
        - {type: Ready, status: Unknown}
        - {type: RoutesReady, status: Unknown}
        """
            .formatted(world.get(Kinds.KNATIVE_SERVICE, "iris-predictor").generation()));
  }

  private static void pod(World world, String status) {
    world.put(
        Kinds.POD,
        """
        metadata:
          name: iris-pod
          labels:
            app: isvc.iris-predictor
            serving.knative.dev/revision: iris-predictor-00001
        status: {%s}
        """
            .formatted(status));
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      textBlock =
          """
          # runtime | reason of the failure | KServe's words for it
          off     | RuntimeDisabled      | Specified runtime is disabled
          missing | RuntimeNotRecognized | Waiting for runtime to become available
          """)
  void aRuntimeThatCannotBeUsedIsToldAsInvalidSpec(String name, String reason, String message) {
    World world =
        World.standard()
            .put(
                Kinds.SERVING_RUNTIME,
                """
                metadata: {name: off}
                spec:
                  disabled: true
                  supportedModelFormats: [{name: sklearn, autoSelect: true}]
                  containers: [{name: kserve-container, image: x}]
                """);
    world.apply(
        """
        apiVersion: serving.kserve.io/v1beta1
        kind: InferenceService
        metadata: {name: iris}
        spec:
          predictor:
            model: {modelFormat: {name: sklearn}, runtime: %s, storageUri: "gs://models/iris"}
        """
            .formatted(name));
    settleAll(world);
    Resource service = world.service("iris");
    assertThat(service.text("status", "modelStatus", "transitionStatus")).isEqualTo("InvalidSpec");
    assertThat(service.text("status", "modelStatus", "states", "targetModelState"))
        .isEqualTo("FailedToLoad");
    assertThat(service.text("status", "modelStatus", "lastFailureInfo", "reason"))
        .isEqualTo(reason);
    assertThat(service.text("status", "modelStatus", "lastFailureInfo", "message"))
        .isEqualTo(message);
    assertThat(world.condition("iris", "PredictorReady")).contains(name);
  }

  @Test
  void everyComponentHasItsConditionsAndTheServiceTheirSum() {
    World world =
        world(
            "Knative",
            """
            transformer: {containers: [{image: own}]}
              explainer: {containers: [{image: own}]}
            """);
    for (var part : List.of("predictor", "transformer", "explainer")) {
      KnativeModeTest.ready(
          world,
          "iris-" + part,
          "iris-" + part + "-00001",
          "iris-" + part + "-00001",
          "[{revisionName: iris-" + part + "-00001, latestRevision: true, percent: 100}]");
    }
    settleAll(world);
    assertThat(conditions(world))
        .containsExactly(
            "ExplainerConfigurationReady True Info",
            "ExplainerReady True Info",
            "ExplainerRoutesReady True Info",
            "IngressReady True ",
            "LatestDeploymentReady True Info",
            "PredictorConfigurationReady True Info",
            "PredictorReady True ",
            "PredictorRouteReady True Info",
            "Ready True ",
            "RoutesReady True Info",
            "Stopped False Info",
            "TransformerConfigurationReady True Info",
            "TransformerReady True Info",
            "TransformerRouteReady True Info");
    Resource service = world.service("iris");
    for (var part : List.of("predictor", "transformer", "explainer")) {
      JsonNode component = service.at("status", "components", part);
      assertThat(component.propertyNames())
          .containsExactlyInAnyOrder(
              "latestCreatedRevision",
              "latestReadyRevision",
              "latestRolledoutRevision",
              "address",
              "url",
              "traffic");
      assertThat(Json.text(component, "url"))
          .isEqualTo("http://iris-" + part + ".default.localhost");
    }
    world.change(
        Kinds.KNATIVE_SERVICE,
        "iris-transformer",
        object ->
            object
                .withArray("/status/conditions")
                .forEach(
                    each ->
                        ((ObjectNode) each)
                            .put("status", "False")
                            .put("reason", "RevisionFailed")));
    settleAll(world);
    assertThat(world.condition("iris", "TransformerReady")).isEqualTo("False RevisionFailed");
    assertThat(world.condition("iris", "RoutesReady"))
        .isEqualTo("False TransformerRouteReady not ready");
    assertThat(world.condition("iris", "LatestDeploymentReady"))
        .isEqualTo("False TransformerConfigurationReady not ready");
    assertThat(world.condition("iris", "IngressReady"))
        .isEqualTo("False Transformer ingress not created");
    assertThat(world.condition("iris", "Ready"))
        .startsWith("False Transformer ingress not created");
    assertThat(world.events)
        .contains("InferenceServiceReady: InferenceService [iris] is Ready")
        .anyMatch(
            each ->
                each.startsWith(
                    "InferenceServiceNotReady: InferenceService [iris] is no longer Ready because"
                        + " of: "));
  }

  private static List<String> conditions(World world) {
    return world.service("iris").at("status", "conditions").values().stream()
        .map(
            each ->
                Json.text(each, "type")
                    + " "
                    + Json.text(each, "status")
                    + " "
                    + Json.text(each, "severity"))
        .collect(Collectors.toList());
  }
}
