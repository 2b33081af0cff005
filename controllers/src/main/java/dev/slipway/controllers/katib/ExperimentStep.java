package dev.slipway.controllers.katib;

import dev.slipway.api.katib.ExperimentRules;
import dev.slipway.api.katib.Katib;
import dev.slipway.api.katib.TrialTemplate.TemplateException;
import dev.slipway.base.Json;
import dev.slipway.control.Observed;
import dev.slipway.control.Plan;
import dev.slipway.control.Resource;
import dev.slipway.tuning.Importance;
import dev.slipway.tuning.Trial.State;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// One look at an experiment, its suggestion and its trials.
///
/// Implementation note: `Suggestion.spec.requests` is how many sets of parameters are of use: one
/// for each trial that is there, and one for each that is to be made. Where it falls, the
/// suggestion
/// forgets sets without a trial; where it rises, it asks for more. A trial bears the name its set
/// got when it was stored, so that it cannot be made twice.
final class ExperimentStep {
  private final Resource experiment;
  private final Observed observed;
  private final Plan plan;
  private final JsonNode spec;
  private final KatibConditions conditions;
  private final ObjectNode status;
  private final List<Resource> trials;
  private final List<Resource> deleting;
  private final TrialCounts counts;
  private final Optional<Resource> suggestion;

  ExperimentStep(Resource experiment, Observed observed, Plan plan) {
    this.experiment = experiment;
    this.observed = observed;
    this.plan = plan;
    this.spec = experiment.spec();
    this.conditions = KatibConditions.of(experiment, observed.now());
    this.status =
        experiment.status() instanceof ObjectNode before ? before.deepCopy() : Json.object();
    List<Resource> all = observed.children(KatibKinds.TRIAL);
    this.trials = all.stream().filter(each -> !each.deleting()).toList();
    this.deleting = all.stream().filter(Resource::deleting).toList();
    this.counts = new TrialCounts(spec.path("objective"), trials);
    this.suggestion = observed.child(KatibKinds.SUGGESTION, experiment.name());
  }

  void run() {
    if (!conditions.has("Created")) {
      status.put("startTime", conditions.now());
      conditions.set("Created", true, "ExperimentCreated", "Experiment is created");
    }
    if (isCompleted() && isRaised()) {
      conditions.remove("Succeeded");
      conditions.remove("Failed");
      conditions.set("Restarting", true, "ExperimentRestarting", "Experiment is restarted");
      status.remove("completionTime");
      plan.event("ExperimentRestarting", "Experiment is restarted");
    }
    counts.write(status);
    if (!isCompleted() && !trials.isEmpty()) {
      judge();
    }
    if (!isCompleted()) {
      search();
    }
    status.set("conditions", conditions.toJson());
    plan.status(status);
  }

  private boolean isCompleted() {
    return conditions.isTrue("Succeeded") || conditions.isTrue("Failed");
  }

  /// Whether a completed experiment was given more trials.
  private boolean isRaised() {
    JsonNode most = spec.path("maxTrialCount");
    return ExperimentRules.isRestartable(experiment.tree())
        && most.isNumber()
        && most.asLong() > experiment.status().path("trials").asLong(0);
  }

  /// How the search stands, in Katib's order.
  private void judge() {
    int failed = counts.of(State.FAILED) + counts.unavailable();
    JsonNode mostFailed = spec.path("maxFailedTrialCount");
    JsonNode most = spec.path("maxTrialCount");
    if (counts.reaches(spec.path("objective"))) {
      succeed("ExperimentGoalReached", "Objective goal has reached");
    } else if (mostFailed.isNumber() && failed != 0 && failed >= mostFailed.asInt()) {
      fail("Experiment has failed because max failed count has reached");
    } else if (most.isNumber() && counts.completed() + counts.unavailable() >= most.asInt()) {
      succeed(Katib.MAX_TRIALS_REACHED, "max trial count has reached");
    } else if (isExhausted()) {
      succeed("ExperimentSuggestionEndReached", "suggestion service has reached the end");
    } else {
      conditions.set("Running", true, "ExperimentRunning", "Experiment is running");
    }
  }

  /// Whether no set of parameters is left to be tried, nor will be.
  private boolean isExhausted() {
    return counts.active() == 0
        && deleting.isEmpty()
        && suggestion
            .filter(each -> each.status().path("endReached").asBoolean(false))
            .filter(each -> unassigned(each).isEmpty())
            .isPresent();
  }

  private void succeed(String reason, String because) {
    String message = "Experiment has succeeded because " + because;
    end("Succeeded", reason, message);
    plan.event(reason, message);
  }

