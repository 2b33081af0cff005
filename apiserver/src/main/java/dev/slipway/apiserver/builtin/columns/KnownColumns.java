package dev.slipway.apiserver.builtin.columns;

import dev.slipway.apiserver.resource.Column;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Columns by `group/Kind`; the same in every version.
public final class KnownColumns {
  private static final List<Column> PLAIN = Table.plain();
  private static final Map<String, List<Column>> BY_KIND = new HashMap<>();

  static {
    core();
    workloads();
    network();
    storage();
    cluster();
  }

  private KnownColumns() {}

  /// Name and creation time where upstream has no printer for the kind.
  public static List<Column> of(String group, String kind) {
    return BY_KIND.getOrDefault(group + "/" + kind, PLAIN);
  }

  private static void core() {
    BY_KIND.put("/Pod", PodColumns.pods());
    BY_KIND.put("/PodTemplate", PodColumns.templates());
    BY_KIND.put("/Namespace", CoreColumns.namespaces());
    BY_KIND.put("/Secret", CoreColumns.secrets());
    BY_KIND.put("/ConfigMap", CoreColumns.configMaps());
    BY_KIND.put("/ServiceAccount", CoreColumns.serviceAccounts());
    BY_KIND.put("/Node", CoreColumns.nodes());
    BY_KIND.put("/ResourceQuota", CoreColumns.resourceQuotas());
    BY_KIND.put("/ComponentStatus", CoreColumns.componentStatuses());
    BY_KIND.put("/Event", EventColumns.events());
    BY_KIND.put("events.k8s.io/Event", EventColumns.events());
  }

  private static void workloads() {
    BY_KIND.put("/ReplicationController", WorkloadColumns.replicationControllers());
    BY_KIND.put("apps/Deployment", WorkloadColumns.deployments());
    BY_KIND.put("apps/ReplicaSet", WorkloadColumns.replicaSets());
    BY_KIND.put("apps/StatefulSet", WorkloadColumns.statefulSets());
    BY_KIND.put("apps/DaemonSet", WorkloadColumns.daemonSets());
    BY_KIND.put("apps/ControllerRevision", WorkloadColumns.controllerRevisions());
    BY_KIND.put("batch/Job", WorkloadColumns.jobs());
    BY_KIND.put("batch/CronJob", WorkloadColumns.cronJobs());
    BY_KIND.put("autoscaling/HorizontalPodAutoscaler", AutoscalerColumns.autoscalers());
    BY_KIND.put("policy/PodDisruptionBudget", AutoscalerColumns.disruptionBudgets());
  }

  private static void network() {
    BY_KIND.put("/Service", NetworkColumns.services());
    BY_KIND.put("/Endpoints", NetworkColumns.endpoints());
    BY_KIND.put("discovery.k8s.io/EndpointSlice", NetworkColumns.endpointSlices());
    BY_KIND.put("networking.k8s.io/Ingress", NetworkColumns.ingresses());
    BY_KIND.put("networking.k8s.io/IngressClass", NetworkColumns.ingressClasses());
    BY_KIND.put("networking.k8s.io/NetworkPolicy", NetworkColumns.networkPolicies());
    BY_KIND.put("networking.k8s.io/ServiceCIDR", NetworkColumns.serviceCidrs());
  }

  private static void storage() {
    BY_KIND.put("/PersistentVolume", StorageColumns.volumes());
    BY_KIND.put("/PersistentVolumeClaim", StorageColumns.claims());
    BY_KIND.put("storage.k8s.io/StorageClass", StorageColumns.storageClasses());
    BY_KIND.put("storage.k8s.io/VolumeAttributesClass", StorageColumns.attributesClasses());
    BY_KIND.put("storage.k8s.io/VolumeAttachment", StorageColumns.attachments());
    BY_KIND.put("storage.k8s.io/CSINode", StorageColumns.csiNodes());
    BY_KIND.put("storage.k8s.io/CSIDriver", StorageColumns.csiDrivers());
    BY_KIND.put("storage.k8s.io/CSIStorageCapacity", StorageColumns.csiCapacities());
  }

  private static void cluster() {
    String admission = "admissionregistration.k8s.io/";
    BY_KIND.put("rbac.authorization.k8s.io/RoleBinding", ClusterColumns.bindings());
    BY_KIND.put("rbac.authorization.k8s.io/ClusterRoleBinding", ClusterColumns.bindings());
    BY_KIND.put("coordination.k8s.io/Lease", ClusterColumns.leases());
    BY_KIND.put("coordination.k8s.io/LeaseCandidate", ClusterColumns.leaseCandidates());
    BY_KIND.put("scheduling.k8s.io/PriorityClass", ClusterColumns.priorityClasses());
    BY_KIND.put("node.k8s.io/RuntimeClass", ClusterColumns.runtimeClasses());
    BY_KIND.put(admission + "ValidatingWebhookConfiguration", ClusterColumns.webhooks());
    BY_KIND.put(admission + "MutatingWebhookConfiguration", ClusterColumns.webhooks());
    BY_KIND.put(admission + "ValidatingAdmissionPolicy", ClusterColumns.validatingPolicies());
    BY_KIND.put(admission + "ValidatingAdmissionPolicyBinding", ClusterColumns.policyBindings());
    BY_KIND.put(admission + "MutatingAdmissionPolicy", ClusterColumns.mutatingPolicies());
    BY_KIND.put(admission + "MutatingAdmissionPolicyBinding", ClusterColumns.policyBindings());
    BY_KIND.put("certificates.k8s.io/CertificateSigningRequest", ClusterColumns.signingRequests());
    BY_KIND.put("flowcontrol.apiserver.k8s.io/FlowSchema", ClusterColumns.flowSchemas());
    BY_KIND.put(
        "flowcontrol.apiserver.k8s.io/PriorityLevelConfiguration", ClusterColumns.priorityLevels());
    BY_KIND.put("policy/PodSecurityPolicy", ClusterColumns.podSecurityPolicies());
    BY_KIND.put("apiregistration.k8s.io/APIService", ClusterColumns.apiServices());
  }
}
