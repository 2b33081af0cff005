package dev.slipway.controllers.kserve;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.api.kserve.InferenceServiceRules;
import dev.slipway.api.kserve.Kserve;
import dev.slipway.base.Json;
import dev.slipway.control.Kind;
import dev.slipway.control.Kinds;
import dev.slipway.control.Plan;
import dev.slipway.control.Reconciler;
import dev.slipway.control.Resource;
import dev.slipway.control.fake.LoopWorld;
import dev.slipway.controllers.apps.AppsControllers;
import dev.slipway.controllers.knative.KnativeControllers;
import dev.slipway.controllers.knative.KnativeSettings;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.node.ObjectNode;

/// InferenceServices with everything below them: Knative, Deployments, and pods that a hand beside
/// the loop makes ready.
final class WholeLoopTest {
  private static List<Reconciler> all() {
    var all = new ArrayList<Reconciler>(KserveControllers.all(KserveSettings.standard()));
    all.addAll(KnativeControllers.all(new KnativeSettings("localhost", "http", 80)));
    all.addAll(AppsControllers.all());
    return all;
  }

  private static LoopWorld world() {
    var world = new LoopWorld(all());
    runtimes(world);
    return world;
  }

  private static void runtimes(LoopWorld world) {
    for (Kind each :
        List.of(
            StorageInitializer.STORAGE_CONTAINER,
            TrainedModels.KIND,
            LocalModelCacheReconciler.KIND,
            LocalModelCacheReconciler.GROUP,
            InferenceServiceReconciler.SCALED_OBJECT)) {
      world.cluster().serve(each);
    }
    for (Plan.Kept each : BuiltinRuntimes.all()) {
      world.cluster().put(each.kind(), each.object().deepCopy());
    }
  }

  private static void apply(LoopWorld world, String mode, String more, int model) {
    ObjectNode service =
        World.yaml(
            """
            apiVersion: serving.kserve.io/v1beta1
            kind: InferenceService
            metadata: {name: iris, namespace: default, annotations: {serving.kserve.io/deploymentMode: %s}}
            spec:
              predictor:
                %s
                sklearn: {storageUri: "gs://models/iris-%d"}
            """
                .formatted(mode, more, model));
    var rules = new InferenceServiceRules(Kserve.Mode.KNATIVE);
    rules.complete(World.standard(), service);
    if (world.cluster().get(Kinds.INFERENCE_SERVICE.key("default", "iris")).isPresent()) {
      world.cluster().update(Kinds.INFERENCE_SERVICE, service);
    } else {
      world.cluster().create(Kinds.INFERENCE_SERVICE, service);
    }
    world.settle();
  }

  /// Runs every pod there is, and tells Knative's autoscaler's verdict.
  private static void run(LoopWorld world) {
    for (int round = 0; round < 5; round++) {
      for (Resource pod : world.cluster().list(Kinds.POD, "default")) {
        if (!pod.isTrue("Ready")) {
          status(world, pod, READY_POD);
        }
      }
      for (Resource scaler : world.cluster().list(Kinds.POD_AUTOSCALER, "default")) {
        status(world, scaler, ACTIVE);
      }
      world.settle();
    }
  }

  private static final String READY_POD =
      """
      phase: Running
      conditions: [{type: Ready, status: "True"}]
      containerStatuses: [{name: kserve-container, ready: true, state: {running: {}}}]
      """;

  private static final String ACTIVE =
      """
      conditions:
      - {type: Active, status: "True"}
      - {type: Ready, status: "True"}
      - {type: SKSReady, status: "True"}
      - {type: ScaleTargetInitialized, status: "True"}
      """;

  private static void status(LoopWorld world, Resource object, String status) {
    ObjectNode changed = object.copy();
    changed.set("status", World.yaml(status));
    Json.ensureObject(changed, "metadata").remove("resourceVersion");
    world.cluster().updateStatus(object.kind(), changed);
  }

  private static Resource iris(LoopWorld world) {
    return world.cluster().get(Kinds.INFERENCE_SERVICE.key("default", "iris")).orElseThrow();
  }

  @Test
  void aServiceBecomesReadyThroughKnative() {
    try (var world = world()) {
      apply(world, "Knative", "minReplicas: 1", 1);
      assertThat(iris(world).condition("Ready")).isNotEqualTo("True");
      run(world);
      assertThat(iris(world).status().toString()).contains("\"type\":\"Ready\"");
      assertThat(iris(world).isTrue("Ready")).as(iris(world).status().toPrettyString()).isTrue();
      assertThat(iris(world).text("status", "modelStatus", "states", "targetModelState"))
          .isEqualTo("Loaded");
      assertThat(iris(world).at("status", "modelStatus", "copies", "totalCopies").asInt())
          .isEqualTo(1);
      world.mustBeSettled();
    }
  }

