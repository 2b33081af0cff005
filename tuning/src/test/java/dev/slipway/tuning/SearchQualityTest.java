package dev.slipway.tuning;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.tuning.evolution.Cmaes;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Medians over three seeds, with room for chance; the whole comparison is `bench/run HpoBench`.
final class SearchQualityTest {
  private static final List<Parameter> BRANIN =
      List.of(Studies.real("x", -5, 10), Studies.real("y", 0, 15));
  private static final List<Parameter> MIXED =
      List.of(
          new Parameter.Real("lr", 1e-5, 1, 0, Distribution.LOG_UNIFORM),
          Studies.whole("layers", 1, 8),
          new Parameter.Categorical("opt", List.of("sgd", "adam", "rmsprop")));

  @ParameterizedTest(name = "{0}")
  @CsvSource({
    "bayesianoptimization, 40, 1, 0.41",
    "bayesianoptimization, 45, 3, 0.45",
    "multivariate-tpe, 100, 1, 0.60",
    "tpe, 100, 1, 0.70",
    "cmaes, 100, 1, 0.52",
  })
  void findsTheFloorOfBranin(String name, int trials, int batch, double bound) {
    Algorithm algorithm = Algorithms.search(name).orElseThrow();
    double[] best =
        IntStream.rangeClosed(1, 3)
            .mapToDouble(
                seed ->
                    Studies.best(
                        Studies.run(
                            algorithm,
                            Studies.of(BRANIN, false, Map.of(), seed),
                            trials,
                            batch,
                            SearchQualityTest::branin)))
            .sorted()
            .toArray();
    assertThat(best[1]).as("seeds 1 to 3: %s", Arrays.toString(best)).isLessThan(bound);
  }

  @ParameterizedTest(name = "{0} {1}={2}")
  @CsvSource({
    "bayesianoptimization, acq_func, gp_hedge",
    "bayesianoptimization, acq_func, LCB",
    "bayesianoptimization, acq_func, PI",
    "bayesianoptimization, acq_func, EIps",
    "bayesianoptimization, base_estimator, RF",
    "bayesianoptimization, base_estimator, ET",
    "bayesianoptimization, base_estimator, GBRT",
    "bayesianoptimization, acq_optimizer, sampling",
    "multivariate-tpe, n_startup_trials, 5",
    "tpe, gamma, 0.3",
    "cmaes, restart_strategy, bipop",
  })
  void learnsOverMixedParameters(String name, String setting, String value) {
    Algorithm algorithm = Algorithms.search(name).orElseThrow();
    Study study = Studies.minimize(MIXED, Map.of(setting, value));
    assertThat(algorithm.problems(study)).isEmpty();
    double best = Studies.best(Studies.run(algorithm, study, 50, 2, SearchQualityTest::mixed));
    assertThat(best).as("seed 1").isLessThan(0.15);
  }

  @ParameterizedTest
  @ValueSource(strings = {"bayesianoptimization", "tpe", "multivariate-tpe", "cmaes"})
  void anAnswerFollowsFromTheQuestionAlone(String name) {
    Algorithm algorithm = Algorithms.search(name).orElseThrow();
    Study study = Studies.minimize(MIXED, Map.of("random_state", "3"));
    List<Trial> trials = Studies.run(algorithm, study, 16, 1, SearchQualityTest::mixed);
    Suggestions answer = algorithm.suggest(study, trials, 3);
    assertThat(algorithm.suggest(study, trials, 3)).isEqualTo(answer);
    assertThat(answer.proposals()).doesNotHaveDuplicates().hasSize(3);
  }

  /// Eight places; a trial ends some time after it was begun, not in the order of beginning, and
  /// every seventh fails.
  @ParameterizedTest(name = "restarts {0}")
  @ValueSource(strings = {"none", "ipop", "bipop"})
  void whatCmaesKeepsChangesNoAnswer(String restarts) {
    Algorithm keeping = new Cmaes();
    Study study = Studies.minimize(MIXED, Map.of("restart_strategy", restarts));
    Study other = Studies.of(MIXED, true, Map.of(), 5);
    List<Trial> trials = new ArrayList<>();
    SplittableRandom random = new SplittableRandom(11);
    while (trials.size() < 120) {
      Suggestions answer = keeping.suggest(study, trials, 2);
      assertThat(answer).as("seed 11").isEqualTo(new Cmaes().suggest(study, trials, 2));
      keeping.suggest(other, trials, 1);
      for (Proposal each : answer.proposals()) {
        trials.add(Studies.trial(trials.size(), each, Trial.State.RUNNING, Double.NaN));
      }
      for (int i = Math.max(0, trials.size() - 8); i < trials.size(); i++) {
        Trial trial = trials.get(i);
        if (trial.state() == Trial.State.RUNNING && random.nextInt(3) == 0) {
          boolean fails = i % 7 == 6;
          trials.set(
              i,
              Studies.trial(
                  i,
                  Proposal.of(trial.values()),
                  fails ? Trial.State.FAILED : Trial.State.SUCCEEDED,
                  fails ? Double.NaN : mixed(trial.values())));
        }
      }
    }
  }

