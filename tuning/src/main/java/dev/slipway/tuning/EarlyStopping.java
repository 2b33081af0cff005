package dev.slipway.tuning;

import dev.slipway.base.Problem;
import java.util.List;
import java.util.Map;

/// Chooses when new trials are stopped early. Pure, as {@link Algorithm}.
public interface EarlyStopping {

  /// What is wrong with the settings; empty where nothing is.
  List<Problem> problems(Map<String, String> settings);

  /// Rules for the trials that are made next; none while too little is known.
  ///
  /// @param metric the objective metric's name
  List<StoppingRule> rules(
      Study study, String metric, Map<String, String> settings, List<Trial> trials);
}
