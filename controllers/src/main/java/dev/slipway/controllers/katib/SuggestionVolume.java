package dev.slipway.controllers.katib;

import dev.slipway.api.katib.Katib;
import dev.slipway.base.Json;
import dev.slipway.control.Kinds;
import dev.slipway.control.Observed;
import dev.slipway.control.Plan;
import dev.slipway.control.Resource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// The claim of a suggestion that resumes from a volume, or whose trials go on from each other's
/// checkpoints (`suggestion_trial_dir`). It stays when the experiment has ended, and goes with the
/// Suggestion.
///
/// Source: `DesiredVolume` in `pkg/controller.v1beta1/suggestion/composer/composer.go`, defaults in
/// `pkg/apis/config/v1beta1/defaults.go`; `pbt` in the shipped `katib-config`.
final class SuggestionVolume {
  /// Of the volume in pods, as Katib calls it.
  static final String VOLUME = "suggestion-volume";

  private static final String CHECKPOINTS = "suggestion_trial_dir";

  private final Resource suggestion;
  private final JsonNode entry;

  /// @param entry what `katib-config` says of the algorithm; may be missing
  SuggestionVolume(Resource suggestion, JsonNode entry) {
    this.suggestion = suggestion;
    this.entry = entry;
  }

  boolean isWanted() {
    return suggestion.text("spec", "resumePolicy").equals(Katib.FROM_VOLUME)
        || !Studies.settings(suggestion.spec().path("algorithm"))
            .getOrDefault(CHECKPOINTS, "")
            .isEmpty();
  }

  String name() {
    return suggestion.name() + "-" + algorithm();
  }

  private String algorithm() {
    return suggestion.text("spec", "algorithm", "algorithmName");
  }

  void plan(Observed observed, Plan plan) {
    if (isWanted() && observed.child(Kinds.CLAIM, name()).isEmpty()) {
      if (entry.path("persistentVolumeSpec").isObject()) {
        plan.keepUnowned(Kinds.PERSISTENT_VOLUME, volume());
      }
      plan.create(Kinds.CLAIM, claim());
    }
  }

  private ObjectNode claim() {
    ObjectNode claim = Json.object();
    claim.putObject("metadata").put("name", name()).put("namespace", suggestion.namespace());
    boolean shared = algorithm().equals("pbt");
    ObjectNode spec = Json.ensureObject(claim, "spec");
    if (entry.path("persistentVolumeClaimSpec") instanceof ObjectNode given) {
      spec.setAll(given.deepCopy());
    }
    if (spec.path("accessModes").isEmpty()) {
      spec.putArray("accessModes").add(shared ? "ReadWriteMany" : "ReadWriteOnce");
    }
    ObjectNode requests = Json.ensureObject(spec, "resources", "requests");
    if (!requests.has("storage")) {
      requests.put("storage", shared ? "5Gi" : "1Gi");
    }
    return claim;
  }

  private ObjectNode volume() {
    ObjectNode volume = Json.object();
    ObjectNode metadata = volume.putObject("metadata");
    metadata.put("name", name() + "-" + suggestion.namespace());
    if (entry.path("persistentVolumeLabels") instanceof ObjectNode labels) {
      metadata.set("labels", labels.deepCopy());
    }
    ObjectNode spec = volume.putObject("spec");
    if (entry.path("persistentVolumeSpec") instanceof ObjectNode given) {
      spec.setAll(given.deepCopy());
    }
    spec.put("persistentVolumeReclaimPolicy", "Delete");
    return volume;
  }
}
