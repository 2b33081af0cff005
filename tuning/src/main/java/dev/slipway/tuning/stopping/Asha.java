package dev.slipway.tuning.stopping;

import dev.slipway.base.Problem;
import dev.slipway.tuning.EarlyStopping;
import dev.slipway.tuning.StoppingRule;
import dev.slipway.tuning.Study;
import dev.slipway.tuning.Trial;
import dev.slipway.tuning.space.SettingRules;
import dev.slipway.tuning.space.Settings;
import java.util.Collections;
import java.util.List;
import java.util.Map;

/// `asha`, asynchronous successive halving as a rule for stopping (Li et al. 2020): after
/// `start_step` reports only one in `eta` of the trials that came so far goes on.
///
/// A trial has one rung, because Katib stops a trial only when all its rules hold: with `brackets`
/// above 1 trials take turns at later rungs, each `eta` times as far as the one before.
public final class Asha implements EarlyStopping {
  private static final SettingRules RULES =
      SettingRules.stopping()
          .above("eta", 1)
          .whole("start_step", 1)
          .whole("min_trials_required", 1)
          .whole("brackets", 1);

  @Override
  public List<Problem> problems(Map<String, String> settings) {
    return RULES.judge(settings);
  }

  @Override
  public List<StoppingRule> rules(
      Study study, String metric, Map<String, String> settings, List<Trial> trials) {
    Settings chosen = new Settings(settings);
    double eta = chosen.number("eta", 3);
    int bracket = trials.size() % Math.max(1, chosen.whole("brackets", 1));
    int step = (int) Math.round(chosen.whole("start_step", 1) * Math.pow(eta, bracket));
    boolean maximize = study.goal().maximize();
    double[] sorted =
        trials.stream()
            .filter(trial -> trial.reports().size() >= step)
            .mapToDouble(trial -> best(trial.reports().subList(0, step), maximize))
            .filter(Double::isFinite)
            .sorted()
            .toArray();
    int least = chosen.whole("min_trials_required", (int) Math.ceil(eta));
    if (sorted.length == 0 || sorted.length < least) {
      return List.of();
    }
    double bound = Rungs.quantile(sorted, maximize ? 1 - 1 / eta : 1 / eta);
    return List.of(new StoppingRule(metric, bound, Rungs.worse(study), step));
  }

  private static double best(List<Double> reports, boolean maximize) {
    return maximize ? Collections.max(reports) : Collections.min(reports);
  }
}
