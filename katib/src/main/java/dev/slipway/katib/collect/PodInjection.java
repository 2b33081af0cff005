package dev.slipway.katib.collect;

import dev.slipway.api.KindRules;
import dev.slipway.base.Json;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// What a pod of a trial gets when it is made: the trial's name as a label and, where it is the one
/// that reports, as a variable; a volume where its metrics are files; the container of a Custom
/// collector; where trials go on from each other, the directory of checkpoints ([Checkpoints]).
///
/// Source: Katib, pkg/webhook/v1beta1/pod/inject_webhook.go.
public final class PodInjection implements KindRules {
  private static final String VARIABLE = "KATIB_TRIAL_NAME";
  private static final String EXPERIMENT = "katib.kubeflow.org/experiment";
  private static final String VOLUME = "metrics-volume";
  private static final int MOST_OWNERS = 5;

  @Override
  public String group() {
    return "";
  }

  @Override
  public String kind() {
    return "Pod";
  }

  @Override
  public void complete(Admitting admitting, ObjectNode pod) {
    if (admitting.before().isEmpty()) {
      trial(admitting, pod).ifPresent(trial -> inject(admitting, trial, pod));
    }
  }

  /// The trial above a pod's owners.
  private static Optional<ObjectNode> trial(Admitting admitting, ObjectNode pod) {
    var namespace = Json.text(pod, "metadata", "namespace");
    Optional<ObjectNode> at = Optional.of(pod);
    for (int i = 0; i < MOST_OWNERS && at.isPresent(); i++) {
      var owner = controller(at.get());
      at = owner.flatMap(each -> find(admitting, namespace, each));
      if (at.isPresent() && owner.filter(PodInjection::isTrial).isPresent()) {
        return at;
      }
    }
    return Optional.empty();
  }

  private static boolean isTrial(JsonNode owner) {
    return Json.text(owner, "kind").equals("Trial")
        && Json.text(owner, "apiVersion").startsWith("kubeflow.org/");
  }

  private static Optional<JsonNode> controller(ObjectNode object) {
    return Json.at(object, "metadata", "ownerReferences")
        .valueStream()
        .filter(each -> each.path("controller").asBoolean(false))
        .findFirst();
  }

  private static Optional<ObjectNode> find(Admitting admitting, String namespace, JsonNode owner) {
    var version = Json.text(owner, "apiVersion");
    int slash = version.indexOf('/');
    var plural = Json.text(owner, "kind").toLowerCase(Locale.ROOT) + "s";
    return admitting.find(
        slash < 0 ? "" : version.substring(0, slash), plural, namespace, Json.text(owner, "name"));
  }

  private static void inject(Admitting admitting, ObjectNode trial, ObjectNode pod) {
    var name = Json.text(trial, "metadata", "name");
    var labels = Json.ensureObject(pod, "metadata", "labels");
    labels.put(ObservedTrial.LABEL, name);
    var experiment = Json.text(trial, "metadata", "labels", EXPERIMENT);
    if (!experiment.isEmpty()) {
      labels.put(EXPERIMENT, experiment);
    }
    var spec = Json.at(trial, "spec");
    var wanted = Json.strings(spec, "primaryPodLabels");
    Map<String, String> found = Json.strings(pod, "metadata", "labels");
    if (found.entrySet().containsAll(wanted.entrySet())) {
      primary(name, spec, Json.ensureObject(pod, "spec"));
      admitting
          .find(
              "kubeflow.org", "suggestions", Json.text(trial, "metadata", "namespace"), experiment)
          .ifPresent(each -> new Checkpoints(each, trial).inject(Json.ensureObject(pod, "spec")));
    }
  }

  private static void primary(String trial, JsonNode spec, ObjectNode pod) {
    named(pod, Json.text(spec, "primaryContainerName"))
        .ifPresent(
            container -> {
              variable(container, trial);
              collector(spec.path("metricsCollector"), trial, pod, container);
            });
  }

  /// A container by its name; found before any is added.
  static Optional<ObjectNode> named(ObjectNode pod, String name) {
    return pod.path("containers")
        .valueStream()
        .filter(each -> Json.text(each, "name").equals(name))
        .filter(ObjectNode.class::isInstance)
        .map(ObjectNode.class::cast)
        .findFirst();
  }

  private static void variable(ObjectNode container, String trial) {
    var all = list(container, "env");
    if (all.valueStream().noneMatch(each -> Json.text(each, "name").equals(VARIABLE))) {
      all.addObject().put("name", VARIABLE).put("value", trial);
    }
  }

  private static void collector(
      JsonNode given, String trial, ObjectNode pod, ObjectNode container) {
    var path = Json.text(given, "source", "fileSystemPath", "path");
    switch (Json.text(given, "collector", "kind")) {
      case "File" -> mount(pod, container, directory(path, "/var/log/katib/metrics.log"));
      case "TensorFlowEvent" ->
          mount(pod, container, path.isEmpty() ? "/var/log/katib/tfevent/" : path);
      case "Custom" -> custom(given, trial, pod, container);
      default -> {}
    }
  }

  private static String directory(String path, String standard) {
    var file = path.isEmpty() ? standard : path;
    return file.substring(0, Math.max(1, file.lastIndexOf('/')));
  }

  private static void custom(JsonNode given, String trial, ObjectNode pod, ObjectNode container) {
    var added = Json.at(given, "collector", "customCollector").deepCopy();
    if (!(added instanceof ObjectNode own)) {
      return;
    }
    variable(own, trial);
    var path = given.path("source").path("fileSystemPath");
    if (!Json.text(path, "path").isEmpty()) {
      var directory =
          Json.text(path, "kind").equals("Directory")
              ? Json.text(path, "path")
              : directory(Json.text(path, "path"), "");
      mount(pod, container, directory);
      mount(pod, own, directory);
    }
    pod.put("shareProcessNamespace", true);
    list(pod, "containers").add(own);
  }

  /// A directory of the pod's own, unless it mounts something there or above itself.
  private static void mount(ObjectNode pod, ObjectNode container, String directory) {
    var mounts = list(container, "volumeMounts");
    boolean mounted =
        mounts.valueStream().anyMatch(each -> within(directory, Json.text(each, "mountPath")));
    if (mounted) {
      return;
    }
    mounts.addObject().put("name", VOLUME).put("mountPath", directory);
    var volumes = list(pod, "volumes");
    if (volumes.valueStream().noneMatch(each -> Json.text(each, "name").equals(VOLUME))) {
      volumes.addObject().put("name", VOLUME).putObject("emptyDir");
    }
  }

  private static boolean within(String directory, String mount) {
    var above = mount.endsWith("/") ? mount : mount + "/";
    return !mount.isEmpty() && (directory + "/").startsWith(above);
  }

  private static ArrayNode list(ObjectNode node, String field) {
    return node.get(field) instanceof ArrayNode there ? there : node.putArray(field);
  }
}
