package dev.slipway.controllers.trainer;

import dev.slipway.api.trainer.Trainer;
import dev.slipway.base.Json;
import dev.slipway.control.Conditions;
import dev.slipway.control.Key;
import dev.slipway.control.Kind;
import dev.slipway.control.Kinds;
import dev.slipway.control.Observed;
import dev.slipway.control.Plan;
import dev.slipway.control.Reconciler;
import dev.slipway.control.Resource;
import dev.slipway.controllers.jobset.JobSetReconciler;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// Makes a TrainJob a JobSet by its runtime, and says of the job what becomes of the set.
///
/// A job keeps a copy of its runtime as it was when the job began: what becomes of the runtime
/// later
/// does not concern it. While neither the job nor its set waits, the set is left as it is.
///
/// Source: `pkg/controller/trainjob_controller.go`, `pkg/runtime/core/snapshot.go`.
final class TrainJobReconciler implements Reconciler {
  private static final String COMPLETE = "Complete";
  private static final String FAILED = "Failed";
  private static final String SUSPENDED = "Suspended";
  private static final String SNAPSHOT = "-runtime-snapshot";
  private static final String DEADLINE = "DeadlineExceeded";
  private static final int MAX_MESSAGE = 950;

  private final StatusReports reports;
  private final Supplier<SshKeys> keys;

  /// @param keys makes new keys; asked once a job that needs some
  TrainJobReconciler(StatusReports reports, Supplier<SshKeys> keys) {
    this.reports = reports;
    this.keys = keys;
  }

  @Override
  public Kind kind() {
    return TrainerKinds.TRAIN_JOB;
  }

  @Override
  public Set<Kind> children() {
    return Set.of(JobSetReconciler.JOB_SET, Kinds.CONFIG_MAP, Kinds.SECRET);
  }

  @Override
  public String name() {
    return "trainjob-controller";
  }

  @Override
  public Plan plan(Resource job, Observed observed) {
    var plan =
        new Plan().spare(JobSetReconciler.JOB_SET).spare(Kinds.CONFIG_MAP).spare(Kinds.SECRET);
    String manager = job.text("spec", "managedBy");
    if (!job.deleting() && (manager.isEmpty() || manager.equals(Trainer.CONTROLLER))) {
      new Step(job, observed, plan).run();
    }
    return plan;
  }

  /// One look at a job, its runtime and its set.
  private final class Step {
    private final Resource job;
    private final Observed observed;
    private final Plan plan;
    private final Conditions conditions;
    private final Optional<Resource> set;
    private final boolean suspended;

    Step(Resource job, Observed observed, Plan plan) {
      this.job = job;
      this.observed = observed;
      this.plan = plan;
      this.conditions = Conditions.of(job, observed.now());
      this.set = observed.child(JobSetReconciler.JOB_SET, job.name());
      this.suspended = job.spec().path("suspend").asBoolean(false);
    }

    void run() {
      ObjectNode status =
          job.status() instanceof ObjectNode before ? before.deepCopy() : Json.object();
      if (!finished()) {
        objects();
      }
      suspension();
      set.ifPresent(found -> follow(found, status));
      deadline();
      if (!conditions.isEmpty()) {
        status.set("conditions", conditions.toJson());
      }
      plan.status(status);
    }

    private boolean finished() {
      return conditions.status(COMPLETE).equals("True") || conditions.status(FAILED).equals("True");
    }

    private void objects() {
      Key reference = reference();
      if (!supported(reference)) {
        String what =
            "unsupported runtime: " + reference.kind().kind() + "." + reference.kind().group();
        conditions.set(FAILED, "True", "TrainingRuntimeNotSupported", what);
        return;
      }
      observed.refusals().forEach(each -> failedToMake(each.message()));
      Optional<JsonNode> runtime = snapshot().or(() -> found(reference));
      if (runtime.isEmpty()) {
        String start =
            reference.kind().namespaced()
                ? "TrainingRuntime specified in TrainJob is not found: "
                : "not found ClusterTrainingRuntime specified in TrainJob: ";
        failedToMake(
            start + reference.kind().qualified() + " \"" + reference.name() + "\" not found");
        return;
      }
      build(runtime.get());
    }

    private Key reference() {
      String kind = job.spec().path("runtimeRef").path("kind").asString(Trainer.CLUSTER_RUNTIME);
      String group = job.spec().path("runtimeRef").path("apiGroup").asString(Trainer.GROUP);
      var all = List.of(TrainerKinds.TRAINING_RUNTIME, TrainerKinds.CLUSTER_TRAINING_RUNTIME);
      Kind known =
          all.stream()
              .filter(each -> each.kind().equals(kind) && each.group().equals(group))
              .findFirst()
              .orElse(Kind.clusterWide(group, "", kind, ""));
      return known.key(job.namespace(), job.text("spec", "runtimeRef", "name"));
    }

