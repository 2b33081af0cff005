package dev.slipway.apiserver.apply;

import dev.slipway.apiserver.apply.Managed.Manager;
import dev.slipway.apiserver.apply.Managed.Owned;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/// What the other managers lose when an object changes, worked out in each manager's own version.
///
/// Source: `structured-merge-diff/merge/update.go`.
final class Losses {
  private final Views views;
  private final FieldSet ignored;
  private final ObjectNode before;
  private final ObjectNode after;
  private final Map<String, Optional<Comparison>> comparisons = new HashMap<>(2);

  /// @param ignored fields whose changes concern nobody, since the request cannot make them
  Losses(Views views, FieldSet ignored, ObjectNode before, ObjectNode after) {
    this.views = views;
    this.ignored = ignored;
    this.before = before;
    this.after = after;
  }

  /// What changed, in one version; empty where the version is no longer served.
  Optional<Comparison> comparison(String apiVersion) {
    return comparisons.computeIfAbsent(apiVersion, this::compare);
  }

  private Optional<Comparison> compare(String apiVersion) {
    return views
        .schema(apiVersion)
        .map(
            schema ->
                Comparison.of(
                        views.convert(before, apiVersion), views.convert(after, apiVersion), schema)
                    .without(ignored));
  }

  Views views() {
    return views;
  }

  /// Drops managers that wrote in a version no longer served.
  void dropUnserved(Managed managed) {
    for (Manager each : managed.managers()) {
      @Nullable Owned owned = managed.get(each);
      if (owned != null && views.schema(owned.apiVersion()).isEmpty()) {
        managed.remove(each);
      }
    }
  }

  /// The fields others own that the change would take from them.
  Conflicts conflicts(Managed managed, Manager self) {
    Conflicts found = Conflicts.none();
    for (Manager each : managed.managers()) {
      @Nullable Owned owned = managed.get(each);
      if (owned != null && !each.equals(self)) {
        Comparison comparison = comparison(owned.apiVersion()).orElse(Comparison.NONE);
        FieldSet taken = owned.fields().intersection(comparison.changed());
        if (!taken.isEmpty()) {
          found.byManager().put(each, taken);
        }
      }
    }
    return found;
  }

  /// Takes from the others what was changed or removed.
  void settle(Managed managed, @Nullable Manager self) {
    for (Manager each : managed.managers()) {
      @Nullable Owned owned = managed.get(each);
      if (owned == null || each.equals(self)) {
        continue;
      }
      Comparison comparison = comparison(owned.apiVersion()).orElse(Comparison.NONE);
      FieldSet left =
          owned.fields().difference(comparison.changed()).difference(comparison.removed());
      managed.put(each, owned.with(left));
    }
    managed.dropEmpty();
  }
}
