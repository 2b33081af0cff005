package dev.slipway.node.process;

import dev.slipway.base.Json;
import dev.slipway.base.Quantity;
import dev.slipway.node.CommandRefusedException;
import dev.slipway.node.ContainerCommand;
import dev.slipway.node.ContainerStart;
import dev.slipway.node.PodRuntime;
import dev.slipway.node.VolumeException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One start of a container as a process. Thread-safe.
///
/// Its end is told when the process itself has ended; what that left running is ended first, and
/// its last output read.
final class ProcessContainer implements PodRuntime.Running {
  private static final Logger LOG = LoggerFactory.getLogger(ProcessContainer.class);
  private static final boolean EVERY_LOOPBACK =
      System.getProperty("os.name", "").startsWith("Linux");

  /// Of a termination message; of the log that stands for one.
  private static final int MOST_MESSAGE = 4096;

  private static final int MOST_LOG_MESSAGE = 2048;
  private static final int MOST_LOG_LINES = 80;
  private static final int START_ERROR = 128;

  private final ContainerStart start;
  private final PodRuntime.Listener listener;
  private final ProcessPods pods;
  private final String mark = UUID.randomUUID().toString();
  private final ProcessLog log;
  private final Taps taps = new Taps();
  private final AtomicBoolean stopping = new AtomicBoolean();
  private final CountDownLatch ended = new CountDownLatch(1);
  private final Map<Integer, Integer> ports = new LinkedHashMap<>();
  private volatile @Nullable Process process;
  private volatile @Nullable Path message;
  private volatile @Nullable Sandbox sandbox;
  private volatile @Nullable ControlGroup group;
  private volatile boolean outOfMemory;
  private volatile boolean concluded;
  private volatile Words words = new Words(Map.of(), Map.of());
  private volatile Map<String, String> environment = Map.of();

  ProcessContainer(ContainerStart start, PodRuntime.Listener listener, ProcessPods pods) {
    this.start = start;
    this.listener = listener;
    this.pods = pods;
    this.log = new ProcessLog(start.logs(), mark, pods.clock());
  }

  /// Returns at once.
  void begin() {
    var volumes = start.volumes(); // filled beside the rest of the start
    Thread.ofVirtual().name("volumes").start(() -> volumes.prepare(start.container()));
    Thread.ofVirtual().name("start " + start.name()).start(this::launch);
  }

  private void launch() {
    try {
      log.clearOlder();
      var image = pods.image(start);
      image.notes().forEach(each -> listener.event(each.type(), each.reason(), each.message()));
      var limited = pods.group(mark, memoryLimit(), limit("cpu").milliUnits());
      group = limited.orElse(null);
      var apart = pods.sandbox(start, limited, image);
      sandbox = apart.orElse(null);
      takePorts();
      var launch = new Launch(start, image, pods.environment(start), Map.copyOf(ports), mark);
      var made = apart.map(launch::in).orElse(launch).make();
      message = made.terminationMessage();
      words = made.words();
      environment = Map.copyOf(made.builder().environment());
      made.notes().forEach(each -> listener.event("Normal", "RunsAsProcess", each));
      pods.marks().put(mark);
      run(flag("tty") ? withTerminal(made.builder()) : made.builder());
    } catch (StartException problem) {
      cannotStart(problem.why());
    } catch (VolumeException problem) {
      cannotYet(problem);
    } catch (IOException | RuntimeException problem) {
      LOG.debug("{}", start.pod(), problem);
      cannotStart(String.valueOf(problem.getMessage()));
    }
  }

  private boolean flag(String field) {
    return start.container().path(field).asBoolean(false);
  }

  /// Bytes; 0 for none.
  long memoryLimit() {
    return limit("memory").units();
  }

  private Quantity limit(String resource) {
    return Quantity.parse(Json.text(start.container(), "resources", "limits", resource))
        .orElse(Quantity.ZERO);
  }

  private static ProcessBuilder withTerminal(ProcessBuilder builder) throws StartException {
    builder.environment().putIfAbsent("TERM", "xterm");
    return builder.command(Terminal.around(builder.command()));
  }

  private void takePorts() throws IOException {
    for (int port : start.ports()) {
      if (port > 0) {
        ports.put(
            port, pods.ownsPorts(start) ? port : pods.ports().take(Peers.owner(start.pod()), port));
      }
    }
    ports.forEach(
        (asked, _) ->
            port(asked)
                .filter(at -> !at.equals(own(asked)))
                .ifPresent(at -> pods.endpoints().lead(own(asked), at)));
  }

  private InetSocketAddress own(int port) {
    return new InetSocketAddress(start.address(), port);
  }

