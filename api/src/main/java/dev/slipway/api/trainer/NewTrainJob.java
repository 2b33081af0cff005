package dev.slipway.api.trainer;

import dev.slipway.api.KindRules.Admitting;
import dev.slipway.api.jobset.JobSets;
import dev.slipway.api.jobset.Names;
import dev.slipway.base.FieldPath;
import dev.slipway.base.Json;
import dev.slipway.base.Problem;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// Judges a TrainJob against the runtime it names.
///
/// Source: `Validate` in `pkg/runtime/framework/plugins/{jobset,torch,mpi,xgboost}`.
final class NewTrainJob {
  private static final FieldPath SPEC = FieldPath.of("spec");
  private static final FieldPath RUNTIME = SPEC.field("runtimeRef");
  private static final FieldPath PATCHES = SPEC.field("runtimePatches");
  private static final FieldPath TRAINER = SPEC.field("trainer");

  private final Admitting admitting;
  private final ObjectNode object;
  private final JsonNode spec;
  private final JsonNode entries;
  private final JsonNode policy;
  private final List<Problem> problems = new ArrayList<>();

  NewTrainJob(Admitting admitting, ObjectNode object, ObjectNode runtime) {
    this.admitting = admitting;
    this.object = object;
    this.spec = object.path("spec");
    this.entries = Json.at(runtime, "spec", "template", "spec", "replicatedJobs");
    this.policy = Json.at(runtime, "spec", "mlPolicy");
  }

  List<Problem> problems() {
    initializer("dataset", Trainer.DATASET);
    initializer("model", Trainer.MODEL);
    processes();
    patchesChanged();
    spec.path("runtimePatches").forEach(this::patch);
    if (policy.path("torch").isObject()) {
      torch();
    } else if (policy.path("mpi").isObject()) {
      mpi();
    } else if (policy.path("xgboost").isObject()) {
      xgboost();
    }
    return problems;
  }

  private void initializer(String part, String name) {
    if (!spec.path("initializer").path(part).isObject()) {
      return;
    }
    var entry = JobSets.named(entries, name);
    var container =
        entry.flatMap(each -> JobSets.named(Trainer.pod(each).path("containers"), name));
    if (entry.isEmpty()) {
      runtime(
          "must have " + name + " job when trainJob is configured with input " + part + "Config");
    } else if (container.isEmpty()) {
      runtime("must have container with name - " + name + " in the " + name + " job");
    } else if (JobSets.named(container.get().path("volumeMounts"), Trainer.INITIALIZER_VOLUME)
        .isEmpty()) {
      runtime(
          "must have volumeMount with name - "
              + Trainer.INITIALIZER_VOLUME
              + " in container "
              + name
              + " of the "
              + name
              + " job");
    }
  }

  private void runtime(String expected) {
    problems.add(Problem.invalid(RUNTIME, spec.path("runtimeRef"), expected));
  }

  /// A number, or a word of Trainer 2.0.
  private void processes() {
    JsonNode given = spec.path("trainer").path("numProcPerNode");
    boolean word = given.isString() && List.of("auto", "cpu", "gpu").contains(given.asString());
    if (given.isMissingNode() || word) {
      return;
    }
    if (!given.isNumber() || given.asInt() < 1) {
      problems.add(
          Problem.invalid(
              TRAINER.field("numProcPerNode"),
              given.isString() ? given.asString() : given,
              "numProcPerNode must be greater than or equal to 1"));
    }
  }

  /// Patches change while the job waits, and nothing of it runs any more.
  private void patchesChanged() {
    var before = admitting.before();
    if (before.isEmpty()
        || before.get().path("spec").path("runtimePatches").equals(spec.path("runtimePatches"))) {
      return;
    }
    if (!suspended(before.get().path("spec")) && !suspended(spec)) {
      problems.add(
          Problem.forbidden(
              PATCHES,
              "RuntimePatches can only be modified when the TrainJob is suspended before or after"
                  + " the update"));
      return;
    }
    var set =
        admitting.find(
            JobSets.GROUP,
            "jobsets",
            Json.text(object, "metadata", "namespace"),
            Json.text(object, "metadata", "name"));
    set.ifPresent(
        found ->
            found
                .path("status")
                .path("replicatedJobsStatus")
                .forEach(
                    each -> {
                      if (each.path("active").asInt(0) > 0) {
                        problems.add(
                            Problem.forbidden(
                                PATCHES,
                                "RuntimePatches cannot be modified when the JobSet's ReplicatedJob "
                                    + Json.text(each, "name")
                                    + " is still active"));
                      }
                    }));
  }

