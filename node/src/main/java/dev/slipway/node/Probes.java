package dev.slipway.node;

import dev.slipway.node.ProbeSpec.Action;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// What the probes of one start of a container have found. In the pod's turn.
///
/// Where the runtime knows when the container answers, nothing is asked before; whether a port is
/// open is then known without asking.
final class Probes {
  private final NodeRoom room;
  private final PodWork pod;
  private final boolean tellsReadiness;
  private final BiConsumer<String, String> unhealthy;
  private final Optional<ProbeSpec> startup;
  private final Optional<ProbeSpec> liveness;
  private final Optional<ProbeSpec> readiness;
  private final JsonNode container;
  private final List<ProbeLoop> loops = new ArrayList<>();
  private PodRuntime.@Nullable Running running;
  private boolean answering;
  private boolean launched;
  private boolean started;
  private boolean ready;

  /// @param unhealthy told which probe demands a restart, and why
  Probes(
      NodeRoom room,
      PodWork pod,
      JsonNode container,
      boolean tellsReadiness,
      BiConsumer<String, String> unhealthy) {
    this.room = room;
    this.pod = pod;
    this.container = container;
    this.tellsReadiness = tellsReadiness;
    this.unhealthy = unhealthy;
    this.startup = worthAsking("startupProbe");
    this.liveness = worthAsking("livenessProbe");
    this.readiness = worthAsking("readinessProbe");
  }

  private Optional<ProbeSpec> worthAsking(String field) {
    return ProbeSpec.of(container, field)
        .filter(
            probe ->
                !tellsReadiness
                    || probe.action() instanceof Action.Http
                    || probe.action() instanceof Action.Exec);
  }

  boolean hasStarted() {
    return started;
  }

  boolean ready() {
    return answering && started && ready;
  }

  /// The container runs.
  void begin(PodRuntime.Running made) {
    running = made;
    launchIfPossible();
  }

  /// The runtime says whether the container answers.
  void answers(boolean is) {
    answering = is;
    launchIfPossible();
  }

  private void launchIfPossible() {
    var made = running;
    if (launched || made == null || (tellsReadiness && !answering)) {
      return;
    }
    launched = true;
    if (startup.isEmpty()) {
      afterStartup(made);
      return;
    }
    var loop = loop("Startup", startup.get(), made, (passed, why) -> startedUp(made, passed, why));
    go(loop);
  }

  private void startedUp(PodRuntime.Running made, boolean passed, String why) {
    if (started) {
      return;
    }
    if (passed) {
      end();
      afterStartup(made);
    } else {
      unhealthy.accept("startup", why);
    }
  }

  private void afterStartup(PodRuntime.Running made) {
    started = true;
    ready = readiness.isEmpty();
    readiness.ifPresent(probe -> go(loop("Readiness", probe, made, (passed, _) -> ready = passed)));
    liveness.ifPresent(
        probe ->
            go(
                loop(
                    "Liveness",
                    probe,
                    made,
                    (passed, why) -> {
                      if (!passed) {
                        unhealthy.accept("liveness", why);
                      }
                    })));
  }

  private void go(ProbeLoop loop) {
    loops.add(loop);
    if (tellsReadiness) {
      loop.poke();
    } else {
      loop.start();
    }
  }

  private ProbeLoop loop(
      String name, ProbeSpec probe, PodRuntime.Running made, BiConsumer<Boolean, String> verdict) {
    var asking = new ProbeCall(room.endpoints(), pod.address(), made);
    return new ProbeLoop(
        probe,
        room.timers(),
        () -> asking.problem(probe.action(), probe.timeout()),
        why ->
            room.tell(
                pod.resource(),
                "spec.containers{" + container.path("name").asString("") + "}",
                "Warning",
                "Unhealthy",
                name + " probe failed: " + why),
        (passed, why) -> pod.turn(() -> conclude(made, verdict, passed, why)));
  }

  @SuppressWarnings("ReferenceEquality") // one start of the container or another
  private void conclude(
      PodRuntime.Running made, BiConsumer<Boolean, String> verdict, boolean passed, String why) {
    if (made == running) {
      verdict.accept(passed, why);
    }
  }

  /// Asks no more.
  void end() {
    loops.forEach(ProbeLoop::stop);
    loops.clear();
  }
}
