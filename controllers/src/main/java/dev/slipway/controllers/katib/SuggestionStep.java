package dev.slipway.controllers.katib;

import dev.slipway.api.katib.Katib;
import dev.slipway.base.Json;
import dev.slipway.control.Observed;
import dev.slipway.control.Plan;
import dev.slipway.control.Resource;
import dev.slipway.tuning.Proposal;
import dev.slipway.tuning.StoppingRule;
import dev.slipway.tuning.Suggestions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// One look at a suggestion, its experiment and that one's trials.
final class SuggestionStep {
  private static final String LETTERS = "bcdfghjklmnpqrstvwxz2456789";
  private static final int SUFFIX = 8;

  /// Until a service that did not answer is asked again.
  private static final Duration RETRY = Duration.ofSeconds(3);

  /// What surrounds a suggestion.
  record Around(
      Resource experiment,
      Observed observed,
      Observations observations,
      SuggestionService elsewhere) {}

  private final Resource suggestion;
  private final Around around;
  private final Plan plan;
  private final KatibConditions conditions;
  private final ObjectNode status;

  SuggestionStep(Resource suggestion, Around around, Plan plan) {
    this.suggestion = suggestion;
    this.around = around;
    this.plan = plan;
    this.conditions = KatibConditions.of(suggestion, around.observed().now());
    this.status =
        suggestion.status() instanceof ObjectNode before ? before.deepCopy() : Json.object();
  }

  void run() {
    if (!conditions.has("Created")) {
      status.put("startTime", conditions.now());
      conditions.set("Created", true, "SuggestionCreated", "Suggestion is created");
    }
    if (ExperimentReconciler.endsSuggestion(around.experiment())) {
      end();
    } else if (!conditions.isTrue("Failed")) {
      try {
        work();
      } catch (SuggestionService.SuggestionException unreached) {
        plan.warn("ReconcileError", String.valueOf(unreached.getMessage()));
        plan.again(RETRY);
      }
    }
    status.set("conditions", conditions.toJson());
    plan.status(status);
  }

  private void end() {
    if (conditions.isTrue("Succeeded") || conditions.isTrue("Failed")) {
      return;
    }
    String reason = "Suggestion is succeeded";
    if (conditions.has("Running")) {
      conditions.set("Running", false, reason, "Suggestion is not running");
    }
    if (conditions.has("DeploymentReady")) {
      conditions.set("DeploymentReady", false, reason, "Deployment is not ready");
    }
    boolean volume = suggestion.text("spec", "resumePolicy").equals(Katib.FROM_VOLUME);
    conditions.set(
        "Succeeded",
        true,
        "Experiment is succeeded",
        volume
            ? "Suggestion is succeeded, suggestion volume is not deleted, can be restarted"
            : "Suggestion is succeeded, can't be restarted");
    status.put("completionTime", conditions.now());
  }

  private void work() {
    if (conditions.isTrue("Succeeded")) {
      conditions.remove("Succeeded");
      status.remove("completionTime");
    }
    var algorithm = new AskedAlgorithm(suggestion, around, plan);
    if (!algorithm.isReady()) {
      conditions.set("DeploymentReady", false, "DeploymentNotReady", "Deployment is not ready");
      return;
    }
    conditions.set("DeploymentReady", true, "DeploymentReady", "Deployment is ready");
    if (!conditions.isTrue("Running")) {
      var problem = algorithm.problem();
      if (problem.isPresent()) {
        fail("Validation failed: " + problem.get());
        return;
      }
      conditions.set("Running", true, "SuggestionRunning", "Suggestion is running");
    }
    int wanted = suggestion.spec().path("requests").asInt(0);
    ArrayNode known = status.withArray("suggestions");
    if (known.size() > wanted) {
      forget(known, known.size() - wanted);
    } else if (known.size() < wanted) {
      ask(algorithm, known, wanted);
    }
    status.put("suggestionCount", known.size());
  }

  private void fail(String message) {
    conditions.end("Running");
    if (conditions.set("Failed", true, "SuggestionFailed", message)) {
      plan.warn("SuggestionFailed", message);
    }
  }

  /// Takes sets of parameters back that have no trial, the newest first.
  private void forget(ArrayNode known, int count) {
    Set<String> alive = new HashSet<>();
    for (Resource each : trials(around)) {
      if (!each.deleting()) {
        alive.add(each.name());
      }
    }
    int left = count;
    for (int i = known.size() - 1; i >= 0 && left > 0; i--) {
      if (!alive.contains(Json.text(known.get(i), "name"))) {
        known.remove(i);
        left--;
      }
    }
  }

