package dev.slipway.controllers.katib;

import dev.slipway.api.katib.KatibConfig;
import dev.slipway.base.Json;
import dev.slipway.base.Problem;
import dev.slipway.control.Kinds;
import dev.slipway.control.Plan;
import dev.slipway.control.Resource;
import dev.slipway.controllers.katib.SuggestionService.Question;
import dev.slipway.tuning.Algorithm;
import dev.slipway.tuning.Algorithms;
import dev.slipway.tuning.EarlyStopping;
import dev.slipway.tuning.StoppingRule;
import dev.slipway.tuning.Study;
import dev.slipway.tuning.Suggestions;
import dev.slipway.tuning.Trial;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// The algorithm of a suggestion, wherever it runs: one of this program where `katib-config` does
/// not say otherwise.
final class AskedAlgorithm {
  /// On an Experiment: the name of a finished one of its namespace whose trials are known from the
  /// start.
  static final String WARM_START = "slipway.dev/warm-start-from";

  /// Those that learn from any trial, however it was chosen.
  private static final Set<String> LEARNING =
      Set.of("random", "tpe", "multivariate-tpe", "bayesianoptimization", "cmaes");

  private static final int MAX_MESSAGE = 2000;

  private final Resource suggestion;
  private final SuggestionStep.Around around;
  private final String name;
  private final String stopping;
  private final Optional<ForeignAlgorithm> foreign;
  private final JsonNode experiment;

  AskedAlgorithm(Resource suggestion, SuggestionStep.Around around, Plan plan) {
    this.suggestion = suggestion;
    this.around = around;
    this.name = suggestion.text("spec", "algorithm", "algorithmName");
    this.stopping = suggestion.text("spec", "earlyStopping", "algorithmName");
    var config =
        KatibConfig.of(
            around
                .observed()
                .find(Kinds.CONFIG_MAP.key(KatibConfig.NAMESPACE, KatibConfig.NAME))
                .map(Resource::tree));
    this.foreign =
        Algorithms.search(name).isPresent()
            ? Optional.empty()
            : config
                .suggestion(name)
                .map(entry -> new ForeignAlgorithm(suggestion, around.observed(), entry, plan));
    new SuggestionVolume(suggestion, config.suggestion(name).orElseGet(Json::object))
        .plan(around.observed(), plan);
    this.experiment = completed();
  }

  /// The experiment with the settings that earlier answers gave back.
  private JsonNode completed() {
    ObjectNode copy = around.experiment().copy();
    var settings = new HashMap<>(Studies.settings(Json.at(copy, "spec", "algorithm")));
    settings.putAll(Studies.settings(suggestion.status()));
    ArrayNode written = Json.ensureObject(copy, "spec", "algorithm").putArray("algorithmSettings");
    settings.entrySet().stream()
        .sorted(Map.Entry.comparingByKey())
        .forEach(
            each -> written.addObject().put("name", each.getKey()).put("value", each.getValue()));
    return copy;
  }

  boolean isReady() {
    return foreign.map(ForeignAlgorithm::isReady).orElse(true);
  }

  /// What is wrong with the settings, in Katib's words around the algorithm's.
  Optional<String> problem() {
    return algorithmProblem()
        .map(each -> "ValidateAlgorithmSettings Error: " + each)
        .or(() -> stoppingProblem().map(each -> "ValidateEarlyStoppingSettings Error: " + each));
  }

  private Optional<String> algorithmProblem() {
    if (foreign.isPresent()) {
      return around.elsewhere().problem(question());
    }
    Optional<Algorithm> algorithm = Algorithms.search(name);
    if (algorithm.isEmpty()) {
      return Optional.of("no algorithm is known as \"" + name + "\"");
    }
    try {
      return told(algorithm.get().problems(study()));
    } catch (IllegalArgumentException wrong) {
      return Optional.of(String.valueOf(wrong.getMessage()));
    }
  }

  private Optional<String> stoppingProblem() {
    if (stopping.isEmpty()) {
      return Optional.empty();
    }
    Optional<EarlyStopping> own = Algorithms.stopping(stopping);
    if (own.isPresent()) {
      return told(own.get().problems(stoppingSettings()));
    }
    return foreign.isPresent()
        ? around.elsewhere().stoppingProblem(question())
        : Optional.of("no early stopping is known as \"" + stopping + "\"");
  }

