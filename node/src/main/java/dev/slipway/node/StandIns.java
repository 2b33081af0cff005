package dev.slipway.node;

import dev.slipway.base.Json;
import dev.slipway.control.Key;
import dev.slipway.control.Kinds;
import dev.slipway.control.Resource;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.StreamSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// Answers for revisions that are asked for at zero until their pods do: the containers of the
/// revision's template start at once, beside the API, and end when a pod of it answers. Only where
/// their runtime says that this is safe ([PodRuntime#standsIn()]), and only for a revision that has
/// been ready before. Thread-safe.
///
/// Implementation note. A pod is five durable writes and as many plans away; its model is a file
/// that is in the cache. So the answer comes first, and the way of the pod is begun when it is
/// there, for a few revisions at a time: were it begun at once, a hundred revisions asked for in
/// one moment would wait for each other's statuses. For the same reason stand-ins start a few at a
/// time, in the order in which they were asked for: a hundred that share the processors from the
/// first moment all answer in the last.
public final class StandIns implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(StandIns.class);

  private static final String STAND_IN = "slipway.dev/stand-in";

  /// A pod that has not come by then is not waited for.
  private static final Duration LONGEST = Duration.ofSeconds(60);

  /// Pods' ways are not held up longer by models that take their time.
  private static final Duration HEAD_START = Duration.ofMillis(250);

  /// Pods' ways begin when no answer has been asked for in so long.
  private static final Duration QUIET = Duration.ofMillis(100);

  /// However many are asked for, some pods' ways begin within so long.
  private static final Duration LONGEST_NOISE = Duration.ofSeconds(1);

  /// What has not answered by then makes room for the next to start; it waits for something else
  /// than a processor.
  private static final Duration TURN = Duration.ofMillis(20);

  private static final int STARTS = 2 * Runtime.getRuntime().availableProcessors();
  private static final int POD_WAYS = Math.max(2, Runtime.getRuntime().availableProcessors());

  private final NodeRoom room;
  private final Map<Key, StandIn> all = new ConcurrentHashMap<>();
  private final Deque<StandIn> answering = new ArrayDeque<>(); // those whose pods' way is not begun
  private final Deque<StandIn> asked = new ArrayDeque<>(); // those whose turn has not come
  private int turns;
  private volatile Listener listener = (_, _) -> () -> {};
  private int starting;
  private int ways;
  private long noiseBegan = System.nanoTime();
  private long quietFrom = noiseBegan;

  /// Sends requests to what stands in.
  @FunctionalInterface
  public interface Listener {
    /// It answers now.
    ///
    /// @param pod that is stood in for, with the address in its status
    /// @param over to be run once a pod answers, or the revision is gone
    /// @return what is run when it will not answer any more
    Runnable answers(Resource pod, Runnable over);
  }

  /// Whether a pod is one of these, of which the API knows nothing.
  public static boolean is(Resource pod) {
    return pod.annotations().containsKey(STAND_IN) && pod.resourceVersion().isEmpty();
  }

  StandIns(NodeRoom room) {
    this.room = room.silent();
  }

  public void onAnswer(Listener told) {
    listener = told;
  }

  /// A request is there for a revision. Returns at once.
  ///
  /// @param then begins the way of its pods
  public void wanted(String namespace, String revision, Runnable then) {
    var made = new StandIn(Kinds.REVISION.key(namespace, revision), then);
    var known = all.putIfAbsent(made.revision, made);
    if (known == null) {
      synchronized (asked) {
        asked.add(made);
      }
      beginTurns();
    } else if (known.isUnderWay()) {
      then.run();
    }
  }

  private void beginTurns() {
    synchronized (asked) {
      while (turns < STARTS && !asked.isEmpty()) {
        turns++;
        var next = asked.remove();
        Thread.ofVirtual().name("stand in for " + next.revision).start(next::begin);
      }
    }
  }

  private void turnEnded() {
    synchronized (asked) {
      turns--;
    }
    beginTurns();
  }

  /// The pod that the revision's Deployment would make; empty where it has one, or where a second
  /// one would not go unnoticed.
  private Optional<Resource> pod(Key revision) {
    return room.cluster()
        .get(Kinds.POD_AUTOSCALER.key(revision.namespace(), revision.name()))
        .filter(scaler -> scaler.isTrue("ScaleTargetInitialized"))
        .map(scaler -> scaler.text("spec", "scaleTargetRef", "name"))
        .flatMap(name -> room.cluster().get(Kinds.DEPLOYMENT.key(revision.namespace(), name)))
        .filter(target -> target.status().path("readyReplicas").asInt(0) == 0)
        .map(StandIns::podOf)
        .filter(this::isSafe);
  }

  private static Resource podOf(Resource deployment) {
    var template = deployment.spec().path("template");
    var pod = Json.object().put("apiVersion", "v1").put("kind", "Pod");
    var metadata =
        template.path("metadata") instanceof ObjectNode given ? given.deepCopy() : Json.object();
    metadata.put("name", deployment.name() + "-stand-in").put("namespace", deployment.namespace());
    metadata.put("uid", UUID.randomUUID().toString());
    Json.ensureObject(metadata, "annotations").put(STAND_IN, "true");
    pod.set("metadata", metadata);
    pod.set("spec", template.path("spec"));
    return Resource.of(Kinds.POD, pod);
  }

  private boolean isSafe(Resource pod) {
    return isSafe(pod, pod.spec().path("initContainers"))
        && isSafe(pod, pod.spec().path("containers"));
  }

  private boolean isSafe(Resource pod, JsonNode containers) {
    return StreamSupport.stream(containers.spliterator(), false)
        .allMatch(each -> room.runtimeFor(pod, each).filter(PodRuntime::standsIn).isPresent());
  }

  private synchronized void starts() {
    starting++;
    long now = System.nanoTime();
    if (now - quietFrom >= 0) {
      noiseBegan = now;
    }
    long latest = noiseBegan + LONGEST_NOISE.toNanos();
    long wanted = now + QUIET.toNanos();
    quietFrom = wanted - latest < 0 ? wanted : latest;
  }

  /// Its pod's way may begin, once no other is about to answer.
  private synchronized void answers(StandIn standIn) {
    starting--;
    answering.add(standIn);
    beginWays();
  }

  private synchronized void wayEnded() {
    ways--;
    beginWays();
  }

  private synchronized void beginWays() {
    long noise = quietFrom - System.nanoTime();
    if (noise > 0) {
      if (!answering.isEmpty()) {
        var _ = room.timers().after(Duration.ofNanos(noise), this::beginWays);
      }
      return;
    }
    while (starting == 0 && ways < POD_WAYS && !answering.isEmpty()) {
      ways++;
      answering.remove().beginWay();
    }
  }

  @Override
  public void close() {
    all.values().forEach(StandIn::abandon);
  }

  /// One revision's.
  private final class StandIn implements PodReports {
    private final Key revision;
    private final Runnable then;
    private Optional<PodWork> work = Optional.empty();
    private Optional<Runnable> leave = Optional.empty();
    private final AtomicBoolean inTurn = new AtomicBoolean(true);
    private boolean about; // to answer
    private boolean underWay;
    private boolean onWay;
    private boolean relieved; // a pod answers, or the revision is gone

    StandIn(Key revision, Runnable then) {
      this.revision = revision;
      this.then = then;
    }

    synchronized boolean isUnderWay() {
      return underWay || relieved;
    }

    void begin() {
      Optional<Resource> pod;
      try {
        pod = pod(revision);
      } catch (RuntimeException problem) {
        LOG.debug("nothing stands in for {}", revision, problem);
        pod = Optional.empty();
      }
      if (pod.isEmpty()) {
        endTurn();
        all.remove(revision, this);
        then.run();
        return;
      }
      start(new PodWork(room, pod.get(), this, _ -> all.remove(revision, this)));
    }

    private void start(PodWork made) {
      synchronized (this) {
        work = Optional.of(made);
        about = true;
      }
      starts();
      var _ = room.timers().after(TURN, this::endTurn);
      var _ = room.timers().after(HEAD_START, this::noLonger);
      var _ = room.timers().after(LONGEST, this::end);
      made.start();
    }

    private void endTurn() {
      if (inTurn.compareAndSet(true, false)) {
        turnEnded();
      }
    }

    /// It answers, or takes too long, or will not.
    private void noLonger() {
      endTurn();
      synchronized (this) {
        if (!about) {
          return;
        }
        about = false;
      }
      answers(this);
    }

    private void beginWay() {
      boolean needless;
      synchronized (this) {
        underWay = true;
        onWay = true;
        needless = relieved;
      }
      if (needless) {
        endWay();
        return;
      }
      var _ = room.timers().after(HEAD_START, this::endWay);
      Thread.ofVirtual().name("pod of " + revision.name()).start(then);
    }

    private void endWay() {
      synchronized (this) {
        if (!onWay) {
          return;
        }
        onWay = false;
      }
      wayEnded();
    }

    private void end() {
      endWay();
      Optional<PodWork> now;
      Optional<Runnable> answered;
      synchronized (this) {
        now = work;
        answered = leave;
        leave = Optional.empty();
      }
      answered.ifPresent(Runnable::run);
      now.ifPresent(PodWork::dismiss);
    }

    private void abandon() {
      synchronized (this) {
        work.ifPresent(PodWork::abandon);
      }
    }

    @Override
    public boolean onlyOutcome() {
      return true;
    }

    @Override
    public Resource status(Resource pod, ObjectNode status) {
      var copy = Json.object();
      copy.setAll(pod.tree());
      copy.set("status", status);
      var now = Resource.of(Kinds.POD, copy);
      if (now.isTrue("Ready")) {
        tell(now);
        noLonger();
      } else if (hasFailed(status)) {
        noLonger();
        end();
      }
      return now;
    }

    private void tell(Resource pod) {
      synchronized (this) {
        if (leave.isPresent()) {
          return;
        }
        leave = Optional.of(() -> {});
      }
      var told = listener.answers(pod, this::relieve);
      synchronized (this) {
        leave = Optional.of(told);
      }
    }

    /// Nobody needs it any more, nor the way of a pod that has not begun.
    private void relieve() {
      synchronized (this) {
        relieved = true;
      }
      Thread.ofVirtual().start(this::end);
    }

    private static boolean hasFailed(ObjectNode status) {
      for (var list : new String[] {"initContainerStatuses", "containerStatuses"}) {
        for (var each : status.path(list)) {
          if (each.path("lastState").has("terminated")
              || each.path("state").path("terminated").path("exitCode").asInt(0) != 0) {
            return true;
          }
        }
      }
      return Json.text(status, "phase").equals("Failed");
    }

    @Override
    public void ended(Resource pod, ObjectNode status) {
      noLonger();
    }
  }
}