  /// Eight trials at a time are told together; half as many rounds again make up for it.
  @ParameterizedTest
  @CsvSource({"bayesianoptimization, 0.45", "multivariate-tpe, 1.2", "tpe, 1.2", "cmaes, 1.5"})
  void batchesSpreadAndStillLearn(String name, double bound) {
    Algorithm algorithm = Algorithms.search(name).orElseThrow();
    double[] best =
        IntStream.rangeClosed(1, 3)
            .mapToDouble(
                seed -> {
                  Study study = Studies.of(BRANIN, false, Map.of(), seed);
                  List<Trial> trials =
                      Studies.run(algorithm, study, 64, 8, SearchQualityTest::branin);
                  assertThat(trials).extracting(Trial::values).doesNotHaveDuplicates();
                  return Studies.best(trials);
                })
            .sorted()
            .toArray();
    assertThat(best[1]).as("seeds 1 to 3: %s", Arrays.toString(best)).isLessThan(bound);
  }

  @ParameterizedTest
  @ValueSource(strings = {"bayesianoptimization", "tpe", "multivariate-tpe", "cmaes"})
  void failedTrialsAreAvoided(String name) {
    Algorithm algorithm = Algorithms.search(name).orElseThrow();
    Study study =
        Studies.minimize(List.of(Studies.real("x", 0, 1), Studies.real("y", 0, 1)), Map.of());
    List<Trial> trials = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      Proposal next = algorithm.suggest(study, trials, 1).proposals().getFirst();
      double x = Double.parseDouble(next.values().get("x"));
      boolean fails = x > 0.5;
      trials.add(
          Studies.trial(
              i,
              next,
              fails ? Trial.State.FAILED : Trial.State.SUCCEEDED,
              fails ? Double.NaN : (x - 0.2) * (x - 0.2)));
    }
    long late =
        trials.subList(25, 40).stream().filter(t -> t.state() == Trial.State.FAILED).count();
    assertThat(late).as("of 15, half by chance").isLessThan(8);
  }

  @Test
  void unsuitableSettingsAreNamed() {
    Study study =
        Studies.minimize(MIXED, Map.of("base_estimator", "SVM", "n_initial_points", "-2"));
    assertThat(Algorithms.search("bayesianoptimization").orElseThrow().problems(study))
        .extracting(Object::toString)
        .containsExactly(
            "spec.algorithm.algorithmSettings[base_estimator]: Unsupported value: \"SVM\": "
                + "supported values: \"ET\", \"GBRT\", \"GP\", \"RF\"",
            "spec.algorithm.algorithmSettings[n_initial_points]: Invalid value: \"-2\": "
                + "must be a whole number of at least 0");
  }

  @Test
  void importanceFollowsInfluence() {
    List<Trial> trials =
        Studies.run(
            Algorithms.search("random").orElseThrow(),
            Studies.minimize(
                List.of(Studies.real("much", 0, 1), Studies.real("little", 0, 1)), Map.of()),
            60,
            1,
            v -> 10 * Double.parseDouble(v.get("much")) + Double.parseDouble(v.get("little")));
    Map<String, Double> shares =
        Importance.of(List.of(Studies.real("much", 0, 1), Studies.real("little", 0, 1)), trials);
    assertThat(shares.get("much")).isGreaterThan(0.9);
    assertThat(shares.values().stream().mapToDouble(each -> each).sum()).isBetween(0.999, 1.001);
  }

  private static double branin(Map<String, String> values) {
    double x = Double.parseDouble(values.get("x"));
    double y = Double.parseDouble(values.get("y"));
    double bend = y - 5.1 / (4 * Math.PI * Math.PI) * x * x + 5 / Math.PI * x - 6;
    return bend * bend + 10 * (1 - 1 / (8 * Math.PI)) * Math.cos(x) + 10;
  }

  private static double mixed(Map<String, String> values) {
    double lr = Math.log10(Double.parseDouble(values.get("lr"))) + 3;
    double layers = Double.parseDouble(values.get("layers")) - 4;
    double worse = "adam".equals(values.get("opt")) ? 0 : 0.2;
    return worse + 0.1 * lr * lr + 0.02 * layers * layers;
  }
}
