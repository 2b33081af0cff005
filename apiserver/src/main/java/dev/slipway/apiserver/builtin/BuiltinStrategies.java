package dev.slipway.apiserver.builtin;

import dev.slipway.apiserver.builtin.apps.AppsStrategies;
import dev.slipway.apiserver.builtin.autoscaling.AutoscalingStrategies;
import dev.slipway.apiserver.builtin.batch.BatchStrategies;
import dev.slipway.apiserver.builtin.cluster.ClusterKinds;
import dev.slipway.apiserver.builtin.core.CoreStrategies;
import dev.slipway.apiserver.builtin.networking.DiscoveryStrategies;
import dev.slipway.apiserver.builtin.networking.NetworkingStrategies;
import dev.slipway.apiserver.builtin.policy.PolicyStrategies;
import dev.slipway.apiserver.builtin.rbac.RbacStrategies;
import dev.slipway.apiserver.builtin.storage.StorageStrategies;
import dev.slipway.apiserver.resource.GroupVersionKind;
import dev.slipway.apiserver.resource.Strategy;
import java.util.HashMap;
import java.util.Map;
import tools.jackson.databind.node.ObjectNode;

/// Defaults and rules of each of Kubernetes' own kinds.
///
/// A new object has its name, namespace and uid by the time its strategy prepares it: a job's
/// selector is made from them.
public final class BuiltinStrategies {
  /// Kinds upstream neither defaults nor judges; a status they have is written apart.
  private static final Strategy PLAIN =
      new KindStrategy() {
        @Override
        protected boolean hasStatus() {
          return false;
        }

        @Override
        protected void keep(ObjectNode object, ObjectNode old) {
          copy(STATUS, old, object);
        }
      };

  private static final Map<String, Strategy> BY_KIND = new HashMap<>();

  static {
    add("/v1", CoreStrategies.byKind());
    add("/v1", StorageStrategies.coreKinds());
    add("/v1", PolicyStrategies.coreSpellings());
    add("apps/v1", AppsStrategies.byKind());
    add("batch/v1", BatchStrategies.byKind());
    add("autoscaling/v1", AutoscalingStrategies.byKind("v1"));
    add("autoscaling/v2", AutoscalingStrategies.byKind("v2"));
    add("networking.k8s.io/v1", NetworkingStrategies.byKind());
    add("discovery.k8s.io/v1", DiscoveryStrategies.byKind());
    add("policy/v1", PolicyStrategies.byKind());
    add("policy/v1beta1", PolicyStrategies.byKind());
    add("rbac.authorization.k8s.io/v1", RbacStrategies.byKind());
    add("storage.k8s.io/v1", StorageStrategies.byKind());
    add("admissionregistration.k8s.io/v1", ClusterKinds.admission());
    add("coordination.k8s.io/v1", ClusterKinds.coordination());
    add("scheduling.k8s.io/v1", ClusterKinds.scheduling());
    add("node.k8s.io/v1", ClusterKinds.node());
    add("events.k8s.io/v1", ClusterKinds.events());
  }

  private BuiltinStrategies() {}

  /// The strategy of a kind in a version; one without rules where upstream has none.
  public static Strategy of(GroupVersionKind kind) {
    return BY_KIND.getOrDefault(kind.group() + "/" + kind.version() + "/" + kind.kind(), PLAIN);
  }

  private static void add(String groupVersion, Map<String, Strategy> strategies) {
    strategies.forEach((kind, strategy) -> BY_KIND.put(groupVersion + "/" + kind, strategy));
  }
}
