package dev.slipway.journeys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.slipway.base.Json;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.node.ObjectNode;

/// The program killed at any instant: what it acknowledged is there afterwards, whole.
final class KillTest {
  private static final int WRITERS = 6;
  private static final int MOST_WRITES_BEFORE_THE_END = 150;
  private static final Duration PATIENCE = Duration.ofSeconds(90);
  private static final String MAPS = "/api/v1/namespaces/default/configmaps";

  @TempDir Path directory;

  @Test
  void whatWasAcknowledgedIsThereAfterAnyKill() throws Exception {
    var random = new SplittableRandom(Seeds.pick("KillTest"));
    int rounds = Integer.getInteger("journeys.kills", 12);
    var known = new ConcurrentHashMap<String, Written>();
    String from = "";
    for (int round = 0; round < rounds; round++) {
      Process server = start();
      try {
        RawClient http = RawClient.of(data().resolve("kubeconfig"));
        compare(known, contents(http));
        if (!from.isEmpty()) {
          continuesOrSaysGone(http, from);
        }
        from = Json.text(http.get(MAPS).json(), "metadata", "resourceVersion");
        writeUntilKilled(server, http, known, random.split());
      } finally {
        server.destroyForcibly();
        server.waitFor();
      }
    }
    Process server = start();
    try {
      compare(known, contents(RawClient.of(data().resolve("kubeconfig"))));
    } finally {
      server.destroyForcibly();
      server.waitFor();
    }
  }

  private Path data() {
    return directory.resolve("data");
  }

  private Process start() throws IOException {
    Path log = directory.resolve("server.log");
    Process process =
        new ProcessBuilder(
                Commands.java(
                    "dev.slipway.app.Main",
                    "up",
                    "--data",
                    data().toString(),
                    "--port",
                    "0",
                    "--api-port",
                    "0"))
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .redirectInput(new File("/dev/null"))
            .start();
    await()
        .atMost(PATIENCE)
        .until(() -> !process.isAlive() || Files.readString(log).contains("Slipway is ready"));
    assertThat(process.isAlive()).as(() -> said(log)).isTrue();
    return process;
  }

