package dev.slipway.tuning.bayes;

import dev.slipway.tuning.bayes.Surrogate.Guess;
import dev.slipway.tuning.plain.SobolPoints;
import dev.slipway.tuning.space.Axis;
import dev.slipway.tuning.space.Space;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;

/// Looks for the point of most promise: many points spread evenly and around the best known ones,
/// then the best of them moved uphill, by gradient along axes that are (nearly) continuous and by
/// trying values along the others.
final class AcquisitionSearch {
  private static final int SPREAD = 512;
  private static final int BEST_KNOWN = 3;
  private static final int AROUND_EACH = 48;
  private static final int CLIMBS = 6;
  private static final int CLIMB_EVALUATIONS = 60;
  private static final double SETTLED = 1e-5;
  private static final int FEW_CELLS = 24;
  private static final double[] REACHES = {0.2, 0.06, 0.015, 0.003};

  private final Space space;
  private final Acquisition acquisition;
  private final Optional<Surrogate> logSeconds;
  private final boolean climbing;
  private final boolean[] held;

  /// @param logSeconds what a trial takes; promises are then for a unit of time
  AcquisitionSearch(
      Space space, Acquisition acquisition, Optional<Surrogate> logSeconds, boolean climbing) {
    this.space = space;
    this.acquisition = acquisition;
    this.logSeconds = logSeconds;
    this.climbing = climbing;
    this.held = new boolean[space.size()];
    for (int i = 0; i < held.length; i++) {
      Axis axis = space.axis(i);
      held[i] = !axis.continuous() && !(axis.ordered() && axis.cells() > FEW_CELLS);
    }
  }

  @SuppressWarnings("ArrayRecordComponent") // never compared
  record Candidate(double[] point, double promise) {}

  /// The most promising point that was not tried; the most promising one if all were.
  ///
  /// @param known points by their losses, best first
  double[] search(
      Surrogate model,
      List<double[]> known,
      Set<Map<String, String>> tried,
      SplittableRandom random) {
    double best = model.best();
    List<Candidate> candidates = new ArrayList<>();
    for (double[] point : points(known, random)) {
      candidates.add(new Candidate(point, promise(model, best, point)));
    }
    candidates.sort(Comparator.comparingDouble((Candidate each) -> -each.promise));
    List<Candidate> climbed = new ArrayList<>();
    for (double[] start : climbing ? starts(candidates) : List.<double[]>of()) {
      climbed.add(climb(model, best, start));
    }
    climbed.sort(Comparator.comparingDouble((Candidate each) -> -each.promise));
    climbed.addAll(candidates);
    return climbed.stream()
        .map(Candidate::point)
        .filter(point -> !tried.contains(space.values(point)))
        .findFirst()
        .orElse(climbed.getFirst().point);
  }

  private double promise(Surrogate model, double best, double[] point) {
    Guess guess = model.at(point);
    double promise = acquisition.of(guess.mean(), guess.deviation(), best).value();
    return promise - logSeconds.map(time -> time.at(point).mean()).orElse(0.0);
  }

  private List<double[]> points(List<double[]> known, SplittableRandom random) {
    List<double[]> points = new ArrayList<>();
    SobolPoints even = new SobolPoints(space.size(), random.nextLong()).from(0);
    for (int i = 0; i < SPREAD; i++) {
      points.add(space.snap(even.next()));
    }
    for (double[] centre : known.subList(0, Math.min(BEST_KNOWN, known.size()))) {
      for (int i = 0; i < AROUND_EACH; i++) {
        points.add(space.snap(near(centre, REACHES[i % REACHES.length], random)));
      }
    }
    return points;
  }

