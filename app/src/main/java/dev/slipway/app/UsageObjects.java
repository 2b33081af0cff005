package dev.slipway.app;

import com.sun.management.OperatingSystemMXBean;
import dev.slipway.apiserver.rest.UsageFigures;
import dev.slipway.base.Json;
import dev.slipway.control.Cluster;
import dev.slipway.control.Kinds;
import dev.slipway.control.Resource;
import dev.slipway.controllers.autoscaling.PodMetrics.Usage;
import dev.slipway.node.PodRuntime;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import tools.jackson.databind.node.ObjectNode;

/// What pods and the node use, as `metrics.k8s.io/v1beta1` says it: of pods what [PodUsage]
/// measures, of the node this process and the processes of its pods.
final class UsageObjects implements UsageFigures {
  private static final String VERSION = "metrics.k8s.io/v1beta1";
  private static final long MILLIS = 1000;
  private static final long PAGE_BYTES = 4096;
  private static final Duration WINDOW = Duration.ofSeconds(10);

  private final Cluster cluster;
  private final PodUsage pods;
  private final Supplier<Map<String, PodRuntime.Usage>> processes;
  private final InstantSource clock;
  private Instant since;
  private long cpuBefore;
  private Map<String, Long> processesBefore = Map.of();
  private long milliCores;
  private Duration window = Duration.ofMillis(1);

  /// @param processes of pods, with all they have started, by names that are not given again
  UsageObjects(
      Cluster cluster,
      PodUsage pods,
      Supplier<Map<String, PodRuntime.Usage>> processes,
      InstantSource clock) {
    this.cluster = cluster;
    this.pods = pods;
    this.processes = processes;
    this.clock = clock;
    this.since = clock.instant();
    this.cpuBefore = cpuNanos();
  }

  private static long cpuNanos() {
    return ManagementFactory.getOperatingSystemMXBean() instanceof OperatingSystemMXBean system
        ? Math.max(0, system.getProcessCpuTime())
        : 0;
  }

  private static long residentBytes() {
    try {
      var words = Files.readString(Path.of("/proc/self/statm")).split(" ", -1);
      return Long.parseLong(words[1]) * PAGE_BYTES;
    } catch (IOException | NumberFormatException | IndexOutOfBoundsException _) {
      return Runtime.getRuntime().totalMemory();
    }
  }

  @Override
  public List<ObjectNode> nodes() {
    var found = new ArrayList<ObjectNode>();
    for (var node : cluster.list(Kinds.NODE, "")) {
      found.add(node(node));
    }
    return found;
  }

  private synchronized ObjectNode node(Resource node) {
    var now = clock.instant();
    var passed = Duration.between(since, now);
    var beside = processes.get();
    if (passed.compareTo(WINDOW) >= 0 || milliCores == 0) {
      long spent = spentByProcesses(beside);
      long cpu = cpuNanos();
      spent += cpu - cpuBefore;
      milliCores = Math.max(1, spent * MILLIS / Math.max(1, passed.toNanos()));
      window = passed;
      since = now;
      cpuBefore = cpu;
    }
    long bytes =
        residentBytes() + beside.values().stream().mapToLong(PodRuntime.Usage::memoryBytes).sum();
    var object = object("NodeMetrics", node, now, window);
    object.set("usage", amounts(Map.of("cpu", milliCores, "memory", bytes * MILLIS)));
    return object;
  }

  /// Processor time since it was last asked for; of one that is new, all of it.
  private long spentByProcesses(Map<String, PodRuntime.Usage> now) {
    long spent = 0;
    var nanos = new HashMap<String, Long>();
    for (var each : now.entrySet()) {
      long cpu = each.getValue().cpuNanos();
      nanos.put(each.getKey(), cpu);
      spent += Math.max(0, cpu - processesBefore.getOrDefault(each.getKey(), 0L));
    }
    processesBefore = nanos;
    return spent;
  }

  @Override
  public List<ObjectNode> pods(String namespace) {
    var found = new ArrayList<ObjectNode>();
    for (var pod : cluster.list(Kinds.POD, namespace)) {
      pods.usage(pod).ifPresent(usage -> found.add(pod(pod, usage)));
    }
    return found;
  }

  private static ObjectNode pod(Resource pod, Usage usage) {
    var object = object("PodMetrics", pod, usage.at(), usage.window());
    var containers = object.putArray("containers");
    for (var spec : pod.spec().path("containers")) {
      var name = Json.text(spec, "name");
      var amounts = usage.containers().get(name);
      if (amounts != null) {
        containers.addObject().put("name", name).set("usage", amounts(amounts));
      }
    }
    return object;
  }

  private static ObjectNode object(String kind, Resource of, Instant at, Duration window) {
    var object = Json.object().put("kind", kind).put("apiVersion", VERSION);
    var metadata = object.putObject("metadata").put("name", of.name());
    if (!of.namespace().isEmpty()) {
      metadata.put("namespace", of.namespace());
    }
    var stamp = at.truncatedTo(ChronoUnit.SECONDS).toString();
    metadata.put("creationTimestamp", stamp);
    if (!of.labels().isEmpty()) {
      var labels = metadata.putObject("labels");
      of.labels().forEach(labels::put);
    }
    object.put("timestamp", stamp);
    object.put("window", window.toMillis() / 1000.0 + "s");
    return object;
  }

  /// @param thousandths cores and bytes
  private static ObjectNode amounts(Map<String, Long> thousandths) {
    return Json.object()
        .put("cpu", thousandths.getOrDefault("cpu", 0L) + "m")
        .put("memory", thousandths.getOrDefault("memory", 0L) / MILLIS / 1024 + "Ki");
  }
}
