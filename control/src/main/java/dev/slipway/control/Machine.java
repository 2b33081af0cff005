package dev.slipway.control;

import dev.slipway.control.Announcer.Announcement;
import java.time.InstantSource;
import java.util.Collection;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/// The parts of a loop put together around one cluster; nothing runs by itself.
final class Machine implements AutoCloseable {
  private final Cluster cluster;
  private final InstantSource clock;
  private final List<Controller> controllers;
  private final Snapshot.Parts parts;
  private final Application.Tools tools;
  private final Counters counters = new Counters();
  private final Announcer announcer;
  private volatile Consumer<Announcement> announce;

  Machine(
      Cluster cluster,
      Collection<Reconciler> reconcilers,
      InstantSource clock,
      LongSupplier nanos,
      int writesAtOnce) {
    this.cluster = cluster;
    this.clock = clock;
    this.controllers = reconcilers.stream().map(each -> new Controller(each, nanos)).toList();
    var dependencies = new Dependencies();
    this.parts =
        new Snapshot.Parts(cluster, dependencies, new Feeds(cluster, controllers, dependencies));
    this.tools =
        new Application.Tools(cluster, new Applier(cluster, counters), new Together(writesAtOnce));
    this.announcer = new Announcer(cluster, clock, counters);
    this.announce = announcer::announce;
  }

  /// Begins to watch what is known to be needed.
  void follow() {
    for (Controller each : controllers) {
      each.reconciler().children().forEach(parts.feeds()::follow);
    }
    for (Controller each : controllers) {
      parts.feeds().follow(each.reconciler().kind());
    }
  }

  /// Has every object planned for again.
  void again() {
    for (Controller each : controllers) {
      Kind kind = each.reconciler().kind();
      cluster.list(kind, "").forEach(object -> each.queue().add(object.key()));
    }
  }

  /// Has one object planned for by whoever plans for its kind.
  void wake(Key key) {
    for (Controller each : controllers) {
      if (each.reconciler().kind().equals(key.kind())) {
        each.queue().add(key);
      }
    }
  }

  /// Has Events written elsewhere than where they happen.
  void announceBy(Consumer<Announcement> other) {
    announce = other;
  }

  void announce(Announcement announcement) {
    announce.accept(announcement);
  }

  Announcer announcer() {
    return announcer;
  }

  Cluster cluster() {
    return cluster;
  }

  InstantSource clock() {
    return clock;
  }

  List<Controller> controllers() {
    return controllers;
  }

  Snapshot.Parts parts() {
    return parts;
  }

  Application.Tools tools() {
    return tools;
  }

  Counters counters() {
    return counters;
  }

  @Override
  public void close() {
    parts.feeds().close();
    controllers.forEach(each -> each.queue().close());
  }
}
