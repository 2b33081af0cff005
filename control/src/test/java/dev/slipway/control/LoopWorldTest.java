package dev.slipway.control;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.base.Json;
import dev.slipway.control.fake.LoopWorld;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.node.ObjectNode;

class LoopWorldTest {
  private static final Key WEB = Kinds.DEPLOYMENT.key("default", "web");

  private final LoopWorld world = new LoopWorld(Shop.reconcilers());

  @AfterEach
  void close() {
    world.close();
  }

  private void open(int replicas) {
    world.cluster().create(Kinds.DEPLOYMENT, Shop.deployment("web", replicas));
    world.settle();
  }

  private List<String> names(Kind kind) {
    return world.cluster().list(kind, "default").stream().map(Resource::name).toList();
  }

  private Resource get(Key key) {
    return world.cluster().get(key).orElseThrow();
  }

  private void scale(int replicas) {
    ObjectNode patch = Json.object();
    patch.putObject("spec").put("replicas", replicas);
    world.cluster().mergePatch(WEB, "scale", patch);
    world.settle();
  }

  @Test
  void childrenAreMadeWithTheirOwner() {
    open(2);
    assertThat(names(Kinds.CONFIG_MAP)).containsExactly("web-0", "web-1");
    Resource child = get(Kinds.CONFIG_MAP.key("default", "web-0"));
    assertThat(child.controllerUid()).isEqualTo(get(WEB).uid());
    assertThat(
            child.at("metadata", "ownerReferences").path(0).path("blockOwnerDeletion").asBoolean())
        .isTrue();
  }

  @Test
  void statusSaysWhatIsThere() {
    open(2);
    assertThat(get(WEB).status().path("replicas").asInt()).isEqualTo(2);
    assertThat(get(WEB).condition("Available")).isEqualTo("True");
  }

  @Test
  void aSecondPassChangesNothing() {
    open(3);
    world.mustBeSettled();
  }

  @Test
  void childrenNoLongerKeptAreDeleted() {
    open(3);
    scale(1);
    assertThat(names(Kinds.CONFIG_MAP)).containsExactly("web-0");
    assertThat(get(WEB).status().path("replicas").asInt()).isEqualTo(1);
    world.mustBeSettled();
  }

  @Test
  void aChildThatIsTamperedWithIsMended() {
    open(1);
    Key child = Kinds.CONFIG_MAP.key("default", "web-0");
    ObjectNode patch = Json.object();
    patch.putObject("data").put("color", "pink");
    world.cluster().mergePatch(child, "", patch);
    world.settle();
    assertThat(get(child).text("data", "color")).isEqualTo("grey");
  }

  @Test
  void aChildThatIsDeletedComesBack() {
    open(2);
    world.cluster().delete(Kinds.CONFIG_MAP.key("default", "web-1"), Json.object());
    world.settle();
    assertThat(names(Kinds.CONFIG_MAP)).containsExactly("web-0", "web-1");
  }

  @Test
  void whatOthersAddToAChildStays() {
    open(1);
    Key child = Kinds.CONFIG_MAP.key("default", "web-0");
    ObjectNode patch = Json.object();
    patch.putObject("data").put("note", "theirs");
    world.cluster().mergePatch(child, "", patch);
    world.settle();
    assertThat(get(child).text("data", "note")).isEqualTo("theirs");
    world.mustBeSettled();
  }

  @Test
  void whatAPlanReadHasItMadeAgain() {
    open(1);
    world.cluster().put(Kinds.SECRET, paint("red"));
    world.settle();
    Key child = Kinds.CONFIG_MAP.key("default", "web-0");
    assertThat(get(child).text("data", "color")).isEqualTo("red");
    world.cluster().update(Kinds.SECRET, paint("blue"));
    world.settle();
    assertThat(get(child).text("data", "color")).isEqualTo("blue");
    world.cluster().delete(Kinds.SECRET.key("default", "paint"), Json.object());
    world.settle();
    assertThat(get(child).text("data", "color")).isEqualTo("grey");
  }

