package dev.slipway.controllers.trainer;

import dev.slipway.api.jobset.JobSets;
import dev.slipway.api.trainer.NodeCapacity;
import dev.slipway.api.trainer.PodPatch;
import dev.slipway.api.trainer.Trainer;
import dev.slipway.base.Json;
import dev.slipway.control.Resource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// The job set that a TrainJob becomes, while it is being made: the runtime's template with the
/// job's patches on top, ready to be changed by policies.
///
/// Source: `newRuntimeInfo` in `pkg/runtime/core/trainingruntime.go`. Filled by one thread.
final class Blueprint {
  /// What a pod's rank is read from.
  static final String COMPLETION_INDEX =
      "metadata.annotations['batch.kubernetes.io/job-completion-index']";

  static final int PORT = 29500;

  private final Resource job;
  private final JsonNode policy;
  private final JsonNode groupPolicy;
  private final ObjectNode metadata = Json.object();
  private final ObjectNode spec;
  private final Map<String, Integer> counts = new LinkedHashMap<>();

  /// @param runtime the whole runtime
  Blueprint(Resource job, JsonNode runtime) {
    this.job = job;
    this.policy = Json.at(runtime, "spec", "mlPolicy");
    this.groupPolicy = Json.at(runtime, "spec", "podGroupPolicy");
    JsonNode template = Json.at(runtime, "spec", "template");
    this.spec =
        template.path("spec") instanceof ObjectNode given ? given.deepCopy() : Json.object();
    mark(template.path("metadata"));
    for (JsonNode patch : job.spec().path("runtimePatches")) {
      JsonNode laid = Json.at(patch, "trainingRuntimeSpec", "template");
      mark(laid.path("metadata"));
      if (laid.path("spec").isObject()) {
        PodPatch.merge(spec, laid.path("spec"));
      }
    }
    resources();
    entries().forEach(entry -> counts.put(Json.text(entry, "name"), count(entry)));
  }

  private void mark(JsonNode given) {
    for (String part : List.of("labels", "annotations")) {
      Json.strings(given, part).forEach(Json.ensureObject(metadata, part)::put);
    }
  }

  private int count(ObjectNode entry) {
    boolean trains = Trainer.ancestor(entry).equals(Trainer.TRAINER);
    // A launcher is one pod, however many nodes it starts processes on.
    boolean launches = policy.path("mpi").isObject() && trains;
    int pods = entry.path("template").path("spec").path("parallelism").asInt(1);
    if (trains && policy.isObject() && !launches) {
      pods = policy.path("numNodes").asInt(1);
    }
    return Math.max(1, pods);
  }

  /// What the TrainJob gives its nodes comes on top of what the runtime does.
  private void resources() {
    JsonNode given = trainer().path("resourcesPerNode");
    if (!given.isObject()) {
      return;
    }
    boolean launcherIsNode = policy.path("mpi").path("runLauncherAsNode").asBoolean(false);
    for (ObjectNode entry : entries()) {
      boolean trains = Trainer.ancestor(entry).equals(Trainer.TRAINER) && policy.isObject();
      boolean node = launcherIsNode && Json.text(entry, "name").equals(Trainer.NODE);
      if (trains || node) {
        container(entry, Trainer.NODE)
            .ifPresent(each -> PodPatch.merge(Json.ensureObject(each, "resources"), given));
      }
    }
  }

  Resource job() {
    return job;
  }

  /// `spec.trainer` of the TrainJob; missing where there is none.
  JsonNode trainer() {
    return job.spec().path("trainer");
  }

  /// A policy of `spec.mlPolicy` of the runtime; missing where it is another.
  JsonNode policy(String name) {
    return policy.path(name);
  }

  JsonNode groupPolicy(String name) {
    return groupPolicy.path(name);
  }

  ObjectNode spec() {
    return spec;
  }

  Map<String, String> annotations() {
    return Json.strings(metadata, "annotations");
  }

  /// The entries of `replicatedJobs`.
  List<ObjectNode> entries() {
    var all = new ArrayList<ObjectNode>();
    for (JsonNode each : spec.path("replicatedJobs")) {
      if (each instanceof ObjectNode entry) {
        all.add(entry);
      }
    }
    return all;
  }

  Optional<ObjectNode> entry(String name) {
    return JobSets.named(spec.path("replicatedJobs"), name);
  }

  /// The entry that carries out a part of the TrainJob.
  Optional<ObjectNode> ancestor(String part) {
    return entries().stream().filter(each -> Trainer.ancestor(each).equals(part)).findFirst();
  }

  /// The container that trains.
  Optional<ObjectNode> node() {
    return ancestor(Trainer.TRAINER).flatMap(entry -> container(entry, Trainer.NODE));
  }

  static ObjectNode pod(ObjectNode entry) {
    return Json.ensureObject(entry, "template", "spec", "template", "spec");
  }

  static Optional<ObjectNode> container(ObjectNode entry, String name) {
    return JobSets.named(pod(entry).path("containers"), name);
  }

  /// A container of an entry, or one of its init containers.
  static Optional<ObjectNode> anyContainer(ObjectNode entry, String name) {
    return container(entry, name).or(() -> JobSets.named(pod(entry).path("initContainers"), name));
  }

  /// How many pods an entry has.
  int count(String entry) {
    return counts.getOrDefault(entry, 1);
  }

  void setCount(String entry, int pods) {
    counts.put(entry, pods);
  }

  /// How many nodes train.
  int nodes() {
    return ancestor(Trainer.TRAINER).map(entry -> count(Json.text(entry, "name"))).orElse(1);
  }

  /// The TrainJob's number of nodes, where it says one, becomes that of the entry that trains.
  void takeNumNodes() {
    JsonNode given = trainer().path("numNodes");
    if (given.isNumber()) {
      ancestor(Trainer.TRAINER)
          .ifPresent(entry -> setCount(Json.text(entry, "name"), given.asInt()));
    }
  }

  NodeCapacity capacity() {
    return NodeCapacity.of(job.spec(), spec.path("replicatedJobs"));
  }

  /// Where the first node is reached: `train-node-0-0.train`.
  String firstNode() {
    return endpoint(Trainer.NODE, 0);
  }

  /// Where a pod of an entry is reached.
  String endpoint(String entry, int pod) {
    return JobSets.job(job.name(), entry, 0)
        + "-"
        + pod
        + "."
        + JobSets.subdomain(job.name(), spec);
  }

  /// The whole JobSet.
  ObjectNode toJobSet() {
    for (ObjectNode entry : entries()) {
      int pods = count(Json.text(entry, "name"));
      Json.ensureObject(entry, "template", "spec")
          .put("parallelism", pods)
          .put("completions", pods);
      if (!Trainer.ancestor(entry).isEmpty()) {
        entry.put("replicas", 1);
      }
    }
    ObjectNode set = Json.object();
    ObjectNode named = set.putObject("metadata");
    named.put("name", job.name()).put("namespace", job.namespace());
    named.setAll(metadata);
    ObjectNode whole = spec.deepCopy();
    whole.put("suspend", job.spec().path("suspend").asBoolean(false));
    set.set("spec", whole);
    return set;
  }
}
