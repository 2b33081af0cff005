package dev.slipway.tuning.space;

import dev.slipway.tuning.Study;
import dev.slipway.tuning.Trial;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// What a study's trials tell, as points of its cube. Trials that do not lie in the space (of
/// another study whose range was wider) are left out.
///
/// @param known points with a loss, in the order their trials were started
/// @param failed points that gave no value: they failed, or their metrics are unavailable
/// @param pending points that are tried now
public record Past(List<Known> known, List<double[]> failed, List<double[]> pending) {

  public Past {
    known = List.copyOf(known);
    failed = List.copyOf(failed);
    pending = List.copyOf(pending);
  }

  /// @param loss the less the better
  @SuppressWarnings("ArrayRecordComponent") // a point, never compared
  public record Known(double[] point, double loss, Trial trial) {}

  public static Past of(Study study, Space space, List<Trial> trials) {
    var past = new Past.Builder();
    for (Trial trial : ordered(trials)) {
      space.point(trial.values()).ifPresent(point -> past.add(study, trial, point));
    }
    return new Past(past.known, past.failed, past.pending);
  }

  /// Trials by the time they were started; those of one instant stay as they were.
  public static List<Trial> ordered(List<Trial> trials) {
    return trials.stream().sorted(Comparator.comparing(Trial::started)).toList();
  }

  /// The trial's value, the less the better; empty while there is none, and for `NaN`.
  public static Optional<Double> loss(Study study, Trial trial) {
    boolean ended =
        trial.state() == Trial.State.SUCCEEDED || trial.state() == Trial.State.EARLY_STOPPED;
    if (!ended
        || trial.objective().isEmpty()
        || !Double.isFinite(trial.objective().getAsDouble())) {
      return Optional.empty();
    }
    double value = trial.objective().getAsDouble();
    return Optional.of(study.goal().maximize() ? -value : value);
  }

  /// The values every trial so far has, for not asking the same again.
  public static Set<Map<String, String>> tried(List<Trial> trials) {
    Set<Map<String, String>> tried = HashSet.newHashSet(trials.size());
    trials.forEach(trial -> tried.add(trial.values()));
    return tried;
  }

  /// The worst loss, which stands for that of trials which failed; 0 while nothing is known.
  public double worst() {
    return known.stream().mapToDouble(Known::loss).max().orElse(0);
  }

  private static final class Builder {
    private final List<Known> known = new ArrayList<>();
    private final List<double[]> failed = new ArrayList<>();
    private final List<double[]> pending = new ArrayList<>();

    void add(Study study, Trial trial, double[] point) {
      Optional<Double> loss = loss(study, trial);
      if (loss.isPresent()) {
        known.add(new Known(point, loss.get(), trial));
        return;
      }
      switch (trial.state()) {
        case CREATED, RUNNING -> pending.add(point);
        case KILLED -> {} // somebody's decision, which says nothing about the point
        case SUCCEEDED, FAILED, METRICS_UNAVAILABLE, EARLY_STOPPED -> failed.add(point);
      }
    }
  }
}
