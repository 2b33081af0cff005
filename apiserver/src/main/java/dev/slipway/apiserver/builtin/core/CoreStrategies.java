package dev.slipway.apiserver.builtin.core;

import dev.slipway.apiserver.resource.Strategy;
import java.util.Map;

/// Behaviours of core/v1, by kind.
public final class CoreStrategies {
  private CoreStrategies() {}

  public static Map<String, Strategy> byKind() {
    return Map.ofEntries(
        Map.entry("Pod", new PodStrategy()),
        Map.entry("Service", new ServiceStrategy()),
        Map.entry("ConfigMap", new ConfigStrategies.ConfigMaps()),
        Map.entry("Secret", new ConfigStrategies.Secrets()),
        Map.entry("ServiceAccount", new ClusterStrategies.Plain()),
        Map.entry("Namespace", new ClusterStrategies.Namespaces()),
        Map.entry("Node", new ClusterStrategies.Nodes()),
        Map.entry("PodTemplate", new ClusterStrategies.PodTemplates()),
        Map.entry("Endpoints", new ClusterStrategies.EndpointsObjects()),
        Map.entry("Event", new EventStrategy(false)),
        Map.entry("ResourceQuota", new QuotaStrategies.ResourceQuotas()),
        Map.entry("LimitRange", new QuotaStrategies.LimitRanges()),
        Map.entry("ReplicationController", new ReplicationControllerStrategy()));
  }
}
