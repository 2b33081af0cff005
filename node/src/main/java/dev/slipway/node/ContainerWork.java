package dev.slipway.node;

import dev.slipway.base.Json;
import dev.slipway.node.ContainerState.Running;
import dev.slipway.node.ContainerState.Terminated;
import dev.slipway.node.ContainerState.Waiting;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.JsonNode;

/// One container of a pod, over all its starts. Everything here happens in the pod's turn, but for
/// what its log and its usage are asked for.
final class ContainerWork {
  private static final int MOST_MESSAGE = 4096;
  private static final Duration FIRST_RETRY = Duration.ofSeconds(1);
  private static final Duration LAST_RETRY = Duration.ofSeconds(30);
  private static final Duration LEAST_GRACE = Duration.ofSeconds(2);
  private static final Duration LONGEST_HOOK = Duration.ofHours(1);
  private static final Logger LOG = LoggerFactory.getLogger(ContainerWork.class);

  private final PodWork pod;
  private final NodeRoom room;
  private final JsonNode spec;
  private final Role role;
  private final boolean init;
  private ContainerState state;
  private Optional<Terminated> last = Optional.empty();
  private CrashBackoff backoff = CrashBackoff.NONE;
  private Duration retry = FIRST_RETRY;
  private Instant notBefore = Instant.MIN;
  private boolean wanted = true;
  private boolean everStarted;
  private boolean begunBefore;
  private boolean hooked;
  private boolean stopping;
  private Duration given = Duration.ZERO;
  private int restarts;
  private String id = "";
  private String imageId = "";
  private Optional<Probes> probes = Optional.empty();
  private volatile Optional<PodRuntime.Running> running = Optional.empty();
  private volatile Optional<PodRuntime.Running> previous = Optional.empty();

  ContainerWork(PodWork pod, NodeRoom room, JsonNode spec, Role role) {
    this.pod = pod;
    this.room = room;
    this.spec = spec;
    this.role = role;
    this.init = role == Role.INIT;
    boolean first =
        role == Role.EPHEMERAL || pod.resource().spec().path("initContainers").isEmpty();
    this.state = new Waiting(first && !init ? "ContainerCreating" : "PodInitializing", "");
  }

  /// Goes on where a program before this one ended.
  ///
  /// @param before its entry of `containerStatuses`
  void adopt(JsonNode before) {
    restarts = before.path("restartCount").asInt(0);
    last = ContainerState.terminated(before.path("lastState"));
    var ended = ContainerState.terminated(before.path("state"));
    if (ended.isPresent() && (!init || restarts().isNever())) {
      if (restartsAfter(ended.get().exitCode())) {
        last = ended;
      } else {
        state = ended.get();
        wanted = false;
      }
    } else if (before.path("state").has("running")) {
      var started = ContainerState.instant(Json.text(before, "state", "running", "startedAt"));
      var cut =
          new Terminated(
              255, "Unknown", "the program that ran it has ended", started, room.clock().instant());
      last = Optional.of(cut);
      if (!restartsAfter(cut.exitCode())) {
        state = cut;
        wanted = false;
      }
    }
    everStarted = last.isPresent();
  }

  String name() {
    return Json.text(spec, "name");
  }

  boolean isSidecar() {
    return init && Json.text(spec, "restartPolicy").equals("Always");
  }

  /// Whether it holds up nobody any more: an init container that has succeeded, a sidecar that has
  /// started.
  boolean letsOthersStart() {
    if (isSidecar()) {
      return state instanceof Running && started();
    }
    return state instanceof Terminated ended && ended.exitCode() == 0;
  }

  boolean isOver() {
    return !wanted && running.isEmpty();
  }

  Optional<Terminated> ended() {
    return state instanceof Terminated ended ? Optional.of(ended) : Optional.empty();
  }

  boolean isRunning() {
    return running.isPresent();
  }

