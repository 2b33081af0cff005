package dev.slipway.tuning.space;

import dev.slipway.base.FieldPath;
import dev.slipway.base.Problem;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.DoublePredicate;

/// What the settings of one algorithm may be; made once, asked often.
public final class SettingRules {
  private static final FieldPath SEARCH = FieldPath.of("spec", "algorithm", "algorithmSettings");
  private static final FieldPath STOPPING =
      FieldPath.of("spec", "earlyStopping", "algorithmSettings");

  private final FieldPath at;
  private final Map<String, Rule> rules = new LinkedHashMap<>();
  private final List<String> needed = new ArrayList<>();
  private boolean othersAllowed;

  private interface Rule {
    void judge(FieldPath field, String found, List<Problem> problems);
  }

  private SettingRules(FieldPath at) {
    this.at = at;
  }

  /// Settings of a search; others than those named are refused.
  public static SettingRules search() {
    return new SettingRules(SEARCH);
  }

  /// Settings of an early stopping.
  public static SettingRules stopping() {
    return new SettingRules(STOPPING);
  }

  /// `random_state`: a whole number, at least 0.
  public SettingRules randomState() {
    return whole("random_state", 0);
  }

  public SettingRules whole(String name, long least) {
    return number(
        name,
        "must be a whole number of at least " + least,
        value -> value >= least && value == Math.rint(value));
  }

  public SettingRules above(String name, double bound) {
    return number(name, "must be a number above " + plain(bound), value -> value > bound);
  }

  public SettingRules atLeast(String name, double bound) {
    return number(name, "must be a number of at least " + plain(bound), value -> value >= bound);
  }

  /// A number strictly between two others.
  public SettingRules between(String name, double low, double high) {
    return number(
        name,
        "must be a number between " + plain(low) + " and " + plain(high) + ", exclusive",
        value -> value > low && value < high);
  }

  /// A number of `[0, 1]`.
  public SettingRules share(String name) {
    return number(name, "must be a number between 0 and 1, inclusive", v -> v >= 0 && v <= 1);
  }

  /// @param expected completes "must ..."
  public SettingRules number(String name, String expected, DoublePredicate right) {
    rules.put(
        name,
        (field, found, problems) -> {
          var value = Numbers.parse(found);
          if (value.isEmpty() || !right.test(value.getAsDouble())) {
            problems.add(Problem.invalid(field, found, expected));
          }
        });
    return this;
  }

  public SettingRules oneOf(String name, String... choices) {
    rules.put(
        name,
        (field, found, problems) -> {
          if (!List.of(choices).contains(found)) {
            problems.add(Problem.notSupported(field, found, List.of(choices)));
          }
        });
    return this;
  }

  /// `true` or `false`, in any case.
  public SettingRules flag(String name) {
    rules.put(
        name,
        (field, found, problems) -> {
          if (!found.equalsIgnoreCase("true") && !found.equalsIgnoreCase("false")) {
            problems.add(Problem.notSupported(field, found, List.of("true", "false")));
          }
        });
    return this;
  }

  public SettingRules text(String name) {
    rules.put(name, (_, _, _) -> {});
    return this;
  }

  public SettingRules need(String... names) {
    needed.addAll(List.of(names));
    return this;
  }

  /// Settings nobody knows are ignored instead of refused.
  public SettingRules allowingOthers() {
    othersAllowed = true;
    return this;
  }

  /// Where a setting stands in the manifest.
  public FieldPath field(String name) {
    return at.key(name);
  }

  public List<Problem> judge(Map<String, String> settings) {
    List<Problem> problems = new ArrayList<>();
    for (String name : needed) {
      if (settings.getOrDefault(name, "").isBlank()) {
        problems.add(Problem.required(at.key(name), "the algorithm needs this setting"));
      }
    }
    settings.entrySet().stream()
        .sorted(Map.Entry.comparingByKey())
        .forEach(setting -> judge(setting.getKey(), setting.getValue(), problems));
    return problems;
  }

  private void judge(String name, String found, List<Problem> problems) {
    Rule rule = rules.get(name);
    if (rule != null) {
      if (!(found.isBlank() && needed.contains(name))) {
        rule.judge(at.key(name), found, problems);
      }
    } else if (!othersAllowed) {
      problems.add(
          rules.isEmpty()
              ? Problem.forbidden(at.key(name), "unknown setting: the algorithm has none")
              : Problem.forbidden(
                  at.key(name), "unknown setting: known are " + String.join(", ", rules.keySet())));
    }
  }

  private static String plain(double bound) {
    return bound == Math.rint(bound) ? Long.toString((long) bound) : Double.toString(bound);
  }
}
