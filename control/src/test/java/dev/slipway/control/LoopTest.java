package dev.slipway.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.slipway.base.Json;
import dev.slipway.control.fake.FakeCluster;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import tools.jackson.databind.node.ObjectNode;

/// The loop with its threads.
@Timeout(120)
class LoopTest {
  private final FakeCluster cluster = new FakeCluster(InstantSource.system());

  @Test
  void bringsTheWorldAboutAndKeepsIt() {
    try (var loop = Loop.start(cluster, Shop.reconcilers(), InstantSource.system())) {
      for (int i = 0; i < 20; i++) {
        cluster.create(Kinds.DEPLOYMENT, Shop.deployment("web-" + i, 3));
      }
      await()
          .atMost(Duration.ofSeconds(60))
          .untilAsserted(
              () -> {
                assertThat(cluster.list(Kinds.CONFIG_MAP, "")).hasSize(60);
                assertThat(cluster.list(Kinds.DEPLOYMENT, ""))
                    .allMatch(each -> each.isTrue("Available"));
                assertThat(loop.isIdle()).isTrue();
              });
      long writes = loop.counts().writes();
      long plans = loop.counts().plans();
      loop.planAll();
      await().until(() -> loop.counts().plans() >= plans + 40 && loop.isIdle());
      assertThat(loop.counts().writes()).isEqualTo(writes);
    }
  }

  /// Notes who is being planned for, and how often at once.
  private static final class Busy implements Reconciler {
    final Map<String, AtomicInteger> now = new ConcurrentHashMap<>();
    final Map<String, AtomicInteger> plans = new ConcurrentHashMap<>();
    final AtomicInteger twice = new AtomicInteger();
    final CountDownLatch stuck = new CountDownLatch(1);

    @Override
    public Kind kind() {
      return Kinds.CONFIG_MAP;
    }

    @Override
    public Set<Kind> children() {
      return Set.of();
    }

    @Override
    public Plan plan(Resource primary, Observed observed) {
      var count = now.computeIfAbsent(primary.name(), _ -> new AtomicInteger());
      if (count.incrementAndGet() > 1) {
        twice.incrementAndGet();
      }
      if (primary.name().equals("stuck")) {
        awaitEnd();
      }
      plans.computeIfAbsent(primary.name(), _ -> new AtomicInteger()).incrementAndGet();
      count.decrementAndGet();
      return new Plan();
    }

    int count(String name) {
      return plans.getOrDefault(name, new AtomicInteger()).get();
    }

    private void awaitEnd() {
      try {
        stuck.await();
      } catch (InterruptedException _) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private static ObjectNode object(String name, int number) {
    ObjectNode object = Json.object();
    object.putObject("metadata").put("name", name);
    object.putObject("data").put("number", number);
    return object;
  }

  @Test
  void neverPlansForOneObjectTwiceAtOnce() {
    var busy = new Busy();
    try (var loop = Loop.start(cluster, List.of(busy), InstantSource.system())) {
      cluster.create(Kinds.CONFIG_MAP, object("one", 0));
      for (int i = 1; i <= 2000; i++) {
        cluster.update(Kinds.CONFIG_MAP, object("one", i));
      }
      await().until(loop::isIdle);
      assertThat(busy.twice).hasValue(0);
      assertThat(busy.count("one")).isBetween(1, 2001);
      busy.stuck.countDown();
    }
  }

  @Test
  void oneThatIsStuckDelaysNoOther() {
    var busy = new Busy();
    try (var loop = Loop.start(cluster, List.of(busy), InstantSource.system())) {
      cluster.create(Kinds.CONFIG_MAP, object("stuck", 0));
      for (int i = 0; i < 100; i++) {
        cluster.create(Kinds.CONFIG_MAP, object("other-" + i, 0));
      }
      await().until(() -> busy.plans.size() == 100);
      assertThat(busy.plans).doesNotContainKey("stuck");
      assertThat(loop.isIdle()).isFalse();
      busy.stuck.countDown();
      await().until(loop::isIdle);
    }
  }

  @Test
  void endsWhatItHasBegun() {
    var busy = new Busy();
    cluster.create(Kinds.CONFIG_MAP, object("one", 0));
    var loop = Loop.start(cluster, List.of(busy), InstantSource.system());
    await().until(() -> busy.plans.containsKey("one"));
    busy.stuck.countDown();
    loop.close();
    int plans = busy.count("one");
    cluster.update(Kinds.CONFIG_MAP, object("one", 1));
    assertThat(busy.count("one")).isEqualTo(plans);
  }
}
