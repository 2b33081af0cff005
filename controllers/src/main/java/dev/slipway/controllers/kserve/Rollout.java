package dev.slipway.controllers.kserve;

import dev.slipway.base.Json;
import dev.slipway.control.Kinds;
import dev.slipway.control.Observed;
import dev.slipway.control.Resource;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.node.ObjectNode;

/// How a predictor's Deployment gets to a new template.
///
/// Without `canaryTrafficPercent` its pods are replaced in a rolling update. With it, they stay,
/// and
/// the new template runs beside them as `NAME-canary` with that share of the requests. Once the
/// share is 100 or is not said any more, the pods are replaced while the canary, if it runs the
/// same,
/// takes all requests; then it goes.
///
/// @param name of the Deployment that stays
/// @param stable the template it has
/// @param stableSum what tells that template from others
/// @param next the template beside it; empty where there is none
/// @param nextSum what tells that one from others
/// @param percent the share of the requests that goes to `next`
/// @param shares the Services requests go to
record Rollout(
    String name,
    ObjectNode stable,
    String stableSum,
    Optional<ObjectNode> next,
    String nextSum,
    int percent,
    List<StandardRoute.Share> shares) {
  private static final String MARK = "slipway.dev/template";

  Rollout {
    shares = List.copyOf(shares);
  }

  /// @param wanted the template the service asks for
  static Rollout of(Component predictor, ObjectNode wanted, Observed observed) {
    String name = predictor.name();
    Optional<Resource> there = observed.child(Kinds.DEPLOYMENT, name);
    String sum = Desired.sum(wanted);
    String running = there.map(it -> it.annotation(MARK)).orElse("");
    boolean differs = !running.isEmpty() && !running.equals(sum);
    int percent = predictor.canaryPercent().orElse(100);
    if (differs && percent < 100) {
      ObjectNode kept = (ObjectNode) there.orElseThrow().at("spec", "template").deepCopy();
      int given = available(observed, nextName(name)) ? percent : 0;
      return new Rollout(
          name, kept, running, Optional.of(wanted), sum, percent, split(name, given));
    }
    boolean stillServes =
        available(observed, nextName(name))
            && observed
                .child(Kinds.DEPLOYMENT, nextName(name))
                .map(it -> it.annotation(MARK).equals(sum))
                .orElse(false);
    if (stillServes && (differs || !complete(there))) {
      return new Rollout(name, wanted, sum, Optional.of(wanted), sum, 100, split(name, 100));
    }
    return new Rollout(
        name, wanted, sum, Optional.empty(), "", 0, List.of(new StandardRoute.Share(name, 100)));
  }

  private static List<StandardRoute.Share> split(String name, int percent) {
    return List.of(
        new StandardRoute.Share(nextName(name), percent),
        new StandardRoute.Share(name, 100 - percent));
  }

  static String nextName(String name) {
    return name + "-canary";
  }

  Component nextOf(Component predictor) {
    return predictor.withName(nextName(predictor.name()));
  }

  /// Marks a Deployment with what tells its template from others.
  static ObjectNode mark(ObjectNode deployment, String sum) {
    Json.ensureObject(deployment, "metadata", "annotations").put(MARK, sum);
    return deployment;
  }

  /// Whether a Deployment has a pod that takes requests.
  static boolean available(Observed observed, String name) {
    return observed
        .child(Kinds.DEPLOYMENT, name)
        .map(it -> it.at("status", "availableReplicas").asInt(0) > 0)
        .orElse(false);
  }

  private static boolean complete(Optional<Resource> deployment) {
    if (deployment.isEmpty()) {
      return false;
    }
    Resource found = deployment.get();
    int replicas = found.at("status", "replicas").asInt(0);
    return found.at("status", "observedGeneration").asLong(0) >= found.generation()
        && replicas > 0
        && found.at("status", "updatedReplicas").asInt(0) == replicas
        && found.at("status", "availableReplicas").asInt(0) == replicas;
  }
}