  private void run(ProcessBuilder builder) throws IOException {
    Process made;
    synchronized (this) {
      if (stopping.get()) {
        end(0, "Completed", "");
        return;
      }
      made = builder.start();
      process = made;
    }
    pods.marks().put(mark, made.toHandle());
    var limited = group;
    if (sandbox == null && limited != null) {
      limited.take(made.pid());
    }
    if (!flag("stdin")) {
      made.getOutputStream().close();
    }
    var output = new CompletableFuture<Void>();
    Thread.ofPlatform()
        .daemon()
        .name("output of " + start.name())
        .start(() -> copy(made.getInputStream(), output));
    var _ =
        made.onExit()
            .thenAccept(
                each ->
                    Thread.ofVirtual()
                        .name("end of " + start.name())
                        .start(() -> exited(each, output)));
    listener.started();
    listener.ready(true, "");
  }

  private void copy(InputStream from, CompletableFuture<Void> done) {
    var buffer = new byte[16 * 1024];
    try (from) {
      for (int count = from.read(buffer); count >= 0; count = from.read(buffer)) {
        log.write(buffer, count);
        taps.write(buffer, count);
      }
    } catch (IOException problem) {
      LOG.debug("output of {}: {}", start.name(), problem.toString());
    } finally {
      log.end();
      taps.end();
      done.complete(null);
    }
  }

  private Tree tree(Process of) {
    return new Tree(of.toHandle(), Launch.MARK + "=" + mark);
  }

  private void exited(Process of, CompletableFuture<Void> output) {
    tree(of).kill();
    try {
      output.get(2, TimeUnit.SECONDS);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    } catch (ExecutionException | TimeoutException problem) {
      LOG.debug("output of {}: {}", start.name(), problem.toString());
    }
    int code = concluded ? 0 : of.exitValue();
    var apart = sandbox;
    if (apart != null && !apart.isMounted() && !stopping.get()) {
      cannotStart(apart.problem());
    } else {
      end(code, reason(code), lastWords(code));
    }
  }

  private String reason(int code) {
    var limited = group;
    boolean ranOut = outOfMemory || (limited != null && limited.ranOutOfMemory());
    return code == 0 ? "Completed" : ranOut ? "OOMKilled" : "Error";
  }

  /// Ends it if it has more in memory than it may, where the kernel does not see to that.
  void judgeMemory() {
    var now = process;
    var limited = group;
    long most = memoryLimit();
    boolean watched = limited != null && limited.tellsMemory();
    if (now != null && most > 0 && !watched && tree(now).residentBytes() > most) {
      outOfMemory = true;
      tree(now).kill();
    }
  }

  private String lastWords(int code) {
    var text = "";
    try {
      var file = message;
      if (file != null && Files.isRegularFile(file)) {
        try (var in = Files.newInputStream(file)) {
          text = new String(in.readNBytes(MOST_MESSAGE), StandardCharsets.UTF_8);
        }
      }
    } catch (IOException problem) {
      text = "Error on reading termination message: " + problem.getMessage();
    }
    boolean fallsBack =
        Json.text(start.container(), "terminationMessagePolicy").equals("FallbackToLogsOnError");
    return text.isEmpty() && code != 0 && fallsBack
        ? log.tail(MOST_LOG_LINES, MOST_LOG_MESSAGE)
        : text;
  }

  private void cannotStart(String why) {
    log.end();
    listener.event(
        "Warning", "Failed", "Error: failed to start container \"" + start.name() + "\": " + why);
    end(START_ERROR, "StartError", "failed to start container: " + why);
  }

  /// It is tried again when what it mounts may be there.
  private void cannotYet(VolumeException problem) {
    log.end();
    release();
    listener.waiting("ContainerCreating", problem.why());
  }

  private void end(int code, String reason, String words) {
    release();
    listener.ended(code, reason, words);
  }

  private void release() {
    ports.forEach(
        (asked, given) -> {
          pods.endpoints().forget(own(asked));
          pods.ports().release(Peers.owner(start.pod()), given);
        });
    pods.marks().remove(mark);
    pods.over(this);
    clear();
    ended.countDown();
  }

  private void clear() {
    var apart = sandbox;
    if (apart != null) {
      apart.discard();
    }
    var limited = group;
    if (limited != null) {
      limited.remove();
    }
  }

  @Override
  public void stop(Duration grace) {
    Process now;
    boolean asks;
    synchronized (this) {
      boolean first = stopping.compareAndSet(false, true);
      now = process;
      if (now == null) {
        return; // has not begun, and will not
      }
      asks = first && !grace.isZero();
    }
    Thread.ofVirtual()
        .name("stop " + start.name())
        .start(
            () -> {
              if (asks) {
                main(now).destroy();
              }
              kill(now, grace);
            });
  }

  @Override
  public void conclude(Duration grace) {
    concluded = true;
    stop(grace);
  }

  boolean isOf(String podUid, String name) {
    return start.pod().uid().equals(podUid) && start.name().equals(name);
  }