  @Test
  void aServiceBecomesReadyThroughDeployments() {
    try (var world = world()) {
      apply(world, "Standard", "minReplicas: 1", 1);
      run(world);
      assertThat(iris(world).isTrue("Ready")).as(iris(world).status().toPrettyString()).isTrue();
      assertThat(iris(world).text("status", "url")).isEqualTo("http://iris.default.localhost");
      world.mustBeSettled();
    }
  }

  @Test
  void aNewModelIsANewRevisionThatGetsItsShare() {
    try (var world = world()) {
      apply(world, "Knative", "minReplicas: 1", 1);
      run(world);
      apply(world, "Knative", "canaryTrafficPercent: 10", 2);
      run(world);
      assertThat(splits(world)).isEqualTo("[10 iris-predictor-00002, 90 iris-predictor-00001]");
      apply(world, "Knative", "canaryTrafficPercent: 50", 2);
      run(world);
      assertThat(splits(world)).isEqualTo("[50 iris-predictor-00002, 50 iris-predictor-00001]");
      apply(world, "Knative", "minReplicas: 1", 2);
      run(world);
      assertThat(splits(world)).isEqualTo("[100 iris-predictor-00002]");
      world.mustBeSettled();
    }
  }

  @Test
  void aModelThatDoesNotLoadGetsNoRequestsAndIsTold() {
    try (var world = world()) {
      apply(world, "Knative", "minReplicas: 1", 1);
      run(world);
      apply(world, "Knative", "minReplicas: 1", 2);
      Resource pod =
          world.cluster().list(Kinds.POD, "default").stream()
              .filter(each -> !each.isTrue("Ready"))
              .findFirst()
              .orElseThrow();
      status(
          world,
          pod,
          """
          phase: Pending
          initContainerStatuses:
          - name: storage-initializer
            state: {waiting: {reason: CrashLoopBackOff}}
            lastState: {terminated: {reason: Error, exitCode: 1, message: "gs://models/iris-2: no such object"}}
          """);
      world.settle();
      assertThat(splits(world)).isEqualTo("[100 iris-predictor-00001]");
      Resource iris = iris(world);
      assertThat(iris.condition("Ready")).isEqualTo("False");
      assertThat(Json.text(iris.conditionNode("Ready"), "message"))
          .isEqualTo("gs://models/iris-2: no such object");
      assertThat(iris.text("status", "modelStatus", "transitionStatus"))
          .isEqualTo("BlockedByFailedLoad");
      assertThat(iris.text("status", "modelStatus", "states", "activeModelState"))
          .isEqualTo("Loaded");
      assertThat(iris.text("status", "modelStatus", "lastFailureInfo", "reason"))
          .isEqualTo("ModelLoadFailed");
      assertThat(iris.text("status", "modelStatus", "lastFailureInfo", "modelRevisionName"))
          .isEqualTo("iris-predictor-00002");
      assertThat(world.cluster().list(Kinds.EVENT, "default"))
          .filteredOn(each -> each.text("involvedObject", "kind").equals("InferenceService"))
          .filteredOn(each -> each.text("reason").equals("ModelLoadFailed"))
          .singleElement()
          .satisfies(
              each -> {
                assertThat(each.text("type")).isEqualTo("Warning");
                assertThat(each.text("message")).isEqualTo("gs://models/iris-2: no such object");
              });
      world.mustBeSettled();
    }
  }

  @Test
  void whateverTheOrderOfEventsTheEndIsTheSame() {
    LoopWorld.mustConverge(
        all(),
        world -> {
          runtimes(world);
          apply(world, "Knative", "minReplicas: 1", 1);
          run(world);
          apply(world, "Knative", "canaryTrafficPercent: 20", 2);
          run(world);
        },
        5,
        42);
  }

  private static String splits(LoopWorld world) {
    return world
        .cluster()
        .get(Kinds.KNATIVE_INGRESS.key("default", "iris"))
        .orElseThrow()
        .spec()
        .at("/rules/0/http/paths/0/splits")
        .values()
        .stream()
        .map(each -> each.path("percent").asInt() + " " + Json.text(each, "serviceName"))
        .toList()
        .toString();
  }
}
