package dev.slipway.bench;

import dev.slipway.bench.ServiceFleet.Shape;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// How many services one platform carries: applied up to 100, 1,000, 10,000, all asleep, 200 of
/// them
/// kept hot while others are woken one after another; then models resident at once, none shared.
///
/// Options: `most=10000`, `hot=200`, `wakes=40`, `resident=1000`, `server=COMMAND` (default:
/// `./slipway`).
public final class Density {
  private static final int CONNECTIONS = 8;
  private static final int FIRST = 100;
  private static final int GROWTH = 10;
  private static final Duration HOT_PAUSE = Duration.ofSeconds(10);
  private static final Duration IDLE = Duration.ofSeconds(10);
  private static final Path MODEL = Path.of("examples/iris/model.joblib");

  private Density() {}

  public static void main(String[] args) throws Exception {
    String server = Options.text(args, "server", "./slipway");
    int most = Options.number(args, "most", 10_000);
    int resident = Options.number(args, "resident", 1_000);
    if (most > 0) {
      try (var platform = LivePlatform.start(server)) {
        asleep(platform, new ServiceFleet(platform, MODEL), args, most);
      }
    }
    if (resident > 0) {
      try (var platform = LivePlatform.start(server)) {
        resident(platform, new ServiceFleet(platform, MODEL), resident);
      }
    }
    System.exit(0);
  }

  private static void asleep(LivePlatform platform, ServiceFleet fleet, String[] args, int most)
      throws Exception {
    int wakes = Options.number(args, "wakes", 40);
    int hot = Options.number(args, "hot", 200);
    System.out.println(
        "| services | applied/s | all Ready after s | resident MB | heap MB | CPU of rest %"
            + " | woken p50 ms | p99 ms |");
    System.out.println("|---:|---:|---:|---:|---:|---:|---:|---:|");
    var names = new ArrayList<String>();
    try (var warmth = new Warmth(fleet)) {
      for (int count = FIRST; count <= most; count *= GROWTH) {
        var made = fleet.make(count - names.size(), CONNECTIONS, Shape.ASLEEP);
        names.addAll(made.names());
        warmth.keep(made.names().subList(0, Math.min(hot, made.names().size() / 3)));
        double rest = rest(platform);
        var memory = platform.memory();
        var woken = new ArrayList<Samples>();
        for (String each : made.names().reversed().subList(0, wakes)) {
          woken.add(fleet.wake(List.of(each)));
        }
        var wake = Samples.joined(woken);
        System.out.printf(
            Locale.ROOT,
            "| %,d | %.0f | %.1f | %s | %s | %.1f | %.0f | %.0f |%n",
            count,
            made.names().size() / made.toReady().seconds(),
            made.readySeconds(),
            LivePlatform.megabytes(memory.residentBytes()),
            LivePlatform.megabytes(memory.heapBytes()),
            rest * 100,
            wake.millis(0.5),
            wake.millis(0.99));
      }
    }
  }

  /// The share of a core that the server takes while only the hot ones are called.
  private static double rest(LivePlatform platform) throws InterruptedException {
    var before = platform.cpu();
    Thread.sleep(IDLE);
    return (double) platform.cpu().minus(before).toNanos() / IDLE.toNanos();
  }

  private static void resident(LivePlatform platform, ServiceFleet fleet, int count)
      throws Exception {
    var before = fleet.make(1, 1, new Shape(1, true));
    fleet.wake(before.names());
    fleet.make(count, CONNECTIONS, Shape.ASLEEP);
    var asleep = platform.memory();
    fleet.make(count, CONNECTIONS, new Shape(1, true));
    var awake = platform.memory();
    System.out.printf(
        Locale.ROOT,
        "%n%,d more resident, each with a file of its own: %s MB resident, %s MB heap; a service"
            + " and its model take %,d KB of heap (%,d services asleep before: %s MB heap)%n",
        count,
        LivePlatform.megabytes(awake.residentBytes()),
        LivePlatform.megabytes(awake.heapBytes()),
        (awake.heapBytes() - asleep.heapBytes()) / count / 1024,
        count,
        LivePlatform.megabytes(asleep.heapBytes()));
  }

  /// Keeps services hot: asks each of them again and again.
  private static final class Warmth implements AutoCloseable {
    private final ServiceFleet fleet;
    private final Thread thread = Thread.ofPlatform().daemon().unstarted(this::run);
    private volatile List<String> names = List.of();

    Warmth(ServiceFleet fleet) {
      this.fleet = fleet;
      thread.start();
    }

    void keep(List<String> now) throws Exception {
      fleet.wake(now);
      names = List.copyOf(now);
    }

    private void run() {
      try {
        while (true) {
          for (String each : names) {
            fleet.wake(List.of(each));
            Thread.sleep(HOT_PAUSE.dividedBy(Math.max(1, names.size())));
          }
          Thread.sleep(1);
        }
      } catch (InterruptedException _) {
        Thread.currentThread().interrupt();
      } catch (Exception failure) {
        throw new IllegalStateException("a hot service did not answer", failure);
      }
    }

    @Override
    public void close() {
      thread.interrupt();
    }
  }
}
