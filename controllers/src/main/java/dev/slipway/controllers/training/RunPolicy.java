package dev.slipway.controllers.training;

import dev.slipway.base.Json;
import java.time.Duration;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/// How a job runs, ends and is cleaned up, whatever it trains.
///
/// @param clean `None`, `Running` or `All`
/// @param deadline how long it may run, from its start
/// @param backoffLimit how often its replicas may be restarted, all together
/// @param managedBy empty or the operator itself for this controller
/// @param minAvailable how many pods must fit before any starts; absent: all
record RunPolicy(
    String clean,
    Optional<Duration> timeToLive,
    Optional<Duration> deadline,
    Optional<Integer> backoffLimit,
    boolean suspend,
    String managedBy,
    Optional<Integer> minAvailable) {
  private static final String OPERATOR = "kubeflow.org/training-operator";

  static RunPolicy of(JsonNode policy) {
    return new RunPolicy(
        Json.text(policy, "cleanPodPolicy"),
        seconds(policy.path("ttlSecondsAfterFinished")),
        seconds(policy.path("activeDeadlineSeconds")),
        number(policy.path("backoffLimit")),
        policy.path("suspend").asBoolean(false),
        Json.text(policy, "managedBy"),
        number(policy.path("schedulingPolicy").path("minAvailable")));
  }

  private static Optional<Integer> number(JsonNode node) {
    return node.isNumber() ? Optional.of(node.asInt()) : Optional.empty();
  }

  private static Optional<Duration> seconds(JsonNode node) {
    return node.isNumber() ? Optional.of(Duration.ofSeconds(node.asLong())) : Optional.empty();
  }

  /// Whether another controller acts on the job.
  boolean managedElsewhere() {
    return !managedBy.isEmpty() && !managedBy.equals(OPERATOR);
  }
}
