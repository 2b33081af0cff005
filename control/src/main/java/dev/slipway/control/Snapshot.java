package dev.slipway.control;

import dev.slipway.control.Dependency.OnKind;
import dev.slipway.control.Dependency.OnList;
import dev.slipway.control.Dependency.OnObject;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// What one plan sees: each thing is read once, and noted as something the plan depends on. Used by
/// one thread.
final class Snapshot implements Observed {
  private final Dependencies.Reader reader;
  private final Resource primary;
  private final Parts parts;
  private final Instant now;
  private final List<Refusal> refusals;
  private final Set<Dependency> read = new HashSet<>();
  private final Map<Kind, List<Resource>> children = new HashMap<>();
  private final Map<Key, Optional<Resource>> objects = new HashMap<>();
  private final Map<OnList, List<Resource>> lists = new HashMap<>();

  /// What a snapshot is taken with.
  record Parts(Cluster cluster, Dependencies dependencies, Feeds feeds) {}

  Snapshot(
      Dependencies.Reader reader,
      Resource primary,
      Parts parts,
      Instant now,
      List<Refusal> refusals) {
    this.reader = reader;
    this.primary = primary;
    this.parts = parts;
    this.now = now;
    this.refusals = List.copyOf(refusals);
  }

  @Override
  public Instant now() {
    return now;
  }

  @Override
  public List<Refusal> refusals() {
    return refusals;
  }

  @Override
  public List<Resource> children(Kind kind) {
    return children.computeIfAbsent(kind, this::readChildren);
  }

  private List<Resource> readChildren(Kind kind) {
    reader.controller().hasChildren(kind);
    parts.feeds.follow(kind);
    String uid = primary.uid();
    return parts.cluster.owned(kind, uid).stream()
        .filter(each -> each.controllerUid().equals(uid))
        .toList();
  }

  @Override
  public Optional<Resource> find(Key key) {
    return objects.computeIfAbsent(
        key,
        _ -> {
          depend(new OnObject(key));
          return parts.cluster.get(key);
        });
  }

  @Override
  public List<Resource> list(Kind kind, String namespace, Map<String, String> labels) {
    var wanted = new OnList(kind, namespace, labels);
    return lists.computeIfAbsent(
        wanted,
        _ -> {
          depend(wanted);
          return List.copyOf(parts.cluster.list(kind, namespace, wanted.labels()));
        });
  }

  @Override
  public boolean serves(Kind kind) {
    depend(new OnKind(kind));
    return parts.cluster.serves(kind);
  }

  /// Everything read so far.
  Set<Dependency> read() {
    return read;
  }

  private void depend(Dependency dependency) {
    if (read.add(dependency)) {
      parts.dependencies.enter(reader, dependency);
      parts.feeds.follow(dependency.kind());
    }
  }
}