  /// Whether its waiting says more than that it is on its way.
  boolean isStuck() {
    return state instanceof Waiting waiting
        && !waiting.reason().equals("ContainerCreating")
        && !waiting.reason().equals("PodInitializing");
  }

  private boolean started() {
    return probes.map(Probes::hasStarted).orElse(false);
  }

  PodStatus.Container facts() {
    boolean isStep = init && !isSidecar();
    boolean runs = state instanceof Running;
    boolean answers = runs && probes.map(Probes::ready).orElse(false);
    boolean ready = isStep ? letsOthersStart() : answers && role != Role.EPHEMERAL;
    boolean started = !isStep && runs && started();
    return new PodStatus.Container(
        name(),
        Json.text(spec, "image"),
        id,
        imageId,
        isSidecar(),
        state,
        last,
        restarts,
        ready,
        started);
  }

  /// Starts it, if it is to run, does not, and need not wait.
  void startIfDue() {
    var now = room.clock().instant();
    if (!wanted || running.isPresent() || now.isBefore(notBefore)) {
      return;
    }
    var runtime = room.runtimeFor(pod.resource(), spec);
    if (runtime.isEmpty()) {
      cannotRun();
      return;
    }
    try {
      start(runtime.get());
    } catch (NotYetException problem) {
      notYet(problem);
    }
  }

  private void cannotRun() {
    wanted = false;
    var image = Json.text(spec, "image");
    var why =
        "this machine pulls no images, and the image is no model server known here; a container"
            + " that names its command runs with this machine's programs";
    state = new Waiting("ImagePullBackOff", "Back-off pulling image \"" + image + "\": " + why);
    tell("Warning", "Failed", "Failed to pull image \"" + image + "\": " + why);
    tell("Warning", "Failed", "Error: ImagePullBackOff");
  }

  private void notYet(NotYetException problem) {
    boolean mount = problem.reason().equals("ContainerCreating");
    state = new Waiting(problem.reason(), mount ? "" : problem.why());
    if (mount) {
      room.tell(pod.resource(), "Warning", "FailedMount", problem.why());
    } else {
      tell("Warning", "Failed", "Error: " + problem.why());
    }
    notBefore = room.clock().instant().plus(retry);
    pod.again(retry);
    retry = retry.multipliedBy(2).compareTo(LAST_RETRY) < 0 ? retry.multipliedBy(2) : LAST_RETRY;
  }

  private void start(PodRuntime runtime) throws NotYetException {
    pod.volumes().check();
    imageId = image(runtime);
    boolean apart = !runtime.tellsReadiness(); // a program of its own, which looks around
    var first = new HashMap<String, String>();
    if (apart) {
      first.putAll(ServiceVariables.of(pod.resource(), room.cluster(), room.api(pod.address())));
      first.putAll(room.devices().variables(pod.resource(), spec));
    }
    var environment =
        Environment.of(
            pod.resource(),
            spec,
            pod.address(),
            room.facts(),
            new ConfigValues(room.cluster()),
            first);
    var seen = SubPaths.expanded(spec, environment);
    begunBefore = everStarted;
    if (everStarted) {
      restarts++;
    }
    everStarted = true;
    retry = FIRST_RETRY;
    id = UUID.randomUUID().toString().replace("-", "");
    state = new Waiting(init ? "PodInitializing" : "ContainerCreating", "");
    hooked = apart;
    stopping = false;
    var attempt = new Attempt(runtime.tellsReadiness());
    probes = Optional.of(attempt.probes);
    tell(
        "Normal",
        "Pulled",
        "Container image \"" + Json.text(spec, "image") + "\" already present on machine");
    tell("Normal", "Created", "Created container: " + name());
    var made = runtime.start(containerStart(seen, environment), attempt);
    attempt.made = Optional.of(made);
    running = Optional.of(made);
  }

