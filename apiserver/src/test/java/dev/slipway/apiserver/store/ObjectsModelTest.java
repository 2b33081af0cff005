package dev.slipway.apiserver.store;

import static dev.slipway.apiserver.store.Fixtures.MAPS;
import static dev.slipway.apiserver.store.Fixtures.creation;
import static dev.slipway.apiserver.store.Fixtures.deletion;
import static dev.slipway.apiserver.store.Fixtures.update;
import static dev.slipway.apiserver.store.Fixtures.value;
import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.apiserver.store.Objects.CompactedException;
import dev.slipway.apiserver.store.Objects.Event;
import dev.slipway.apiserver.store.Objects.Feed;
import dev.slipway.apiserver.store.Objects.Page;
import dev.slipway.apiserver.store.Objects.Version;
import dev.slipway.apiserver.store.Objects.VersionConflictException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLongArray;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Many writers on few objects, and watchers that come and go, against a model that is a map.
class ObjectsModelTest {
  private static final int WRITERS = 24;
  private static final int WRITES = 150;
  private static final int WATCHERS = 8;
  private static final int NAMES = 6;

  @TempDir Path directory;

  /// Every version the writers got, by number.
  private final ConcurrentSkipListMap<Long, Version> written = new ConcurrentSkipListMap<>();

  private long seed;

  @BeforeEach
  void plant() {
    seed = Long.getLong("slipway.seed", System.nanoTime());
    System.out.println("ObjectsModelTest -Dslipway.seed=" + seed);
  }

  private Objects open(StoreSettings settings) {
    return StoredObjects.open(directory.resolve("data"), settings);
  }

  @Test
  void noUpdateIsLostWhenManyCountOnOneObject() throws Exception {
    try (Objects objects = open(StoreSettings.defaults())) {
      objects.commit(creation("a", "counter", "0"));
      run(WRITERS, _ -> count(objects));
      assertThat(value(objects.get(MAPS, "a", "counter"))).isEqualTo("" + WRITERS * 20);
    }
  }

  private static void count(Objects objects) {
    for (int done = 0; done < 20; ) {
      Version current = java.util.Objects.requireNonNull(objects.get(MAPS, "a", "counter"));
      long next = Long.parseLong(value(current)) + 1;
      try {
        objects.commit(update("a", "counter", current.resourceVersion(), "" + next));
        done++;
      } catch (VersionConflictException e) {
        Thread.onSpinWait();
      }
    }
  }

  @Test
  void everyWatcherSeesEveryChangeOnceInOrderAcrossReconnects() throws Exception {
    try (Objects objects = open(StoreSettings.defaults());
        ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<List<Event>>> watchers = new ArrayList<>();
      AtomicLongArray end = new AtomicLongArray(1);
      for (int i = 0; i < WATCHERS; i++) {
        Random random = new Random(seed + i);
        watchers.add(threads.submit(() -> watch(objects, random, end)));
      }
      run(WRITERS, writer -> write(objects, new Random(seed ^ writer)));
      end.set(0, objects.resourceVersion());
      for (Future<List<Event>> watcher : watchers) {
        assertToldAll(watcher.get());
      }
      assertEveryMomentIsRight(objects);
    }
    try (Objects again = open(StoreSettings.defaults())) {
      assertEveryMomentIsRight(again);
    }
  }

  @Test
  void aListAndWhatFollowsIsTheStateWhileHistoryIsForgotten() throws Exception {
    try (Objects objects = open(Fixtures.keeping(200, 20));
        ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      AtomicLongArray end = new AtomicLongArray(1);
      List<Future<Map<String, Long>>> mirrors = new ArrayList<>();
      for (int i = 0; i < WATCHERS; i++) {
        Random random = new Random(seed + i);
        mirrors.add(threads.submit(() -> mirror(objects, random, end)));
      }
      run(WRITERS, writer -> write(objects, new Random(seed ^ writer)));
      end.set(0, objects.resourceVersion());
      Map<String, Long> expected = stateOf(objects.list(MAPS, "", "", 0, 0));
      for (Future<Map<String, Long>> mirror : mirrors) {
        assertThat(mirror.get()).isEqualTo(expected);
      }
    }
  }