  private static Optional<String> told(List<Problem> problems) {
    if (problems.isEmpty()) {
      return Optional.empty();
    }
    String all = Problem.join(problems);
    return Optional.of(all.length() > MAX_MESSAGE ? all.substring(0, MAX_MESSAGE) + " ..." : all);
  }

  private Map<String, String> stoppingSettings() {
    return Studies.settings(suggestion.spec().path("earlyStopping"));
  }

  private Study study() {
    return Studies.study(
        suggestion.name(),
        experiment,
        Studies.settings(Json.at(experiment, "spec", "algorithm")),
        suggestion.uid().hashCode());
  }

  private Question question() {
    List<Resource> known =
        SuggestionStep.trials(around).stream()
            .filter(each -> !each.isTrue("MetricsUnavailable"))
            .filter(each -> !TrialState.awaitsObservation(each))
            .toList();
    return new Question(
        foreign.map(ForeignAlgorithm::endpoint).orElse(""),
        Resource.of(KatibKinds.EXPERIMENT, (ObjectNode) experiment),
        known);
  }

  /// @param known sets of parameters given so far
  /// @param count how many more are wanted
  /// @param total how many have been wanted, these among them
  Suggestions suggest(ArrayNode known, int count, int total) {
    if (foreign.isPresent()) {
      return around.elsewhere().suggest(question(), count, total);
    }
    Algorithm algorithm = Algorithms.search(name).orElseThrow();
    return algorithm.suggest(study(), trials(known), count);
  }

  /// When trials that are made next are to be stopped.
  List<StoppingRule> rules(ArrayNode known) {
    if (stopping.isEmpty()) {
      return List.of();
    }
    Optional<EarlyStopping> own = Algorithms.stopping(stopping);
    if (own.isEmpty()) {
      return around.elsewhere().rules(question());
    }
    return own.get().rules(study(), metric(), stoppingSettings(), trials(known));
  }

  private String metric() {
    return Json.text(experiment, "spec", "objective", "objectiveMetricName");
  }

  /// All trials there are, in the order their parameters were given; then those given without a
  /// trial yet.
  private List<Trial> trials(ArrayNode known) {
    var all = new ArrayList<>(warm());
    var made = new HashMap<String, Resource>();
    SuggestionStep.trials(around).forEach(each -> made.put(each.name(), each));
    var told = new HashSet<String>();
    for (JsonNode each : known) {
      String trial = Json.text(each, "name");
      Resource there = made.get(trial);
      told.add(trial);
      all.add(there == null ? Studies.planned(each) : Studies.trial(there, reports(there)));
    }
    made.values().stream()
        .filter(each -> !told.contains(each.name()))
        .sorted(java.util.Comparator.comparing(Resource::name))
        .forEach(each -> all.add(Studies.trial(each, reports(each))));
    return all;
  }

  /// Read only where someone wants them: early stopping compares trials by them.
  private List<Double> reports(Resource trial) {
    if (stopping.isEmpty() || TrialState.isActive(trial)) {
      return List.of();
    }
    return around.observations().of(trial.namespace(), trial.name()).of(metric()).stream()
        .map(each -> Summary.number(each.value()))
        .filter(OptionalDouble::isPresent)
        .map(OptionalDouble::getAsDouble)
        .toList();
  }

  /// Trials of an earlier experiment that have the same parameters and the same objective.
  private List<Trial> warm() {
    String from = around.experiment().annotation(WARM_START);
    if (from.isEmpty() || from.equals(suggestion.name()) || !LEARNING.contains(name)) {
      return List.of();
    }
    var names = new HashSet<String>();
    experiment.path("spec").path("parameters").forEach(each -> names.add(Json.text(each, "name")));
    return around
        .observed()
        .list(
            KatibKinds.TRIAL,
            suggestion.namespace(),
            Map.of(dev.slipway.api.katib.Katib.EXPERIMENT_LABEL, from))
        .stream()
        .filter(each -> each.isTrue("Succeeded"))
        .filter(each -> each.text("spec", "objective", "objectiveMetricName").equals(metric()))
        .filter(each -> Studies.values(each.spec()).keySet().equals(names))
        .map(each -> Studies.trial(each, List.of()))
        .filter(each -> each.objective().isPresent())
        .toList();
  }
}