  private String image(PodRuntime runtime) throws NotYetException {
    var image = Json.text(spec, "image");
    return switch (runtime.image(spec)) {
      case PodRuntime.Image.Here(String found) -> found.isEmpty() ? image : found;
      case PodRuntime.Image.Missing(String why) ->
          throw new NotYetException(
              "ImagePullBackOff", "Back-off pulling image \"" + image + "\": " + why);
    };
  }

  private ContainerStart containerStart(JsonNode seen, Map<String, String> environment) {
    return new ContainerStart(
        pod.resource(),
        seen,
        init,
        pod.address(),
        Expansion.words(seen.path("command"), environment),
        Expansion.words(seen.path("args"), environment),
        environment,
        pod.volumes(),
        pod.directory().resolve("logs").resolve(name()));
  }

  /// One start of the container, and what becomes of it.
  private final class Attempt implements PodRuntime.Listener {
    private final Probes probes;
    private final Instant begun = room.clock().instant();
    private volatile Optional<PodRuntime.Running> made = Optional.empty();

    Attempt(boolean tellsReadiness) {
      probes = new Probes(room, ContainerWork.this.pod, spec, tellsReadiness, this::unhealthy);
    }

    private boolean isCurrent() {
      return ContainerWork.this.probes.filter(now -> now == probes).isPresent();
    }

    private void inTurn(Runnable work) {
      pod.turn(
          () -> {
            if (isCurrent()) {
              work.run();
            }
          });
    }

    @Override
    public void started() {
      inTurn(
          () -> {
            state = new Running(room.clock().instant());
            tell("Normal", "Started", "Started container " + name());
            pod.renewTokens();
            if (hooked && Hooks.has(spec, "postStart")) {
              made.ifPresent(this::postStart);
            } else {
              goOn();
            }
          });
    }

    private void goOn() {
      if (!init || isSidecar()) {
        made.ifPresent(probes::begin);
      }
    }

    private void postStart(PodRuntime.Running now) {
      Thread.ofVirtual()
          .name("postStart of " + name())
          .start(
              () -> {
                var problem = hooks(now).problem("postStart", LONGEST_HOOK);
                inTurn(() -> problem.ifPresentOrElse(why -> badStart(now, why), this::goOn));
              });
    }

    private void badStart(PodRuntime.Running now, String why) {
      LOG.debug("postStart of {} in {}: {}", name(), pod.resource(), why);
      tell("Warning", "FailedPostStartHook", "PostStartHook failed");
      tell("Normal", "Killing", "FailedPostStartHook");
      stop(now, pod.grace());
    }

    @Override
    public void ready(boolean ready, String why) {
      inTurn(
          () -> {
            if (ready && room.settings().sockets()) {
              running.ifPresent(
                  now -> new OpenPorts(room.doors(), spec, ContainerWork.this::tell).open(now));
            }
            probes.answers(ready);
          });
    }

    @Override
    public void ended(int exitCode, String reason, String message) {
      inTurn(() -> finished(exitCode, reason, message, begun));
    }

    @Override
    public void waiting(String reason, String message) {
      inTurn(
          () -> {
            release();
            restarts -= begunBefore ? 1 : 0; // nothing has run
            everStarted = begunBefore;
            notYet(new NotYetException(reason, message));
          });
    }

    @Override
    public void event(String type, String reason, String message) {
      tell(type, reason, message);
    }

    /// A liveness or startup probe has failed often enough.
    private void unhealthy(String probe, String why) {
      inTurn(
          () -> {
            tell(
                "Normal",
                "Killing",
                "Container " + name() + " failed " + probe + " probe, will be restarted");
            probes.end();
            var given = spec.path(probe + "Probe").path("terminationGracePeriodSeconds");
            var grace = given.isNumber() ? Duration.ofSeconds(given.asLong()) : pod.grace();
            running.ifPresent(each -> stop(each, grace));
          });
    }
  }

  private void release() {
    previous = running;
    running = Optional.empty();
    probes.ifPresent(Probes::end);
    probes = Optional.empty();
  }

