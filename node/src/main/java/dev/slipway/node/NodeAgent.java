package dev.slipway.node;

import dev.slipway.base.Json;
import dev.slipway.control.Cluster;
import dev.slipway.control.Kinds;
import dev.slipway.control.Recorder;
import dev.slipway.control.Resource;
import dev.slipway.dataplane.gateway.LocalEndpoints;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/// Runs the pods assigned to this machine, and says that the machine is there. Thread-safe.
///
/// What it does for a pod is what a kubelet does: containers in order, probes, restarts, statuses,
/// events, an end within the grace period. Which runtime runs a container is asked in the order
/// given.
public final class NodeAgent implements AutoCloseable {
  private final NodeRoom room;
  private final Map<String, String> capacity;
  private final PodReports reports;
  private final StandIns standIns;
  private final Map<String, PodWork> pods = new ConcurrentHashMap<>();
  private final List<Cluster.Watching> watches = new ArrayList<>();
  private volatile TokenSource tokens =
      (_, _, _) -> {
        throw new IllegalStateException("this API gives no tokens");
      };
  private @Nullable VolumeCleanup cleanup;

  /// @param endpoints where runtimes of this process register what they answer
  /// @throws IllegalArgumentException if the settings' capacity is no quantity
  public NodeAgent(
      Cluster cluster,
      Recorder recorder,
      InstantSource clock,
      NodeSettings settings,
      List<PodRuntime> runtimes,
      LocalEndpoints endpoints) {
    this.capacity = Capacity.with(settings.capacity(), settings.data());
    this.room =
        new NodeRoom(
            cluster,
            recorder,
            clock,
            settings,
            capacity,
            List.copyOf(runtimes),
            endpoints,
            new Addresses(),
            new PodDoors(endpoints),
            new Timers(),
            Devices.of(capacity, settings.data()),
            () -> tokens);
    runtimes.forEach(each -> each.connect(connections()));
    this.reports = new ApiReports(cluster);
    this.standIns = new StandIns(room);
  }

  private PodRuntime.Connections connections() {
    return new PodRuntime.Connections() {
      @Override
      public InetSocketAddress reached(InetSocketAddress address) throws IOException {
        return room.doors().socket(address);
      }

      @Override
      public Optional<InetSocketAddress> api() {
        return tokens.address().map(at -> new InetSocketAddress(at.getHost(), at.getPort()));
      }
    };
  }

  /// Where tokens of service accounts come from; to be said before the start.
  public void tokens(TokenSource source) {
    tokens = source;
  }

  /// What answers until pods do.
  public StandIns standIns() {
    return standIns;
  }

  /// Registers the Node and begins to run its pods.
  public void start() {
    new Registration(room, capacity).begin();
    new Leftovers(room).clear();
    watches.add(room.cluster().watch(Kinds.POD, this::changed));
    watches.add(room.cluster().watch(Kinds.CONFIG_MAP, this::sourceChanged));
    watches.add(room.cluster().watch(Kinds.SECRET, this::sourceChanged));
    cleanup = new VolumeCleanup(room);
  }

  private void changed(Resource pod, boolean gone) {
    if (!pod.text("spec", "nodeName").equals(room.settings().name())) {
      return;
    }
    var known = pods.get(pod.uid());
    if (known != null) {
      known.changed(pod, gone);
    } else if (!gone && !isTerminal(pod)) {
      var work = new PodWork(room, pod, reports, each -> pods.remove(each.resource().uid()));
      pods.put(pod.uid(), work);
      work.start();
    } else if (gone) {
      Leftovers.delete(room, pod.uid());
    } else if (pod.deleting()) {
      Thread.ofVirtual().name("remove pod").start(() -> remove(pod));
    }
  }

  private void sourceChanged(Resource source, boolean gone) {
    if (!gone) {
      pods.values().forEach(pod -> pod.sourceChanged(source));
    }
  }

  private static boolean isTerminal(Resource pod) {
    var phase = pod.text("status", "phase");
    return phase.equals("Succeeded") || phase.equals("Failed");
  }

  /// A pod that ended under a program before this one.
  private void remove(Resource pod) {
    Leftovers.delete(room, pod.uid());
    var options = Json.object().put("gracePeriodSeconds", 0);
    options.putObject("preconditions").put("uid", pod.uid());
    room.cluster().delete(pod.key(), options);
  }

