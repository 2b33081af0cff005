package dev.slipway.tuning.hyperband;

import dev.slipway.base.FieldPath;
import dev.slipway.base.Problem;
import dev.slipway.tuning.Algorithm;
import dev.slipway.tuning.Proposal;
import dev.slipway.tuning.Study;
import dev.slipway.tuning.Suggestions;
import dev.slipway.tuning.Trial;
import dev.slipway.tuning.plain.RandomSearch;
import dev.slipway.tuning.space.Past;
import dev.slipway.tuning.space.Seeds;
import dev.slipway.tuning.space.SettingRules;
import dev.slipway.tuning.space.Settings;
import dev.slipway.tuning.space.Space;
import dev.slipway.tuning.space.SpaceRules;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.random.RandomGenerator;

/// `hyperband` (Li et al. 2017), as Katib has it: a bracket of random trials with little of a
/// resource, of which the best are tried again, as new trials, with more.
///
/// A rung is answered at once, so fewer trials than asked for, or none while it runs. A trial that
/// failed or was killed ranks last; a rung without any good trial ends its bracket. Once all
/// brackets
/// are through, `current_s` is -1 and nothing more is answered.
public final class Hyperband implements Algorithm {
  private static final SettingRules RULES =
      SettingRules.search()
          .atLeast("r_l", 1)
          .text("resource_name")
          .atLeast("eta", 2)
          .randomState()
          .need("r_l", "resource_name")
          .allowingOthers();

  @Override
  public List<Problem> problems(Study study) {
    List<Problem> problems = new ArrayList<>(RULES.judge(study.settings()));
    problems.addAll(SpaceRules.judge(study.parameters()));
    Settings settings = Settings.of(study);
    String resource = settings.text("resource_name", "");
    if (!resource.isBlank()
        && study.parameters().stream().noneMatch(each -> each.name().equals(resource))) {
      problems.add(
          Problem.invalid(
              RULES.field("resource_name"), resource, "must be the name of a parameter"));
    }
    double most = settings.number("r_l", 0);
    double eta = settings.number("eta", 3);
    if (most >= 1 && eta >= 2) {
      int least = (int) Math.ceil(Math.pow(eta, Bracket.brackets(most, eta)) - 1e-9);
      if (study.parallel() < least) {
        problems.add(
            Problem.invalid(
                FieldPath.of("spec", "parallelTrialCount"),
                study.parallel(),
                "must be at least " + least + ", eta to the power of the number of rungs"));
      }
    }
    return problems;
  }

  @Override
  public Suggestions suggest(Study study, List<Trial> trials, int count) {
    Bracket state = Bracket.of(study);
    if (!state.over() && state.evaluating() > 0) {
      List<Trial> rung = latest(trials, state.evaluating());
      if (rung.stream().anyMatch(Hyperband::runs)) {
        return new Suggestions(List.of(), state.settings());
      }
      List<Trial> good = best(study, rung, Math.min(state.promoted(), count));
      if (!good.isEmpty()) {
        Bracket next = state.raised(good.size());
        return new Suggestions(again(good, state.climb()), next.settings());
      }
      state = state.next();
    }
    if (state.over()) {
      return new Suggestions(List.of(), state.settings());
    }
    if (state.wanted() > count && trials.stream().anyMatch(Hyperband::runs)) {
      return new Suggestions(List.of(), state.settings());
    }
    int width = Math.min(state.wanted(), count);
    return new Suggestions(fresh(study, trials, state, width), state.begun(width).settings());
  }

  private static boolean runs(Trial trial) {
    return trial.state() == Trial.State.CREATED || trial.state() == Trial.State.RUNNING;
  }

  private static List<Trial> latest(List<Trial> trials, int many) {
    List<Trial> ordered = Past.ordered(trials);
    return ordered.subList(Math.max(0, ordered.size() - many), ordered.size());
  }

  private static List<Trial> best(Study study, List<Trial> rung, int many) {
    return rung.stream()
        .filter(trial -> Past.loss(study, trial).isPresent())
        .sorted(Comparator.comparingDouble(trial -> Past.loss(study, trial).orElseThrow()))
        .limit(many)
        .toList();
  }

  private static List<Proposal> again(List<Trial> good, Bracket rung) {
    return good.stream().map(trial -> with(trial.values(), rung)).toList();
  }

  private static Proposal with(Map<String, String> values, Bracket rung) {
    Map<String, String> changed = new HashMap<>(values);
    changed.put(rung.resource(), rung.resourceText());
    return Proposal.of(changed);
  }

  private static List<Proposal> fresh(Study study, List<Trial> trials, Bracket bracket, int width) {
    Space space = Space.of(study.parameters());
    RandomGenerator random = Seeds.random(study, trials.size());
    Set<Map<String, String>> tried = Past.tried(trials);
    List<Proposal> proposals = new ArrayList<>(width);
    for (int i = 0; i < width; i++) {
      proposals.add(with(RandomSearch.fresh(space, random, tried), bracket));
    }
    return proposals;
  }
}