  /// Creates, updates and deletes at random; a conflict is no write.
  private void write(Objects objects, Random random) {
    for (int i = 0; i < WRITES; i++) {
      String namespace = random.nextBoolean() ? "a" : "b";
      String name = "x" + random.nextInt(NAMES);
      Version current = objects.get(MAPS, namespace, name);
      try {
        Version done =
            current != null && random.nextInt(4) == 0
                ? objects.commit(deletion(current))
                : objects.commit(
                    update(
                        namespace,
                        name,
                        current == null ? 0 : current.resourceVersion(),
                        "" + random.nextLong()));
        assertThat(objects.resourceVersion()).isGreaterThanOrEqualTo(done.resourceVersion());
        assertThat(written.put(done.resourceVersion(), done)).isNull();
      } catch (VersionConflictException e) {
        Thread.onSpinWait();
      }
    }
  }

  /// Watches until version `end` is seen, leaving at random and coming back to where it was.
  private static List<Event> watch(Objects objects, Random random, AtomicLongArray end)
      throws InterruptedException {
    List<Event> told = new ArrayList<>();
    long seen = 1;
    while (end.get(0) == 0 || seen < end.get(0)) {
      try (Feed feed = objects.follow(MAPS, "", seen)) {
        for (int i = random.nextInt(50); i >= 0; i--) {
          Event event = feed.next(random.nextInt(5), () -> false);
          if (event != null) {
            told.add(event);
            assertThat(feed.seenVersion()).isEqualTo(event.version().resourceVersion());
          }
        }
        seen = feed.seenVersion();
      }
    }
    return told;
  }

  private void assertToldAll(List<Event> told) {
    assertThat(told).extracting(Event::version).containsExactlyElementsOf(written.values());
    Map<String, Version> before = new TreeMap<>();
    for (Event event : told) {
      Version version = event.version();
      String key = Shelf.key(version.namespace(), version.name());
      assertThat(event.before()).isSameAs(before.get(key));
      if (version.deleted()) {
        before.remove(key);
      } else {
        before.put(key, version);
      }
    }
  }

  private void assertEveryMomentIsRight(Objects objects) {
    Map<String, Long> model = new TreeMap<>();
    for (Version version : written.values()) {
      apply(model, version);
      Page page = objects.list(MAPS, "", "", 0, version.resourceVersion());
      assertThat(stateOf(page)).isEqualTo(model);
    }
    assertThat(objects.resourceVersion()).isEqualTo(written.lastKey());
    assertThat(written).hasSize((int) (objects.resourceVersion() - 1));
    assertThat(objects.count(MAPS)).isEqualTo(model.size());
  }

  /// Lists, follows, and lists again at random or when it has fallen behind.
  private static Map<String, Long> mirror(Objects objects, Random random, AtomicLongArray end)
      throws InterruptedException {
    Map<String, Long> state = Map.of();
    long seen = 0;
    while (end.get(0) == 0 || seen < end.get(0)) {
      Page page = objects.list(MAPS, "", "", 0, 0);
      state = stateOf(page);
      assertThat(page.resourceVersion()).isGreaterThanOrEqualTo(seen);
      seen = follow(objects, state, page.resourceVersion(), random);
    }
    return state;
  }

  private static long follow(Objects objects, Map<String, Long> state, long from, Random random)
      throws InterruptedException {
    long seen = from;
    try (Feed feed = objects.follow(MAPS, "", from)) {
      for (int i = random.nextInt(300); i >= 0; i--) {
        Event event = feed.next(random.nextInt(3), () -> false);
        if (event != null) {
          apply(state, event.version());
        }
        seen = feed.seenVersion();
      }
    } catch (CompactedException e) {
      assertThat(objects.compactedVersion()).isGreaterThan(seen);
    }
    return seen;
  }

  private static Map<String, Long> stateOf(Page page) {
    Map<String, Long> state = new TreeMap<>();
    for (Version version : page.items()) {
      apply(state, version);
    }
    return state;
  }

  private static void apply(Map<String, Long> state, Version version) {
    String key = Shelf.key(version.namespace(), version.name());
    if (version.deleted()) {
      state.remove(key);
    } else {
      state.put(key, version.resourceVersion());
    }
  }

  private interface Work {
    void run(int number) throws Exception;
  }

  private static void run(int threads, Work work) throws InterruptedException, ExecutionException {
    try (ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<?>> running = new ArrayList<>();
      for (int i = 0; i < threads; i++) {
        int number = i;
        running.add(
            executor.submit(
                () -> {
                  work.run(number);
                  return null;
                }));
      }
      for (Future<?> each : running) {
        each.get();
      }
    }
  }
}