  private void fail(String message) {
    end("Failed", "ExperimentFailed", message);
    plan.warn("ExperimentFailed", message);
  }

  private void end(String type, String reason, String message) {
    conditions.end("Running");
    conditions.set(type, true, reason, message);
    status.put("completionTime", conditions.now());
    importance();
  }

  /// How much of the objective each parameter explains, once that can be told.
  private void importance() {
    status.remove("parameterImportance");
    if (spec.path("parameters").isEmpty()) {
      return;
    }
    try {
      var study = Studies.study(experiment.name(), experiment.tree(), Map.of(), 0);
      var known = trials.stream().map(each -> Studies.trial(each, List.of())).toList();
      Map<String, Double> shares = Importance.of(study.parameters(), known);
      if (shares.values().stream().anyMatch(each -> each > 0)) {
        ObjectNode written = status.putObject("parameterImportance");
        new TreeMap<>(shares)
            .forEach((name, share) -> written.put(name, String.format(Locale.ROOT, "%.3f", share)));
      }
    } catch (IllegalArgumentException _) {
      // A space that cannot be read has been told by the suggestion.
    }
  }

  /// Makes trials where there is room, and takes the newest back where there are too many.
  private void search() {
    Optional<Resource> failed = suggestion.filter(each -> each.isTrue("Failed"));
    if (failed.isPresent()) {
      end("Failed", "ExperimentFailed", "Suggestion has failed");
      String why = Json.text(failed.get().conditionNode("Failed"), "message");
      plan.warn("ExperimentFailed", "Suggestion has failed: " + why);
      return;
    }
    int parallel = spec.path("parallelTrialCount").asInt(3);
    int active = counts.active();
    if (active > parallel) {
      List<Resource> lost = newest(active - parallel);
      lost.forEach(plan::delete);
      ask(trials.size() - lost.size());
      return;
    }
    JsonNode most = spec.path("maxTrialCount");
    int wanted = most.isNumber() ? Math.min(parallel, most.asInt() - counts.completed()) : parallel;
    int more = Math.max(0, wanted - active);
    List<JsonNode> ready = suggestion.map(this::unassigned).orElse(List.of());
    ready.stream().limit(more).forEach(this::make);
    int awaited = (int) trials.stream().filter(TrialState::awaitsObservation).count();
    int useful = trials.size() + more;
    int known = suggestion.map(each -> each.status().path("suggestions").size()).orElse(0);
    ask(Math.max(useful - awaited, Math.min(known, useful)));
  }

  private List<Resource> newest(int count) {
    return trials.stream()
        .filter(TrialState::isActive)
        .sorted(
            Comparator.comparing(Resource::created)
                .reversed()
                .thenComparing(Resource::name, Comparator.reverseOrder()))
        .limit(count)
        .toList();
  }

  /// Sets of parameters that have no trial, in order; one whose trial is just going waits.
  private List<JsonNode> unassigned(Resource from) {
    Set<String> taken = new HashSet<>();
    trials.forEach(each -> taken.add(each.name()));
    deleting.forEach(each -> taken.add(each.name()));
    var free = new ArrayList<JsonNode>();
    for (JsonNode each : from.status().path("suggestions")) {
      if (taken.add(Json.text(each, "name"))) {
        free.add(each);
      }
    }
    return free;
  }

  private void make(JsonNode assignment) {
    try {
      plan.create(KatibKinds.TRIAL, new TrialDesired(experiment, observed).trial(assignment));
    } catch (TemplateException broken) {
      plan.warn("ReconcileError", "Failed to reconcile: " + broken.getMessage());
    }
  }

  private void ask(int requests) {
    ObjectNode wanted = Json.object();
    ObjectNode metadata = wanted.putObject("metadata").put("name", experiment.name());
    ObjectNode labels = metadata.putObject("labels");
    experiment.labels().forEach(labels::put);
    ObjectNode annotations = metadata.putObject("annotations");
    experiment
        .annotations()
        .forEach(
            (name, value) -> {
              if (!name.startsWith("kubectl.kubernetes.io/")) {
                annotations.put(name, value);
              }
            });
    ObjectNode asked = wanted.putObject("spec");
    asked.set("algorithm", spec.path("algorithm").deepCopy());
    if (spec.path("earlyStopping").isObject()) {
      asked.set("earlyStopping", spec.path("earlyStopping").deepCopy());
    }
    asked.put("requests", requests).put("resumePolicy", Json.text(spec, "resumePolicy"));
    plan.keep(KatibKinds.SUGGESTION, wanted);
  }
}
