package dev.slipway.control.fake;

import dev.slipway.base.Json;
import dev.slipway.control.Key;
import dev.slipway.control.Kinds;
import dev.slipway.control.LoopCounts;
import dev.slipway.control.ManualLoop;
import dev.slipway.control.Reconciler;
import dev.slipway.control.Resource;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// The whole loop on a [FakeCluster] with a [FakeClock], all on the test's thread.
///
/// ```java
/// try (var world = new LoopWorld(List.of(new RevisionReconciler()))) {
///   world.cluster().put(Kinds.REVISION, revision);
///   world.settle();
///   world.mustBeSettled();
/// }
/// LoopWorld.mustConverge(reconcilers, world -> world.cluster().put(…), 20, seed);
/// ```
public final class LoopWorld implements AutoCloseable {
  private static final int MAX_STEPS = 100_000;

  private final FakeClock clock = new FakeClock();
  private final FakeCluster cluster = new FakeCluster(clock);
  private final ManualLoop loop;
  private final RandomGenerator random;
  private final boolean calm;

  public LoopWorld(Collection<? extends Reconciler> reconcilers) {
    this(reconcilers, true, 0);
  }

  private LoopWorld(Collection<? extends Reconciler> reconcilers, boolean calm, long seed) {
    this.calm = calm;
    this.random = new Random(seed);
    if (!calm) {
      cluster.hold();
    }
    this.loop = new ManualLoop(cluster, List.copyOf(reconcilers), clock, clock::nanos);
  }

  /// A world in which changes are told in any order, some twice and some not at all, and work is
  /// done in any order.
  public static LoopWorld shuffled(Collection<? extends Reconciler> reconcilers, long seed) {
    return new LoopWorld(reconcilers, false, seed);
  }

  public FakeCluster cluster() {
    return cluster;
  }

  public FakeClock clock() {
    return clock;
  }

  /// As `Loop.wake`.
  public void wake(Key key) {
    loop.wake(key);
  }

  public LoopCounts counts() {
    return loop.counts();
  }

  /// Works until nothing is left to do at this moment.
  ///
  /// @throws AssertionError where the loop does not come to rest
  public void settle() {
    for (int step = 0; step < MAX_STEPS; step++) {
      boolean moved = calm ? loop.step() : anything();
      if (!moved) {
        return;
      }
    }
    throw new AssertionError("no rest after " + MAX_STEPS + " steps: " + counts());
  }

  private boolean anything() {
    return random.nextBoolean()
        ? cluster.tellAny(random) || loop.step(random)
        : loop.step(random) || cluster.tellAny(random);
  }

  /// Lets time pass, working whenever something is due.
  public void pass(Duration time) {
    settle();
    Instant end = clock.instant().plus(time);
    while (true) {
      Duration left = Duration.between(clock.instant(), end);
      Duration next = loop.untilNextDue().filter(each -> each.compareTo(left) < 0).orElse(left);
      clock.pass(next);
      settle();
      if (next.equals(left)) {
        return;
      }
    }
  }

  /// Has every object planned for again; nothing may be written.
  ///
  /// @throws AssertionError where something is
  public void mustBeSettled() {
    settle();
    long writes = counts().writes();
    long events = counts().events();
    String before = state().toPrettyString();
    loop.planAll();
    settle();
    if (counts().writes() != writes || counts().events() != events) {
      throw new AssertionError(
          "a second pass wrote "
              + (counts().writes() - writes)
              + " objects and "
              + (counts().events() - events)
              + " events; before:\n"
              + before
              + "\nafter:\n"
              + state().toPrettyString());
    }
  }

  /// Every object but Events, without what differs between two runs: uids, versions, owners' uids,
  /// times and managed fields. Names that were generated are left as they are.
  public JsonNode state() {
    ObjectNode state = Json.object();
    for (Resource each : cluster.all()) {
      if (!each.kind().equals(Kinds.EVENT)) {
        state.set(each.key().toString(), bare(each.copy()));
      }
    }
    return state;
  }

  private static JsonNode bare(ObjectNode object) {
    Json.ensureObject(object, "metadata")
        .remove(List.of("resourceVersion", "creationTimestamp", "managedFields", "generation"));
    strip(object);
    return object;
  }

  private static void strip(JsonNode node) {
    if (node instanceof ObjectNode object) {
      object.remove(
          List.of(
              "uid",
              "lastTransitionTime",
              "lastUpdateTime",
              "observedGeneration",
              "deletionTimestamp"));
    }
    node.forEach(LoopWorld::strip);
  }

  /// Runs the same story calmly once, and many times with changes told in any order; all must end
  /// in the same state, settled.
  ///
  /// @param story what happens; may call [#settle] and [#pass] in between
  /// @param seed of the first shuffled run; each failure names the one it used
  /// @throws AssertionError where an end differs
  public static void mustConverge(
      Collection<? extends Reconciler> reconcilers,
      Consumer<LoopWorld> story,
      int runs,
      long seed) {
    JsonNode expected;
    try (var world = new LoopWorld(reconcilers)) {
      story.accept(world);
      world.pass(Duration.ofSeconds(10));
      world.mustBeSettled();
      expected = world.state();
    }
    for (long each = seed; each < seed + runs; each++) {
      try (var world = shuffled(reconcilers, each)) {
        story.accept(world);
        world.pass(Duration.ofSeconds(10));
        world.mustBeSettled();
        if (!world.state().equals(expected)) {
          throw new AssertionError(
              "seed "
                  + each
                  + " ended otherwise; calmly:\n"
                  + expected.toPrettyString()
                  + "\nshuffled:\n"
                  + world.state().toPrettyString());
        }
      } catch (RuntimeException failed) {
        throw new AssertionError("seed " + each + " failed", failed);
      }
    }
  }

  @Override
  public void close() {
    loop.close();
    cluster.close();
  }
}
