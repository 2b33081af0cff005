package dev.slipway.node;

import dev.slipway.base.Json;
import dev.slipway.control.ClusterException;
import dev.slipway.control.Resource;
import dev.slipway.node.ContainerState.Waiting;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// One pod on this node, from the moment it is assigned until it is gone.
///
/// Implementation note. Whatever happens to the pod takes its turn in [Serial]; after every turn
/// [#advance()] looks at everything and goes as far as it can, and [#publish()] writes the status
/// if
/// it differs. So no order of events has to be foreseen, and an idle pod costs no thread.
final class PodWork {
  private static final Logger LOG = LoggerFactory.getLogger(PodWork.class);
  private static final Duration WRITE_AGAIN = Duration.ofSeconds(1);
  private static final int MOST_REMOVALS = 10;
  private static final Duration FORCED_GRACE = Duration.ofSeconds(2);
  private static final Duration EVICTION_GRACE = Duration.ofSeconds(1);
  private static final Duration LEAST_GRACE = Duration.ofSeconds(2);
  private static final Duration A_DAY = Duration.ofDays(1);
  private static final Duration DISK_CHECK = Duration.ofSeconds(2);
  private static final Duration RENEW_AGAIN = Duration.ofSeconds(10);

  private final NodeRoom room;
  private final PodReports reports;
  private final Consumer<PodWork> over;
  private final Serial serial;
  private final String address;
  private final Instant startTime;
  private final Volumes volumes;
  private final List<ContainerWork> inits = new ArrayList<>();
  private final List<ContainerWork> containers = new ArrayList<>();
  private final List<ContainerWork> ephemerals = new CopyOnWriteArrayList<>();
  private volatile Resource resource;
  private Optional<Waiting> failure = Optional.empty();
  private Optional<ObjectNode> sent = Optional.empty();
  private Duration grace = Duration.ofSeconds(Long.MAX_VALUE);
  private volatile boolean ending;
  private Instant endBy = Instant.MAX;
  private volatile Instant renewal = Instant.MAX;
  private boolean gone;
  private boolean dismissed;
  private volatile boolean done;
  private boolean lateWrite;
  private boolean late;

  /// @param over told when nothing is left of it
  PodWork(NodeRoom room, Resource pod, PodReports reports, Consumer<PodWork> over) {
    this.room = room;
    this.reports = reports;
    this.over = over;
    this.resource = pod;
    this.serial = new Serial("pod " + pod.name());
    this.address = room.addressFor(pod);
    var begun = ContainerState.instant(pod.text("status", "startTime"));
    this.startTime = begun.equals(Instant.EPOCH) ? room.clock().instant() : begun;
    this.volumes = volumes(room, pod);
    pod.spec()
        .path("initContainers")
        .forEach(each -> inits.add(new ContainerWork(this, room, each, Role.INIT)));
    pod.spec()
        .path("containers")
        .forEach(each -> containers.add(new ContainerWork(this, room, each, Role.MAIN)));
    adopt("initContainerStatuses", inits);
    adopt("containerStatuses", containers);
    join();
    adopt("ephemeralContainerStatuses", ephemerals);
  }

  /// The volumes of a pod of this machine, whether it runs or has ended.
  static Volumes volumes(NodeRoom room, Resource pod) {
    return new Volumes(
        pod,
        Leftovers.of(room, pod.uid()).resolve("volumes"),
        Leftovers.inMemory(room, pod.uid()),
        room.cluster(),
        new VolumeFiles.Sources(
            new ConfigValues(room.cluster()), room.tokens().get(), room.facts(), room.clock()));
  }

  private void adopt(String list, List<ContainerWork> all) {
    for (JsonNode before : resource.status().path(list)) {
      all.stream()
          .filter(each -> each.name().equals(Json.text(before, "name")))
          .forEach(each -> each.adopt(before));
    }
  }

  /// Takes in the ephemeral containers that it has got since; none is ever taken away.
  private void join() {
    for (var each : resource.spec().path(Role.EPHEMERAL.list())) {
      var name = Json.text(each, "name");
      if (ephemerals.stream().noneMatch(known -> known.name().equals(name))) {
        ephemerals.add(new ContainerWork(this, room, each, Role.EPHEMERAL));
      }
    }
  }

  /// Begins. What a program before this one said of the pod is corrected at once.
  void start() {
    turn(
        () -> {
          late = resource.isTrue("Ready");
          deadline();
          if (DiskUse.isLimited(resource)) {
            watchDisk();
          }
        });
  }

  private void deadline() {
    long seconds = resource.spec().path("activeDeadlineSeconds").asLong(0);
    if (seconds > 0) {
      var rest = Duration.between(room.clock().instant(), startTime.plusSeconds(seconds));
      var _ = room.timers().after(rest.isNegative() ? Duration.ZERO : rest, this::pastDeadline);
    }
  }

