package dev.slipway.node;

import dev.slipway.base.Json;
import dev.slipway.control.ClusterException;
import dev.slipway.control.Kinds;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.concurrent.Semaphore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.node.ObjectNode;

/// Says that this node is there: its Node once, its Lease again and again.
final class Registration {
  private static final Logger LOG = LoggerFactory.getLogger(Registration.class);
  private static final String NAMESPACE = "kube-node-lease";
  private static final int LEASE_SECONDS = 40;
  private static final Duration BEAT = Duration.ofSeconds(10);

  private final NodeRoom room;
  private final Map<String, String> capacity;
  private final Semaphore beating = new Semaphore(1);

  Registration(NodeRoom room, Map<String, String> capacity) {
    this.room = room;
    this.capacity = Map.copyOf(capacity);
  }

  /// Writes the Node, and begins with the Lease.
  void begin() {
    var key = Kinds.NODE.key("", room.settings().name());
    var present = room.cluster().get(key);
    var wanted = NodeObject.wanted(room.settings(), capacity, present);
    var written =
        present.isEmpty()
            ? room.cluster().create(Kinds.NODE, wanted)
            : room.cluster().update(Kinds.NODE, withoutVersion(wanted));
    var status = Json.ensureObject(wanted, "status");
    var patch = Json.object();
    patch.set(
        "status",
        NodeObject.conditions(status, written.status().path("conditions"), room.clock().instant()));
    var node = room.cluster().mergePatch(key, "status", patch);
    if (present.isEmpty()) {
      room.recorder()
          .tell(
              node,
              "kubelet",
              "Normal",
              "NodeReady",
              "Node " + room.settings().name() + " status is now: NodeReady");
    }
    beat();
  }

  private static ObjectNode withoutVersion(ObjectNode object) {
    Json.ensureObject(object, "metadata").remove("resourceVersion");
    return object;
  }

  private void beat() {
    var _ = room.timers().after(BEAT, this::beat);
    Thread.ofVirtual().name("lease").start(this::renew);
  }

  private void renew() {
    if (!beating.tryAcquire()) {
      return;
    }
    try {
      var key = Kinds.LEASE.key(NAMESPACE, room.settings().name());
      var now = room.clock().instant().truncatedTo(ChronoUnit.MICROS);
      var spec = Json.object().put("holderIdentity", room.settings().name());
      spec.put("leaseDurationSeconds", LEASE_SECONDS).put("renewTime", micros(now));
      if (room.cluster().get(key).isPresent()) {
        var patch = Json.object();
        patch.set("spec", spec);
        var _ = room.cluster().mergePatch(key, "", patch);
      } else {
        var _ = room.cluster().create(Kinds.LEASE, lease(spec));
      }
    } catch (ClusterException refused) {
      LOG.debug("the node's lease could not be renewed: {}", refused.getMessage());
    } finally {
      beating.release();
    }
  }

  private static String micros(Instant now) {
    return DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSSSSS'Z'")
        .withZone(ZoneOffset.UTC)
        .format(now);
  }

  private ObjectNode lease(ObjectNode spec) {
    var lease = Json.object().put("apiVersion", "coordination.k8s.io/v1").put("kind", "Lease");
    lease.putObject("metadata").put("name", room.settings().name()).put("namespace", NAMESPACE);
    lease.set("spec", spec);
    return lease;
  }
}