  private void finished(int exitCode, String reason, String message, Instant begun) {
    release();
    var now = room.clock().instant();
    var from = state instanceof Running(Instant startedAt) ? startedAt : begun;
    var ended =
        new Terminated(
            exitCode,
            reason,
            message.substring(Math.max(0, message.length() - MOST_MESSAGE)),
            from,
            now);
    if (pod.isEnding() || !restartsAfter(exitCode)) {
      wanted = false;
      state = ended;
      return;
    }
    backoff = backoff.next(from, now);
    last = Optional.of(ended);
    if (backoff.last().isZero()) {
      state = new Waiting(init ? "PodInitializing" : "ContainerCreating", "");
      return;
    }
    notBefore = now.plus(backoff.last());
    state = new Waiting("CrashLoopBackOff", backoffMessage());
    tell(
        "Warning",
        "BackOff",
        "Back-off restarting failed container " + name() + " in pod " + podWords());
    pod.again(backoff.last());
  }

  private String backoffMessage() {
    return "back-off "
        + backoff.words()
        + " restarting failed container="
        + name()
        + " pod="
        + podWords();
  }

  private String podWords() {
    var resource = pod.resource();
    return resource.name() + "_" + resource.namespace() + "(" + resource.uid() + ")";
  }

  private boolean restartsAfter(int exitCode) {
    return restarts().after(exitCode);
  }

  private RestartPolicy restarts() {
    return role == Role.EPHEMERAL
        ? RestartPolicy.ONCE
        : RestartPolicy.of(pod.resource(), spec, init);
  }

  /// Asks it to end, and tells so once; a container that does not run is over at once.
  void end(Duration grace) {
    wanted = false;
    probes.ifPresent(Probes::end);
    if (running.isPresent() && !stopping) {
      tell("Normal", "Killing", "Stopping container " + name());
    }
    running.ifPresent(each -> stop(each, grace));
  }

  /// It is not to be started again.
  void startNoMore() {
    wanted = false;
  }

  /// Ends it without a word.
  void stop(Duration grace) {
    wanted = false;
    probes.ifPresent(Probes::end);
    running.ifPresent(each -> each.stop(grace));
  }

  /// Ends it as one that has done its work. Any thread.
  void conclude() {
    running.ifPresent(each -> each.conclude(pod.grace()));
  }

  /// Ends one start: after what it wants done before, within the same grace. Asked again with less
  /// grace, it ends at that.
  private void stop(PodRuntime.Running now, Duration grace) {
    if (stopping && grace.compareTo(given) >= 0) {
      return;
    }
    boolean again = stopping;
    stopping = true;
    given = grace;
    if (again || !hooked || !Hooks.has(spec, "preStop") || grace.isZero()) {
      now.stop(grace);
      return;
    }
    Thread.ofVirtual().name("preStop of " + name()).start(() -> preStop(now, grace));
  }

  private void preStop(PodRuntime.Running now, Duration grace) {
    var begun = room.clock().instant();
    var problem = hooks(now).problem("preStop", grace);
    if (problem.isPresent()) {
      LOG.debug("preStop of {} in {}: {}", name(), pod.resource(), problem.get());
      tell("Warning", "FailedPreStopHook", "PreStopHook failed");
    }
    var rest = grace.minus(Duration.between(begun, room.clock().instant()));
    now.stop(rest.compareTo(LEAST_GRACE) > 0 ? rest : LEAST_GRACE);
  }

  private Hooks hooks(PodRuntime.Running now) {
    return new Hooks(room, pod.address(), spec, now);
  }

  Optional<PodRuntime.Running> running() {
    return running;
  }

  /// What wrote the log: of the latest start, or of the one before.
  Optional<PodRuntime.Running> logged(boolean before) {
    var now = running;
    return now.isEmpty() || before ? previous : now;
  }

  JsonNode spec() {
    return spec;
  }

  private void tell(String type, String reason, String message) {
    room.tell(pod.resource(), "spec." + role.list() + "{" + name() + "}", type, reason, message);
  }
}
