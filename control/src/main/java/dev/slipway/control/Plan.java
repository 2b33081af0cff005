package dev.slipway.control;

import dev.slipway.base.Json;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.node.ObjectNode;

/// What should be there, as a reconciler returns it. Nothing happens until the loop applies it, in
/// this
/// order: [#primary], children kept, created, changed and deleted, status, events.
///
/// A plan is filled by its maker and read by the loop; it is not shared.
public final class Plan {
  /// A child, or any other object, to be applied (server-side apply).
  ///
  /// @param owned whether the primary becomes its controlling owner
  public record Kept(Kind kind, ObjectNode object, boolean owned) {}

  /// An object to be made as it is, once: pods of a ReplicaSet.
  public record Created(Kind kind, ObjectNode object) {}

  /// A JSON merge patch of an object.
  ///
  /// @param subresource `""`, `status` or `scale`
  public record Changed(Key key, String subresource, ObjectNode patch) {}

  /// An object to be deleted.
  ///
  /// @param uid the one meant; empty for whichever bears the name
  public record Deleted(Key key, String uid, ObjectNode options) {}

  /// Something a user should see in `kubectl describe`.
  ///
  /// @param type `Normal` or `Warning`
  /// @param reason CamelCase word
  public record Happening(String type, String reason, String message) {}

  private final List<Kept> kept = new ArrayList<>();
  private final List<Created> created = new ArrayList<>();
  private final List<Changed> changed = new ArrayList<>();
  private final List<Deleted> deleted = new ArrayList<>();
  private final List<Happening> happenings = new ArrayList<>();
  private final Set<Kind> unpruned = new HashSet<>();
  private boolean statusAfterChanges;
  private boolean podsTold;
  private Optional<ObjectNode> status = Optional.empty();
  private Optional<ObjectNode> primary = Optional.empty();
  private Optional<Duration> again = Optional.empty();

  /// Keeps a child: applied with the primary as its controlling owner.
  public Plan keep(Kind kind, ObjectNode child) {
    kept.add(new Kept(kind, child, true));
    return this;
  }

  /// Keeps an object that nobody owns, or that says itself who does.
  public Plan keepUnowned(Kind kind, ObjectNode object) {
    kept.add(new Kept(kind, object, false));
    return this;
  }

  /// Makes an object; the primary becomes its controlling owner unless it names one.
  public Plan create(Kind kind, ObjectNode object) {
    created.add(new Created(kind, object));
    return this;
  }

  public Plan change(Key key, String subresource, ObjectNode patch) {
    changed.add(new Changed(key, subresource, patch));
    return this;
  }

  public Plan delete(Resource object) {
    return delete(object, Json.object());
  }

  public Plan delete(Resource object, ObjectNode options) {
    deleted.add(new Deleted(object.key(), object.uid(), options));
    return this;
  }

  /// Children of this kind that the plan does not keep stay.
  public Plan spare(Kind kind) {
    unpruned.add(kind);
    return this;
  }

  /// The whole status as it should be; written once and only if it differs.
  public Plan status(ObjectNode wanted) {
    status = Optional.of(wanted);
    return this;
  }

  /// The status counts on the patches of this plan: where the API refuses one of them it is not
  /// written.
  public Plan statusAfterChanges() {
    statusAfterChanges = true;
    return this;
  }

  /// Each pod or Job that is created or deleted is told as an event of the primary, as
  /// kube-controller-
  /// manager does; and pods are made a few at first and more once those were taken, so that an API
  /// that takes none is not asked for all of them.
  public Plan tellPods() {
    podsTold = true;
    return this;
  }

  /// The primary itself as it should be, status aside: finalizers, annotations.
  public Plan primary(ObjectNode wanted) {
    primary = Optional.of(wanted);
    return this;
  }

  public Plan event(String reason, String message) {
    happenings.add(new Happening("Normal", reason, message));
    return this;
  }

  public Plan warn(String reason, String message) {
    happenings.add(new Happening("Warning", reason, message));
    return this;
  }

  /// Plans again after this long, whatever happens; the shortest of several counts.
  public Plan again(Duration delay) {
    again = again.filter(before -> before.compareTo(delay) <= 0).or(() -> Optional.of(delay));
    return this;
  }

  public List<Kept> kept() {
    return List.copyOf(kept);
  }

  public List<Created> created() {
    return List.copyOf(created);
  }

  public List<Changed> changed() {
    return List.copyOf(changed);
  }

  public List<Deleted> deleted() {
    return List.copyOf(deleted);
  }

  public List<Happening> happenings() {
    return List.copyOf(happenings);
  }

  public Set<Kind> unpruned() {
    return Set.copyOf(unpruned);
  }

  public boolean isStatusAfterChanges() {
    return statusAfterChanges;
  }

  public boolean arePodsTold() {
    return podsTold;
  }

  public Optional<ObjectNode> status() {
    return status;
  }

  public Optional<ObjectNode> primary() {
    return primary;
  }

  public Optional<Duration> again() {
    return again;
  }
}