  /// What a container has written; see [PodRuntime.Running#log(boolean)].
  ///
  /// @param before of the start before the latest
  /// @param follow goes on with what it writes from now on
  /// @return empty if the pod is not here, has no such container, or that has not been started
  public Optional<InputStream> log(String podUid, String container, boolean before, boolean follow)
      throws IOException {
    var running = container(podUid, container).flatMap(each -> each.logged(before));
    if (running.isPresent()) {
      return Optional.of(running.get().log(follow));
    }
    var logs = Leftovers.of(room, podUid).resolve("logs").resolve(container);
    for (var runtime : room.runtimes()) {
      var kept = runtime.kept(logs, before);
      if (kept.isPresent()) {
        return kept;
      }
    }
    return Optional.empty();
  }

  /// Whether a pod is here and has a container of that name.
  public boolean has(String podUid, String container) {
    return container(podUid, container).isPresent();
  }

  /// Whether commands can be run in a container now.
  ///
  /// @throws CommandRefusedException if not
  public void checkCommands(String podUid, String container) throws CommandRefusedException {
    running(podUid, container).checkCommands();
  }

  /// Starts a command in a container that runs; see [PodRuntime.Running#exec(List, boolean)].
  ///
  /// @throws CommandRefusedException if the pod or the container does not run here, or takes none
  public ContainerCommand exec(
      String podUid, String container, List<String> command, boolean terminal)
      throws CommandRefusedException, IOException {
    return running(podUid, container).exec(command, terminal);
  }

  /// Joins a container that runs; see [PodRuntime.Running#attach()].
  ///
  /// @throws CommandRefusedException if the pod or the container does not run here, or has no input
  public ContainerCommand attach(String podUid, String container) throws CommandRefusedException {
    return running(podUid, container).attach();
  }

  private PodRuntime.Running running(String podUid, String container)
      throws CommandRefusedException {
    return container(podUid, container)
        .flatMap(ContainerWork::running)
        .orElseThrow(() -> new CommandRefusedException("container not found: it does not run"));
  }

  private Optional<ContainerWork> container(String podUid, String name) {
    return Optional.ofNullable(pods.get(podUid)).stream()
        .flatMap(pod -> pod.all().stream())
        .filter(each -> each.name().equals(name))
        .findFirst();
  }

  /// Where a port of a pod answers: the address of a container that declares or opens it.
  public Optional<InetSocketAddress> port(String podUid, int port) {
    return Optional.ofNullable(pods.get(podUid)).stream()
        .flatMap(pod -> pod.all().stream())
        .flatMap(each -> each.running().stream())
        .flatMap(running -> running.port(port).stream())
        .findFirst();
  }

  /// Where a socket can be connected to for a port of a pod.
  ///
  /// @throws IOException if the pod is not here, or has no such port open that is known
  public InetSocketAddress socket(String podUid, int port) throws IOException {
    var pod = pods.get(podUid);
    if (pod == null) {
      throw new IOException("the pod is not running");
    }
    var at = new InetSocketAddress(pod.address(), port);
    var found = port(podUid, port).orElse(at);
    return room.doors().socket(found);
  }

  /// What the running containers of a pod use, by name; empty if the pod is not here.
  public Map<String, PodRuntime.Usage> usage(String podUid) {
    var found = new LinkedHashMap<String, PodRuntime.Usage>();
    var pod = pods.get(podUid);
    if (pod != null) {
      for (var each : pod.all()) {
        each.running().ifPresent(running -> found.put(each.name(), running.usage()));
      }
    }
    return found;
  }

  /// Where a path of a container lies on this machine; empty if nothing of the pod is here.
  ///
  /// @throws IOException if its volume cannot be reached
  public Optional<Path> file(Resource pod, String container, String path) throws IOException {
    if (!Files.isDirectory(Leftovers.of(room, pod.uid()))) {
      return Optional.empty();
    }
    var work = pods.get(pod.uid());
    var volumes = work == null ? PodWork.volumes(room, pod) : work.volumes();
    for (var each : pod.spec().path("containers")) {
      if (Json.text(each, "name").equals(container)) {
        return Optional.of(volumes.onHost(each, path));
      }
    }
    return Optional.empty();
  }

  /// Ends a container as one that has done its work: with code 0, and for good.
  public void conclude(String podUid, String container) {
    container(podUid, container).ifPresent(ContainerWork::conclude);
  }

  /// How many pods are here.
  public int pods() {
    return pods.size();
  }

  /// Ends every container without telling the API: the pods are to run again when the program does.
  @Override
  public void close() {
    watches.forEach(Cluster.Watching::close);
    if (cleanup != null) {
      cleanup.close();
    }
    standIns.close();
    room.timers().close();
    room.doors().close();
    pods.values().forEach(PodWork::abandon);
  }
}
