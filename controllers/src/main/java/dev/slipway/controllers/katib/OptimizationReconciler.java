package dev.slipway.controllers.katib;

import dev.slipway.base.Json;
import dev.slipway.base.Problem;
import dev.slipway.control.Conditions;
import dev.slipway.control.Kind;
import dev.slipway.control.Observed;
import dev.slipway.control.Plan;
import dev.slipway.control.Reconciler;
import dev.slipway.control.Resource;
import dev.slipway.controllers.trainer.TrainerKinds;
import dev.slipway.tuning.Algorithms;
import dev.slipway.tuning.Proposal;
import dev.slipway.tuning.Study;
import dev.slipway.tuning.Trial;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// Runs a TrainJob for each set of parameters an OptimizationJob tries, and says which was best.
///
/// There are no other objects: what was tried is read from the TrainJobs, which bear their number
/// and their parameters. A TrainJob's name follows from its number, so that none is made twice.
///
/// Source: `optimizationjob_types.go` and proposal 2605 of kubeflow/trainer; what the proposal
/// leaves open: trials that fail or tell no metric count as tried, and a job none of whose trials
/// told its metric has failed.
final class OptimizationReconciler implements Reconciler {
  static final Kind OPTIMIZATION_JOB =
      Kind.namespaced(
          TrainerKinds.TRAIN_JOB.group(), "v1alpha1", "OptimizationJob", "optimizationjobs");

  private static final String JOB_LABEL = "trainer.kubeflow.org/optimizationjob-name";
  private static final String VARIABLE = "KUBEFLOW_TRAINER_OPT_";
  private static final String LETTERS = "bcdfghjklmnpqrstvwxz2456789";
  private static final int SUFFIX = 5;
  private static final int LONGEST_NAME = 63;
  private static final String TRIAL = "-trial-";

  @Override
  public Kind kind() {
    return OPTIMIZATION_JOB;
  }

  @Override
  public Set<Kind> children() {
    return Set.of(TrainerKinds.TRAIN_JOB);
  }

  @Override
  public String name() {
    return "optimizationjob-controller";
  }

  @Override
  public Plan plan(Resource job, Observed observed) {
    var plan = new Plan().spare(TrainerKinds.TRAIN_JOB);
    if (!job.deleting() && !job.isTrue("Complete") && !job.isTrue("Failed")) {
      new Step(job, observed, plan).run();
    }
    return plan;
  }

  /// One look at a job and its TrainJobs.
  private static final class Step {
    private final Resource job;
    private final Observed observed;
    private final Plan plan;
    private final JsonNode spec;
    private final String metric;
    private final Conditions conditions;
    private final ObjectNode status;
    private final List<Resource> tried;

    Step(Resource job, Observed observed, Plan plan) {
      this.job = job;
      this.observed = observed;
      this.plan = plan;
      this.spec = job.spec();
      this.metric = Json.text(spec.path("objectives").path(0), "metric");
      this.conditions = Conditions.of(job, observed.now());
      this.status = job.status() instanceof ObjectNode before ? before.deepCopy() : Json.object();
      this.tried =
          observed.children(TrainerKinds.TRAIN_JOB).stream()
              .sorted(Comparator.comparingInt(Step::index))
              .toList();
    }

    private static int index(Resource trainJob) {
      String text = trainJob.label(OptimizationSpace.INDEX);
      return text.matches("\\d{1,9}") ? Integer.parseInt(text) : Integer.MAX_VALUE;
    }

    void run() {
      Study study = OptimizationSpace.study(job);
      var algorithm = Algorithms.search(OptimizationSpace.algorithm(spec)).orElseThrow();
      List<Problem> problems = algorithm.problems(study);
      best();
      if (!problems.isEmpty()) {
        end("Failed", "InvalidSearch", Problem.join(problems));
      } else {
        created();
        search(study);
      }
      status.set("conditions", conditions.toJson());
      plan.status(status);
    }

    private void created() {
      Optional<Observed.Refusal> refused = observed.refusals().stream().findFirst();
      if (refused.isPresent()) {
        conditions.set("Created", "False", "TrainJobsCreationFailed", refused.get().message());
      } else {
        conditions.set(
            "Created", "True", "OptimizationJobCreated", "OptimizationJob is creating its trials");
      }
    }

    private List<Trial> trials() {
      return tried.stream().map(each -> OptimizationSpace.trial(each, metric)).toList();
    }

