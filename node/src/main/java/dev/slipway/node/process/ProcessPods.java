package dev.slipway.node.process;

import dev.slipway.base.Json;
import dev.slipway.control.Resource;
import dev.slipway.dataplane.gateway.LocalEndpoints;
import dev.slipway.node.ContainerStart;
import dev.slipway.node.PodRuntime;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import tools.jackson.databind.JsonNode;

/// Runs containers as processes of this machine, in a directory of their own, with the variables
/// and files their pod says. No image is pulled: programs are the machine's.
///
/// What it started it ends: with the container, with this program, and, after a crash, when the
/// next one begins.
public final class ProcessPods implements PodRuntime, AutoCloseable {
  private static final Duration LAST_GRACE = Duration.ofSeconds(2);

  private final ProcessSettings settings;
  private final LocalEndpoints endpoints;
  private final InstantSource clock;
  private final HostPorts ports = new HostPorts();
  private final Marks marks;
  private final NamesProxy names;
  private final Set<ProcessContainer> running = ConcurrentHashMap.newKeySet();

  /// Ends what a program before this one has left running in the same data directory.
  ///
  /// @param names how containers reach the cluster's names
  /// @param endpoints learn where a pod's ports are answered, where that is not at its address
  public ProcessPods(
      ProcessSettings settings, NamesProxy names, LocalEndpoints endpoints, InstantSource clock) {
    this.names = names;
    this.settings = settings;
    this.endpoints = endpoints;
    this.clock = clock;
    this.marks = new Marks(settings.data());
    marks.reap();
  }

  /// Whatever says what to run; what only its image would know cannot be.
  @Override
  public boolean takes(Resource pod, JsonNode container) {
    var first = container.path("args").path(0).asString("-");
    return !container.path("command").isEmpty()
        || !first.startsWith("-")
        || (container.path("args").isEmpty()
            && !LocalPrograms.of(Json.text(container, "image")).command().isEmpty());
  }

  @Override
  public Running start(ContainerStart start, Listener listener) {
    var container = new ProcessContainer(start, listener, this);
    running.add(container);
    container.begin();
    return container;
  }

  /// What every container finds, whatever its pod says.
  Map<String, String> environment(ContainerStart start) {
    var all = new TreeMap<>(names.variables(start.pod().namespace()));
    all.putAll(settings.environment());
    return all;
  }

  LocalEndpoints endpoints() {
    return endpoints;
  }

  InstantSource clock() {
    return clock;
  }

  HostPorts ports() {
    return ports;
  }

  Marks marks() {
    return marks;
  }

  void over(ProcessContainer container) {
    running.remove(container);
  }

  /// What each container and all it has started uses, by a name that no other start has.
  public Map<String, Usage> usage() {
    var all = new TreeMap<String, Usage>();
    running.forEach(each -> all.put(each.mark(), each.usage()));
    return all;
  }

  /// How many containers run.
  public int count() {
    return running.size();
  }

  /// Ends them all, and returns when none is left.
  @Override
  public void close() {
    var all = Set.copyOf(running);
    all.forEach(each -> each.stop(LAST_GRACE));
    all.forEach(each -> each.awaitEnd(LAST_GRACE.plusSeconds(3)));
  }
}
