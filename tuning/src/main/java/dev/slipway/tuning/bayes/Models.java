package dev.slipway.tuning.bayes;

import dev.slipway.tuning.forest.Forests;
import dev.slipway.tuning.space.Past;
import dev.slipway.tuning.space.Space;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/// Makes the model a study names by `base_estimator`.
final class Models {
  private static final int FIT_EVALUATIONS = 12;
  private static final int EXACT_EVALUATIONS = 25;
  private static final double MUCH_NOISE = 1e-3; // of a variance of 1
  private static final int MANY = 40;
  private static final int FIRST_EVALUATIONS = 10;

  private final String estimator;
  private final SplittableRandom random;
  private final boolean[] unordered;

  Models(Space space, String estimator, SplittableRandom random) {
    this.estimator = estimator;
    this.random = random;
    this.unordered = new boolean[space.size()];
    for (int k = 0; k < unordered.length; k++) {
      unordered[k] = !space.axis(k).ordered();
    }
  }

  Surrogate of(double[][] points, double[] losses) {
    return switch (estimator) {
      case "RF" -> trees(points, losses, Forests::random);
      case "ET" -> trees(points, losses, Forests::extra);
      case "GBRT" -> trees(points, losses, Forests::boosted);
      default -> process(points, losses);
    };
  }

  private interface Planting {
    Forests plant(double[][] points, double[] losses, boolean[] unordered, SplittableRandom random);
  }

  private Surrogate trees(double[][] points, double[] losses, Planting planting) {
    double[] bent = new OutputWarp(0, Double.POSITIVE_INFINITY).bend(losses).losses();
    return Trees.of(planting.plant(points, bent, unordered, random), bent);
  }

  /// The most probable Gaussian process over the most probable bend of the losses. All bends are
  /// looked at briefly, with many trials over every second one by rank; the best of them then
  /// thoroughly. Where that takes much for noise, a fit that begins without noise has a say: the
  /// likelihood has two peaks then, and a search that believes in noise alone stands still.
  private GaussianProcess process(double[][] points, double[] losses) {
    int[] rows = fewer(losses);
    double[][] few = IntStream.of(rows).mapToObj(i -> points[i]).toArray(double[][]::new);
    double[] fewLosses = IntStream.of(rows).mapToDouble(i -> losses[i]).toArray();
    List<OutputWarp> warps = OutputWarp.candidates(losses);
    OutputWarp best = warps.getFirst();
    double[] logs = {};
    double most = Double.NEGATIVE_INFINITY;
    for (OutputWarp warp : warps) {
      OutputWarp.Bent bent = warp.bend(fewLosses);
      ProcessFit fit = new ProcessFit(few, bent.losses(), unordered);
      double[] fitted = fit.start();
      double evidence = fit.fit(fitted, FIRST_EVALUATIONS).evidence() + bent.logDeterminant();
      if (evidence > most || logs.length == 0) {
        best = warp;
        logs = fitted;
        most = evidence;
      }
    }
    double[] bent = best.bend(losses).losses();
    return GaussianProcess.of(shape(new ProcessFit(points, bent, unordered), logs), points, bent);
  }

  private static GaussianProcess.Shape shape(ProcessFit fit, double[] logs) {
    ProcessFit.Fitted fitted = fit.fit(logs, FIT_EVALUATIONS);
    if (fitted.shape().noise() > MUCH_NOISE) {
      ProcessFit.Fitted exact = fit.fit(fit.exactStart(), EXACT_EVALUATIONS);
      return (exact.evidence() > fitted.evidence() ? exact : fitted).shape();
    }
    return fitted.shape();
  }

  private static int[] fewer(double[] losses) {
    int step = losses.length > MANY ? 2 : 1;
    int[] byLoss =
        IntStream.range(0, losses.length)
            .boxed()
            .sorted(Comparator.comparingDouble(i -> losses[i]))
            .mapToInt(Integer::intValue)
            .toArray();
    return step == 1
        ? IntStream.range(0, losses.length).toArray()
        : IntStream.range(0, (losses.length + 1) / 2).map(i -> byLoss[2 * i]).toArray();
  }

  /// The logarithm of what trials take in seconds; empty while too few durations are known.
  Optional<Surrogate> logSeconds(List<Past.Known> known) {
    List<double[]> points = new ArrayList<>();
    List<Double> logs = new ArrayList<>();
    for (Past.Known each : known) {
      each.trial()
          .finished()
          .map(end -> Duration.between(each.trial().started(), end).toMillis() / 1000.0)
          .ifPresent(
              seconds -> {
                points.add(each.point());
                logs.add(Math.log(Math.max(seconds, 1e-3)));
              });
    }
    if (points.size() < 3) {
      return Optional.empty();
    }
    double[] values = logs.stream().mapToDouble(Double::doubleValue).toArray();
    OutputWarp.Bent bent = new OutputWarp(0, Double.POSITIVE_INFINITY).bend(values);
    double deviation = Math.exp(-bent.logDeterminant() / values.length);
    var fit = new ProcessFit(points.toArray(double[][]::new), bent.losses(), unordered);
    return Optional.of(
        new Scaled(
            GaussianProcess.of(
                fit.fit(fit.start(), FIT_EVALUATIONS).shape(),
                points.toArray(double[][]::new),
                bent.losses()),
            deviation));
  }

  /// A model in other units.
  private record Scaled(Surrogate model, double unit) implements Surrogate {
    @Override
    public Guess at(double[] point) {
      return scaled(model.at(point));
    }

    @Override
    public boolean hasGradient() {
      return model.hasGradient();
    }

    @Override
    public Guess at(double[] point, double[] meanGradient, double[] deviationGradient) {
      Guess guess = model.at(point, meanGradient, deviationGradient);
      for (int k = 0; k < meanGradient.length; k++) {
        meanGradient[k] *= unit;
        deviationGradient[k] *= unit;
      }
      return scaled(guess);
    }

    private Guess scaled(Guess guess) {
      return new Guess(guess.mean() * unit, guess.deviation() * unit);
    }

    @Override
    public double best() {
      return model.best() * unit;
    }

    @Override
    public Surrogate believing(double[] point) {
      return new Scaled(model.believing(point), unit);
    }
  }
}
