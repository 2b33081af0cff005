package dev.slipway.tuning.plain;

import dev.slipway.base.FieldPath;
import dev.slipway.base.Problem;
import dev.slipway.tuning.Algorithm;
import dev.slipway.tuning.Parameter;
import dev.slipway.tuning.Proposal;
import dev.slipway.tuning.Study;
import dev.slipway.tuning.Suggestions;
import dev.slipway.tuning.Trial;
import dev.slipway.tuning.space.Axis;
import dev.slipway.tuning.space.Past;
import dev.slipway.tuning.space.Seeds;
import dev.slipway.tuning.space.SettingRules;
import dev.slipway.tuning.space.Space;
import dev.slipway.tuning.space.SpaceRules;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;

/// `grid`: every combination once, in an order mixed by the seed, so that a search cut short has
/// seen all parts of the space. Fewer are answered once all were tried.
///
/// The order is `k * stride + start` modulo the number of combinations with a stride that has no
/// factor in common with it: every combination comes up exactly once, and nothing is stored.
public final class GridSearch implements Algorithm {
  private static final SettingRules RULES = SettingRules.search().randomState();

  @Override
  public List<Problem> problems(Study study) {
    List<Problem> problems = new ArrayList<>(RULES.judge(study.settings()));
    problems.addAll(SpaceRules.judge(study.parameters()));
    int steplessBefore = problems.size();
    for (int i = 0; i < study.parameters().size(); i++) {
      if (study.parameters().get(i) instanceof Parameter.Real real
          && real.step() == 0
          && real.min() < real.max()) {
        problems.add(
            Problem.required(
                SpaceRules.range(i).field("step"),
                "grid search needs the step of double parameter " + real.name()));
      }
    }
    if (problems.size() == steplessBefore && problems.isEmpty()) {
      tooMany(study, problems);
    }
    return problems;
  }

  private static void tooMany(Study study, List<Problem> problems) {
    BigInteger all = combinations(finite(study));
    int most = study.maxTrials().orElse(0);
    if (BigInteger.valueOf(most).compareTo(all) > 0) {
      problems.add(
          Problem.invalid(
              FieldPath.of("spec", "maxTrialCount"),
              most,
              "must not be above the number of combinations, " + all));
    }
  }

  @Override
  public Suggestions suggest(Study study, List<Trial> trials, int count) {
    List<Axis> axes = finite(study);
    BigInteger all = combinations(axes);
    SplittableRandom random = Seeds.random(study, 0);
    BigInteger start = new BigInteger(62, new java.util.Random(random.nextLong())).mod(all);
    BigInteger stride = stride(all, random);
    Set<Map<String, String>> tried = Past.tried(trials);
    List<Proposal> proposals = new ArrayList<>(count);
    BigInteger at = start;
    BigInteger seen = BigInteger.ZERO;
    while (proposals.size() < count && seen.compareTo(all) < 0) {
      Map<String, String> values = values(axes, at);
      if (!tried.contains(values)) {
        proposals.add(Proposal.of(values));
      }
      at = at.add(stride).mod(all);
      seen = seen.add(BigInteger.ONE);
    }
    return Suggestions.of(proposals);
  }

  /// A range without a width is one value, step or not.
  private static List<Axis> finite(Study study) {
    List<Parameter> stepped =
        study.parameters().stream()
            .map(
                each ->
                    each instanceof Parameter.Real real && real.step() == 0
                        ? (Parameter)
                            new Parameter.Real(
                                real.name(), real.min(), real.min(), 1, real.distribution())
                        : each)
            .toList();
    return Space.of(stepped).axes();
  }

  private static BigInteger combinations(List<Axis> axes) {
    return axes.stream()
        .map(axis -> BigInteger.valueOf(axis.cells()))
        .reduce(BigInteger.ONE, BigInteger::multiply);
  }

  private static BigInteger stride(BigInteger all, SplittableRandom random) {
    BigInteger stride = BigInteger.valueOf(random.nextLong(1, Long.MAX_VALUE)).mod(all);
    while (!stride.gcd(all).equals(BigInteger.ONE)) {
      stride = stride.add(BigInteger.ONE);
    }
    return stride;
  }

  private static Map<String, String> values(List<Axis> axes, BigInteger combination) {
    Map<String, String> values = LinkedHashMap.newLinkedHashMap(axes.size());
    BigInteger rest = combination;
    for (Axis axis : axes) {
      BigInteger[] parts = rest.divideAndRemainder(BigInteger.valueOf(axis.cells()));
      values.put(axis.name(), axis.value(parts[1].longValue()));
      rest = parts[0];
    }
    return values;
  }
}