  /// Its own process, if it runs.
  Optional<ProcessHandle> main() {
    return Optional.ofNullable(process).map(this::main);
  }

  private ProcessHandle main(Process now) {
    var apart = sandbox;
    return apart == null
        ? now.toHandle()
        : new MainProcess(now.toHandle(), apart.depth() + (flag("tty") ? 1 : 0))
            .await(apart)
            .orElseGet(now::toHandle);
  }

  private void kill(Process now, Duration grace) {
    if (!awaitEnd(grace)) {
      tree(now).kill();
    }
  }

  /// @return whether it has
  boolean awaitEnd(Duration bound) {
    try {
      return ended.await(bound.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  @Override
  public InputStream log(boolean follow) {
    return log.read(follow);
  }

  @Override
  public Optional<InetSocketAddress> port(int containerPort) {
    int given = ports.getOrDefault(containerPort, containerPort);
    boolean moved = given != containerPort || !EVERY_LOOPBACK;
    return Optional.of(moved ? new InetSocketAddress("127.0.0.1", given) : own(given));
  }

  /// What no other start of a container is called.
  String mark() {
    return mark;
  }

  @Override
  public PodRuntime.Usage usage() {
    var now = process;
    if (now == null || !now.isAlive()) {
      return new PodRuntime.Usage(0, 0);
    }
    var limited = group;
    if (limited != null && limited.tellsMemory()) {
      return limited.usage();
    }
    var tree = tree(now);
    return new PodRuntime.Usage(tree.residentBytes(), tree.cpu().toNanos());
  }

  @Override
  public void checkCommands() throws CommandRefusedException {
    var _ = alive();
  }

  private Process alive() throws CommandRefusedException {
    var now = process;
    if (now == null || !now.isAlive()) {
      throw new CommandRefusedException("container not found: it does not run");
    }
    return now;
  }

  @Override
  public ContainerCommand exec(List<String> command, boolean terminal)
      throws CommandRefusedException, IOException {
    checkCommands();
    try {
      var apart = sandbox;
      var search = environment.getOrDefault("PATH", "");
      var first = words.command(command).getFirst();
      if (apart == null) {
        var _ = Programs.find(first, Launch.home(start), search, path -> path);
      } else {
        var _ = Programs.find(first, Path.of(Sandbox.HOME), search, apart::onHost);
      }
      var builder = inside(command);
      return new StartedCommand(terminal ? withTerminal(builder) : builder, terminal);
    } catch (StartException problem) {
      throw new IOException(problem.why(), problem);
    }
  }

  @Override
  public ContainerCommand attach() throws CommandRefusedException {
    return new Attached(alive(), taps.open(), ended, flag("stdin"), flag("stdinOnce"), flag("tty"));
  }

  /// A command in the container: with its variables, in its directory, and apart as it is.
  ///
  /// @throws IOException if the container has ended
  ProcessBuilder inside(List<String> command) throws IOException {
    var now = process;
    var apart = sandbox;
    List<String> whole = words.command(command);
    if (apart != null && now != null) {
      var main = main(now);
      if (main.equals(now.toHandle())) {
        throw new IOException("the container does not run");
      }
      whole = apart.inside(main.pid(), whole);
    }
    var builder = new ProcessBuilder(whole);
    builder.environment().clear();
    builder.environment().putAll(environment);
    return builder.directory(Launch.home(start).toFile());
  }

  @Override
  public Optional<String> problem(List<String> command, Duration timeout) {
    try {
      var builder = inside(command).redirectErrorStream(true);
      return judged(builder.start(), words.command(command), timeout);
    } catch (IOException problem) {
      return Optional.of("command " + command + ": " + problem.getMessage());
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      return Optional.of("interrupted");
    }
  }

  private static Optional<String> judged(Process probe, List<String> words, Duration timeout)
      throws InterruptedException, IOException {
    probe.getOutputStream().close();
    var output = new CompletableFuture<String>();
    Thread.ofPlatform().daemon().name("probe").start(() -> output.complete(read(probe)));
    if (!probe.waitFor(timeout.toMillis(), TimeUnit.MILLISECONDS)) {
      probe.descendants().forEach(ProcessHandle::destroyForcibly);
      probe.destroyForcibly();
      return Optional.of(
          "command timed out: \""
              + String.join(" ", words)
              + "\" timed out after "
              + timeout.toSeconds()
              + "s");
    }
    try {
      var said = output.get(1, TimeUnit.SECONDS);
      return probe.exitValue() == 0 ? Optional.empty() : Optional.of(said);
    } catch (ExecutionException | TimeoutException _) {
      return probe.exitValue() == 0 ? Optional.empty() : Optional.of("");
    }
  }

  private static String read(Process probe) {
    try (var in = probe.getInputStream()) {
      return new String(in.readNBytes(10 * 1024), StandardCharsets.UTF_8);
    } catch (IOException _) {
      return "";
    }
  }
}