  private double[] near(double[] centre, double reach, SplittableRandom random) {
    double[] point = centre.clone();
    double share = Math.max(random.nextDouble(), 1.0 / point.length);
    for (int k = 0; k < point.length; k++) {
      Axis axis = space.axis(k);
      if (!axis.ordered()) {
        point[k] = random.nextDouble() < 0.25 ? random.nextDouble() : point[k];
      } else if (random.nextDouble() < share) {
        double step = axis.continuous() ? reach : Math.max(reach, 0.7 / axis.cells());
        point[k] = Math.clamp(point[k] + step * random.nextGaussian(), 0, 1);
      }
    }
    return point;
  }

  /// The best candidates that do not lie beside each other.
  private static List<double[]> starts(List<Candidate> candidates) {
    List<double[]> starts = new ArrayList<>();
    for (Candidate each : candidates) {
      if (starts.size() == CLIMBS) {
        break;
      }
      if (starts.stream().noneMatch(start -> close(start, each.point))) {
        starts.add(each.point);
      }
    }
    return starts;
  }

  private static boolean close(double[] left, double[] right) {
    double most = 0;
    for (int k = 0; k < left.length; k++) {
      most = Math.max(most, Math.abs(left[k] - right[k]));
    }
    return most < 0.05;
  }

  private Candidate climb(Surrogate model, double best, double[] start) {
    double[] point = start.clone();
    boolean allHeld = true;
    boolean anyFinite = false;
    for (int k = 0; k < held.length; k++) {
      allHeld &= held[k];
      anyFinite |= !space.axis(k).continuous();
    }
    double promise = promise(model, best, point);
    for (int round = 0; round < 3; round++) {
      double before = promise;
      if (!allHeld && model.hasGradient()) {
        new Lbfgs(0, 1, CLIMB_EVALUATIONS, 0.05, SETTLED)
            .minimize(descent(model, best), point, held);
        space.snap(point);
        promise = promise(model, best, point);
      }
      if (!anyFinite) {
        break;
      }
      promise = walk(model, best, point, promise);
      if (!(promise > before + 1e-6)) {
        break;
      }
    }
    return new Candidate(point, promise);
  }

  private Lbfgs.Smooth descent(Surrogate model, double best) {
    double[] byDeviation = new double[space.size()];
    return (point, gradient) -> {
      Guess guess = model.at(point, gradient, byDeviation);
      Acquisition.Promise promise = acquisition.of(guess.mean(), guess.deviation(), best);
      for (int k = 0; k < gradient.length; k++) {
        gradient[k] = -(promise.byMean() * gradient[k] + promise.byDeviation() * byDeviation[k]);
      }
      return -promise.value() + slower(point, gradient);
    };
  }

  private double slower(double[] point, double[] gradient) {
    if (logSeconds.isEmpty()) {
      return 0;
    }
    double[] byTime = new double[gradient.length];
    double seconds = logSeconds.get().at(point, byTime, new double[gradient.length]).mean();
    Arrays.setAll(gradient, k -> gradient[k] + byTime[k]);
    return seconds;
  }

  /// Tries other values along each finite axis, in place; the promise where it ends.
  private double walk(Surrogate model, double best, double[] point, double promise) {
    double most = promise;
    for (int k = 0; k < point.length; k++) {
      Axis axis = space.axis(k);
      if (axis.continuous()) {
        continue;
      }
      double stay = point[k];
      long here = axis.cell(stay);
      for (long cell : cells(axis, here)) {
        point[k] = axis.middle(cell);
        double there = promise(model, best, point);
        if (there > most) {
          most = there;
          stay = point[k];
        }
      }
      point[k] = stay;
    }
    return most;
  }

  private static long[] cells(Axis axis, long here) {
    if (axis.cells() <= FEW_CELLS) {
      long[] others = new long[(int) axis.cells()];
      Arrays.setAll(others, i -> i);
      return others;
    }
    long last = axis.cells() - 1;
    return new long[] {
      Math.max(0, here - 2),
      Math.max(0, here - 1),
      Math.min(last, here + 1),
      Math.min(last, here + 2)
    };
  }
}