  private static ObjectNode paint(String color) {
    return Json.parseObject(
        """
        {"metadata": {"name": "paint"}, "data": {"color": "%s"}}
        """
            .formatted(color));
  }

  @Test
  void aListIsFollowedAsObjectsJoinAndLeaveIt() {
    open(2);
    Key count = Kinds.ENDPOINTS.key("default", "web-count");
    assertThat(get(count).at("subsets", "count").asInt()).isEqualTo(2);
    ObjectNode stray = Json.object();
    stray.putObject("metadata").put("name", "stray").putObject("labels").put("shop", "web");
    world.cluster().create(Kinds.CONFIG_MAP, stray);
    world.settle();
    assertThat(get(count).at("subsets", "count").asInt()).isEqualTo(3);
    Json.ensureObject(stray, "metadata", "labels").put("shop", "other");
    world.cluster().update(Kinds.CONFIG_MAP, stray);
    world.settle();
    assertThat(get(count).at("subsets", "count").asInt()).isEqualTo(2);
  }

  @Test
  void whatConcernsNobodyPlansNothing() {
    open(1);
    long plans = world.counts().plans();
    ObjectNode other = Json.object();
    other.putObject("metadata").put("name", "other");
    world.cluster().create(Kinds.SECRET, other);
    world.settle();
    assertThat(world.counts().plans()).isEqualTo(plans);
  }

  @Test
  void aRefusalIsToldRetriedAndForgotten() {
    Key child = Kinds.CONFIG_MAP.key("default", "web-0");
    world.cluster().refuse(child, new ClusterException(403, "Forbidden", "exceeded quota"));
    open(2);
    assertThat(names(Kinds.CONFIG_MAP)).containsExactly("web-1");
    world.pass(Duration.ofSeconds(1));
    assertThat(events())
        .contains("Warning FailedUpdate Error updating: configmaps web-0: exceeded quota");
    world.cluster().relent(child);
    world.pass(Duration.ofSeconds(60));
    assertThat(names(Kinds.CONFIG_MAP)).containsExactly("web-0", "web-1");
    world.mustBeSettled();
  }

  private List<String> events() {
    return world.cluster().list(Kinds.EVENT, "default").stream()
        .map(each -> each.text("type") + " " + each.text("reason") + " " + each.text("message"))
        .toList();
  }

  @Test
  void anEventThatRepeatsCountsUp() {
    Key child = Kinds.CONFIG_MAP.key("default", "web-0");
    world.cluster().refuse(child, new ClusterException(403, "Forbidden", "exceeded quota"));
    open(1);
    world.pass(Duration.ofSeconds(5));
    var warnings =
        world.cluster().list(Kinds.EVENT, "default").stream()
            .filter(each -> each.text("type").equals("Warning"))
            .toList();
    assertThat(warnings).hasSize(1);
    Resource warning = warnings.getFirst();
    assertThat(warning.at("count").asInt()).isBetween(2, 25);
    assertThat(warning.text("source", "component")).isEqualTo("deployment-controller");
    assertThat(warning.text("involvedObject", "uid")).isEqualTo(get(WEB).uid());
    assertThat(warning.text("lastTimestamp")).isGreaterThan(warning.text("firstTimestamp"));
  }

  @Test
  void anEventOfTwoPlansInARowIsToldOnce() {
    Key child = Kinds.CONFIG_MAP.key("default", "web-0");
    world.cluster().refuse(child, new ClusterException(403, "Forbidden", "exceeded quota"));
    open(1);
    world.pass(Duration.ofSeconds(5));
    assertThat(
            world.cluster().list(Kinds.EVENT, "default").stream()
                .filter(each -> each.text("reason").equals("Building"))
                .map(each -> each.at("count").asInt()))
        .containsExactly(1);
  }

