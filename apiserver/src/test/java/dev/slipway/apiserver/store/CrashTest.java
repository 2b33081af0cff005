package dev.slipway.apiserver.store;

import static dev.slipway.apiserver.store.Fixtures.MAPS;
import static dev.slipway.apiserver.store.Fixtures.deletion;
import static dev.slipway.apiserver.store.Fixtures.stampedVersion;
import static dev.slipway.apiserver.store.Fixtures.update;
import static dev.slipway.apiserver.store.Fixtures.value;
import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.apiserver.store.Objects.Feed;
import dev.slipway.apiserver.store.Objects.Version;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Kills a process that writes, again and again on one directory, and looks for what it promised.
///
/// Each object has one writer, which says what it will write next and then what was acknowledged.
/// So after a kill an object holds the number last acknowledged, or the one last tried, whose
/// answer was on its way. `-Dslipway.crashRounds` sets the number of kills.
class CrashTest {
  private static final int ROUNDS = Integer.getInteger("slipway.crashRounds", 12);
  private static final int WRITERS = 16;
  private static final int OBJECTS = 8;
  private static final int PADDING = 3000;

  /// Stands for an object that is not there.
  private static final long GONE = 0;

  @TempDir Path temporary;

  /// What the killed processes said, by name of the object.
  private final Map<String, Long> acknowledged = new HashMap<>();

  private final Map<String, Long> tried = new HashMap<>();
  private long newest;

  @Test
  void whatWasAcknowledgedOutlivesAKillAtAnyMoment() throws Exception {
    long seed = Long.getLong("slipway.seed", System.nanoTime());
    System.out.println("CrashTest -Dslipway.seed=" + seed + " rounds " + ROUNDS);
    Random random = new Random(seed);
    Path data = temporary.resolve("data");
    for (int round = 0; round < ROUNDS; round++) {
      long before = newest;
      writeAndKill(data, random.nextLong(600_000));
      assertThat(newest).as("round %s", round).isGreaterThan(before);
      assertKept(data);
    }
    System.out.println("CrashTest wrote " + newest + " versions");
  }

  private void writeAndKill(Path data, long micros) throws IOException, InterruptedException {
    Process child = Child.of(Writers.class, data.toString());
    boolean killing = false;
    try (BufferedReader lines = child.inputReader()) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        if (remember(line) && !killing) {
          killing = true;
          Thread.ofVirtual().start(() -> killAfter(child, micros));
        }
      }
    } finally {
      child.destroyForcibly().waitFor();
    }
  }

  private static void killAfter(Process child, long micros) {
    LockSupport.parkNanos(TimeUnit.MICROSECONDS.toNanos(micros));
    // The process's own method would close the stream with the last lines in it.
    child.toHandle().destroyForcibly();
  }

  /// Lines are `try name number .` and `done name number version .`; a kill may cut the last one.
  ///
  /// @return whether a write was acknowledged
  private boolean remember(String line) {
    String[] words = line.split(" ", -1);
    if (!line.endsWith(" .")) {
      return false;
    }
    long number = Long.parseLong(words[2]);
    if (words[0].equals("try")) {
      tried.put(words[1], number);
      return false;
    }
    acknowledged.put(words[1], Writers.isDeletion(number) ? GONE : number);
    newest = Math.max(newest, Long.parseLong(words[3]));
    return true;
  }

  private void assertKept(Path data) throws InterruptedException {
    try (Objects objects = StoredObjects.open(data, settings())) {
      assertThat(objects.resourceVersion()).isGreaterThanOrEqualTo(newest);
      for (var entry : tried.entrySet()) {
        String name = entry.getKey();
        long expected = acknowledged.getOrDefault(name, GONE);
        long possible = Writers.isDeletion(entry.getValue()) ? GONE : entry.getValue();
        long found = number(objects.get(MAPS, "a", name));
        assertThat(found).as(name).isIn(expected, possible);
        acknowledged.put(name, found);
      }
      tried.clear();
      assertHistoryIsWhole(objects);
    }
  }

  private static long number(@Nullable Version version) {
    if (version == null) {
      return GONE;
    }
    assertThat(stampedVersion(version)).isEqualTo("" + version.resourceVersion());
    String value = value(version);
    assertThat(value).hasSizeGreaterThan(PADDING);
    return Long.parseLong(value.substring(0, value.indexOf('-')));
  }

  private static void assertHistoryIsWhole(Objects objects) throws InterruptedException {
    try (Feed feed = objects.follow(MAPS, "", objects.compactedVersion())) {
      for (long next = objects.compactedVersion() + 1; next <= objects.resourceVersion(); next++) {
        assertThat(Fixtures.await(feed).version().resourceVersion()).isEqualTo(next);
      }
    }
  }

  /// Little history, so that kills hit compaction too.
  private static StoreSettings settings() {
    return Fixtures.keeping(500, 50);
  }

  /// The process to be killed.
  static final class Writers {
    private final Objects objects;

    private Writers(Objects objects) {
      this.objects = objects;
    }

    @SuppressWarnings("MustBeClosedChecker")
    public static void main(String[] arguments) throws InterruptedException {
      Writers writers = new Writers(StoredObjects.open(Path.of(arguments[0]), settings()));
      Thread last = Thread.currentThread();
      for (int i = 0; i < WRITERS; i++) {
        int writer = i;
        last = Thread.ofPlatform().start(() -> writers.write(writer));
      }
      last.join();
    }

    static boolean isDeletion(long number) {
      return number % 10 == 9;
    }

    private void write(int writer) {
      for (long number = System.nanoTime(); true; number++) {
        for (int object = 0; object < OBJECTS; object++) {
          writeOne("w" + writer + "o" + object, number);
        }
      }
    }

    private void writeOne(String name, long number) {
      Version current = objects.get(MAPS, "a", name);
      if (current == null && isDeletion(number)) {
        return;
      }
      say("try " + name + " " + number + " .");
      Version written;
      if (current != null && isDeletion(number)) {
        written = objects.commit(deletion(current));
      } else {
        long expected = current == null ? 0 : current.resourceVersion();
        written = objects.commit(update("a", name, expected, number + "-" + "x".repeat(PADDING)));
      }
      say("done " + name + " " + number + " " + written.resourceVersion() + " .");
    }

    private static synchronized void say(String line) {
      System.out.println(line);
      System.out.flush();
    }
  }
}
