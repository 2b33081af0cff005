package dev.slipway.api.trainer;

import dev.slipway.api.KindRules;
import dev.slipway.base.FieldPath;
import dev.slipway.base.Json;
import dev.slipway.base.Problem;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// A TrainJob before it is stored.
///
/// Source: `pkg/webhooks/trainjob_webhook.go` and the `Validate` of each plug-in of
/// `pkg/runtime/framework/plugins`. What may not be changed is said in the definition of the kind.
public final class TrainJobRules implements KindRules {
  private static final FieldPath SPEC = FieldPath.of("spec");

  private final InstantSource clock;

  TrainJobRules(InstantSource clock) {
    this.clock = clock;
  }

  @Override
  public String group() {
    return Trainer.GROUP;
  }

  @Override
  public String kind() {
    return "TrainJob";
  }

  @Override
  public void complete(Admitting admitting, ObjectNode object) {
    ObjectNode spec = Json.ensureObject(object, "spec");
    OldOverrides.lift(admitting, spec);
    for (JsonNode each : spec.path("runtimePatches")) {
      if (each instanceof ObjectNode patch) {
        time(patch, admitting);
      }
    }
  }

  /// A patch says when its manager last changed it.
  private void time(ObjectNode patch, Admitting admitting) {
    Optional<JsonNode> old =
        admitting
            .before()
            .map(before -> before.path("spec").path("runtimePatches"))
            .flatMap(patches -> byManager(patches, Json.text(patch, "manager")));
    String now = clock.instant().truncatedTo(ChronoUnit.SECONDS).toString();
    if (old.isEmpty()) {
      if (!patch.has("time")) {
        patch.put("time", now);
      }
      return;
    }
    boolean same = untimed(old.get()).equals(untimed(patch));
    patch.put("time", same ? old.get().path("time").asString(now) : now);
  }

  private static Optional<JsonNode> byManager(JsonNode patches, String manager) {
    for (JsonNode each : patches) {
      if (Json.text(each, "manager").equals(manager)) {
        return Optional.of(each);
      }
    }
    return Optional.empty();
  }

  private static JsonNode untimed(JsonNode patch) {
    JsonNode copy = patch.deepCopy();
    ((ObjectNode) copy).remove("time");
    return copy;
  }

  @Override
  public List<Problem> judge(Admitting admitting, ObjectNode object) {
    JsonNode reference = object.path("spec").path("runtimeRef");
    String kind = reference.path("kind").asString(Trainer.CLUSTER_RUNTIME);
    String group = reference.path("apiGroup").asString(Trainer.GROUP);
    boolean cluster = kind.equals(Trainer.CLUSTER_RUNTIME);
    if (!group.equals(Trainer.GROUP) || !(cluster || kind.equals(Trainer.RUNTIME))) {
      return List.of(
          Problem.invalid(
              SPEC.field("runtimeRef"), kind, "unsupported runtime: " + kind + "." + group));
    }
    String name = Json.text(reference, "name");
    var runtime =
        admitting.find(
            Trainer.GROUP,
            kind.toLowerCase(Locale.ROOT) + "s",
            cluster ? "" : Json.text(object, "metadata", "namespace"),
            name);
    if (runtime.isEmpty()) {
      return admitting.before().isPresent() ? List.of() : List.of(missing(reference, kind, name));
    }
    String told = cluster ? RuntimeRules.deprecation(runtime.get(), "Referenced " + kind) : "";
    if (!told.isEmpty()) {
      admitting.warnings().accept(told);
    }
    return new NewTrainJob(admitting, object, runtime.get()).problems();
  }

  private static Problem missing(JsonNode reference, String kind, String name) {
    String words = Character.toLowerCase(kind.charAt(0)) + kind.substring(1);
    return Problem.invalid(
        SPEC.field("runtimeRef"),
        reference,
        kind
            + "."
            + Trainer.GROUP
            + " \""
            + name
            + "\" not found: specified "
            + words
            + " must be created before the TrainJob is created");
  }
}
