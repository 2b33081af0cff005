package dev.slipway.tuning.hyperband;

import dev.slipway.tuning.Study;
import dev.slipway.tuning.space.Numbers;
import dev.slipway.tuning.space.Settings;
import java.util.LinkedHashMap;
import java.util.Map;

/// Where a Hyperband search stands, kept in the settings under Katib's names.
///
/// @param bracket `current_s`, counted down; -1 once all brackets are through
/// @param rung `current_i` within the bracket
/// @param width `n`, trials of the bracket's first rung
/// @param evaluating trials of the rung that runs; 0 where the next bracket begins
record Bracket(
    double eta, double most, String resource, int bracket, int rung, int width, int evaluating) {

  static Bracket of(Study study) {
    Settings settings = Settings.of(study);
    double eta = settings.number("eta", 3);
    double most = settings.number("r_l", 1);
    int brackets = brackets(most, eta);
    int bracket = settings.whole("current_s", brackets);
    return new Bracket(
        eta,
        most,
        settings.text("resource_name", ""),
        bracket < -1 ? brackets : bracket,
        Math.max(0, settings.whole("current_i", 0)),
        settings.whole("n", 0),
        Math.max(0, settings.whole("evaluating_trials", 0)));
  }

  /// The largest `s` with `eta^s <= most`.
  static int brackets(double most, double eta) {
    int brackets = 0;
    for (double power = eta; power <= most * (1 + 1e-9); power *= eta) {
      brackets++;
    }
    return brackets;
  }

  boolean over() {
    return bracket < 0;
  }

  /// How many trials a new bracket begins with (Li et al. 2017, algorithm 1).
  int wanted() {
    int all = brackets(most, eta) + 1;
    return (int) Math.ceil(all * Math.pow(eta, bracket) / (bracket + 1) - 1e-9);
  }

  /// What each trial of the rung may use.
  String resourceText() {
    double share = most * Math.pow(eta, rung - bracket);
    return Long.toString((long) Math.floor(share + 1e-9));
  }

  /// How many of the rung's trials go on.
  int promoted() {
    double here = Math.ceil(width * Math.pow(eta, -rung) - 1e-9);
    return (int) Math.ceil(here / eta - 1e-9);
  }

  /// The bracket's first rung, with so many trials.
  Bracket begun(int trials) {
    return new Bracket(eta, most, resource, bracket, 0, trials, trials).settled();
  }

  /// The next rung.
  Bracket raised(int trials) {
    return new Bracket(eta, most, resource, bracket, rung + 1, width, trials).settled();
  }

  Bracket climb() {
    return new Bracket(eta, most, resource, bracket, rung + 1, width, evaluating);
  }

  /// The bracket after this one.
  Bracket next() {
    return new Bracket(eta, most, resource, bracket - 1, 0, 0, 0);
  }

  /// After a bracket's last rung nothing is waited for.
  private Bracket settled() {
    return rung >= bracket ? next() : this;
  }

  Map<String, String> settings() {
    int brackets = brackets(most, eta);
    Map<String, String> kept = new LinkedHashMap<>();
    kept.put("eta", plain(eta));
    kept.put("s_max", Integer.toString(brackets));
    kept.put("r_l", plain(most));
    kept.put("b_l", plain((brackets + 1) * most));
    kept.put("r", over() ? "0" : plain(Math.floor(most * Math.pow(eta, -bracket) + 1e-9)));
    kept.put("n", Integer.toString(width));
    kept.put("current_s", Integer.toString(bracket));
    kept.put("current_i", Integer.toString(rung));
    kept.put("resource_name", resource);
    kept.put("evaluating_trials", Integer.toString(evaluating));
    return kept;
  }

  private static String plain(double value) {
    return value == Math.rint(value) ? Long.toString((long) value) : Numbers.text(value);
  }
}
