package dev.slipway.bench;

import dev.slipway.base.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import tools.jackson.databind.node.ObjectNode;

/// How long a single pod takes from its apply to its process: the process tells the time it began
/// at, and that is compared with the moment before the request was sent.
///
/// One pod at a time, for each level of isolation. The first line is the same process begun without
/// a platform, which is what a pod's start cannot be less than.
///
/// Options: `pods=200`, `warm=100` (not counted), `levels=auto,none`, `server=COMMAND` (default:
/// `./slipway`).
public final class PodStart {
  private static final String PODS = "/api/v1/namespaces/default/pods";
  private static final List<String> COMMAND = List.of("date", "+%s.%N");
  private static final Duration LOOK = Duration.ofMillis(20);
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  private PodStart() {}

  public static void main(String[] args) throws Exception {
    int pods = Options.number(args, "pods", 200);
    int warm = Options.number(args, "warm", 100);
    System.out.println("| apply to process, ms | p50 | p90 | p99 |");
    System.out.println("|---|---:|---:|---:|");
    print("the process alone", alone(pods));
    for (var level : Options.text(args, "levels", "auto,none").split(",", -1)) {
      var server = Options.text(args, "server", "./slipway");
      try (var platform = LivePlatform.start(server, "--isolation", level)) {
        measured(platform, "warm", warm);
        print("isolation " + level, measured(platform, "pod", pods));
      }
    }
    System.exit(0);
  }

  private static void print(String what, double[] millis) {
    var sorted = millis.clone();
    Arrays.sort(sorted);
    System.out.printf(
        Locale.ROOT,
        "| %s | %.1f | %.1f | %.1f |%n",
        what,
        at(sorted, 0.5),
        at(sorted, 0.9),
        at(sorted, 0.99));
  }

  private static double at(double[] sorted, double share) {
    return sorted[(int) Math.min(sorted.length - 1L, Math.round(share * sorted.length))];
  }

  private static double[] alone(int times) throws IOException {
    var millis = new double[times];
    for (int i = 0; i < times; i++) {
      var begun = Instant.now();
      var process = new ProcessBuilder(COMMAND).start();
      var said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      millis[i] = since(begun, said);
    }
    return millis;
  }

  private static double since(Instant begun, String seconds) {
    var parts = seconds.strip().split("\\.", 2);
    var told = Instant.ofEpochSecond(Long.parseLong(parts[0]), Long.parseLong(parts[1]));
    return Duration.between(begun, told).toNanos() / 1e6;
  }

  private static double[] measured(LivePlatform platform, String prefix, int pods)
      throws Exception {
    var millis = new double[pods];
    for (int i = 0; i < pods; i++) {
      var name = prefix + i;
      var begun = Instant.now();
      platform.apply(PODS + "/" + name, pod(name));
      awaitEnd(platform, name);
      millis[i] = since(begun, platform.text(PODS + "/" + name + "/log"));
      platform.delete(PODS + "/" + name);
    }
    return millis;
  }

  private static ObjectNode pod(String name) {
    var pod =
        Json.parseObject(
            """
            {"apiVersion":"v1","kind":"Pod","metadata":{"name":"%s"},"spec":{
              "restartPolicy":"Never","terminationGracePeriodSeconds":0,
              "containers":[{"name":"c","image":"busybox"}]}}
            """
                .formatted(name));
    var command = Json.array();
    COMMAND.forEach(command::add);
    if (pod.at("/spec/containers/0") instanceof ObjectNode container) {
      container.set("command", command);
    }
    return pod;
  }

  private static void awaitEnd(LivePlatform platform, String name) throws Exception {
    long until = System.nanoTime() + PATIENCE.toNanos();
    while (!List.of("Succeeded", "Failed")
        .contains(Json.text(platform.read(PODS + "/" + name), "status", "phase"))) {
      if (System.nanoTime() > until) {
        throw new IllegalStateException(name + " does not end");
      }
      Thread.sleep(LOOK);
    }
  }
}
