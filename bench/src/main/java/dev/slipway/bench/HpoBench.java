package dev.slipway.bench;

import dev.slipway.tuning.Algorithm;
import dev.slipway.tuning.Algorithms;
import dev.slipway.tuning.Proposal;
import dev.slipway.tuning.Study;
import dev.slipway.tuning.Trial;
import java.io.BufferedReader;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;

/// How good the searches' best trials are, and what a suggestion costs: `bench/run HpoBench
/// [algorithms=tpe,…] [functions=BRANIN,…] [seeds=20] [batch=1] [python=PATH]`.
///
/// With `python=` naming an interpreter that has Optuna, the same functions are searched by its
/// samplers (`bench/optuna_peer.py`) and stand in the same table. Times are processor time of the
/// one thread that asks, in milliseconds a suggestion: mean over all trials, and over the last ten.
public final class HpoBench {
  private static final int TRIALS = 100;
  private static final int[] AT = {30, 60, 100};

  private HpoBench() {}

  public static void main(String[] arguments) throws IOException {
    Map<String, String> options = options(arguments);
    int seeds = Integer.parseInt(options.getOrDefault("seeds", "20"));
    int batch = Integer.parseInt(options.getOrDefault("batch", "1"));
    String algorithms =
        options.getOrDefault(
            "algorithms", "random,sobol,tpe,multivariate-tpe,cmaes,bayesianoptimization");
    String functions = options.getOrDefault("functions", "");
    System.out.println(
        "| function | sampler | seeds | 30 | 60 | 100 | quartiles | worst | ms | last ten |");
    System.out.println("|---|---|---:|---:|---:|---:|---:|---:|---:|---:|");
    for (HpoFunctions function : HpoFunctions.values()) {
      if (!functions.isEmpty() && !List.of(functions.split(",", -1)).contains(function.name())) {
        continue;
      }
      for (String name : algorithms.split(",", -1)) {
        if (!name.isEmpty()) {
          ours(name, function, seeds, batch);
        }
      }
      if (options.containsKey("python")) {
        peers(options.get("python"), function, seeds);
      }
    }
  }

  private static Map<String, String> options(String[] arguments) {
    Map<String, String> options = new java.util.HashMap<>();
    for (String each : arguments) {
      int equals = each.indexOf('=');
      options.put(each.substring(0, equals), each.substring(equals + 1));
    }
    return options;
  }

  private static void ours(String name, HpoFunctions function, int seeds, int batch) {
    String algorithm = name.contains(":") ? name.substring(0, name.indexOf(':')) : name;
    Map<String, String> settings = new java.util.HashMap<>();
    if (name.contains(":")) {
      for (String each : name.substring(name.indexOf(':') + 1).split(";", -1)) {
        settings.put(each.split("=", -1)[0], each.split("=", -1)[1]);
      }
    }
    Algorithm search = Algorithms.search(algorithm).orElseThrow();
    double[][] best = new double[seeds][];
    double[] cost = new double[seeds];
    double[] last = new double[seeds];
    for (int seed = 0; seed < seeds; seed++) {
      Study study =
          new Study(
              "bench",
              function.parameters(),
              new Study.Goal(false, OptionalDouble.empty()),
              settings,
              seed + 1,
              batch,
              OptionalInt.of(TRIALS),
              Optional.empty());
      if (!search.problems(study).isEmpty()) {
        return;
      }
      var run = new Run(search, study, function, batch);
      best[seed] = run.best;
      cost[seed] = run.milliseconds(0);
      last[seed] = run.milliseconds(TRIALS - 10);
    }
    row(function, "slipway " + name, best, cost, last);
  }

  private static final class Run {
    private final double[] best = new double[TRIALS];
    private final double[] nanos = new double[TRIALS];

