package dev.slipway.bench;

import dev.slipway.bench.ServiceFleet.Shape;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// From nothing: apply until Ready, and the first request until its answer, of 1, 25 and 100 small
/// scikit-learn services at once, against a platform in a process of its own. A round begins when
/// what the one before left to do is done. Fails where one call does.
///
/// Options: `rounds=4`, `only=100` (of the numbers at once), `server=COMMAND` (default:
/// `./slipway`).
public final class FromZero {
  private static final int[] AT_ONCE = {1, 25, 100};
  private static final int WARM_UPS = 3;
  private static final int LEAST_SAMPLES = 40;
  private static final Duration GLANCE = Duration.ofMillis(500);
  private static final Path MODEL = Path.of("examples/iris/model.joblib");

  private FromZero() {}

  public static void main(String[] args) throws Exception {
    int rounds = Options.number(args, "rounds", 4);
    try (var platform = LivePlatform.start(Options.text(args, "server", "./slipway"))) {
      var fleet = new ServiceFleet(platform, MODEL);
      System.out.println("| measured | at once | p50 ms | p99 ms | longest ms | CPU ms each |");
      System.out.println("|---|---:|---:|---:|---:|---:|");
      var first = fleet.make(1, 1, Shape.ASLEEP);
      var before = platform.cpu();
      var answer = List.of(fleet.wake(first.names()));
      row("first answer of a new process", 1, answer, platform.cpu().minus(before));
      for (int i = 0; i < WARM_UPS; i++) {
        var some = fleet.make(25, 8, Shape.ASLEEP).names();
        fleet.wake(some);
        fleet.delete(some);
      }
      int only = Options.number(args, "only", 0);
      for (int atOnce : AT_ONCE) {
        if (only > 0 && only != atOnce) {
          continue;
        }
        applied(platform, fleet, atOnce, Math.max(rounds, LEAST_SAMPLES / atOnce));
        woken(platform, fleet, atOnce, Math.max(rounds, LEAST_SAMPLES / atOnce));
      }
    }
    System.exit(0);
  }

  private static void applied(LivePlatform platform, ServiceFleet fleet, int atOnce, int rounds)
      throws Exception {
    var all = new ArrayList<Samples>();
    var cpu = Duration.ZERO;
    for (int i = 0; i < rounds; i++) {
      var before = platform.cpu();
      var made = fleet.make(atOnce, atOnce, Shape.AWAKE);
      cpu = cpu.plus(platform.cpu()).minus(before);
      all.add(made.toReady());
      fleet.delete(made.names());
      settle(platform);
    }
    row("apply to Ready", atOnce, all, cpu);
  }

  private static void woken(LivePlatform platform, ServiceFleet fleet, int atOnce, int rounds)
      throws Exception {
    var names = fleet.make(atOnce * rounds, 8, Shape.ASLEEP).names();
    settle(platform);
    var all = new ArrayList<Samples>();
    var cpu = Duration.ZERO;
    for (int i = 0; i < rounds; i++) {
      var before = platform.cpu();
      all.add(fleet.wake(names.subList(i * atOnce, (i + 1) * atOnce)));
      settle(platform); // pods of those that answered come now
      cpu = cpu.plus(platform.cpu()).minus(before);
    }
    row("first request to answer", atOnce, all, cpu);
    fleet.delete(names);
  }

  /// Waits until the server takes less than a tenth of a core.
  private static void settle(LivePlatform platform) throws InterruptedException {
    Duration taken;
    do {
      var before = platform.cpu();
      Thread.sleep(GLANCE);
      taken = platform.cpu().minus(before);
    } while (taken.multipliedBy(10).compareTo(GLANCE) > 0);
  }

  private static void row(String measured, int atOnce, List<Samples> all, Duration cpu) {
    var joined = Samples.joined(all);
    System.out.printf(
        Locale.ROOT,
        "| %s | %d | %.0f | %.0f | %.0f | %.1f |%n",
        measured,
        atOnce,
        joined.millis(0.5),
        joined.millis(0.99),
        joined.millis(1),
        cpu.toNanos() / 1e6 / joined.nanos().length);
  }
}