    private void search(Study study) {
      List<Trial> trials = trials();
      int wanted = spec.path("numTrials").asInt(1);
      int active =
          (int) trials.stream().filter(each -> each.state() == Trial.State.RUNNING).count();
      int more = Math.min(spec.path("parallelTrials").asInt(1) - active, wanted - trials.size());
      List<Proposal> proposals =
          more > 0
              ? Algorithms.search(OptimizationSpace.algorithm(spec))
                  .orElseThrow()
                  .suggest(study, trials, more)
                  .proposals()
              : List.of();
      make(proposals.stream().limit(Math.max(0, more)).toList());
      if (active > 0 || !proposals.isEmpty()) {
        return;
      }
      boolean all = trials.size() >= wanted;
      if (!status.path("result").isObject()) {
        end("Failed", "NoTrialSucceeded", "no trial completed and told " + metric);
      } else if (all) {
        end("Complete", "MaxTrialsReached", wanted + " trials have finished");
      } else {
        end("Complete", "SearchSpaceExhausted", "nothing is left to be tried");
      }
    }

    private void end(String type, String reason, String message) {
      conditions.set(type, "True", reason, message);
      if (type.equals("Failed")) {
        plan.warn(reason, message);
      } else {
        plan.event(reason, message);
      }
    }

    private void make(List<Proposal> proposals) {
      var taken = new HashSet<Integer>();
      tried.forEach(each -> taken.add(index(each)));
      int next = 0;
      for (Proposal each : proposals) {
        while (!taken.add(next)) {
          next++;
        }
        plan.create(TrainerKinds.TRAIN_JOB, trainJob(next, new TreeMap<>(each.values())));
      }
    }

    private String name(int index) {
      var random = new SplittableRandom(31L * job.uid().hashCode() + index);
      int room = LONGEST_NAME - TRIAL.length() - SUFFIX;
      String start = job.name().length() > room ? job.name().substring(0, room) : job.name();
      var name = new StringBuilder(start).append(TRIAL);
      for (int i = 0; i < SUFFIX; i++) {
        name.append(LETTERS.charAt(random.nextInt(LETTERS.length())));
      }
      return name.toString();
    }

    private ObjectNode trainJob(int index, Map<String, String> values) {
      JsonNode template = spec.path("trainJobTemplate");
      ObjectNode trainJob = Json.object();
      ObjectNode metadata = trainJob.putObject("metadata").put("name", name(index));
      ObjectNode labels = metadata.putObject("labels");
      Json.strings(template, "metadata", "labels").forEach(labels::put);
      labels.put(JOB_LABEL, job.name()).put(OptimizationSpace.INDEX, Integer.toString(index));
      ObjectNode annotations = metadata.putObject("annotations");
      Json.strings(template, "metadata", "annotations").forEach(annotations::put);
      ObjectNode parameters = Json.object();
      values.forEach(parameters::put);
      annotations.put(OptimizationSpace.PARAMETERS, parameters.toString());
      ObjectNode copied =
          template.path("spec") instanceof ObjectNode given ? given.deepCopy() : Json.object();
      trainJob.set("spec", copied);
      ArrayNode variables = Json.ensureObject(copied, "trainer").withArray("env");
      var own = new HashSet<String>();
      values.keySet().forEach(each -> own.add(variable(each)));
      for (int i = variables.size() - 1; i >= 0; i--) {
        if (own.contains(Json.text(variables.get(i), "name"))) {
          variables.remove(i);
        }
      }
      values.forEach(
          (name, value) -> variables.addObject().put("name", variable(name)).put("value", value));
      return trainJob;
    }

    private static String variable(String parameter) {
      return VARIABLE + parameter.toUpperCase(Locale.ROOT).replaceAll("[^A-Z0-9_]", "_");
    }

    /// The best that is complete, the first of several.
    private void best() {
      boolean maximize = OptimizationSpace.maximizes(spec);
      var best = new ArrayList<Resource>();
      double value = 0;
      for (Resource each : tried) {
        OptionalDouble told = OptimizationSpace.objective(each, metric);
        if (!each.isTrue("Complete") || told.isEmpty()) {
          continue;
        }
        boolean better = maximize ? told.getAsDouble() > value : told.getAsDouble() < value;
        if (best.isEmpty() || better) {
          best.clear();
          best.add(each);
          value = told.getAsDouble();
        }
      }
      for (Resource each : best) {
        ObjectNode result = status.putObject("result").put("trainJobName", each.name());
        ArrayNode parameters = result.putArray("parameters");
        new TreeMap<>(OptimizationSpace.values(each))
            .forEach((name, text) -> parameters.addObject().put("name", name).put("value", text));
      }
    }
  }
}
