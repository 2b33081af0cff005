package dev.slipway.controllers.kserve;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.base.Json;
import dev.slipway.control.Kinds;
import dev.slipway.control.Plan;
import dev.slipway.control.Resource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// Models that are fetched before a service asks for them.
final class LocalModelCacheTest {
  private static World world() {
    return World.standard()
        .put(
            LocalModelCacheReconciler.KIND,
            """
            metadata: {name: iris}
            spec: {sourceModelUri: "s3://models/iris", modelSize: 1Mi, nodeGroups: [workers]}
            """);
  }

  private static World grouped() {
    return world().put(LocalModelCacheReconciler.GROUP, "metadata: {name: workers}\nspec: {}");
  }

  private static Plan planOfNode(World world) {
    var node = Resource.of(Kinds.NODE, World.yaml("metadata: {name: slipway, uid: n}"));
    return new LocalModelNodeReconciler().plan(node, world.observed(node));
  }

  private static World kept(String state) {
    return World.standard()
        .put(
            LocalModelCacheReconciler.KIND,
            """
            metadata: {name: iris}
            spec: {sourceModelUri: "s3://models/iris", modelSize: 1Mi, nodeGroups: [workers]}
            status: {nodeStatus: {slipway: %s}}
            """
                .formatted(state));
  }

  @Test
  void aNodeListsWhatIsKeptOnIt() {
    var made = planOfNode(kept("NodeDownloaded")).kept().getFirst();
    assertThat(made.kind()).isEqualTo(LocalModelNodeReconciler.KIND);
    assertThat(Json.text(made.object(), "metadata", "name")).isEqualTo("slipway");
    assertThat(made.object().at("/spec/localModels").toString())
        .isEqualTo("[{\"modelName\":\"iris\",\"sourceModelUri\":\"s3://models/iris\"}]");
    assertThat(planOfNode(world()).kept()).as("nothing is kept anywhere").isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "NodeDownloadPending, ModelDownloadPending",
    "NodeDownloading, ModelDownloading",
    "NodeDownloaded, ModelDownloaded",
    "NodeDownloadError, ModelDownloadError",
  })
  void aNodeTellsHowFarEachModelIs(String cache, String model) {
    var world =
        kept(cache)
            .put(
                LocalModelNodeReconciler.KIND,
                """
                metadata: {name: slipway, ownerReferences: [{uid: n, controller: true}]}
                status: {modelStatus: {gone: ModelDownloaded}}
                """);
    assertThat(planOfNode(world).changed().getFirst().patch().toString())
        .isEqualTo(
            "{\"status\":{\"modelStatus\":{\"gone\":null,\"iris\":\"%s\"}}}".formatted(model));
  }

  private static Plan plan(World world) {
    var cache = Resource.of(LocalModelCacheReconciler.KIND, cache(world));
    return new LocalModelCacheReconciler().plan(cache, world.observed(cache));
  }

  private static ObjectNode cache(World world) {
    return world
        .observed(Resource.of(Kinds.NODE, World.yaml("metadata: {name: x, uid: x}")))
        .find(LocalModelCacheReconciler.KIND.key("", "iris"))
        .orElseThrow()
        .copy();
  }

  @Test
  void aPodOfTheInitializerFetchesIt() {
    var pod = plan(grouped()).kept().getLast().object();

    assertThat(Json.text(pod, "metadata", "namespace")).isEqualTo("kserve-localmodel-jobs");
    var container = pod.at("/spec/containers/0");
    assertThat(container.path("args").toString())
        .isEqualTo("[\"s3://models/iris\",\"/mnt/models\"]");
    assertThat(pod.path("spec").has("initContainers")).isFalse();
  }

  @Test
  void withoutItsGroupNothingIsFetchedAndSomebodyIsTold() {
    var plan = plan(world());

    assertThat(plan.kept()).isEmpty();
    assertThat(plan.happenings())
        .extracting(Plan.Happening::reason)
        .containsExactly("NodeGroupNotFound");
  }

  @ParameterizedTest(name = "{1}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          phase: Pending                                                               | NodeDownloadPending | 0 | 0
          phase: Running                                                               | NodeDownloading     | 0 | 0
          phase: Succeeded                                                             | NodeDownloaded      | 1 | 0
          phase: Failed                                                                | NodeDownloadError   | 0 | 1
          {phase: Running, containerStatuses: [{lastState: {terminated: {exitCode: 1}}}]} | NodeDownloadError | 0 | 1
          """)
  void theStatusFollowsThePod(String status, String state, int available, int failed) {
    World world = grouped();
    String uid = Json.text(cache(world), "metadata", "uid");
    world.put(
        Kinds.POD,
        """
        metadata:
          name: iris-fetch
          namespace: kserve-localmodel-jobs
          uid: pod
          ownerReferences: [{uid: %s, controller: true}]
        spec: {nodeName: slipway}
        status: {%s}
        """
            .formatted(uid, status.replaceAll("^\\{|\\}$", "")));

    JsonNode told = plan(world).status().orElseThrow();

    assertThat(told.at("/nodeStatus/slipway").asString()).isEqualTo(state);
    assertThat(told.at("/copies/available").asInt()).isEqualTo(available);
    assertThat(told.at("/copies/failed").asInt()).isEqualTo(failed);
  }

  @Test
  void servicesBelowTheModelAreNamed() {
    World world = grouped();
    for (var each :
        new String[] {"s3://models/iris", "s3://models/iris/v2", "s3://models/iris-2"}) {
      world.apply(
          """
          apiVersion: serving.kserve.io/v1beta1
          kind: InferenceService
          metadata: {name: m%d}
          spec: {predictor: {sklearn: {storageUri: "%s"}}}
          """
              .formatted(each.length(), each));
    }

    assertThat(
            plan(world).status().orElseThrow().path("inferenceServices").values().stream()
                .map(each -> Json.text(each, "name")))
        .containsExactlyInAnyOrder("m16", "m19");
  }
}
