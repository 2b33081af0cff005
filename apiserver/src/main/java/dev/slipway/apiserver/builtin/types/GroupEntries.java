package dev.slipway.apiserver.builtin.types;

import java.util.List;

/// The named groups.
final class GroupEntries {
  private static final String ADMISSION = "admissionregistration.k8s.io";
  private static final String AUTHENTICATION = "authentication.k8s.io";
  private static final String AUTHORIZATION = "authorization.k8s.io";
  private static final String METRICS = "metrics.k8s.io";
  private static final String NETWORKING = "networking.k8s.io";
  private static final String RBAC = "rbac.authorization.k8s.io";
  private static final String STORAGE = "storage.k8s.io";
  private static final String EXTENSIONS = "api-extensions";

  private GroupEntries() {}

  static List<Entry> apps() {
    return List.of(
        v1("apps", "ControllerRevision", "controllerrevisions"),
        v1("apps", "DaemonSet", "daemonsets").shortNames("ds").inAll().status(),
        v1("apps", "Deployment", "deployments").shortNames("deploy").inAll().status().scale(),
        v1("apps", "ReplicaSet", "replicasets")
            .shortNames("rs")
            .inAll()
            .status()
            .scale()
            .field("status.replicas", "0"),
        v1("apps", "StatefulSet", "statefulsets").shortNames("sts").inAll().status().scale());
  }

  static List<Entry> authentication() {
    return List.of(
        v1(AUTHENTICATION, "SelfSubjectReview", "selfsubjectreviews").cluster().createOnly(),
        v1(AUTHENTICATION, "TokenReview", "tokenreviews").cluster().createOnly());
  }

  static List<Entry> authorization() {
    return List.of(
        v1(AUTHORIZATION, "LocalSubjectAccessReview", "localsubjectaccessreviews").createOnly(),
        v1(AUTHORIZATION, "SelfSubjectAccessReview", "selfsubjectaccessreviews")
            .cluster()
            .createOnly(),
        v1(AUTHORIZATION, "SelfSubjectRulesReview", "selfsubjectrulesreviews")
            .cluster()
            .createOnly(),
        v1(AUTHORIZATION, "SubjectAccessReview", "subjectaccessreviews").cluster().createOnly());
  }

  /// Both versions serve the same objects; the newer form is the stored one.
  static List<Entry> autoscaling() {
    String kind = "HorizontalPodAutoscaler";
    String plural = "horizontalpodautoscalers";
    return List.of(
        Entry.entry("autoscaling", "v2", kind, plural).shortNames("hpa").inAll().status(),
        v1("autoscaling", kind, plural)
            .shortNames("hpa")
            .inAll()
            .status()
            .storedAs("autoscaling", "v2", new AutoscalerConverter()));
  }

  static List<Entry> batch() {
    return List.of(
        v1("batch", "CronJob", "cronjobs").shortNames("cj").inAll().status(),
        v1("batch", "Job", "jobs").inAll().status().field("status.successful", "0"));
  }

  /// What is measured; nothing of it is stored.
  static List<Entry> metrics() {
    String types = "io.k8s.metrics.pkg.apis.metrics.v1beta1.";
    return List.of(
        Entry.entry(METRICS, "v1beta1", "NodeMetrics", "nodes")
            .ofType(types + "NodeMetrics")
            .cluster()
            .verbs("get", "list"),
        Entry.entry(METRICS, "v1beta1", "PodMetrics", "pods")
            .ofType(types + "PodMetrics")
            .verbs("get", "list"));
  }

  static List<Entry> networking() {
    return List.of(
        v1(NETWORKING, "IngressClass", "ingressclasses").cluster(),
        v1(NETWORKING, "Ingress", "ingresses").shortNames("ing").status(),
        v1(NETWORKING, "NetworkPolicy", "networkpolicies").shortNames("netpol"));
  }

  static List<Entry> policy() {
    return List.of(
        v1("policy", "PodDisruptionBudget", "poddisruptionbudgets").shortNames("pdb").status(),
        Entry.entry("policy", "v1beta1", "PodSecurityPolicy", "podsecuritypolicies")
            .cluster()
            .shortNames("psp"));
  }

  static List<Entry> rbac() {
    return List.of(
        v1(RBAC, "ClusterRoleBinding", "clusterrolebindings").cluster(),
        v1(RBAC, "ClusterRole", "clusterroles").cluster(),
        v1(RBAC, "RoleBinding", "rolebindings"),
        v1(RBAC, "Role", "roles"));
  }

  static List<Entry> storage() {
    return List.of(
        v1(STORAGE, "CSIDriver", "csidrivers").cluster(),
        v1(STORAGE, "CSINode", "csinodes").cluster(),
        v1(STORAGE, "CSIStorageCapacity", "csistoragecapacities"),
        v1(STORAGE, "StorageClass", "storageclasses").cluster().shortNames("sc"),
        v1(STORAGE, "VolumeAttachment", "volumeattachments").cluster().status());
  }

  static List<Entry> extension() {
    return List.of(
        v1(ADMISSION, "MutatingWebhookConfiguration", "mutatingwebhookconfigurations")
            .cluster()
            .categories(EXTENSIONS),
        v1(ADMISSION, "ValidatingAdmissionPolicy", "validatingadmissionpolicies")
            .cluster()
            .categories(EXTENSIONS)
            .status(),
        v1(ADMISSION, "ValidatingAdmissionPolicyBinding", "validatingadmissionpolicybindings")
            .cluster()
            .categories(EXTENSIONS),
        v1(ADMISSION, "ValidatingWebhookConfiguration", "validatingwebhookconfigurations")
            .cluster()
            .categories(EXTENSIONS),
        v1("apiextensions.k8s.io", "CustomResourceDefinition", "customresourcedefinitions")
            .cluster()
            .shortNames("crd", "crds")
            .categories(EXTENSIONS)
            .status());
  }

  static List<Entry> machinery() {
    return List.of(
        v1("scheduling.k8s.io", "PriorityClass", "priorityclasses").cluster().shortNames("pc"),
        v1("coordination.k8s.io", "Lease", "leases"),
        v1("node.k8s.io", "RuntimeClass", "runtimeclasses").cluster(),
        v1("discovery.k8s.io", "EndpointSlice", "endpointslices"));
  }

  private static Entry v1(String group, String kind, String plural) {
    return Entry.entry(group, "v1", kind, plural);
  }
}
