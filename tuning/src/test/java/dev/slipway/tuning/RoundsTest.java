package dev.slipway.tuning;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.slipway.base.Json;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

/// Searches that go in rounds, architectures, and early stopping.
final class RoundsTest {
  private static final List<Parameter> EPOCHS =
      List.of(Studies.real("x", 0, 1), Studies.whole("epochs", 1, 9));

  private static Study wide(Study study) {
    return new Study(
        study.name(),
        study.parameters(),
        study.goal(),
        study.settings(),
        study.seed(),
        9,
        OptionalInt.empty(),
        Optional.empty());
  }

  @Test
  void hyperbandRaisesTheBestThoughOthersFail() {
    Algorithm hyperband = Algorithms.search("hyperband").orElseThrow();
    Map<String, String> settings =
        new HashMap<>(Map.of("r_l", "9", "eta", "3", "resource_name", "epochs"));
    List<Trial> trials = new ArrayList<>();
    List<Integer> rungs = new ArrayList<>();
    List<String> resources = new ArrayList<>();
    for (int round = 0; round < 10; round++) {
      Study study = wide(Studies.minimize(EPOCHS, settings));
      assertThat(hyperband.problems(study)).isEmpty();
      Suggestions answer = hyperband.suggest(study, trials, 9);
      settings.putAll(answer.settings());
      if (answer.proposals().isEmpty()) {
        break;
      }
      rungs.add(answer.proposals().size());
      resources.add(answer.proposals().getFirst().values().get("epochs"));
      for (Proposal each : answer.proposals()) {
        boolean fails = trials.size() % 4 == 1;
        double x = Double.parseDouble(each.values().get("x"));
        trials.add(
            Studies.trial(
                trials.size(),
                each,
                fails ? Trial.State.FAILED : Trial.State.SUCCEEDED,
                fails ? Double.NaN : x));
      }
    }
    assertThat(rungs).containsExactly(9, 3, 1, 5, 2, 3);
    assertThat(resources).containsExactly("1", "3", "9", "3", "9", "9");
    assertThat(settings).containsEntry("current_s", "-1");
  }

  @Test
  void hyperbandNeedsRoomForItsWidestRung() {
    Study study = Studies.minimize(EPOCHS, Map.of("r_l", "9", "resource_name", "steps"));
    assertThat(Algorithms.search("hyperband").orElseThrow().problems(study))
        .extracting(Object::toString)
        .containsExactly(
            "spec.algorithm.algorithmSettings[resource_name]: Invalid value: \"steps\": "
                + "must be the name of a parameter",
            "spec.parallelTrialCount: Invalid value: 3: "
                + "must be at least 9, eta to the power of the number of rungs");
  }

  @Test
  void populationsGoOnFromParentsAndTryFailedTrialsAgain() {
    Algorithm pbt = Algorithms.search("pbt").orElseThrow();
    List<Parameter> parameters =
        List.of(new Parameter.Real("lr", 0, 1, 0.01, Distribution.UNIFORM));
    Study study =
        Studies.minimize(
            parameters,
            Map.of(
                "suggestion_trial_dir",
                "/tmp",
                "n_population",
                "5",
                "truncation_threshold",
                "0.2"));
    assertThat(pbt.problems(study)).isEmpty();
    List<Trial> trials = Studies.run(pbt, study, 4, 4, v -> Double.parseDouble(v.get("lr")));
    Proposal fifth = pbt.suggest(study, trials, 1).proposals().getFirst();
    trials.add(Studies.trial(4, fifth, Trial.State.FAILED, Double.NaN));
    Proposal again = pbt.suggest(study, trials, 1).proposals().getFirst();
    assertThat(again.values()).isEqualTo(fifth.values());
    trials.add(Studies.trial(5, again, Trial.State.SUCCEEDED, 0.5));
    List<Proposal> next = pbt.suggest(study, trials, 5).proposals();
    assertThat(next)
        .allSatisfy(
            each ->
                assertThat(each.labels())
                    .containsEntry("pbt.suggestion.katib.kubeflow.org/generation", "1"));
    assertThat(next)
        .extracting(each -> each.labels().get("pbt.suggestion.katib.kubeflow.org/parent"))
        .doesNotHaveDuplicates();
  }

  @Test
  void architecturesAreWrittenAsKatibWritesThem() {
    var config =
        Json.parseObject(
            """
            {"graphConfig": {"numLayers": 3, "inputSizes": [32, 32, 3], "outputSizes": [10]},
             "operations": [{"operationType": "convolution", "parameters": [
               {"name": "filter_size", "parameterType": "categorical",
                "feasibleSpace": {"list": ["3", "5"]}}]}]}
            """);
    Study plain = Studies.minimize(List.of(), Map.of());
    Study study =
        new Study(
            "nas",
            plain.parameters(),
            plain.goal(),
            Map.of(),
            1,
            1,
            OptionalInt.empty(),
            Optional.of(config));
    Algorithm enas = Algorithms.search("enas").orElseThrow();
    assertThat(enas.problems(study)).isEmpty();
    Map<String, String> values = enas.suggest(study, List.of(), 1).proposals().getFirst().values();
    assertThat(values.get("architecture"))
        .matches("\\[\\[[01]], \\[[01], [01]], \\[[01], [01], [01]]]");
    assertThat(values.get("nn_config"))
        .startsWith("{'num_layers':3,'input_sizes':[32,32,3],'output_sizes':[10],'embedding':{");
    Map<String, String> darts =
        Algorithms.search("darts")
            .orElseThrow()
            .suggest(study, List.of(), 1)
            .proposals()
            .getFirst()
            .values();
    assertThat(darts)
        .containsEntry("search-space", "['convolution_3x3','convolution_5x5']")
        .containsEntry("num-layers", "3");
    assertThat(darts.get("algorithm-settings")).startsWith("{'num_epochs':50,'w_lr':0.025,");
  }

  private static Trial reporting(int number, Double... reports) {
    return new Trial(
        "trial-" + number,
        Map.of(),
        Map.of(),
        Trial.State.SUCCEEDED,
        OptionalDouble.of(reports[reports.length - 1]),
        List.of(reports),
        Instant.EPOCH.plusSeconds(number));
  }

  @Test
  void stoppingComparesWithWhatOthersHadBySo() {
    Study study = Studies.of(List.of(), true, Map.of(), 1);
    List<Trial> trials =
        List.of(
            reporting(1, 0.1, 0.3, 0.9), reporting(2, 0.2, 0.4, 0.9), reporting(3, 0.9, 0.9, 0.9));
    EarlyStopping median = Algorithms.stopping("medianstop").orElseThrow();
    var mean = median.rules(study, "acc", Map.of("start_step", "2"), trials).getFirst();
    assertThat(mean.value()).isCloseTo((0.2 + 0.3 + 0.9) / 3, within(1e-9));
    assertThat(mean.comparison()).isEqualTo(StoppingRule.Comparison.LESS);
    assertThat(mean.startStep()).isEqualTo(2);
    var half =
        median
            .rules(study, "acc", Map.of("start_step", "2", "statistic", "median"), trials)
            .getFirst();
    assertThat(half.value()).isCloseTo(0.3, within(1e-9));
    assertThat(median.rules(study, "acc", Map.of(), trials.subList(0, 2))).isEmpty();
    assertThat(median.problems(Map.of("start_step", "0", "x", "1"))).hasSize(2);
    var asha =
        Algorithms.stopping("asha").orElseThrow().rules(study, "acc", Map.of(), trials).getFirst();
    assertThat(asha.startStep()).isEqualTo(1);
    assertThat(asha.value()).isBetween(0.2, 0.9);
  }
}