  @Test
  void anObjectThatIsAnothersIsLeftAlone() {
    ObjectNode taken = Json.object();
    ObjectNode metadata = taken.putObject("metadata").put("name", "web-0");
    metadata.putArray("ownerReferences").addObject().put("uid", "theirs").put("controller", true);
    taken.putObject("data").put("color", "theirs");
    world.cluster().put(Kinds.CONFIG_MAP, taken);
    open(1);
    Resource still = get(Kinds.CONFIG_MAP.key("default", "web-0"));
    assertThat(still.text("data", "color")).isEqualTo("theirs");
    assertThat(events()).anyMatch(each -> each.contains("is controlled by another object"));
  }

  @Test
  void nothingIsMadeForAnObjectThatIsBeingDeleted() {
    ObjectNode leaving = Shop.deployment("web", 2);
    Json.ensureObject(leaving, "metadata").putArray("finalizers").add("example.com/wait");
    world.cluster().create(Kinds.DEPLOYMENT, leaving);
    world.cluster().delete(WEB, Json.object());
    world.settle();
    assertThat(names(Kinds.CONFIG_MAP)).isEmpty();
  }

  @Test
  void aKindThatComesLaterIsTakenUp() {
    var late = Kind.namespaced("late.example", "v1", "Late", "lates");
    try (var other = new LoopWorld(List.of(new Follows(late)))) {
      other.settle();
      other.cluster().serve(late);
      ObjectNode object = Json.object();
      object.putObject("metadata").put("name", "one");
      other.cluster().create(late, object);
      other.settle();
      assertThat(other.cluster().get(Kinds.CONFIG_MAP.key("default", "one"))).isPresent();
    }
  }

  private record Follows(Kind kind) implements Reconciler {
    @Override
    public Set<Kind> children() {
      return Set.of(Kinds.CONFIG_MAP);
    }

    @Override
    public Plan plan(Resource primary, Observed observed) {
      ObjectNode object = Json.object();
      object.putObject("metadata").put("name", primary.name());
      return new Plan().keep(Kinds.CONFIG_MAP, object);
    }
  }

  @Test
  void aPlanThatFailsHoldsUpNobody() {
    try (var other = new LoopWorld(List.of(new Fails()))) {
      other.cluster().create(Kinds.DEPLOYMENT, Shop.deployment("bad", 1));
      other.cluster().create(Kinds.DEPLOYMENT, Shop.deployment("good", 1));
      other.pass(Duration.ofSeconds(1));
      assertThat(other.cluster().get(Kinds.CONFIG_MAP.key("default", "good"))).isPresent();
      assertThat(other.counts().failures()).isBetween(5L, 12L);
    }
  }

  private static final class Fails implements Reconciler {
    @Override
    public Kind kind() {
      return Kinds.DEPLOYMENT;
    }

    @Override
    public Set<Kind> children() {
      return Set.of(Kinds.CONFIG_MAP);
    }

    @Override
    public Plan plan(Resource primary, Observed observed) {
      if (primary.name().equals("bad")) {
        throw new IllegalStateException("no plan for this");
      }
      ObjectNode object = Json.object();
      object.putObject("metadata").put("name", primary.name());
      return new Plan().keep(Kinds.CONFIG_MAP, object);
    }
  }

  @Test
  void anyOrderOfChangesEndsInTheSameState() {
    LoopWorld.mustConverge(
        Shop.reconcilers(),
        story -> {
          story.cluster().create(Kinds.DEPLOYMENT, Shop.deployment("web", 2));
          story.cluster().create(Kinds.DEPLOYMENT, Shop.deployment("api", 1));
          story.settle();
          story.cluster().put(Kinds.SECRET, paint("red"));
          story.cluster().update(Kinds.DEPLOYMENT, Shop.deployment("web", 4));
          story.cluster().update(Kinds.DEPLOYMENT, Shop.deployment("web", 1));
          story.cluster().delete(Kinds.CONFIG_MAP.key("default", "api-0"), Json.object());
          story.settle();
          story.cluster().delete(Kinds.DEPLOYMENT.key("default", "api"), Json.object());
          story.cluster().list(Kinds.SERVICE, "", Map.of());
        },
        40,
        1);
  }
}
