package dev.slipway.tuning.evolution;

import dev.slipway.base.Problem;
import dev.slipway.tuning.Algorithm;
import dev.slipway.tuning.Parameter;
import dev.slipway.tuning.Proposal;
import dev.slipway.tuning.Study;
import dev.slipway.tuning.Suggestions;
import dev.slipway.tuning.Trial;
import dev.slipway.tuning.plain.RandomSearch;
import dev.slipway.tuning.space.Axis;
import dev.slipway.tuning.space.Numbers;
import dev.slipway.tuning.space.Past;
import dev.slipway.tuning.space.Seeds;
import dev.slipway.tuning.space.SettingRules;
import dev.slipway.tuning.space.Settings;
import dev.slipway.tuning.space.Space;
import dev.slipway.tuning.space.SpaceRules;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;

/// `pbt`, population based training (Jaderberg et al. 2017), as Katib has it: a generation's worst
/// members take the parameters of the best, the others change theirs a little, and every trial goes
/// on from its parent's checkpoint, which whoever runs trials copies.
///
/// A generation is complete once as many of its trials as the population has members gave a value;
/// trials that failed or were killed are tried again. A generation that ran short is filled up from
/// the one before.
public final class Population implements Algorithm {
  /// The label with the generation of a trial, from 0.
  public static final String GENERATION = "pbt.suggestion.katib.kubeflow.org/generation";

  /// The label with the name of the trial whose checkpoint a trial goes on from.
  public static final String PARENT = "pbt.suggestion.katib.kubeflow.org/parent";

  /// The label of a trial that takes the place of one that failed: the name of that.
  public static final String RETRY = "pbt.suggestion.katib.kubeflow.org/retry-of";

  private static final SettingRules RULES =
      SettingRules.search()
          .text("suggestion_trial_dir")
          .whole("n_population", 5)
          .share("truncation_threshold")
          .share("resample_probability")
          .randomState()
          .need("suggestion_trial_dir", "n_population", "truncation_threshold")
          .allowingOthers();

  @Override
  public List<Problem> problems(Study study) {
    List<Problem> problems = new ArrayList<>(RULES.judge(study.settings()));
    problems.addAll(SpaceRules.judge(study.parameters()));
    for (int i = 0; i < study.parameters().size(); i++) {
      if (study.parameters().get(i) instanceof Parameter.Real real && real.step() == 0) {
        problems.add(
            Problem.required(
                SpaceRules.range(i).field("step"),
                "pbt needs the step of double parameter " + real.name()));
      }
    }
    return problems;
  }

  @Override
  public Suggestions suggest(Study study, List<Trial> trials, int count) {
    Space space = Space.of(study.parameters());
    SplittableRandom random = Seeds.random(study, trials.size());
    List<Proposal> proposals = new ArrayList<>(retries(study, trials, count, random));
    Set<Map<String, String>> tried = Past.tried(trials);
    Breeding breeding = new Breeding(study, space, random);
    while (proposals.size() < count) {
      proposals.add(breeding.next(trials, proposals, tried));
    }
    return Suggestions.of(proposals);
  }

  private static List<Proposal> retries(
      Study study, List<Trial> trials, int count, SplittableRandom random) {
    Set<String> retried = new HashSet<>();
    trials.forEach(trial -> retried.add(trial.labels().getOrDefault(RETRY, "")));
    return Past.ordered(trials).stream()
        .filter(trial -> trial.state() == Trial.State.FAILED || trial.state() == Trial.State.KILLED)
        .filter(trial -> !retried.contains(trial.name()))
        .limit(count)
        .map(
            trial -> {
              Map<String, String> labels = new HashMap<>(trial.labels());
              labels.put(RETRY, trial.name());
              return new Proposal(trial.values(), Optional.of(name(study, random)), labels);
            })
        .toList();
  }

  private static String name(Study study, SplittableRandom random) {
    String digits = Long.toHexString(random.nextLong() | 1L << 63);
    return study.name() + "-" + digits.substring(0, 12);
  }

  private static int generation(Map<String, String> labels) {
    return (int) Numbers.parse(labels.getOrDefault(GENERATION, "0")).orElse(0);
  }

  /// One question's offspring.
  private static final class Breeding {
    private final Study study;
    private final Space space;
    private final SplittableRandom random;
    private final int members;
    private final double truncation;
    private final Settings settings;