  private void watchDisk() {
    var _ =
        room.timers()
            .after(DISK_CHECK, () -> Thread.ofVirtual().name("disk use").start(this::checkDisk));
  }

  private void checkDisk() {
    if (done || ending) {
      return;
    }
    var excess = DiskUse.excess(resource, directory(), volumes.limited());
    excess.ifPresent(why -> turn(() -> fail("Evicted", why, EVICTION_GRACE)));
    if (excess.isEmpty()) {
      watchDisk();
    }
  }

  /// Has mounted files follow a ConfigMap or Secret.
  void sourceChanged(Resource source) {
    if (!done && volumes.mounts(source)) {
      Thread.ofVirtual().name("volumes of " + resource.name()).start(volumes::refresh);
    }
  }

  /// Has tokens made anew before they expire; asked after every start of a container.
  void renewTokens() {
    volumes
        .renewal()
        .ifPresent(
            at -> {
              if (!at.equals(renewal)) {
                renewal = at;
                var rest = Duration.between(room.clock().instant(), at);
                var _ =
                    room.timers()
                        .after(
                            rest.isNegative() ? RENEW_AGAIN : rest,
                            () -> Thread.ofVirtual().name("renew tokens").start(this::renew));
              }
            });
  }

  private void renew() {
    if (!done) {
      volumes.refresh();
      renewTokens();
    }
  }

  private void pastDeadline() {
    turn(
        () ->
            fail(
                "DeadlineExceeded",
                "Pod was active on the node longer than the specified deadline",
                specGrace()));
  }

  private void fail(String reason, String message, Duration given) {
    if (failure.isEmpty() && !isTerminal()) {
      failure = Optional.of(new Waiting(reason, message));
      room.tell(resource, "Warning", reason, message);
      end(given);
    }
  }

  Resource resource() {
    return resource;
  }

  String address() {
    return address;
  }

  Volumes volumes() {
    return volumes;
  }

  /// Where this pod's files are kept.
  Path directory() {
    return Leftovers.of(room, resource.uid());
  }

  /// No container of it is to be started any more.
  boolean isEnding() {
    return ending;
  }

  /// What a container gets to end that is to be started again.
  Duration grace() {
    return specGrace();
  }

  private Duration specGrace() {
    return Duration.ofSeconds(resource.spec().path("terminationGracePeriodSeconds").asLong(30));
  }

  List<ContainerWork> all() {
    return Stream.of(inits, containers, ephemerals).flatMap(List::stream).toList();
  }

  /// The API has this now.
  ///
  /// @param isGone it no longer has it
  void changed(Resource now, boolean isGone) {
    turn(
        () -> {
          if (isGone) {
            gone = true;
          } else if (newer(now)) {
            boolean relabelled =
                !now.labels().equals(resource.labels())
                    || !now.annotations().equals(resource.annotations());
            resource = now;
            volumes.now(now);
            join();
            if (relabelled) {
              Thread.ofVirtual().name("volumes of " + now.name()).start(volumes::refresh);
            }
          }
        });
  }

  /// Ends it within its grace period, as if it had been deleted.
  void dismiss() {
    turn(() -> dismissed = true);
  }

  private boolean newer(Resource now) {
    try {
      return Long.parseUnsignedLong(now.resourceVersion())
          >= Long.parseUnsignedLong(resource.resourceVersion());
    } catch (NumberFormatException _) {
      return true;
    }
  }

  /// Does something in the pod's turn, and then whatever follows from it.
  void turn(Runnable work) {
    serial.execute(
        () -> {
          if (!done) {
            work.run();
            advance();
          }
        });
  }

  /// Looks again after a while.
  void again(Duration delay) {
    var _ = room.timers().after(delay, () -> turn(() -> {}));
  }

  private void advance() {
    if (gone || dismissed || resource.deleting()) {
      leave();
      return;
    }
    if (!ending) {
      startWhatIsDue();
      ephemerals.forEach(ContainerWork::startIfDue);
    }
    if (ending) {
      endSidecars();
    }
    publish();
  }

  private void startWhatIsDue() {
    if (hasRun()) {
      end(specGrace()); // what runs beside them ends with them
      return;
    }
    for (var init : inits) {
      if (!init.letsOthersStart()) {
        init.startIfDue();
        return;
      }
    }
    containers.forEach(ContainerWork::startIfDue);
    if (hasRun()) {
      end(specGrace());
    }
  }

  /// Whether all that it is for has ended for good, perhaps under a program before this one.
  private boolean hasRun() {
    return containers.stream().allMatch(each -> each.ended().isPresent() && each.isOver());
  }

  private void end(Duration wanted) {
    ending = true;
    if (wanted.compareTo(grace) < 0) {
      grace = wanted;
      endBy = room.clock().instant().plus(wanted.compareTo(A_DAY) < 0 ? wanted : A_DAY);
      all().stream().filter(each -> !each.isSidecar()).forEach(each -> each.end(wanted));
      endSidecars();
    }
  }

