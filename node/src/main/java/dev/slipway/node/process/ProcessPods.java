package dev.slipway.node.process;

import dev.slipway.base.Json;
import dev.slipway.control.Resource;
import dev.slipway.dataplane.gateway.LocalEndpoints;
import dev.slipway.node.ContainerStart;
import dev.slipway.node.PodRuntime;
import dev.slipway.node.environment.LocalImage;
import dev.slipway.node.environment.LocalImages;
import dev.slipway.node.network.PodNetwork;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
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
  private final LocalImages images;
  private final Sandboxes sandboxes;
  private final ControlGroups groups;
  private final OwnNetwork network;
  private final CountDownLatch closed = new CountDownLatch(1);
  private final Set<ProcessContainer> running = ConcurrentHashMap.newKeySet();
  private volatile Function<Resource, Map<String, String>> told = _ -> Map.of();

  /// Ends what a program before this one has left running in the same data directory.
  ///
  /// @param names how containers reach the cluster's names
  /// @param images what stands for the containers' images
  /// @param endpoints learn where a pod's ports are answered, where that is not at its address
  public ProcessPods(
      ProcessSettings settings,
      NamesProxy names,
      LocalImages images,
      LocalEndpoints endpoints,
      InstantSource clock) {
    this.names = names;
    this.images = images;
    this.settings = settings;
    this.endpoints = endpoints;
    this.clock = clock;
    this.marks = new Marks(settings.data());
    marks.reap();
    this.sandboxes = new Sandboxes(settings.data(), settings.isolation());
    this.groups = ControlGroups.of("slipway-" + name(settings.data()));
    this.network = names.network();
    network.open(sandboxes, "slip" + name(settings.data()), settings.addresses());
    Thread.ofVirtual().name("memory of containers").start(this::watchMemory);
  }

  /// Of a platform on this machine, short: what it makes outside its directory is called so.
  private static String name(Path data) {
    return "%08x".formatted(data.toString().hashCode());
  }

  /// Whatever says what to run; what only its image would know cannot be.
  @Override
  public boolean takes(Resource pod, JsonNode container) {
    var words =
        images.words(
            Json.text(container, "image"), words(container, "command"), words(container, "args"));
    return !words.isEmpty() && !words.getFirst().startsWith("-");
  }

  private static List<String> words(JsonNode container, String field) {
    return container.path(field).valueStream().map(each -> each.asString("")).toList();
  }

  @Override
  public Image image(JsonNode container) {
    return switch (images.find(Json.text(container, "image"))) {
      case LocalImages.Found.Here(LocalImage found) -> new Image.Here(found.id());
      case LocalImages.Found.Missing(String why) -> new Image.Missing(why);
    };
  }

  /// What stands for the image of a container that is to be started.
  ///
  /// @throws StartException if it has been taken away since
  LocalImage image(ContainerStart start) throws StartException {
    return switch (images.find(start.image())) {
      case LocalImages.Found.Here(LocalImage found) -> found;
      case LocalImages.Found.Missing(String why) -> throw new StartException(why);
    };
  }

  @Override
  public Optional<InputStream> kept(Path logs, boolean before) throws IOException {
    return KeptLogs.read(logs, before);
  }

  @Override
  public Running start(ContainerStart start, Listener listener) {
    var told = ownsPorts(start) ? start : names.peers(ports).told(start);
    var container = new ProcessContainer(told, listener, this);
    running.add(container);
    container.begin();
    return container;
  }

  /// Has the containers of each pod find more in their environment.
  ///
  /// @param variables of a pod; asked for every start of one of its containers
  public void tell(Function<Resource, Map<String, String>> variables) {
    told = variables;
  }

  /// What every container finds, whatever its pod says.
  Map<String, String> environment(ContainerStart start) {
    var all =
        new TreeMap<>(
            network.of(start.address()).isPresent()
                ? network.variables()
                : names.variables(start.pod().namespace()));
    all.putAll(told.apply(start.pod()));
    all.putAll(settings.environment());
    return all;
  }

  /// What keeps a start of a container apart; empty where nothing can.
  ///
  /// @param image whose programs and files it is to see in any case
  /// @throws IOException if its files cannot be made
  Optional<Sandbox> sandbox(ContainerStart start, Optional<ControlGroup> group, LocalImage image)
      throws IOException {
    if (sandboxes.level() == Sandboxes.Level.NONE) {
      return Optional.empty();
    }
    var home = Launch.home(start);
    Files.createDirectories(home);
    var own = network.of(start.address());
    var target = target(start);
    var space =
        own.isPresent() ? Optional.of(own.get().space(start.address())) : Optional.<Path>empty();
    var scope =
        new Sandbox.Scope(
            settings.data(),
            image.path(),
            image.files(),
            home,
            Launch.message(start),
            files(start, own.map(PodNetwork::hubAddress)),
            space,
            target,
            group);
    return Optional.of(new Sandbox(sandboxes.tools(), sandboxes.level(), start, scope));
  }

  /// The container whose processes an ephemeral one is to see, if it runs.
  private Optional<ProcessHandle> target(ContainerStart start) {
    var name = Json.text(start.container(), "targetContainerName");
    return name.isEmpty()
        ? Optional.empty()
        : running.stream()
            .filter(each -> each.isOf(start.pod().uid(), name))
            .findFirst()
            .flatMap(ProcessContainer::main);
  }

  private static Map<String, String> files(ContainerStart start, Optional<String> nameServer)
      throws IOException {
    var machine = Path.of("/etc/resolv.conf");
    var lines = Files.isReadable(machine) ? Files.readAllLines(machine) : List.<String>of();
    return new PodFiles(start.pod(), start.address()).all(nameServer, lines);
  }

  /// One of the pods' own network, where there is one.
  @Override
  public Optional<String> address(Resource pod) {
    return network.now().map(each -> each.take(pod.text("status", "podIP")));
  }

  @Override
  public void release(String address) {
    network.of(address).ifPresent(each -> each.release(address));
  }

  @Override
  public void connect(Connections connections) {
    network.connect(connections);
  }

  /// Whether a pod's ports are its own.
  boolean ownsPorts(ContainerStart start) {
    return network.of(start.address()).isPresent();
  }

  /// Whether pods have a network of their own.
  public boolean hasNetwork() {
    return network.now().isPresent();
  }

  /// The control group of a start; empty where there is none.
  Optional<ControlGroup> group(String mark, long memoryBytes, long millicores) {
    return groups.make(mark, memoryBytes, millicores);
  }

  private String networkWords() {
    return network
        .now()
        .map(each -> "each pod an address of " + each.addresses())
        .orElseGet(() -> "all share this machine's network (" + network.why() + ")");
  }

  /// Whether containers have files and processes of their own.
  public boolean keepsApart() {
    return sandboxes.level() != Sandboxes.Level.NONE;
  }

  /// How containers are kept apart, for users.
  public String isolation() {
    return switch (sandboxes.level()) {
      case FULL -> "each container has its own files and processes, " + networkWords();
      case USER ->
          "each container has its own files and processes, as a user namespace permits ("
              + sandboxes.why()
              + ")";
      case NONE -> "containers are plain processes (" + sandboxes.why() + ")";
    };
  }

  private void watchMemory() {
    try {
      while (!closed.await(1, TimeUnit.SECONDS)) {
        running.forEach(ProcessContainer::judgeMemory);
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
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
    closed.countDown();
    groups.close();
    network.close();
  }
}