    private static boolean supported(Key reference) {
      return !reference.kind().version().isEmpty();
    }

    private void failedToMake(String why) {
      String shortened = why.length() > MAX_MESSAGE ? why.substring(0, MAX_MESSAGE) + " ..." : why;
      plan.warn(
          "TrainJobResourcesCreationFailed",
          "TrainJob resources reconciliation failed: " + shortened);
    }

    /// The runtime as it was when the job began.
    private Optional<JsonNode> snapshot() {
      return observed
          .child(Kinds.CONFIG_MAP, job.name() + SNAPSHOT)
          .map(map -> map.text("data", "runtime"))
          .filter(text -> !text.isEmpty())
          .map(Json::parseObject);
    }

    private Optional<JsonNode> found(Key reference) {
      Optional<Resource> runtime = observed.find(reference);
      runtime.ifPresent(
          each -> {
            ObjectNode whole = each.copy();
            whole.put("apiVersion", each.kind().apiVersion()).put("kind", each.kind().kind());
            whole.remove("status");
            Json.ensureObject(whole, "metadata").remove("managedFields");
            ObjectNode map = Json.object();
            map.putObject("metadata").put("name", job.name() + SNAPSHOT);
            // JSON is YAML, and is read without asking how it is indented.
            map.putObject("data").put("runtime", whole.toPrettyString());
            plan.create(Kinds.CONFIG_MAP, map);
          });
      return runtime.map(Resource::tree);
    }

    private void build(JsonNode runtime) {
      var blueprint = new Blueprint(job, runtime);
      boolean runs = set.isPresent() && !suspended && !waits(set.get());
      if (blueprint.policy("mpi").isObject()) {
        var mpi = new MpiPolicy(blueprint);
        mpi.apply();
        plan.keep(Kinds.CONFIG_MAP, mpi.hostFile());
        String secret = job.name() + MpiPolicy.SECRET;
        if (observed.find(Kinds.SECRET.key(job.namespace(), secret)).isEmpty()) {
          plan.create(Kinds.SECRET, keys.get().secret(job.name()));
        }
      }
      if (!runs) {
        new Assembly(blueprint, reports).run();
        Gang.of(blueprint).ifPresent(gang -> together(gang));
        plan.keep(JobSetReconciler.JOB_SET, blueprint.toJobSet());
      }
    }

    private static boolean waits(Resource set) {
      return set.spec().path("suspend").asBoolean(false);
    }

    private void together(Gang gang) {
      gang.mark();
      if (observed.serves(gang.kind())) {
        plan.keep(gang.kind(), gang.group());
      }
    }

    private void suspension() {
      if (suspended) {
        conditions.set(SUSPENDED, "True", "Suspended", "TrainJob is suspended");
      } else if (conditions.status(SUSPENDED).equals("True")) {
        conditions.set(SUSPENDED, "False", "Resumed", "TrainJob is resumed");
      }
    }

    private void follow(Resource found, ObjectNode status) {
      copy(found, "Completed", COMPLETE);
      if (!conditions.reason(FAILED).equals(DEADLINE)) {
        copy(found, FAILED, FAILED);
      }
      var jobs = Json.array();
      for (JsonNode each : found.status().path("replicatedJobsStatus")) {
        ObjectNode one = jobs.addObject().put("name", Json.text(each, "name"));
        for (String count : List.of("ready", "succeeded", "failed", "active", "suspended")) {
          one.put(count, each.path(count).asInt(0));
        }
      }
      status.set("jobsStatus", jobs);
    }

    private void copy(Resource found, String from, String to) {
      if (found.isTrue(from)) {
        JsonNode condition = found.conditionNode(from);
        conditions.set(to, "True", Json.text(condition, "reason"), Json.text(condition, "message"));
      }
    }

    private void deadline() {
      long seconds = job.spec().path("activeDeadlineSeconds").asLong(0);
      if (seconds == 0 || finished() || suspended) {
        return;
      }
      var left = Duration.between(observed.now(), begun().plusSeconds(seconds));
      if (left.isPositive()) {
        plan.again(left);
        return;
      }
      conditions.set(FAILED, "True", DEADLINE, "TrainJob exceeded its active deadline");
      set.ifPresent(
          each -> plan.delete(each, Json.object().put("propagationPolicy", "Background")));
    }

    /// When the job was made, or last went on.
    private Instant begun() {
      JsonNode waited = job.conditionNode(SUSPENDED);
      if (conditions.status(SUSPENDED).equals("False")) {
        try {
          return job.condition(SUSPENDED).equals("False")
              ? Instant.parse(Json.text(waited, "lastTransitionTime"))
              : observed.now();
        } catch (DateTimeParseException _) {
          return observed.now();
        }
      }
      return job.created();
    }
  }
}
