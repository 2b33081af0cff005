package dev.slipway.bench;

import dev.slipway.base.Json;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// How many Jobs a second a platform runs: all are applied at once, each sleeps for a second in a
/// process of its own.
///
/// Tells Jobs per second from the first apply to the last completion, the processor time that the
/// platform used (its pods' own aside), and from a Job's apply to its pod's process.
///
/// Options: `jobs=1000`, `seconds=1`, `connections=8`, `server=COMMAND` (default: `./slipway`).
public final class JobRate {
  private static final String JOBS = "/apis/batch/v1/namespaces/default/jobs";
  private static final Duration LOOK = Duration.ofMillis(500);

  private JobRate() {}

  public static void main(String[] args) throws Exception {
    int jobs = Options.number(args, "jobs", 1_000);
    try (var platform = LivePlatform.start(Options.text(args, "server", "./slipway"))) {
      var before = platform.cpu();
      long begun = System.nanoTime();
      Map<String, Instant> applied =
          apply(platform, args, jobs, Options.number(args, "connections", 8));
      double applying = (System.nanoTime() - begun) / 1e9;
      int ended = 0;
      while (ended < jobs) {
        Thread.sleep(LOOK);
        ended = ended(platform);
      }
      double seconds = (System.nanoTime() - begun) / 1e9;
      var cpu = platform.cpu().minus(before);
      var waits = waits(platform, applied);
      System.out.println(
          "| jobs | applied/s | completed/s | platform CPU s | CPU ms a job"
              + " | apply to process p50 s | p99 s |");
      System.out.println("|---:|---:|---:|---:|---:|---:|---:|");
      System.out.printf(
          Locale.ROOT,
          "| %d | %.0f | %.1f | %.1f | %.1f | %.1f | %.1f |%n",
          jobs,
          jobs / applying,
          jobs / seconds,
          cpu.toMillis() / 1e3,
          (double) cpu.toMillis() / jobs,
          quantile(waits, 0.5),
          quantile(waits, 0.99));
    }
    System.exit(0);
  }

  /// @return when each was applied
  private static Map<String, Instant> apply(
      LivePlatform platform, String[] args, int jobs, int connections) throws Exception {
    int seconds = Options.number(args, "seconds", 1);
    var work = new ArrayList<Callable<Boolean>>();
    var applied = new HashMap<String, Instant>();
    for (int i = 0; i < jobs; i++) {
      String name = String.format(Locale.ROOT, "j%05d", i);
      work.add(
          () -> {
            synchronized (applied) {
              applied.put(name, Instant.now());
            }
            platform.apply(JOBS + "/" + name, job(name, seconds));
            return true;
          });
    }
    try (var senders = Executors.newFixedThreadPool(connections)) {
      for (var each : senders.invokeAll(work)) {
        each.get();
      }
    }
    return applied;
  }

  private static ObjectNode job(String name, int seconds) {
    return Json.parseObject(
        """
        {"apiVersion":"batch/v1","kind":"Job","metadata":{"name":"%s"},"spec":{"template":{"spec":{
          "restartPolicy":"Never",
          "containers":[{"name":"c","image":"busybox","command":["sleep","%d"]}]}}}}
        """
            .formatted(name, seconds));
  }

  private static int ended(LivePlatform platform) throws Exception {
    int ended = 0;
    for (JsonNode job : platform.read(JOBS).path("items")) {
      for (JsonNode each : job.path("status").path("conditions")) {
        var type = Json.text(each, "type");
        ended += type.equals("Complete") || type.equals("Failed") ? 1 : 0;
      }
    }
    return ended;
  }

  /// Seconds from a Job's apply to its process; Kubernetes tells starts in whole seconds.
  private static double[] waits(LivePlatform platform, Map<String, Instant> applied)
      throws Exception {
    List<Double> waits = new ArrayList<>();
    for (JsonNode pod : platform.read("/api/v1/namespaces/default/pods").path("items")) {
      var name = Json.text(pod, "metadata", "labels", "job-name");
      var state = pod.path("status").path("containerStatuses").path(0).path("state");
      var started = Json.text(state, "terminated", "startedAt");
      if (applied.containsKey(name) && !started.isEmpty()) {
        var wait = Duration.between(applied.get(name), Instant.parse(started)).toMillis() / 1e3;
        waits.add(Math.max(0, wait));
      }
    }
    return waits.stream().mapToDouble(Double::doubleValue).sorted().toArray();
  }

  private static double quantile(double[] sorted, double share) {
    return sorted.length == 0
        ? Double.NaN
        : sorted[(int) Math.min(sorted.length - 1L, Math.round(share * sorted.length))];
  }
}
