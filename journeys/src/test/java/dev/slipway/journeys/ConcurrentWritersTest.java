package dev.slipway.journeys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.slipway.base.Json;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// Many clients at once, checked against what the server acknowledged to them.
final class ConcurrentWritersTest {
  private static final int WRITERS = 8;
  private static final int WRITES = 25;
  private static final int WATCHERS = 6;
  private static final Duration PATIENCE = Duration.ofSeconds(90);

  @RegisterExtension static final LiveServer SERVER = new LiveServer();

  private static String maps(String namespace) {
    return "/api/v1/namespaces/" + namespace + "/configmaps";
  }

  private static void namespace(RawClient http, String name) {
    RawClient.Answer made =
        http.post("/api/v1/namespaces", "{\"metadata\":{\"name\":\"" + name + "\"}}");
    assertThat(made.status()).as(made.text()).isEqualTo(201);
  }

  private static void counter(RawClient http, String namespace) {
    RawClient.Answer made =
        http.post(maps(namespace), "{\"metadata\":{\"name\":\"counter\"},\"data\":{\"n\":\"0\"}}");
    assertThat(made.status()).as(made.text()).isEqualTo(201);
  }

  @Test
  void noUpdateIsLostWhereWritersCheckTheVersion() throws Exception {
    RawClient http = SERVER.http();
    namespace(http, "optimistic");
    counter(http, "optimistic");

    List<Integer> conflicts =
        together(WRITERS, _ -> () -> increment(http, maps("optimistic") + "/counter"));

    int count =
        Integer.parseInt(Json.text(http.get(maps("optimistic") + "/counter").json(), "data", "n"));
    assertThat(count).isEqualTo(WRITERS * WRITES);
    System.out.println("conflicts met: " + conflicts.stream().mapToInt(each -> each).sum());
  }

  /// Adds one to the counter, [#WRITES] times, trying again after each conflict.
  private static int increment(RawClient http, String path) {
    int conflicts = 0;
    for (int done = 0; done < WRITES; ) {
      ObjectNode read = http.get(path).json();
      int next = Integer.parseInt(Json.text(read, "data", "n")) + 1;
      Json.ensureObject(read, "data").put("n", Integer.toString(next));
      RawClient.Answer written = http.put(path, read.toString());
      if (written.status() == 200) {
        done++;
      } else {
        assertThat(written.reason()).as(written.text()).isEqualTo("Conflict");
        conflicts++;
      }
    }
    return conflicts;
  }

  @Test
  void noPatchIsLost() throws Exception {
    RawClient http = SERVER.http();
    namespace(http, "patched");
    counter(http, "patched");

    together(
        WRITERS,
        writer ->
            () -> {
              for (int i = 0; i < WRITES; i++) {
                String body = "{\"data\":{\"w" + writer + "-" + i + "\":\"x\"}}";
                String type =
                    i % 2 == 0
                        ? "application/merge-patch+json"
                        : "application/strategic-merge-patch+json";
                RawClient.Answer patched =
                    http.send("PATCH", maps("patched") + "/counter", type, body);
                assertThat(patched.status()).as(patched.text()).isEqualTo(200);
              }
              return WRITES;
            });

    JsonNode data = http.get(maps("patched") + "/counter").json().path("data");
    assertThat(data.size()).isEqualTo(1 + WRITERS * WRITES);
  }