  private void ask(AskedAlgorithm algorithm, ArrayNode known, int wanted) {
    int missing = wanted - known.size();
    Suggestions answer = algorithm.suggest(known, missing, wanted);
    List<StoppingRule> rules = answer.proposals().isEmpty() ? List.of() : algorithm.rules(known);
    Set<String> taken = new HashSet<>();
    known.forEach(each -> taken.add(Json.text(each, "name")));
    var random = new SplittableRandom(seed());
    for (Proposal each : answer.proposals().stream().limit(missing).toList()) {
      String name =
          each.name().filter(taken::add).orElseGet(() -> fresh(suggestion.name(), random, taken));
      known.add(assignment(name, each, rules));
    }
    boolean moved = settings(answer.settings());
    if (answer.proposals().isEmpty() && !moved && isIdle(known)) {
      status.put("endReached", true);
    } else {
      status.remove("endReached");
    }
  }

  /// Whether no trial runs, nor waits to be made: what an algorithm has nothing for now, it will
  /// never have.
  private boolean isIdle(ArrayNode known) {
    var made = new HashSet<String>();
    for (Resource each : trials(around)) {
      if (TrialState.isActive(each) || TrialState.awaitsObservation(each) || each.deleting()) {
        return false;
      }
      made.add(each.name());
    }
    for (JsonNode each : known) {
      if (!made.contains(Json.text(each, "name"))) {
        return false;
      }
    }
    return true;
  }

  /// The experiment's trials, by name.
  static List<Resource> trials(Around around) {
    Resource experiment = around.experiment();
    return around
        .observed()
        .list(
            KatibKinds.TRIAL,
            experiment.namespace(),
            Map.of(Katib.EXPERIMENT_LABEL, experiment.name()))
        .stream()
        .filter(each -> each.controllerUid().equals(experiment.uid()))
        .toList();
  }

  /// Names differ with every version of the suggestion, so that one that was given up is not given
  /// again while its trial is still going.
  private long seed() {
    return 31L * suggestion.uid().hashCode() + suggestion.resourceVersion().hashCode();
  }

  private static String fresh(String experiment, SplittableRandom random, Set<String> taken) {
    while (true) {
      var name = new StringBuilder(experiment).append('-');
      for (int i = 0; i < SUFFIX; i++) {
        name.append(LETTERS.charAt(random.nextInt(LETTERS.length())));
      }
      if (taken.add(name.toString())) {
        return name.toString();
      }
    }
  }

  private ObjectNode assignment(String name, Proposal proposal, List<StoppingRule> rules) {
    ObjectNode assignment = Json.object().put("name", name);
    ArrayNode values = assignment.putArray("parameterAssignments");
    var order = new ArrayList<String>();
    around
        .experiment()
        .spec()
        .path("parameters")
        .forEach(each -> order.add(Json.text(each, "name")));
    proposal.values().keySet().stream()
        .filter(each -> !order.contains(each))
        .sorted()
        .forEach(order::add);
    for (String each : order) {
      String value = proposal.values().get(each);
      if (value != null) {
        values.addObject().put("name", each).put("value", value);
      }
    }
    if (!proposal.labels().isEmpty()) {
      ObjectNode labels = assignment.putObject("labels");
      proposal.labels().forEach(labels::put);
    }
    if (!rules.isEmpty()) {
      ArrayNode written = assignment.putArray("earlyStoppingRules");
      rules.forEach(each -> written.add(rule(each)));
    }
    return assignment;
  }

  private static ObjectNode rule(StoppingRule rule) {
    ObjectNode written =
        Json.object()
            .put("name", rule.metric())
            .put("value", Double.toString(rule.value()))
            .put("comparison", rule.comparison().name().toLowerCase(Locale.ROOT));
    if (rule.startStep() > 0) {
      written.put("startStep", rule.startStep());
    }
    return written;
  }

  /// Settings that come back with the next question.
  ///
  /// @return whether any differ from before: then the algorithm may have more to say
  private boolean settings(Map<String, String> given) {
    Map<String, String> before = Studies.settings(status);
    var all = new java.util.TreeMap<>(before);
    all.putAll(given);
    if (all.equals(before)) {
      return false;
    }
    ArrayNode written = status.putArray("algorithmSettings");
    all.forEach((name, value) -> written.addObject().put("name", name).put("value", value));
    return true;
  }
}
