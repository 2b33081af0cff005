package dev.slipway.tuning.plain;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.base.Problem;
import dev.slipway.tuning.Algorithm;
import dev.slipway.tuning.Algorithms;
import dev.slipway.tuning.Distribution;
import dev.slipway.tuning.Parameter;
import dev.slipway.tuning.Proposal;
import dev.slipway.tuning.Studies;
import dev.slipway.tuning.Study;
import dev.slipway.tuning.Trial;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class PlainSearchTest {
  private static final List<Parameter> SMALL =
      List.of(
          Studies.whole("layers", 1, 3),
          new Parameter.Real("rate", 0, 0.2, 0.1, Distribution.UNIFORM),
          new Parameter.Categorical("kind", List.of("a", "b")));

  @ParameterizedTest
  @ValueSource(strings = {"random", "grid", "sobol"})
  void theSameQuestionHasTheSameAnswer(String name) {
    Algorithm algorithm = Algorithms.search(name).orElseThrow();
    Study study = Studies.minimize(SMALL, Map.of("random_state", "7"));
    List<Trial> some = Studies.run(algorithm, study, 6, 2, _ -> 1);
    assertThat(algorithm.suggest(study, some, 2)).isEqualTo(algorithm.suggest(study, some, 2));
    assertThat(Studies.run(algorithm, study, 6, 2, _ -> 1)).isEqualTo(some);
  }

  @ParameterizedTest
  @ValueSource(strings = {"random", "grid", "sobol"})
  void everyCombinationComesUpOnceBeforeAnyTwice(String name) {
    Algorithm algorithm = Algorithms.search(name).orElseThrow();
    List<Trial> all = Studies.run(algorithm, Studies.minimize(SMALL, Map.of()), 18, 5, _ -> 1);
    var seen = new HashSet<Map<String, String>>();
    all.forEach(trial -> seen.add(trial.values()));
    assertThat(seen).hasSize(18);
  }

  @ParameterizedTest
  @ValueSource(strings = {"random", "sobol"})
  void seedsDiffer(String name) {
    Algorithm algorithm = Algorithms.search(name).orElseThrow();
    List<Parameter> parameters = List.of(Studies.real("x", 0, 1));
    List<Proposal> one =
        algorithm.suggest(Studies.of(parameters, true, Map.of(), 1), List.of(), 2).proposals();
    List<Proposal> two =
        algorithm.suggest(Studies.of(parameters, true, Map.of(), 2), List.of(), 2).proposals();
    assertThat(one).doesNotContainAnyElementsOf(two);
  }

  @Test
  void gridEndsWhenAllWasTried() {
    Algorithm grid = Algorithms.search("grid").orElseThrow();
    Study study = Studies.minimize(SMALL, Map.of());
    List<Trial> most = Studies.run(grid, study, 16, 4, _ -> 1);
    assertThat(grid.suggest(study, most, 5).proposals()).hasSize(2);
    List<Trial> all = Studies.run(grid, study, 99, 4, _ -> 1);
    assertThat(all).hasSize(18);
    assertThat(grid.suggest(study, all, 1).proposals()).isEmpty();
  }

  @Test
  void gridNeedsStepsAndEnoughCombinations() {
    Algorithm grid = Algorithms.search("grid").orElseThrow();
    Study stepless = Studies.minimize(List.of(Studies.real("rate", 0, 1)), Map.of());
    assertThat(grid.problems(stepless))
        .extracting(Problem::toString)
        .containsExactly(
            "spec.parameters[0].feasibleSpace.step: Required value: "
                + "grid search needs the step of double parameter rate");
    Study few = Studies.minimize(SMALL, Map.of());
    Study tooMany =
        new Study(
            few.name(),
            few.parameters(),
            few.goal(),
            few.settings(),
            few.seed(),
            few.parallel(),
            OptionalInt.of(19),
            few.architecture());
    assertThat(grid.problems(tooMany))
        .extracting(Problem::toString)
        .containsExactly(
            "spec.maxTrialCount: Invalid value: 19: "
                + "must not be above the number of combinations, 18");
  }

  @Test
  void sobolPointsAreEven() {
    SobolPoints points = new SobolPoints(3, 5).from(0);
    int[] boxes = new int[8];
    for (int i = 0; i < 64; i++) {
      double[] point = points.next();
      boxes[(point[0] < 0.5 ? 0 : 1) + (point[1] < 0.5 ? 0 : 2) + (point[2] < 0.5 ? 0 : 4)]++;
    }
    assertThat(boxes).containsOnly(8);
  }

  @Test
  void settingsNobodyKnowsAreRefused() {
    Study study = Studies.minimize(SMALL, Map.of("random_state", "-1", "sigma", "2"));
    assertThat(Algorithms.search("random").orElseThrow().problems(study))
        .extracting(Problem::toString)
        .containsExactly(
            "spec.algorithm.algorithmSettings[random_state]: Invalid value: \"-1\": "
                + "must be a whole number of at least 0",
            "spec.algorithm.algorithmSettings[sigma]: Forbidden: "
                + "unknown setting: known are random_state");
    assertThat(Algorithms.search("sobol").orElseThrow().problems(study)).hasSize(1);
  }
}
