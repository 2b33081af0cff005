package dev.slipway.controllers.katib;

import dev.slipway.api.katib.Katib;
import dev.slipway.base.Json;
import dev.slipway.control.Kinds;
import dev.slipway.control.Observed;
import dev.slipway.control.Plan;
import dev.slipway.control.Resource;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// An algorithm that `katib-config` names: a service that runs already (`endpoint`), or a container
/// (`image`) that gets a Deployment and a Service of its own, as long as the suggestion is at work.
///
/// Source: `pkg/controller.v1beta1/suggestion/composer/composer.go`.
final class ForeignAlgorithm {
  private static final int PORT = 6789;

  private final Resource suggestion;
  private final Observed observed;
  private final JsonNode entry;
  private final String name;

  ForeignAlgorithm(Resource suggestion, Observed observed, JsonNode entry, Plan plan) {
    this.suggestion = suggestion;
    this.observed = observed;
    this.entry = entry;
    this.name = suggestion.name() + "-" + Json.text(entry, "algorithmName");
    if (!runsAlready()) {
      plan.keep(Kinds.SERVICE, service());
      plan.keep(Kinds.DEPLOYMENT, deployment());
    }
  }

  private boolean runsAlready() {
    return !Json.text(entry, "endpoint").isEmpty();
  }

  boolean isReady() {
    return runsAlready()
        || observed
            .child(Kinds.DEPLOYMENT, name)
            .filter(each -> each.isTrue("Available"))
            .isPresent();
  }

  /// `HOST:PORT`.
  String endpoint() {
    if (runsAlready()) {
      return Json.text(entry, "endpoint");
    }
    String address =
        observed
            .child(Kinds.SERVICE, name)
            .map(each -> each.text("spec", "clusterIP"))
            .filter(each -> !each.isEmpty() && !each.equals("None"))
            .orElse(name + "." + suggestion.namespace());
    return address + ":" + PORT;
  }

  private Map<String, String> labels() {
    return Map.of(
        "katib.kubeflow.org/deployment",
        name,
        Katib.EXPERIMENT_LABEL,
        suggestion.name(),
        "katib.kubeflow.org/suggestion",
        suggestion.name());
  }

  private static void write(ObjectNode holder, String field, Map<String, String> labels) {
    ObjectNode written = holder.putObject(field);
    labels.entrySet().stream()
        .sorted(Map.Entry.comparingByKey())
        .forEach(each -> written.put(each.getKey(), each.getValue()));
  }

  private ObjectNode service() {
    ObjectNode service = Json.object();
    write(service.putObject("metadata").put("name", name), "labels", labels());
    ObjectNode spec = service.putObject("spec").put("type", "ClusterIP");
    write(spec, "selector", labels());
    spec.putArray("ports").addObject().put("name", "suggestion-api").put("port", PORT);
    return service;
  }

  private ObjectNode deployment() {
    ObjectNode deployment = Json.object();
    write(deployment.putObject("metadata").put("name", name), "labels", labels());
    ObjectNode spec = deployment.putObject("spec").put("replicas", 1);
    write(spec.putObject("selector"), "matchLabels", labels());
    ObjectNode template = spec.putObject("template");
    ObjectNode metadata = template.putObject("metadata");
    write(metadata, "labels", labels());
    metadata.putObject("annotations").put("sidecar.istio.io/inject", "false");
    ObjectNode pod = template.putObject("spec");
    String account = Json.text(entry, "serviceAccountName");
    if (!account.isEmpty()) {
      pod.put("serviceAccountName", account);
    }
    ObjectNode container = container();
    pod.putArray("containers").add(container);
    var volume = new SuggestionVolume(suggestion, entry);
    if (volume.isWanted()) {
      mount(volume, pod, container);
    }
    return deployment;
  }

  private void mount(SuggestionVolume volume, ObjectNode pod, ObjectNode container) {
    pod.putArray("volumes")
        .addObject()
        .put("name", SuggestionVolume.VOLUME)
        .putObject("persistentVolumeClaim")
        .put("claimName", volume.name());
    if (container.path("volumeMounts").valueStream().noneMatch(ForeignAlgorithm::isMount)) {
      String path = Json.text(entry, "volumeMountPath");
      container
          .withArray("volumeMounts")
          .addObject()
          .put("name", SuggestionVolume.VOLUME)
          .put("mountPath", path.isEmpty() ? "/opt/katib/data" : path);
    }
  }

  private static boolean isMount(JsonNode mount) {
    return Json.text(mount, "name").equals(SuggestionVolume.VOLUME);
  }

  private ObjectNode container() {
    ObjectNode container = Json.object();
    entry
        .properties()
        .forEach(
            each -> {
              if (!isOfKatib(each.getKey())) {
                container.set(each.getKey(), each.getValue().deepCopy());
              }
            });
    if (Json.text(container, "name").isEmpty()) {
      container.put("name", "suggestion");
    }
    if (container.path("ports").isEmpty()) {
      container
          .putArray("ports")
          .addObject()
          .put("name", "suggestion-api")
          .put("containerPort", PORT);
    }
    return container;
  }

  private static boolean isOfKatib(String field) {
    return switch (field) {
      case "algorithmName",
          "serviceAccountName",
          "volumeMountPath",
          "persistentVolumeClaimSpec",
          "persistentVolumeSpec",
          "persistentVolumeLabels" ->
          true;
      default -> false;
    };
  }
}
