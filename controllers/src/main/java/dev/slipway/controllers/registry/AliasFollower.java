package dev.slipway.controllers.registry;

import dev.slipway.api.kserve.Kserve;
import dev.slipway.api.kserve.RolloutPolicy;
import dev.slipway.autoscaling.LoadKey;
import dev.slipway.autoscaling.Outcomes;
import dev.slipway.autoscaling.Outcomes.Counted;
import dev.slipway.base.Json;
import dev.slipway.control.Cluster;
import dev.slipway.control.Key;
import dev.slipway.control.Kinds;
import dev.slipway.control.Recorder;
import dev.slipway.control.Resource;
import dev.slipway.controllers.registry.FollowDecision.Seen;
import dev.slipway.controllers.registry.FollowDecision.Wish;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.node.NullNode;
import tools.jackson.databind.node.ObjectNode;

/// Moves services along with the names they follow.
///
/// Implementation note. What is to be decided is pure ([FollowDecision]); this is its clock and its
/// hands: one thread, woken by the registry, by services that change, and by time, more often while
/// a service is on its way. What is known stands in `status.registry`, so that a restart goes on
/// where it was; only the step's requests are counted anew.
public final class AliasFollower implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(AliasFollower.class);
  private static final String COMPONENT = "inferenceservice-controller";

  /// How often a registry that others write too is asked.
  private static final Duration IDLE = Duration.ofSeconds(5);

  private static final Duration QUICKEST = Duration.ofMillis(100);
  private static final Duration SLOWEST = Duration.ofSeconds(1);
  private static final int LOOKS_PER_STEP = 5;

  private final Cluster cluster;
  private final ModelRegistry registry;
  private final Outcomes outcomes;
  private final Recorder recorder;
  private final InstantSource clock;
  private final Lineage lineage;
  private final Set<Key> services = ConcurrentHashMap.newKeySet();
  private final Map<Key, Window> windows = new HashMap<>();
  private final Semaphore wakings = new Semaphore(0);
  private final Thread thread = Thread.ofVirtual().name("alias-follower").unstarted(this::run);
  private Optional<Cluster.Watching> watching = Optional.empty();
  private volatile boolean closed;

  /// What was counted when a step began.
  private record Window(
      String step, Instant since, Counted tried, Counted stable, LoadKey triedAt) {}

  public AliasFollower(
      Cluster cluster,
      ModelRegistry registry,
      Outcomes outcomes,
      Recorder recorder,
      InstantSource clock) {
    this.cluster = cluster;
    this.registry = registry;
    this.outcomes = outcomes;
    this.recorder = recorder;
    this.clock = clock;
    this.lineage = new Lineage(registry);
  }

  public void start() {
    follow();
    thread.start();
  }

  /// Begins to listen; decisions are made where [#lookAtAll] is called.
  void follow() {
    registry.onChange(wakings::release);
    watching = Optional.of(cluster.watch(Kinds.INFERENCE_SERVICE, this::changed));
  }

  private void changed(Resource service, boolean gone) {
    boolean concerns =
        !ServiceView.uri(service).isEmpty() || FollowState.read(service.status()).isPresent();
    if (gone || !concerns) {
      if (services.remove(service.key())) {
        wakings.release();
      }
      return;
    }
    services.add(service.key());
    wakings.release();
  }

  private void run() {
    Duration pause = IDLE;
    while (!closed) {
      try {
        boolean _ = wakings.tryAcquire(pause.toMillis(), TimeUnit.MILLISECONDS);
        wakings.drainPermits();
        pause = lookAtAll();
      } catch (InterruptedException _) {
        return;
      } catch (RuntimeException failure) {
        log.warn("services that follow the model registry could not be looked at", failure);
      }
    }
  }

  /// Decides for each service that names a registered model.
  ///
  /// @return until the next look
  Duration lookAtAll() {
    Duration pause = IDLE;
    for (Key key : services) {
      try {
        Duration wanted = look(key);
        pause = wanted.compareTo(pause) < 0 ? wanted : pause;
      } catch (RuntimeException failure) {
        log.debug("{} could not be looked at, will try again", key, failure);
        pause = pause.compareTo(SLOWEST) > 0 ? SLOWEST : pause;
      }
    }
    windows.keySet().retainAll(services);
    lineage.tell(cluster, services);
    return pause;
  }

  private Duration look(Key key) {
    Optional<Resource> found = cluster.get(key);
    if (found.isEmpty() || found.get().deleting() || Kserve.stopped(found.get().tree())) {
      return IDLE;
    }
    Resource service = found.get();
    RolloutPolicy policy = RolloutPolicy.of(service.annotations());
    String uri = ServiceView.uri(service);
    Optional<FollowState> before = FollowState.read(service.status());
    if (uri.isEmpty()) {
      forget(service);
      return IDLE;
    }
    if (!policy.follow() && before.isPresent() && before.get().uri().equals(uri)) {
      return IDLE;
    }
    boolean byHand =
        service.spec().path("predictor").path("canaryTrafficPercent").isIntegralNumber();
    var wish = new Wish(uri, registry.resolve(uri), policy, byHand);
    var decision = FollowDecision.of(before, wish, seen(service, before), clock.instant());
    if (before.isEmpty() || !before.get().equals(decision.state())) {
      write(service, before, named(decision.state()));
      decision
          .told()
          .forEach(
              each ->
                  recorder.tell(service, COMPONENT, each.type(), each.reason(), each.message()));
      return QUICKEST;
    }
    return decision.state().isTrying() ? pace(policy) : IDLE;
  }

  private static Duration pace(RolloutPolicy policy) {
    Duration part = policy.interval().dividedBy(LOOKS_PER_STEP);
    if (part.compareTo(QUICKEST) < 0) {
      return QUICKEST;
    }
    return part.compareTo(SLOWEST) > 0 ? SLOWEST : part;
  }

  private Seen seen(Resource service, Optional<FollowState> before) {
    var view = new ServiceView(cluster, service);
    if (before.isEmpty() || !before.get().isTrying()) {
      windows.remove(service.key());
      return new Seen(
          new FollowDecision.Health.Starting(),
          view.runs(),
          view.rolledOut(),
          Counted.NONE,
          Counted.NONE,
          Duration.ZERO);
    }
    FollowState state = before.get();
    String step = state.version() + " " + state.phase() + " " + state.percent();
    Counted tried = outcomes.of(view.tried());
    Counted stable = outcomes.of(view.stable(state));
    Window window = windows.get(service.key());
    if (window == null || !window.step().equals(step) || !window.triedAt().equals(view.tried())) {
      window = new Window(step, clock.instant(), tried, stable, view.tried());
      windows.put(service.key(), window);
    }
    return new Seen(
        view.health(state),
        view.runs(),
        view.rolledOut(),
        tried.since(window.tried()),
        stable.since(window.stable()),
        Duration.between(window.since(), clock.instant()));
  }

  /// Beside a version stands the run that made it.
  private FollowState named(FollowState state) {
    return state.version().isEmpty() || !state.run().isEmpty()
        ? state
        : registry.resolve(state.pinned()).map(it -> state.madeBy(it.run())).orElse(state);
  }

  private void write(Resource service, Optional<FollowState> before, FollowState now) {
    ObjectNode wanted = now.toJson();
    before.ifPresent(
        was ->
            was.toJson()
                .propertyNames()
                .forEach(
                    field -> {
                      if (!wanted.has(field)) {
                        wanted.set(field, NullNode.getInstance());
                      }
                    }));
    patch(service, wanted);
  }

  private void forget(Resource service) {
    ObjectNode patch = Json.object();
    patch.putObject("status").set(FollowState.FIELD, NullNode.getInstance());
    var _ = cluster.mergePatch(service.key(), "status", patch);
  }

  private void patch(Resource service, ObjectNode wanted) {
    ObjectNode patch = Json.object();
    patch.putObject("status").set(FollowState.FIELD, wanted);
    var _ = cluster.mergePatch(service.key(), "status", patch);
  }

  @Override
  public void close() {
    closed = true;
    watching.ifPresent(Cluster.Watching::close);
    thread.interrupt();
  }
}
