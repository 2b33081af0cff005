package dev.slipway.autoscaling.knative;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/// Which revisions of a configuration are collected. Pure.
///
/// See knative/serving `pkg/reconciler/gc/gc.go`.
public final class RevisionGc {
  private RevisionGc() {}

  /// A revision as the collector sees it.
  ///
  /// @param routingStateModified when it last gained or lost its traffic; empty: not known
  /// @param kept it has traffic or may get some (its routing state is not `reserve`), is the latest
  /// ready one, or carries `serving.knative.dev/no-gc: "true"`
  public record Revision(
      String name, Instant created, Optional<Instant> routingStateModified, boolean kept) {
    Instant lastActive() {
      return routingStateModified.orElse(created);
    }
  }

  /// The names of the revisions to delete, oldest first.
  public static List<String> collect(List<Revision> all, GcSettings settings, Instant now) {
    List<Revision> idle =
        all.stream()
            .filter(each -> !each.kept())
            .sorted(Comparator.comparing(Revision::lastActive).thenComparing(Revision::name))
            .toList();
    int least = settings.leastKept();
    if (all.size() <= least || idle.size() <= least) {
      return List.of();
    }
    List<Revision> stale =
        idle.stream()
            .filter(each -> isStale(each, settings, now))
            .limit(idle.size() - least)
            .toList();
    var gone = new ArrayList<>(stale);
    if (settings.mostKept().isPresent()) {
      int excess = idle.size() - stale.size() - settings.mostKept().getAsInt();
      idle.stream()
          .filter(each -> !stale.contains(each))
          .limit(Math.max(0, excess))
          .forEach(gone::add);
    }
    return gone.stream().map(Revision::name).toList();
  }

  private static boolean isStale(Revision revision, GcSettings settings, Instant now) {
    if (settings.sinceCreation().isEmpty() && settings.sinceActive().isEmpty()) {
      return false;
    }
    return isPast(revision.created(), settings.sinceCreation(), now)
        && isPast(revision.lastActive(), settings.sinceActive(), now);
  }

  /// Whether `time` is at least `window` ago; a window that is off is always past.
  private static boolean isPast(Instant time, Optional<Duration> window, Instant now) {
    return window.isEmpty() || Duration.between(time, now).compareTo(window.get()) >= 0;
  }
}