  private static String said(Path log) {
    try {
      return Files.readString(log);
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
  }

  /// Writes from several clients and kills the server after a random number of answers.
  private static void writeUntilKilled(
      Process server, RawClient http, Map<String, Written> known, SplittableRandom random)
      throws InterruptedException {
    var left = new AtomicInteger(1 + random.nextInt(MOST_WRITES_BEFORE_THE_END));
    var writers = new ArrayList<Thread>();
    for (int i = 0; i < WRITERS; i++) {
      var writer = new Writer("w" + i, http, known, random.split(), left);
      writers.add(Thread.ofVirtual().start(writer));
    }
    await().atMost(PATIENCE).pollInterval(1, TimeUnit.MILLISECONDS).until(() -> left.get() <= 0);
    server.destroyForcibly();
    for (Thread each : writers) {
      each.join();
    }
  }

  /// What is known of one object: the last acknowledged number and the one that may have arrived.
  ///
  /// @param acknowledged empty where the object was not there
  /// @param attempted what was sent last and never answered; empty where all was answered
  private record Written(Optional<String> acknowledged, List<Optional<String>> attempted) {
    boolean allows(Optional<String> found) {
      return acknowledged.equals(found) || attempted.contains(found);
    }
  }

  /// One client with its own five objects, one request at a time.
  private record Writer(
      String owner,
      RawClient http,
      Map<String, Written> known,
      SplittableRandom random,
      AtomicInteger left)
      implements Runnable {
    private static final AtomicLong NUMBERS = new AtomicLong();

    @Override
    public void run() {
      try {
        while (true) {
          write(owner + "-" + random.nextInt(5));
          left.decrementAndGet();
        }
      } catch (UncheckedIOException _) {
        // The server is gone: that is how a round ends.
      }
    }

    private void write(String name) {
      Optional<String> before =
          known.getOrDefault(name, new Written(Optional.empty(), List.of())).acknowledged();
      boolean delete = before.isPresent() && random.nextInt(5) == 0;
      Optional<String> after =
          delete ? Optional.empty() : Optional.of(Long.toString(NUMBERS.incrementAndGet()));
      known.put(name, new Written(before, List.of(after)));
      RawClient.Answer answer = send(name, before, after);
      assertThat(answer.status()).as(answer.text()).isIn(200, 201);
      known.put(name, new Written(after, List.of()));
    }

    private RawClient.Answer send(String name, Optional<String> before, Optional<String> after) {
      if (after.isEmpty()) {
        return http.delete(MAPS + "/" + name);
      }
      String number = after.get();
      String padding = "x".repeat(random.nextInt(4000));
      String body =
          "{\"metadata\":{\"name\":\"%s\"},\"data\":{\"first\":\"%s\",\"pad\":\"%s\",\"second\":\"%s\"}}"
              .formatted(name, number, padding, number);
      return before.isEmpty() ? http.post(MAPS, body) : http.put(MAPS + "/" + name, body);
    }
  }

  /// The number each object carries; both halves of an object must agree.
  private static Map<String, String> contents(RawClient http) {
    var found = new HashMap<String, String>();
    http.get(MAPS)
        .json()
        .path("items")
        .valueStream()
        .map(ObjectNode.class::cast)
        .filter(each -> Json.text(each, "metadata", "name").startsWith("w"))
        .forEach(
            each -> {
              String number = Json.text(each, "data", "first");
              assertThat(Json.text(each, "data", "second")).isEqualTo(number);
              found.put(Json.text(each, "metadata", "name"), number);
            });
    return found;
  }

  private static void compare(Map<String, Written> known, Map<String, String> found) {
    known.forEach(
        (name, written) -> {
          Optional<String> there = Optional.ofNullable(found.get(name));
          assertThat(written.allows(there))
              .as("%s: known %s, found %s", name, written, there)
              .isTrue();
        });
    assertThat(known.keySet()).containsAll(found.keySet());
    known.replaceAll((name, _) -> new Written(Optional.ofNullable(found.get(name)), List.of()));
  }

  /// A watch from before the kill tells what came since, or that it is too old: nothing between.
  private static void continuesOrSaysGone(RawClient http, String from) throws Exception {
    String query = "?watch=true&timeoutSeconds=1&resourceVersion=" + from;
    var versions = new ArrayList<Long>();
    var left = new HashMap<String, String>();
    try (var watch = WatchLines.open(http, MAPS + query)) {
      if (watch.status() == 410) {
        return;
      }
      assertThat(watch.status()).isEqualTo(200);
      for (var next = watch.next(); next.isPresent(); next = watch.next()) {
        WatchLines.Event event = next.get();
        if (event.type().equals("ERROR")) {
          assertThat(event.object().path("code").asInt(0)).isEqualTo(410);
          return;
        }
        versions.add(Long.parseLong(event.resourceVersion()));
        if (event.name().startsWith("w")) {
          left.put(event.name(), last(event));
        }
      }
    }
    assertThat(versions).isSorted().doesNotHaveDuplicates();
    assertThat(
            left.entrySet().stream()
                .filter(each -> !each.getValue().isEmpty())
                .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue)))
        .as("what a watch from %s tells", from)
        .isEqualTo(changedSince(http, from));
  }

  private static String last(WatchLines.Event event) {
    return event.type().equals("DELETED") ? "" : Json.text(event.object(), "data", "first");
  }

  private static Map<String, String> changedSince(RawClient http, String from) {
    return http.get(MAPS)
        .json()
        .path("items")
        .valueStream()
        .filter(each -> Json.text(each, "metadata", "name").startsWith("w"))
        .filter(
            each ->
                Long.parseLong(Json.text(each, "metadata", "resourceVersion"))
                    > Long.parseLong(from))
        .collect(
            Collectors.toMap(
                each -> Json.text(each, "metadata", "name"),
                each -> Json.text(each, "data", "first")));
  }
}
