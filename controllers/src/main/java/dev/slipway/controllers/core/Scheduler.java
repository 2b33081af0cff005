package dev.slipway.controllers.core;

import dev.slipway.base.Json;
import dev.slipway.control.Cluster;
import dev.slipway.control.ClusterException;
import dev.slipway.control.Conditions;
import dev.slipway.control.Kinds;
import dev.slipway.control.Recorder;
import dev.slipway.control.Resource;
import dev.slipway.controllers.core.NodeRoom.Ask;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.node.ObjectNode;

/// Gives pods their nodes: by what they request, select, tolerate and prefer. A pod that fits
/// nowhere
/// waits, says why, and is tried again as soon as room is made.
///
/// Implementation note. One thread owns all bookkeeping and takes what happened from one queue, so
/// nothing here is locked. A pod counts as placed from the moment it is decided; writing the
/// binding
/// happens beside, many at once, and a binding that fails is taken back. After a restart everything
/// is counted anew from the watch, before the first decision.
public final class Scheduler implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Scheduler.class);
  private static final String COMPONENT = "default-scheduler";

  /// Schedulers of gangs that it stands in for.
  private static final Set<String> OTHER_NAMES = Set.of("volcano", "scheduler-plugins-scheduler");

  private static final int BINDINGS_AT_ONCE = 256;
  private static final Duration RETRY = Duration.ofSeconds(1);
  private static final Comparator<Resource> FIRST =
      Comparator.comparingInt(Scheduler::priority)
          .reversed()
          .thenComparing(Resource::created)
          .thenComparing(Resource::name);

  private final Cluster cluster;
  private final Recorder recorder;
  private final InstantSource clock;
  private final Predicate<Resource> sharing;
  private final BlockingQueue<Runnable> happened = new LinkedBlockingQueue<>();
  private final Semaphore bindings = new Semaphore(BINDINGS_AT_ONCE);
  private final List<Cluster.Watching> watches = new ArrayList<>();
  private final Thread thread;

  // Owned by the thread.
  private final Map<String, NodeRoom> nodes = new LinkedHashMap<>();
  private final Map<String, String> placed = new HashMap<>();
  private final Map<String, Resource> pending = new HashMap<>();
  private final Map<String, String> refusals = new HashMap<>();
  private final Gangs gangs = new Gangs();
  private final ClaimCheck claims;
  private final PriorityQueue<Resource> queue = new PriorityQueue<>(FIRST);
  private int behind = 3;

  public Scheduler(Cluster cluster, Recorder recorder, InstantSource clock) {
    this(cluster, recorder, clock, _ -> false);
  }

  /// @param sharing whether a pod shares cores and memory with others of its sort, as models that
  ///     are answered in one process do: its requests must be there, and are not added up
  public Scheduler(
      Cluster cluster, Recorder recorder, InstantSource clock, Predicate<Resource> sharing) {
    this.sharing = sharing;
    this.cluster = cluster;
    this.claims = new ClaimCheck(cluster);
    this.recorder = recorder;
    this.clock = clock;
    this.thread = Thread.ofPlatform().daemon().name("scheduler").unstarted(this::run);
  }

  public void start() {
    thread.start();
    watches.add(cluster.watch(Kinds.NODE, listener(this::node)));
    watches.add(cluster.watch(Kinds.POD, listener(this::pod)));
    watches.add(cluster.watch(Kinds.CLAIM, listener(this::claim)));
  }

  @FunctionalInterface
  private interface Change {
    void changed(Resource now, boolean gone);
  }

  private Cluster.Listener listener(Change change) {
    return new Cluster.Listener() {
      @Override
      public void changed(Resource now, boolean gone) {
        happened.add(() -> change.changed(now, gone));
      }

      @Override
      public void caughtUp() {
        happened.add(() -> behind--);
      }
    };
  }

  private void run() {
    try {
      while (true) {
        happened.take().run();
        for (var next = happened.poll(); next != null; next = happened.poll()) {
          next.run();
        }
        if (behind <= 0) {
          decide();
        }
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  private void node(Resource now, boolean gone) {
    if (gone) {
      nodes.remove(now.name());
      return;
    }
    var room = nodes.get(now.name());
    if (room == null) {
      nodes.put(now.name(), recounted(new NodeRoom(now)));
      retryAll();
    } else if (room.update(now)) {
      retryAll();
    }
  }

  private void claim(Resource now, boolean gone) {
    pending.values().stream().filter(pod -> ClaimCheck.names(pod, now)).forEach(queue::add);
  }

  /// Pods may be told before their node.
  private NodeRoom recounted(NodeRoom room) {
    if (placed.containsValue(room.name())) {
      cluster.list(Kinds.POD, "").stream()
          .filter(pod -> nodeName(pod).equals(room.name()) && holdsRoom(pod))
          .forEach(pod -> room.add(pod.uid(), ask(pod)));
    }
    return room;
  }

  private void pod(Resource now, boolean gone) {
    var uid = now.uid();
    if (gone) {
      gangs.gone(uid);
    } else if (!nodeName(now).isEmpty()) {
      gangs.placed(now);
    }
    if (gone || !holdsRoom(now)) {
      forget(uid);
    } else if (!nodeName(now).isEmpty()) {
      pending.remove(uid);
      refusals.remove(uid);
      place(uid, nodeName(now), ask(now));
    } else if (isOurs(now) && !placed.containsKey(uid)) {
      var before = pending.put(uid, now);
      if (before == null || !before.spec().equals(now.spec())) {
        queue.add(now);
      }
    }
  }

  private Ask ask(Resource pod) {
    return sharing.test(pod) ? Ask.sharing(pod.spec()) : Ask.of(pod.spec());
  }

  private void forget(String uid) {
    pending.remove(uid);
    refusals.remove(uid);
    var node = placed.remove(uid);
    var room = node == null ? null : nodes.get(node);
    if (room != null && room.remove(uid)) {
      retryAll();
    }
  }

  private void place(String uid, String node, Ask ask) {
    var before = placed.put(uid, node);
    if (node.equals(before)) {
      return;
    }
    var earlier = before == null ? null : nodes.get(before);
    if (earlier != null) {
      earlier.remove(uid);
    }
    var room = nodes.get(node);
    if (room != null) {
      room.add(uid, ask);
    }
  }

  private static boolean holdsRoom(Resource pod) {
    var phase = pod.text("status", "phase");
    return !phase.equals("Succeeded") && !phase.equals("Failed");
  }

  private static boolean isOurs(Resource pod) {
    var scheduler = pod.text("spec", "schedulerName");
    return (scheduler.isEmpty() || scheduler.equals(COMPONENT) || OTHER_NAMES.contains(scheduler))
        && pod.spec().path("schedulingGates").isEmpty()
        && !pod.deleting();
  }

  private static String nodeName(Resource pod) {
    return pod.text("spec", "nodeName");
  }

  private static int priority(Resource pod) {
    return pod.spec().path("priority").asInt(0);
  }

  private void retryAll() {
    queue.clear();
    queue.addAll(pending.values());
  }

  /// Goes on until the queue is empty, unless something happens meanwhile.
  private void decide() {
    var judged = new HashSet<String>();
    while (happened.isEmpty() && !queue.isEmpty()) {
      var pod = queue.poll();
      var now = pending.get(pod.uid());
      if (now != null) {
        var gang = Gangs.of(now);
        if (gang.isEmpty() || gangs.placed(gang) >= Gangs.least(now)) {
          decide(now);
        } else if (judged.add(gang)) {
          decide(gang);
        }
      }
    }
  }

  private void decide(Resource pod) {
    if (waitsForClaims(pod)) {
      return;
    }
    var objections = new ArrayList<List<String>>();
    var best = best(pod, objections);
    if (best.isPresent()) {
      place(pod.uid(), best.get().name(), ask(pod));
      begin(pod, best.get().name());
    } else {
      refuse(pod, Unschedulable.message(nodes.size(), objections));
    }
  }

  /// Whether its claims keep a pod from having a node; says why, where that may last.
  private boolean waitsForClaims(Resource pod) {
    var verdict = claims.verdict(pod, nodes.size());
    if (!verdict.go() && !verdict.why().isEmpty()) {
      refuse(pod, verdict.why());
    }
    return !verdict.go();
  }

  /// All pods of a gang that wait, at once: as many as fit, if those are enough. What has not been
  /// made yet is waited for.
  private void decide(String gang) {
    var members =
        pending.values().stream()
            .filter(each -> Gangs.of(each).equals(gang))
            .sorted(FIRST)
            .toList();
    int least = Gangs.least(members.getFirst());
    if (gangs.placed(gang) + members.size() < least) {
      return;
    }
    if (members.stream().anyMatch(this::waitsForClaims)) {
      return;
    }
    var fitting = new LinkedHashMap<Resource, String>();
    var refused = new LinkedHashMap<Resource, String>();
    for (var pod : members) {
      var objections = new ArrayList<List<String>>();
      var best = best(pod, objections);
      if (best.isPresent()) {
        place(pod.uid(), best.get().name(), ask(pod));
        fitting.put(pod, best.get().name());
      } else {
        refused.put(pod, Unschedulable.message(nodes.size(), objections));
      }
    }
    if (gangs.placed(gang) + fitting.size() >= least) {
      fitting.forEach(this::begin);
      refused.forEach(this::refuse);
      return;
    }
    fitting.forEach((pod, node) -> displace(pod.uid(), node));
    var first = refused.values().iterator().next();
    var why =
        first
            + " Pod group "
            + gang
            + ": "
            + fitting.size()
            + " of "
            + members.size()
            + " waiting pods fit at once, "
            + (least - gangs.placed(gang))
            + " must; none of them is started.";
    members.forEach(each -> refuse(each, why));
  }

  /// @param objections gets those of each node that cannot take the pod
  private Optional<NodeRoom> best(Resource pod, List<List<String>> objections) {
    var ask = ask(pod);
    Optional<NodeRoom> best = Optional.empty();
    for (var room : nodes.values()) {
      var found = room.objections(pod.spec(), ask);
      if (!found.isEmpty()) {
        objections.add(found);
      } else if (best.isEmpty()
          || room.score(pod.spec(), ask) > best.get().score(pod.spec(), ask)) {
        best = Optional.of(room);
      }
    }
    return best;
  }

  private void begin(Resource pod, String node) {
    pending.remove(pod.uid());
    refusals.remove(pod.uid());
    gangs.placed(pod);
    Thread.ofVirtual().name("bind " + pod.name()).start(() -> bind(pod, node));
  }

  private void bind(Resource pod, String node) {
    bindings.acquireUninterruptibly();
    try {
      cluster.bind(pod.key(), node);
      recorder.tell(
          pod,
          COMPONENT,
          "Normal",
          "Scheduled",
          "Successfully assigned " + pod.namespace() + "/" + pod.name() + " to " + node);
    } catch (RuntimeException problem) {
      happened.add(() -> unplace(pod, node));
      unbound(pod, problem);
    } finally {
      bindings.release();
    }
  }

  private void unplace(Resource pod, String node) {
    if (displace(pod.uid(), node)) {
      gangs.gone(pod.uid());
      retryAll();
    }
  }

  /// @return whether the pod was there
  private boolean displace(String uid, String node) {
    boolean was = placed.remove(uid, node);
    var room = nodes.get(node);
    if (was && room != null) {
      room.remove(uid);
    }
    return was;
  }

  /// A pod that is gone or has a node needs no other try; anything else may pass.
  private void unbound(Resource pod, RuntimeException problem) {
    if (problem instanceof ClusterException refused
        && (refused.isNotFound() || refused.isConflict())) {
      LOG.debug("{} was not bound: {}", pod, refused.getMessage());
      happened.add(() -> reconsider(pod));
      return;
    }
    LOG.warn("{} could not be bound: {}", pod, problem.getMessage());
    recorder.tell(
        pod, COMPONENT, "Warning", "FailedScheduling", String.valueOf(problem.getMessage()));
    try {
      Thread.sleep(RETRY);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
    happened.add(() -> reconsider(pod));
  }

  private void reconsider(Resource pod) {
    cluster
        .get(pod.key())
        .filter(now -> now.uid().equals(pod.uid()))
        .ifPresent(now -> pod(now, false));
  }

  /// Told once for each reason.
  private void refuse(Resource pod, String why) {
    if (why.equals(refusals.put(pod.uid(), why))) {
      return;
    }
    Thread.ofVirtual()
        .name("unschedulable " + pod.name())
        .start(
            () -> {
              recorder.tell(pod, COMPONENT, "Warning", "FailedScheduling", why);
              writeRefusal(pod, why);
            });
  }

  private void writeRefusal(Resource pod, String why) {
    var now = cluster.get(pod.key()).orElse(pod);
    if (!now.uid().equals(pod.uid()) || !nodeName(now).isEmpty()) {
      return;
    }
    var conditions = Conditions.of(now, clock.instant());
    conditions.set("PodScheduled", "False", "Unschedulable", why);
    ObjectNode patch = Json.object();
    patch.putObject("metadata").put("uid", pod.uid());
    patch.putObject("status").set("conditions", conditions.toJson());
    try {
      var _ = cluster.mergePatch(pod.key(), "status", patch);
    } catch (RuntimeException problem) {
      LOG.debug("{}: {}", pod, problem.getMessage());
    }
  }

  @Override
  public void close() {
    watches.forEach(Cluster.Watching::close);
    thread.interrupt();
  }
}