  private static boolean suspended(JsonNode spec) {
    return spec.path("suspend").asBoolean(false);
  }

  private void patch(JsonNode patch) {
    problems.addAll(Names.domainPath(PATCHES.field("manager"), Json.text(patch, "manager")));
    for (JsonNode entry :
        Json.at(patch, "trainingRuntimeSpec", "template", "spec", "replicatedJobs")) {
      String job = Json.text(entry, "name");
      var there = JobSets.named(entries, job);
      if (there.isEmpty()) {
        patched(job, "must not have replicated job that doesn't exist in the runtime job template");
        continue;
      }
      Set<String> known = Trainer.containers(there.get());
      JsonNode pod = Trainer.pod(entry);
      for (JsonNode each : pod.path("initContainers")) {
        if (!known.contains(Json.text(each, "name"))) {
          patched(
              Json.text(each, "name"),
              "must not have initContainer that doesn't exist in the runtime job " + job);
        }
      }
      pod.path("containers").forEach(each -> patchedContainer(job, known, each));
    }
  }

  private void patchedContainer(String job, Set<String> known, JsonNode container) {
    String name = Json.text(container, "name");
    if (!known.contains(name)) {
      patched(name, "must not have container that doesn't exist in the runtime job " + job);
    } else if (!container.path("env").isEmpty()
        && List.of(Trainer.DATASET, Trainer.MODEL, Trainer.NODE).contains(name)) {
      patched(
          name,
          "must not have envs for the dataset-initializer, model-initializer, node containers");
    }
  }

  private void patched(String found, String expected) {
    problems.add(Problem.invalid(PATCHES, found, expected));
  }

  private List<String> variables() {
    var names = new ArrayList<String>();
    spec.path("trainer").path("env").forEach(each -> names.add(Json.text(each, "name")));
    return names;
  }

  private void refuseReserved(Collection<String> names) {
    List<String> found = variables().stream().filter(names::contains).distinct().sorted().toList();
    if (!found.isEmpty()) {
      problems.add(
          Problem.invalid(
              TRAINER.field("env"),
              spec.path("trainer").path("env"),
              "must not have reserved envs, invalid envs configured: ["
                  + String.join(" ", found)
                  + "]"));
    }
  }

  private void torch() {
    refuseReserved(Trainer.TORCH_ENV);
    for (JsonNode target : policy.path("torch").path("envInjection").path("targets")) {
      String job = Json.text(target, "jobName");
      Set<String> known = JobSets.named(entries, job).map(Trainer::containers).orElse(Set.of());
      for (String container : Trainer.texts(target.path("containerNames"))) {
        if (!known.contains(container)) {
          problems.add(
              Problem.invalid(
                  RUNTIME,
                  target,
                  "envInjection target podSet \""
                      + job
                      + "\" container \""
                      + container
                      + "\" not found in runtime template"));
        }
      }
    }
    if (TorchTune.asked(spec)) {
      JsonNode processes = spec.path("trainer").path("numProcPerNode");
      var nodes =
          new TorchTune.Nodes(
              spec.path("trainer").path("numNodes").asInt(1),
              processes.isNumber() ? OptionalInt.of(processes.asInt()) : OptionalInt.empty(),
              NodeCapacity.of(spec, entries).gpus());
      problems.addAll(new TorchTune(spec, nodes).problems());
    }
  }

  private void mpi() {
    int nodes = spec.path("trainer").path("numNodes").asInt(1);
    boolean launcherIsNode = policy.path("mpi").path("runLauncherAsNode").asBoolean(false);
    boolean both =
        JobSets.named(entries, Trainer.LAUNCHER).isPresent()
            && JobSets.named(entries, Trainer.NODE).isPresent();
    if (nodes >= 2 && launcherIsNode && !both) {
      problems.add(
          Problem.invalid(
              TRAINER.field("numNodes"),
              nodes,
              "must have 1 when MPI trainingRuntime with enabled runLauncherAsNode does not have"
                  + " either launcher and node"));
    }
    refuseReserved(Trainer.MPI_ENV);
  }

  private void xgboost() {
    int position = 0;
    for (String each : variables()) {
      if (Trainer.XGBOOST_ENV.contains(each)) {
        problems.add(
            Problem.forbidden(
                TRAINER.field("env").index(position),
                each + " is reserved for the XGBoost runtime"));
      }
      position++;
    }
  }
}
