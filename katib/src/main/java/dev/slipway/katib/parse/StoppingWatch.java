package dev.slipway.katib.parse;

import dev.slipway.controllers.katib.Observations.MetricLog;
import dev.slipway.tuning.StoppingRule;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Follows what one trial reports, and says when its stopping rules hold. One thread at a time.
///
/// A rule is looked at from the report with which its metric has been reported `startStep` times;
/// the objective counts with its best value so far, other metrics with their latest. A rule that
/// held once is done with; the trial is to stop when none is left.
///
/// Source: Katib, cmd/metricscollector/v1beta1/file-metricscollector, `updateStopRules`.
public final class StoppingWatch {
  private final String objective;
  private final boolean maximize;
  private final List<StoppingRule> left;
  private final Map<String, Integer> reports = new HashMap<>();
  private double best = Double.NaN;

  /// @param objective name of the objective metric
  public StoppingWatch(String objective, boolean maximize, List<StoppingRule> rules) {
    this.objective = objective;
    this.maximize = maximize;
    this.left = new ArrayList<>(rules);
  }

  /// Takes reports in their order.
  ///
  /// @return whether the trial is to be stopped
  public boolean report(List<MetricLog> logs) {
    boolean had = !left.isEmpty();
    for (var each : logs) {
      number(each.value(), value -> report(each.name(), value));
    }
    return had && left.isEmpty();
  }

  private static void number(String text, java.util.function.DoubleConsumer then) {
    double value;
    try {
      value = Double.parseDouble(text);
    } catch (NumberFormatException _) {
      return;
    }
    if (!Double.isNaN(value)) {
      then.accept(value);
    }
  }

  private void report(String metric, double value) {
    int count = reports.merge(metric, 1, Integer::sum);
    double counted = metric.equals(objective) ? better(value) : value;
    left.removeIf(
        rule -> rule.metric().equals(metric) && count >= rule.startStep() && holds(rule, counted));
  }

  private double better(double value) {
    boolean improves = Double.isNaN(best) || (maximize ? value > best : value < best);
    best = improves ? value : best;
    return best;
  }

  private static boolean holds(StoppingRule rule, double value) {
    return switch (rule.comparison()) {
      case EQUAL -> value == rule.value();
      case LESS -> value < rule.value();
      case GREATER -> value > rule.value();
    };
  }
}