    Breeding(Study study, Space space, SplittableRandom random) {
      this.study = study;
      this.space = space;
      this.random = random;
      this.settings = Settings.of(study);
      this.members = settings.whole("n_population", 5);
      this.truncation = settings.number("truncation_threshold", 0.2);
    }

    /// The generation to breed is the one after the last complete one.
    Proposal next(List<Trial> trials, List<Proposal> proposals, Set<Map<String, String>> tried) {
      int complete = -1;
      Map<Integer, List<Trial>> good = new HashMap<>();
      for (Trial trial : Past.ordered(trials)) {
        if (Past.loss(study, trial).isPresent()) {
          good.computeIfAbsent(generation(trial.labels()), _ -> new ArrayList<>()).add(trial);
        }
      }
      while (good.getOrDefault(complete + 1, List.of()).size() >= members) {
        complete++;
      }
      if (complete < 0) {
        Map<String, String> values = RandomSearch.fresh(space, random, tried);
        return new Proposal(values, Optional.of(name(study, random)), Map.of(GENERATION, "0"));
      }
      return child(
          good.getOrDefault(complete, List.of()), complete, taken(trials, proposals, complete + 1));
    }

    /// How often each trial has a child in a generation.
    private static Map<String, Integer> taken(
        List<Trial> trials, List<Proposal> proposals, int generation) {
      Map<String, Integer> taken = new HashMap<>();
      trials.stream()
          .filter(trial -> !trial.labels().containsKey(RETRY))
          .map(Trial::labels)
          .filter(labels -> generation(labels) == generation)
          .forEach(labels -> taken.merge(labels.getOrDefault(PARENT, ""), 1, Integer::sum));
      proposals.stream()
          .filter(each -> !each.labels().containsKey(RETRY))
          .map(Proposal::labels)
          .filter(labels -> generation(labels) == generation)
          .forEach(labels -> taken.merge(labels.getOrDefault(PARENT, ""), 1, Integer::sum));
      return taken;
    }

    private Proposal child(List<Trial> pool, int generation, Map<String, Integer> taken) {
      List<Trial> sorted =
          pool.stream()
              .sorted(Comparator.comparingDouble(trial -> Past.loss(study, trial).orElseThrow()))
              .toList();
      int cut = (int) Math.floor(sorted.size() * Math.min(truncation, 0.5));
      Trial parent =
          sorted.stream()
              .limit(Math.max(members, 1))
              .min(Comparator.comparingInt(trial -> taken.getOrDefault(trial.name(), 0)))
              .orElseThrow();
      int rank = sorted.indexOf(parent);
      boolean worst = rank >= sorted.size() - cut;
      Map<String, String> values =
          worst ? sorted.get(random.nextInt(Math.max(1, cut))).values() : changed(parent.values());
      Map<String, String> labels =
          Map.of(GENERATION, Integer.toString(generation + 1), PARENT, parent.name());
      return new Proposal(values, Optional.of(name(study, random)), labels);
    }

    private Map<String, String> changed(Map<String, String> values) {
      boolean resampling = settings.number("resample_probability").isPresent();
      double probability = settings.number("resample_probability", 0);
      Map<String, String> changed = new LinkedHashMap<>();
      for (Axis axis : space.axes()) {
        String value = values.getOrDefault(axis.name(), axis.text(0.5));
        if (!resampling) {
          changed.put(axis.name(), perturbed(axis, value));
        } else if (random.nextDouble() < probability) {
          changed.put(axis.name(), axis.text(random.nextDouble()));
        } else {
          changed.put(axis.name(), value);
        }
      }
      return changed;
    }

    /// Numbers times 0.8 or 1.2, at least one step; listed values one place on.
    private String perturbed(Axis axis, String value) {
      boolean up = random.nextBoolean();
      long cell = axis.cell(axis.place(value).orElse(0.5));
      long last = axis.cells() - 1;
      boolean listed =
          study.parameters().stream()
              .filter(each -> each.name().equals(axis.name()))
              .anyMatch(
                  each ->
                      each instanceof Parameter.Categorical || each instanceof Parameter.Discrete);
      long to = up ? cell + 1 : cell - 1;
      if (!listed) {
        double number = Numbers.parse(value).orElse(0);
        String scaled = Numbers.text(number * (up ? 1.2 : 0.8));
        long reached =
            axis.place(scaled).isPresent()
                ? axis.cell(axis.place(scaled).getAsDouble())
                : up == number > 0 ? last : 0;
        to = reached == cell ? to : reached;
      }
      return axis.value(Math.clamp(to, 0, last));
    }
  }
}
