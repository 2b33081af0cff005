package dev.slipway.controllers.batch;

import dev.slipway.control.Resource;
import java.util.Optional;
import java.util.OptionalInt;
import tools.jackson.databind.JsonNode;

/// `spec` of a Job, as its controller reads it.
///
/// @param completions empty for a work queue: done when a pod has succeeded and none runs
/// @param replacesFailedOnly whether a pod that is on its way out still holds its place
record JobSpec(
    int parallelism,
    OptionalInt completions,
    boolean indexed,
    long backoffLimit,
    OptionalInt backoffLimitPerIndex,
    OptionalInt maxFailedIndexes,
    boolean suspended,
    Optional<Long> activeDeadlineSeconds,
    Optional<FailurePolicy> failurePolicy,
    SuccessPolicy successPolicy,
    boolean replacesFailedOnly,
    boolean restartsOnFailure) {

  static JobSpec of(Resource job) {
    var spec = job.spec();
    var failures = spec.path("podFailurePolicy");
    return new JobSpec(
        spec.path("parallelism").asInt(1),
        number(spec.path("completions")),
        job.text("spec", "completionMode").equals("Indexed"),
        spec.path("backoffLimit").asLong(6),
        number(spec.path("backoffLimitPerIndex")),
        number(spec.path("maxFailedIndexes")),
        spec.path("suspend").asBoolean(false),
        spec.path("activeDeadlineSeconds").isNumber()
            ? Optional.of(spec.path("activeDeadlineSeconds").asLong())
            : Optional.empty(),
        failures.isObject() ? Optional.of(new FailurePolicy(failures)) : Optional.empty(),
        new SuccessPolicy(spec.path("successPolicy")),
        failures.isObject() || job.text("spec", "podReplacementPolicy").equals("Failed"),
        job.text("spec", "template", "spec", "restartPolicy").equals("OnFailure"));
  }

  private static OptionalInt number(JsonNode node) {
    return node.isNumber() ? OptionalInt.of(node.asInt()) : OptionalInt.empty();
  }

  /// One above the highest completion index.
  int end() {
    return completions.orElse(0);
  }
}
