package dev.slipway.tuning.stopping;

import dev.slipway.base.Problem;
import dev.slipway.tuning.EarlyStopping;
import dev.slipway.tuning.StoppingRule;
import dev.slipway.tuning.Study;
import dev.slipway.tuning.Trial;
import dev.slipway.tuning.space.SettingRules;
import dev.slipway.tuning.space.Settings;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/// `medianstop`: a trial whose best value after `start_step` reports is worse than what trials that
/// succeeded had on average over as many.
///
/// Katib takes the mean of those averages in spite of the name, and so does this unless `statistic`
/// is `median` (Golovin et al. 2017).
public final class MedianStop implements EarlyStopping {
  private static final int MIN_TRIALS = 3;
  private static final int START_STEP = 4;
  private static final SettingRules RULES =
      SettingRules.stopping()
          .whole("min_trials_required", 1)
          .whole("start_step", 1)
          .oneOf("statistic", "mean", "median");

  @Override
  public List<Problem> problems(Map<String, String> settings) {
    return RULES.judge(settings);
  }

  @Override
  public List<StoppingRule> rules(
      Study study, String metric, Map<String, String> settings, List<Trial> trials) {
    Settings chosen = new Settings(settings);
    int start = chosen.whole("start_step", START_STEP);
    double[] averages =
        trials.stream()
            .filter(trial -> trial.state() == Trial.State.SUCCEEDED && !trial.reports().isEmpty())
            .mapToDouble(trial -> average(trial.reports(), start))
            .filter(Double::isFinite)
            .sorted()
            .toArray();
    if (averages.length == 0 || averages.length < chosen.whole("min_trials_required", MIN_TRIALS)) {
      return List.of();
    }
    double bound =
        chosen.text("statistic", "mean").equals("median")
            ? Rungs.quantile(averages, 0.5)
            : Arrays.stream(averages).average().orElseThrow();
    return List.of(new StoppingRule(metric, bound, Rungs.worse(study), start));
  }

  private static double average(List<Double> reports, int first) {
    return reports.stream().limit(first).mapToDouble(Double::doubleValue).average().orElseThrow();
  }
}
