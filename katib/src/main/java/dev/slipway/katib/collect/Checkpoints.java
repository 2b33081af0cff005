package dev.slipway.katib.collect;

import dev.slipway.base.Json;
import dev.slipway.tuning.evolution.Population;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// The directory of checkpoints of a trial (`suggestion_trial_dir`, a setting of `pbt`): its own
/// part, `EXPERIMENT/TRIAL`, of the claim of its suggestion. A trial with a parent finds there,
/// when
/// its program begins, what the parent left.
///
/// Implementation note: Katib's service copies when it answers; here a container before the trial's
/// does, once for each trial, so that a pod that is made again goes on from its own files.
///
/// Source: `mutateSuggestionVolume` in pkg/webhook/v1beta1/pod/inject_webhook.go,
/// pkg/suggestion/v1beta1/pbt/service.py.
final class Checkpoints {
  private static final String SETTING = "suggestion_trial_dir";
  private static final String VOLUME = "suggestion-volume";
  private static final String ALL = "/var/lib/katib/checkpoints";
  private static final String IMAGE = "busybox";
  private static final String COPY =
      "cd \"$0\" && mkdir -p \"$1\" \"$2\" .copied && "
          + "{ [ -e .copied/\"$2\" ] || { cp -a \"$1\"/. \"$2\"/ && : > .copied/\"$2\"; }; }";

  private final ObjectNode suggestion;
  private final ObjectNode trial;

  Checkpoints(ObjectNode suggestion, ObjectNode trial) {
    this.suggestion = suggestion;
    this.trial = trial;
  }

  /// @param pod `spec` of the pod of the trial that reports
  void inject(ObjectNode pod) {
    String directory = directory();
    if (directory.isEmpty()) {
      return;
    }
    PodInjection.named(pod, Json.text(trial, "spec", "primaryContainerName"))
        .ifPresent(
            container -> {
              mount(container, directory, experiment() + "/" + name());
              volume(pod);
              parent(pod);
            });
  }

  private String directory() {
    for (var each : Json.at(suggestion, "spec", "algorithm", "algorithmSettings")) {
      if (Json.text(each, "name").equals(SETTING)) {
        return each.path("value").asString("");
      }
    }
    return "";
  }

  private String experiment() {
    return Json.text(suggestion, "metadata", "name");
  }

  private String name() {
    return Json.text(trial, "metadata", "name");
  }

  private static void mount(ObjectNode container, String directory, String part) {
    list(container, "volumeMounts")
        .addObject()
        .put("name", VOLUME)
        .put("mountPath", directory)
        .put("subPath", part);
  }

  private void volume(ObjectNode pod) {
    String claim = experiment() + "-" + Json.text(suggestion, "spec", "algorithm", "algorithmName");
    list(pod, "volumes")
        .addObject()
        .put("name", VOLUME)
        .putObject("persistentVolumeClaim")
        .put("claimName", claim);
  }

  private void parent(ObjectNode pod) {
    String parent = Json.text(trial, "metadata", "labels", Population.PARENT);
    if (parent.isEmpty()) {
      return;
    }
    ObjectNode copying = Json.object().put("name", "parent-checkpoint").put("image", IMAGE);
    copying.putArray("command").add("sh").add("-c").add(COPY).add(ALL).add(parent).add(name());
    mount(copying, ALL, experiment());
    ArrayNode first = Json.array().add(copying);
    for (JsonNode each : pod.path("initContainers")) {
      first.add(each);
    }
    pod.set("initContainers", first);
  }

  private static ArrayNode list(ObjectNode node, String field) {
    return node.get(field) instanceof ArrayNode there ? there : node.putArray(field);
  }
}
