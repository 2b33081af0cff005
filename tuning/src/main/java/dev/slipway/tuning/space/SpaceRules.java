package dev.slipway.tuning.space;

import dev.slipway.base.FieldPath;
import dev.slipway.base.Problem;
import dev.slipway.tuning.Distribution;
import dev.slipway.tuning.Parameter;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// What makes a search space impossible for every algorithm.
public final class SpaceRules {
  private static final FieldPath PARAMETERS = FieldPath.of("spec", "parameters");

  private SpaceRules() {}

  /// Where a parameter's range stands in the manifest.
  public static FieldPath range(int at) {
    return PARAMETERS.index(at).field("feasibleSpace");
  }

  public static List<Problem> judge(List<Parameter> parameters) {
    List<Problem> problems = new ArrayList<>();
    if (parameters.isEmpty()) {
      problems.add(Problem.required(PARAMETERS, "there is nothing to search"));
    }
    Set<String> names = new HashSet<>();
    for (int i = 0; i < parameters.size(); i++) {
      if (!names.add(parameters.get(i).name())) {
        problems.add(
            Problem.duplicate(PARAMETERS.index(i).field("name"), parameters.get(i).name()));
      }
      judge(parameters.get(i), range(i), problems);
    }
    return problems;
  }

  private static void judge(Parameter parameter, FieldPath range, List<Problem> problems) {
    switch (parameter) {
      case Parameter.Real real -> {
        numeric(range, real.min(), real.max(), real.distribution(), problems);
        if (real.step() < 0 || !Double.isFinite(real.step())) {
          problems.add(
              Problem.invalid(range.field("step"), real.step(), "must be a number above 0"));
        }
      }
      case Parameter.Whole whole -> {
        numeric(range, (double) whole.min(), (double) whole.max(), whole.distribution(), problems);
        if (whole.step() < 1) {
          problems.add(Problem.invalid(range.field("step"), whole.step(), "must be at least 1"));
        }
      }
      case Parameter.Discrete discrete -> listed(range, discrete.values(), problems);
      case Parameter.Categorical choice -> listed(range, choice.values(), problems);
    }
  }

  private static void numeric(
      FieldPath range, double min, double max, Distribution distribution, List<Problem> problems) {
    if (!Double.isFinite(min) || !Double.isFinite(max)) {
      problems.add(Problem.invalid(range, min + ".." + max, "min and max must be finite numbers"));
    } else if (min > max) {
      problems.add(
          Problem.invalid(
              range.field("max"), Numbers.text(max), "must be at least min, " + Numbers.text(min)));
    }
    boolean logarithmic =
        distribution == Distribution.LOG_UNIFORM || distribution == Distribution.LOG_NORMAL;
    if (logarithmic && min <= 0) {
      problems.add(
          Problem.invalid(
              range.field("min"),
              Numbers.text(min),
              "must be above 0 where the distribution is logarithmic"));
    }
  }

  private static void listed(FieldPath range, List<String> values, List<Problem> problems) {
    if (values.isEmpty()) {
      problems.add(Problem.required(range.field("list"), "must name at least one value"));
    }
  }
}