    Run(Algorithm search, Study study, HpoFunctions function, int batch) {
      var threads = ManagementFactory.getThreadMXBean();
      List<Trial> trials = new ArrayList<>();
      double least = Double.POSITIVE_INFINITY;
      double told = Double.POSITIVE_INFINITY;
      while (trials.size() < TRIALS) {
        long before = threads.getCurrentThreadCpuTime();
        List<Proposal> proposals =
            search.suggest(study, trials, Math.min(batch, TRIALS - trials.size())).proposals();
        double spent = threads.getCurrentThreadCpuTime() - before;
        for (Proposal each : proposals) {
          double value = function.at(each.values());
          if (value < told) {
            told = value;
            least = function.clean(each.values());
          }
          best[trials.size()] = least;
          nanos[trials.size()] = spent / proposals.size();
          trials.add(trial(trials.size(), each, value));
        }
      }
    }

    double milliseconds(int from) {
      return Arrays.stream(nanos, from, TRIALS).average().orElseThrow() / 1e6;
    }
  }

  private static Trial trial(int number, Proposal proposal, double value) {
    return new Trial(
        proposal.name().orElse("trial-" + number),
        proposal.values(),
        proposal.labels(),
        Trial.State.SUCCEEDED,
        OptionalDouble.of(value),
        List.of(),
        Instant.EPOCH.plusSeconds(number));
  }

  private static void row(
      HpoFunctions function, String sampler, double[][] best, double[] cost, double[] last) {
    var row = new StringBuilder();
    row.append("| ").append(function.name().toLowerCase(Locale.ROOT)).append(" | ");
    row.append(sampler).append(" | ").append(best.length);
    for (int trials : AT) {
      row.append(" | ").append(figure(quantile(best, trials, 0.5)));
    }
    row.append(" | ").append(figure(quantile(best, TRIALS, 0.25)));
    row.append(" … ").append(figure(quantile(best, TRIALS, 0.75)));
    row.append(" | ").append(figure(quantile(best, TRIALS, 1)));
    row.append(" | ").append(figure(Arrays.stream(cost).average().orElseThrow()));
    row.append(" | ").append(figure(Arrays.stream(last).average().orElseThrow())).append(" |");
    System.out.println(row);
  }

  private static double quantile(double[][] best, int trials, double share) {
    double[] sorted = Arrays.stream(best).mapToDouble(each -> each[trials - 1]).sorted().toArray();
    double at = share * (sorted.length - 1);
    int below = (int) at;
    int above = Math.min(below + 1, sorted.length - 1);
    return sorted[below] + (at - below) * (sorted[above] - sorted[below]);
  }

  private static String figure(double value) {
    double size = Math.abs(value);
    if (size != 0 && size < 1e-3) {
      return String.format(Locale.ROOT, "%.1e", value);
    }
    return String.format(Locale.ROOT, size < 10 ? "%.4f" : size < 1000 ? "%.2f" : "%.0f", value);
  }

  /// The script prints for each sampler its name, then a line a seed: milliseconds a suggestion,
  /// those of the last ten, and the best value after each trial.
  private static void peers(String python, HpoFunctions function, int seeds) throws IOException {
    Path script =
        Files.exists(Path.of("bench"))
            ? Path.of("bench/optuna_peer.py")
            : Path.of("optuna_peer.py");
    Process process =
        new ProcessBuilder(
                python, script.toString(), function.name(), Integer.toString(seeds), "" + TRIALS)
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    try (BufferedReader lines = process.inputReader()) {
      for (String name = lines.readLine(); name != null; name = lines.readLine()) {
        double[][] best = new double[seeds][TRIALS];
        double[] cost = new double[seeds];
        double[] last = new double[seeds];
        for (int seed = 0; seed < seeds; seed++) {
          double[] figures =
              Arrays.stream(lines.readLine().split(" ", -1))
                  .mapToDouble(Double::parseDouble)
                  .toArray();
          cost[seed] = figures[0];
          last[seed] = figures[1];
          best[seed] = Arrays.copyOfRange(figures, 2, figures.length);
        }
        row(function, name, best, cost, last);
      }
    }
  }
}
