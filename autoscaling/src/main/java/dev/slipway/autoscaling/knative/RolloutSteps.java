package dev.slipway.autoscaling.knative;

import dev.slipway.autoscaling.knative.Rollout.Pace;
import dev.slipway.autoscaling.knative.Rollout.RevisionShare;
import dev.slipway.autoscaling.knative.Rollout.Share;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/// The arithmetic of gradual rollout. Pure.
///
/// A new revision begins with 1 %, taken from the newest older one. With `m` seconds until the
/// gateway served that, `P` percent in all and `D` seconds left, the rest moves in
/// `n = min(P - 1, max(1, D / m))` steps of `round((P - 1) / n)` percent, one each `D / n` seconds,
/// drained from the newest older revision first. Because steps are rounded a rollout may end early.
final class RolloutSteps {
  private static final double NANOS = 1e9;
  private static final Comparator<Share> ORDER =
      Comparator.comparing(Share::tag).thenComparing(Share::configuration);

  private RolloutSteps() {}

  static Rollout.Stepped step(Rollout goal, Rollout before, long now) {
    if (before.configurations().isEmpty()) {
      return new Rollout.Stepped(goal, Optional.empty());
    }
    var goals = goal.configurations().stream().collect(Collectors.groupingBy(Share::tag));
    var stepped = new ArrayList<Share>();
    goals.forEach(
        (tag, shares) -> {
          List<Share> old =
              before.configurations().stream().filter(each -> each.tag().equals(tag)).toList();
          stepped.addAll(old.isEmpty() ? shares.subList(0, 1) : stepTag(shares, old, now));
        });
    stepped.sort(ORDER);
    Optional<Instant> next =
        stepped.stream()
            .filter(each -> each.percent() > 1)
            .map(each -> each.pace().nextNanos())
            .filter(nanos -> nanos > 0)
            .min(Comparator.naturalOrder())
            .map(nanos -> Instant.ofEpochSecond(0, nanos));
    return new Rollout.Stepped(new Rollout(stepped), next);
  }

  private static List<Share> stepTag(List<Share> goals, List<Share> old, long now) {
    var stepped = new ArrayList<Share>();
    for (Share goal : goals) {
      Optional<Share> known =
          old.stream()
              .filter(each -> each.configuration().equals(goal.configuration()))
              .findFirst();
      if (goal.percent() > 1 && known.isPresent()) {
        stepped.add(stepShare(goal, known.get(), now));
      } else if (goal.percent() > 0) {
        // New here, or too little to divide: it has its traffic at once.
        stepped.add(goal);
      }
    }
    return stepped;
  }

  private static Share stepShare(Share goal, Share before, long now) {
    List<RevisionShare> old = adjusted(before, goal.percent());
    String newest = goal.revisions().getFirst().revision();
    if (old.isEmpty() || old.getLast().revision().equals(newest)) {
      if (old.size() < 2) {
        return with(goal, goal.revisions(), Pace.NONE);
      }
      Share going = with(goal, old, before.pace());
      return before.pace().stepPercent() > 0 ? move(going, now) : going;
    }
    return with(goal, begun(old, newest), new Pace(now, 0, 0, 0));
  }

  /// Follows a change of the whole share: growth goes to the newest, loss comes from the oldest.
  private static List<RevisionShare> adjusted(Share before, int percent) {
    List<RevisionShare> old = before.revisions();
    int change = percent - before.percent();
    if (old.isEmpty() || change == 0) {
      return old;
    }
    var adjusted = new ArrayList<>(old);
    if (change > 0) {
      adjusted.set(adjusted.size() - 1, adjusted.getLast().plus(change));
      return adjusted;
    }
    int loss = -change;
    while (loss > 0 && !adjusted.isEmpty()) {
      RevisionShare oldest = adjusted.removeFirst();
      if (oldest.percent() > loss) {
        adjusted.addFirst(oldest.plus(-loss));
      }
      loss -= Math.min(loss, oldest.percent());
    }
    return adjusted;
  }

  /// The first percent of a new revision, from the newest that has any.
  private static List<RevisionShare> begun(List<RevisionShare> old, String newest) {
    var begun = new ArrayList<>(old);
    for (int i = begun.size() - 1; i >= 0; i--) {
      if (begun.get(i).percent() > 0) {
        begun.set(i, begun.get(i).plus(-1));
        break;
      }
    }
    begun.removeIf(each -> each.percent() == 0);
    begun.add(new RevisionShare(newest, 1));
    return begun;
  }

  /// One step from the newest older revisions to the newest, if it is due.
  private static Share move(Share share, long now) {
    if (now < share.pace().nextNanos()) {
      return share;
    }
    var moved = new ArrayList<>(share.revisions());
    RevisionShare newest = moved.removeLast();
    int step = share.pace().stepPercent();
    int open = step;
    while (open > 0 && !moved.isEmpty()) {
      RevisionShare from = moved.removeLast();
      if (from.percent() > open) {
        moved.add(from.plus(-open));
        break;
      }
      open -= from.percent();
    }
    int reached = Math.min(newest.percent() + step, share.percent());
    moved.add(new RevisionShare(newest.revision(), reached));
    Pace pace = share.pace();
    return with(
        share,
        moved,
        moved.size() < 2
            ? Pace.NONE
            : new Pace(pace.startNanos(), now + pace.stepNanos(), pace.stepNanos(), step));
  }

  static Share pace(Share share, long now, Duration rolloutDuration) {
    double least = Math.max(1, Math.ceil((now - share.pace().startNanos()) / NANOS));
    double left = Math.max(1, rolloutDuration.toNanos() / NANOS - least);
    double rest = Math.max(1, share.percent() - 1);
    double steps = Math.min(rest, Math.max(1, left / least));
    long stepNanos = (long) (left / steps * NANOS);
    int stepPercent = (int) Math.floor(rest / steps + 0.5);
    return with(
        share,
        share.revisions(),
        new Pace(share.pace().startNanos(), now + stepNanos, stepNanos, stepPercent));
  }

  private static Share with(Share share, List<RevisionShare> revisions, Pace pace) {
    return new Share(share.configuration(), share.tag(), share.percent(), revisions, pace);
  }
}