  /// After all others, the last first, each when the one after it has ended.
  private void endSidecars() {
    if (Stream.concat(inits.stream().filter(each -> !each.isSidecar()), containers.stream())
        .anyMatch(ContainerWork::isRunning)) {
      inits.stream().filter(ContainerWork::isSidecar).forEach(ContainerWork::startNoMore);
      return;
    }
    for (var each : inits.reversed()) {
      if (each.isSidecar()) {
        var rest = Duration.between(room.clock().instant(), endBy);
        each.end(rest.compareTo(LEAST_GRACE) > 0 ? rest : LEAST_GRACE);
        if (each.isRunning()) {
          return;
        }
      }
    }
  }

  private void leave() {
    end(gone ? FORCED_GRACE : remainingGrace());
    if (all().stream().anyMatch(ContainerWork::isRunning)) {
      return;
    }
    done = true;
    deleteFiles(); // first: nothing of a pod is left here once the API no longer has it
    if (!gone) {
      remove(MOST_REMOVALS);
    }
    room.doors().closeAll(address);
    room.release(address);
    volumes.release();
    over.accept(this);
  }

  /// Ends its containers and says nothing any more: the pod is to run again when the program does.
  void abandon() {
    done = true;
    all().forEach(each -> each.stop(Duration.ofSeconds(1)));
  }

  private Duration remainingGrace() {
    return Duration.ofSeconds(
        resource.at("metadata", "deletionGracePeriodSeconds").asLong(specGrace().toSeconds()));
  }

  private void remove(int tries) {
    try {
      reports.ended(resource, PodStatus.of(resource, facts(), room.clock().instant()));
    } catch (ClusterException refused) {
      if (refused.isNotFound()) {
        return; // it has been removed by another
      }
      LOG.warn("{} could not be removed: {}", resource, refused.getMessage());
      if (tries > 1) {
        var _ = room.timers().after(WRITE_AGAIN, () -> removeAgain(tries - 1));
      }
    }
  }

  private void removeAgain(int tries) {
    Thread.ofVirtual().name("remove pod").start(() -> remove(tries));
  }

  private void deleteFiles() {
    Leftovers.delete(room, resource.uid());
  }

  private boolean isTerminal() {
    var phase = PodStatus.phase(resource, facts());
    return phase.equals("Succeeded") || phase.equals("Failed");
  }

  private PodStatus.Facts facts() {
    return new PodStatus.Facts(
        address,
        room.settings().address(),
        startTime,
        inits.stream().map(ContainerWork::facts).toList(),
        containers.stream().map(ContainerWork::facts).toList(),
        ephemerals.stream().map(ContainerWork::facts).toList(),
        failure);
  }

  /// Writes the status if it differs; one that says no more than that the pod is on its way only
  /// after a while.
  private void publish() {
    if (reports.onlyOutcome() && !hasOutcome()) {
      return;
    }
    if (isTerminal() && all().stream().noneMatch(ContainerWork::isRunning)) {
      room.devices().release(resource.uid());
    }
    var status = PodStatus.of(resource, facts(), room.clock().instant());
    if (resource.hasStatus(status) || sent.filter(status::equals).isPresent()) {
      return;
    }
    if (!late && !isUrgent(status)) {
      if (!lateWrite) {
        lateWrite = true;
        var _ = room.timers().after(room.settings().statusDelay(), () -> turn(() -> late = true));
      }
      return;
    }
    late = false;
    lateWrite = false;
    write(status);
  }

  private boolean hasOutcome() {
    return hasFailed() || containers.stream().allMatch(each -> each.facts().ready());
  }

  private boolean isUrgent(ObjectNode status) {
    return !isReady(status).equals(isReady(resource.status())) || hasFailed();
  }

  private boolean hasFailed() {
    return failure.isPresent()
        || all().stream().anyMatch(ContainerWork::isStuck)
        || containers.stream().anyMatch(each -> each.ended().isPresent())
        || inits.stream()
            .anyMatch(each -> each.ended().filter(is -> is.exitCode() != 0).isPresent());
  }

  private static String isReady(JsonNode status) {
    for (var each : status.path("conditions")) {
      if (Json.text(each, "type").equals("Ready")) {
        return Json.text(each, "status").equals("True") ? "True" : "";
      }
    }
    return "";
  }

  private void write(ObjectNode status) {
    try {
      resource = reports.status(resource, status);
      sent = Optional.of(status);
    } catch (ClusterException refused) {
      LOG.debug("{}: {}", resource, refused.getMessage());
      if (!refused.isNotFound() && !refused.isConflict()) {
        LOG.warn("the status of {} could not be written: {}", resource, refused.getMessage());
        again(WRITE_AGAIN);
      }
    }
  }
}