  @Test
  void watchersThatComeAndGoSeeEveryChangeOnceAndInOrder() throws Exception {
    var random = new SplittableRandom(Seeds.pick("watchersThatComeAndGo"));
    RawClient http = SERVER.http();
    namespace(http, "followed");
    String path = maps("followed");
    String from = Json.text(http.get(path).json(), "metadata", "resourceVersion");
    var ledger = new Ledger();
    var followers = new ArrayList<Follower>();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var running = new ArrayList<Future<Integer>>();
      for (int i = 0; i < WATCHERS; i++) {
        var follower = new Follower(http, path, from, random.split());
        followers.add(follower);
        running.add(threads.submit(follower));
      }
      List<SplittableRandom> chances = Stream.generate(random::split).limit(WRITERS).toList();
      together(WRITERS, writer -> new Scribe(http, path, chances.get(writer), ledger));

      await()
          .atMost(PATIENCE)
          .until(() -> followers.stream().allMatch(each -> each.ledger().covers(ledger)));
      followers.forEach(Follower::finish);
      for (Future<Integer> each : running) {
        each.get();
      }
    }
    for (Follower each : followers) {
      assertThat(each.repeated()).isEmpty();
      assertThat(each.ledger().writes()).isEqualTo(ledger.writes());
      assertThat(each.ledger().deletions()).isEqualTo(ledger.deletions());
      assertThat(each.left()).isEqualTo(present(http, path));
    }
  }

  private static Set<String> present(RawClient http, String path) {
    return http.get(path)
        .json()
        .path("items")
        .valueStream()
        .map(each -> Json.text(each, "metadata", "name"))
        .filter(Ledger::counts)
        .collect(Collectors.toCollection(TreeSet::new));
  }

  /// Changes to the objects the scribes write: as acknowledged, or as seen by a watcher.
  ///
  /// @param writes by the version each produced
  /// @param deletions the uids of objects that ended (the answer to a deletion names no version)
  private record Ledger(Map<Long, String> writes, Set<String> deletions) {
    Ledger() {
      this(new ConcurrentSkipListMap<>(), new ConcurrentSkipListSet<>());
    }

    /// The namespace holds an object that nobody here wrote: the authority every pod may read.
    static boolean counts(String name) {
      return name.startsWith("written-");
    }

    boolean covers(Ledger other) {
      return writes.keySet().containsAll(other.writes.keySet())
          && deletions.containsAll(other.deletions);
    }
  }

  /// Writes what chance says and notes each acknowledged change.
  private record Scribe(RawClient http, String path, SplittableRandom random, Ledger ledger)
      implements Callable<Integer> {
    @Override
    public Integer call() {
      for (int i = 0; i < WRITES; i++) {
        write("written-" + random.nextInt(5));
      }
      return WRITES;
    }

    private void write(String name) {
      switch (random.nextInt(4)) {
        case 0 -> {
          RawClient.Answer answer = http.post(path, "{\"metadata\":{\"name\":\"" + name + "\"}}");
          if (accepted(answer)) {
            ledger.writes().put(Long.valueOf(answer.resourceVersion()), "ADDED " + name);
          }
        }
        case 1 -> {
          RawClient.Answer answer = http.delete(path + "/" + name);
          if (accepted(answer)) {
            ledger.deletions().add(Json.text(answer.json(), "details", "uid"));
          }
        }
        default -> {
          String body = "{\"data\":{\"n\":\"" + random.nextLong() + "\"}}";
          RawClient.Answer answer = http.mergePatch(path + "/" + name, body);
          if (accepted(answer)) {
            ledger.writes().put(Long.valueOf(answer.resourceVersion()), "MODIFIED " + name);
          }
        }
      }
    }

    private static boolean accepted(RawClient.Answer answer) {
      if (answer.status() < 300) {
        return true;
      }
      assertThat(answer.reason()).as(answer.text()).isIn("AlreadyExists", "NotFound", "Conflict");
      return false;
    }
  }

  /// Follows the namespace, hanging up when chance says so and calling back from where it was.
  private static final class Follower implements Callable<Integer> {
    private final RawClient http;
    private final String path;
    private final SplittableRandom random;
    private final Ledger ledger = new Ledger();
    private final List<String> repeated = new ArrayList<>();
    private final TreeSet<String> left = new TreeSet<>();
    private final AtomicBoolean over = new AtomicBoolean();
    private String from;

    Follower(RawClient http, String path, String from, SplittableRandom random) {
      this.http = http;
      this.path = path;
      this.from = from;
      this.random = random;
    }

    @Override
    public Integer call() throws Exception {
      int connections = 0;
      while (!over.get()) {
        connections++;
        String query =
            "?watch=true&timeoutSeconds=3&allowWatchBookmarks="
                + random.nextBoolean()
                + "&resourceVersion="
                + from;
        try (var watch = WatchLines.open(http, path + query)) {
          follow(watch, 1 + random.nextInt(20));
        }
      }
      return connections;
    }

    private void follow(WatchLines watch, int events) {
      assertThat(watch.status()).isEqualTo(200);
      for (int i = 0; i < events; i++) {
        Optional<WatchLines.Event> next = watch.next();
        if (next.isEmpty()) {
          return;
        }
        take(next.get());
      }
    }

    private void take(WatchLines.Event event) {
      long version = Long.parseLong(event.resourceVersion());
      boolean bookmark = event.type().equals("BOOKMARK");
      if (version < Long.parseLong(from) || (!bookmark && version == Long.parseLong(from))) {
        repeated.add(event.toString());
      }
      from = event.resourceVersion();
      if (bookmark || !Ledger.counts(event.name())) {
        return;
      }
      if (event.type().equals("DELETED")) {
        ledger.deletions().add(Json.text(event.object(), "metadata", "uid"));
        left.remove(event.name());
      } else {
        ledger.writes().put(version, event.type() + " " + event.name());
        left.add(event.name());
      }
    }

    void finish() {
      over.set(true);
    }

    Ledger ledger() {
      return ledger;
    }

    List<String> repeated() {
      return repeated;
    }

    Set<String> left() {
      return left;
    }
  }

  private static <T> List<T> together(int count, IntFunction<Callable<T>> work) throws Exception {
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var running = new ArrayList<Future<T>>();
      for (int i = 0; i < count; i++) {
        running.add(threads.submit(work.apply(i)));
      }
      var results = new ArrayList<T>();
      for (Future<T> each : running) {
        results.add(each.get());
      }
      return results;
    }
  }
}
