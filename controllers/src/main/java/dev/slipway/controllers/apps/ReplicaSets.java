package dev.slipway.controllers.apps;

import dev.slipway.base.Json;
import dev.slipway.control.Resource;
import java.util.Collection;
import java.util.Comparator;
import tools.jackson.databind.node.ObjectNode;

/// What a Deployment reads of its ReplicaSets.
final class ReplicaSets {
  static final String HASH_LABEL = "pod-template-hash";
  static final String REVISION = "deployment.kubernetes.io/revision";
  static final String REVISION_HISTORY = "deployment.kubernetes.io/revision-history";
  static final String DESIRED = "deployment.kubernetes.io/desired-replicas";
  static final String MAX = "deployment.kubernetes.io/max-replicas";

  static final Comparator<Resource> OLDEST_FIRST =
      Comparator.comparing(Resource::created).thenComparing(Resource::name);
  static final Comparator<Resource> NEWEST_FIRST =
      Comparator.comparing(Resource::created).reversed().thenComparing(Resource::name);

  private ReplicaSets() {}

  /// `spec.replicas`, 1 where absent.
  static int wanted(Resource workload) {
    return workload.spec().path("replicas").asInt(1);
  }

  static int available(Resource workload) {
    return workload.status().path("availableReplicas").asInt(0);
  }

  static int ready(Resource workload) {
    return workload.status().path("readyReplicas").asInt(0);
  }

  static int running(Resource workload) {
    return workload.status().path("replicas").asInt(0);
  }

  static int wanted(Collection<Resource> sets) {
    return sets.stream().mapToInt(ReplicaSets::wanted).sum();
  }

  static int available(Collection<Resource> sets) {
    return sets.stream().mapToInt(ReplicaSets::available).sum();
  }

  /// The number in the revision annotation; 0 where there is none.
  static long revision(Resource set) {
    try {
      return Long.parseLong(set.annotation(REVISION));
    } catch (NumberFormatException _) {
      return 0;
    }
  }

  /// The template without what the Deployment added to it.
  static ObjectNode template(Resource set) {
    ObjectNode template =
        set.spec().path("template") instanceof ObjectNode found ? found.deepCopy() : Json.object();
    if (Json.at(template, "metadata", "labels") instanceof ObjectNode labels) {
      labels.remove(HASH_LABEL);
    }
    return template;
  }

  static boolean sameTemplate(Resource set, ObjectNode wanted) {
    return template(set).equals(wanted);
  }
}
