package dev.slipway.controllers.training;

import dev.slipway.api.training.TrainingKind;
import dev.slipway.base.Json;
import dev.slipway.control.Kind;
import dev.slipway.control.Kinds;
import dev.slipway.control.Resource;
import dev.slipway.control.fake.LoopWorld;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.dataformat.yaml.YAMLMapper;

/// A job called `job`, its controllers, and a kubelet played by the test.
final class JobWorld implements AutoCloseable {
  private static final YAMLMapper YAML = new YAMLMapper();

  final LoopWorld world;
  private final TrainingKind kind;

  JobWorld(TrainingKind kind, String spec) {
    this.kind = kind;
    this.world = new LoopWorld(TrainingControllers.all(TrainingSettings.standard()));
    for (TrainingKind each : TrainingKind.values()) {
      world.cluster().serve(TrainingJob.apiKind(each));
    }
    world.cluster().serve(LauncherAccess.ROLE);
    world.cluster().serve(LauncherAccess.ROLE_BINDING);
    apply(spec);
  }

  /// The job with this spec.
  static ObjectNode manifest(TrainingKind kind, String spec) {
    ObjectNode job = Json.object();
    job.put("apiVersion", "kubeflow.org/v1").put("kind", kind.kind());
    job.putObject("metadata").put("name", "job").put("namespace", "default");
    job.set("spec", YAML.readTree(spec));
    return job;
  }

  /// `Worker: {replicas: 2, template: …}` with the container that trains.
  static String replica(TrainingKind kind, String type, int count, String more) {
    return "%s: {replicas: %d, %s template: {spec: {containers: [{name: %s, image: i}]}}}"
        .formatted(type, count, more, kind.container().name());
  }

  void apply(String spec) {
    world.cluster().apply(TrainingJob.apiKind(kind), manifest(kind, spec));
    world.settle();
  }

  /// Changes a field of the spec.
  void change(String patch) {
    var key = TrainingJob.apiKind(kind).key("default", "job");
    var _ = world.cluster().mergePatch(key, "", (ObjectNode) YAML.readTree(patch));
    world.settle();
  }

  Resource job() {
    return world.cluster().get(TrainingJob.apiKind(kind).key("default", "job")).orElseThrow();
  }

  boolean isThere() {
    return world.cluster().get(TrainingJob.apiKind(kind).key("default", "job")).isPresent();
  }

  Resource pod(String name) {
    return world.cluster().get(Kinds.POD.key("default", name)).orElseThrow();
  }

  List<String> names(Kind of) {
    return world.cluster().list(of, "default").stream().map(Resource::name).sorted().toList();
  }

  List<String> pods() {
    return names(Kinds.POD);
  }

  /// All pods run.
  void run() {
    world.cluster().list(Kinds.POD, "default").stream()
        .filter(each -> each.text("status", "phase").isEmpty())
        .forEach(each -> phase(each.name(), "Running", Optional.empty()));
    world.settle();
  }

  /// The pod's container that trains has ended.
  void exit(String pod, int code) {
    phase(pod, code == 0 ? "Succeeded" : "Failed", Optional.of(code));
    world.settle();
  }

  /// The pod's container was started again in place.
  void restarted(String pod, int times) {
    ObjectNode status = Json.object().put("phase", "Running");
    status
        .putArray("containerStatuses")
        .addObject()
        .put("name", kind.container().name())
        .put("restartCount", times);
    write(pod, status);
    world.settle();
  }

  private void phase(String pod, String phase, Optional<Integer> code) {
    ObjectNode status = Json.object().put("phase", phase);
    ObjectNode container =
        status.putArray("containerStatuses").addObject().put("name", kind.container().name());
    ObjectNode state = container.putObject("state");
    code.ifPresentOrElse(
        exit ->
            state
                .putObject("terminated")
                .put("exitCode", exit)
                .put("finishedAt", world.clock().instant().toString()),
        () -> state.putObject("running"));
    write(pod, status);
  }

  private void write(String pod, ObjectNode status) {
    ObjectNode patch = Json.object();
    patch.set("status", status);
    var _ = world.cluster().mergePatch(Kinds.POD.key("default", pod), "status", patch);
  }

  /// `Created TFJobCreated`, `-Running TFJobSuspended` of what is not true; in order.
  List<String> conditions() {
    return stream(job().status().path("conditions"))
        .map(
            each ->
                (Json.text(each, "status").equals("True") ? "" : "-")
                    + Json.text(each, "type")
                    + " "
                    + Json.text(each, "reason"))
        .toList();
  }

  String message(String condition) {
    return Json.text(job().conditionNode(condition), "message");
  }

  /// `active=1 failed=1` of a type.
  String counts(String type) {
    var text = new StringBuilder();
    for (var field : List.of("active", "succeeded", "failed", "restarts")) {
      JsonNode value = job().at("status", "replicaStatuses", type, field);
      if (value.isNumber()) {
        text.append(text.isEmpty() ? "" : " ").append(field).append('=').append(value.asInt());
      }
    }
    return text.toString();
  }

  /// `Normal TFJobSucceeded …` of the job.
  List<String> events() {
    return world.cluster().list(Kinds.EVENT, "default").stream()
        .map(each -> each.text("type") + " " + each.text("reason") + " " + each.text("message"))
        .toList();
  }

  private static Stream<JsonNode> stream(JsonNode array) {
    return StreamSupport.stream(array.spliterator(), false);
  }

  @Override
  public void close() {
    world.close();
  }
}
