package dev.slipway.apiserver.access.rbac;

import static dev.slipway.apiserver.access.rbac.RoleDraft.READ;
import static dev.slipway.apiserver.access.rbac.RoleDraft.READ_WRITE;
import static dev.slipway.apiserver.access.rbac.RoleDraft.role;

import java.util.List;

/// The default ClusterRoles of the parts of a cluster: controllers, scheduler, nodes, DNS. Nothing
/// here runs as them, but tools look for them and people bind to them.
///
/// The rights are those of Kubernetes 1.36 (kubernetes.io/docs/reference/access-authn-authz/rbac).
final class ComponentRoles {
  private static final String SIGNERS = "certificates.k8s.io";

  private ComponentRoles() {}

  static List<RoleDraft> all() {
    return List.of(
        controllerManager(),
        scheduler(),
        volumeScheduler(),
        node(),
        nodeProxier(),
        kubeletAdmin(),
        provisioner(),
        role("system:heapster")
            .allow(READ, "core", "events namespaces nodes pods")
            .allow(READ, "extensions", "deployments"),
        role("system:kube-aggregator").allow(READ, "core", "endpoints services"),
        role("system:kube-dns").allow("list watch", "core", "endpoints services"),
        role("system:node-problem-detector")
            .allow("get", "core", "nodes")
            .allow("patch", "core", "nodes/status")
            .allowEvents(),
        role("system:node-bootstrapper")
            .allow("create get list watch", SIGNERS, "certificatesigningrequests"),
        signing("nodeclient"),
        signing("selfnodeclient"),
        approver("kube-apiserver-client"),
        approver("kube-apiserver-client-kubelet"),
        approver("kubelet-serving"),
        approver("legacy-unknown"));
  }

  private static RoleDraft signing(String subresource) {
    return role("system:certificates.k8s.io:certificatesigningrequests:" + subresource)
        .allow("create", SIGNERS, "certificatesigningrequests/" + subresource);
  }

  private static RoleDraft approver(String signer) {
    return role("system:certificates.k8s.io:" + signer + "-approver")
        .allowNamed("approve", SIGNERS, "signers", "kubernetes.io/" + signer);
  }

  private static RoleDraft controllerManager() {
    return role("system:kube-controller-manager")
        .allowEvents()
        .allow("create", "coordination.k8s.io", "leases")
        .allowNamed("get update", "coordination.k8s.io", "leases", "kube-controller-manager")
        .allow("create", "core", "secrets serviceaccounts")
        .allow("delete", "core", "secrets")
        .allow("get", "core", "configmaps namespaces secrets serviceaccounts")
        .allow("update", "core", "secrets serviceaccounts")
        .allow("create", "authentication.k8s.io", "tokenreviews")
        .allow("create", "authorization.k8s.io", "subjectaccessreviews")
        .allow("list watch", "*", "*")
        .allow("create", "core", "serviceaccounts/token");
  }

  private static RoleDraft scheduler() {
    return role("system:kube-scheduler")
        .allowEvents()
        .allow("create", "coordination.k8s.io", "leases")
        .allowNamed("get list update watch", "coordination.k8s.io", "leases", "kube-scheduler")
        .allow(READ_WRITE, "coordination.k8s.io", "leasecandidates")
        .allow(READ, "core", "nodes")
        .allow("delete get list watch", "core", "pods")
        .allow("create", "core", "bindings pods/binding")
        .allow("patch update", "core", "pods/status")
        .allow(READ, "core", "replicationcontrollers services")
        .allow(READ, "apps extensions", "replicasets")
        .allow(READ, "apps", "statefulsets")
        .allow(READ, "policy", "poddisruptionbudgets")
        .allow(READ, "core", "persistentvolumeclaims persistentvolumes")
        .allow("create", "authentication.k8s.io", "tokenreviews")
        .allow("create", "authorization.k8s.io", "subjectaccessreviews")
        .allow(READ, "storage.k8s.io", "csinodes")
        .allow(READ, "storage.k8s.io", "volumeattachments")
        .allow(READ, "core", "namespaces")
        .allow(READ, "storage.k8s.io", "csidrivers")
        .allow(READ, "storage.k8s.io", "csistoragecapacities");
  }

  private static RoleDraft volumeScheduler() {
    return role("system:volume-scheduler")
        .allow("get list patch update watch", "core", "persistentvolumes")
        .allow(READ, "storage.k8s.io", "storageclasses")
        .allow("get list patch update watch", "core", "persistentvolumeclaims");
  }

  private static RoleDraft node() {
    return role("system:node")
        .allow("create", "authentication.k8s.io", "tokenreviews")
        .allow("create", "authorization.k8s.io", "localsubjectaccessreviews subjectaccessreviews")
        .allow(READ, "core", "services")
        .allow("create get list watch", "core", "nodes")
        .allow("patch update", "core", "nodes/status")
        .allow("patch update", "core", "nodes")
        .allow("create patch update", "core", "events")
        .allow(READ, "core", "pods")
        .allow("create delete", "core", "pods")
        .allow("patch update", "core", "pods/status")
        .allow("create", "core", "pods/eviction")
        .allow(READ, "core", "configmaps secrets")
        .allow("get", "core", "persistentvolumeclaims persistentvolumes")
        .allow("get", "core", "endpoints")
        .allow("create get list watch", SIGNERS, "certificatesigningrequests")
        .allow("create delete get patch update", "coordination.k8s.io", "leases")
        .allow("get", "storage.k8s.io", "volumeattachments")
        .allow("create", "core", "serviceaccounts/token")
        .allow("get patch update", "core", "persistentvolumeclaims/status")
        .allow(READ, "storage.k8s.io", "csidrivers")
        .allow("create delete get patch update", "storage.k8s.io", "csinodes")
        .allow(READ, "node.k8s.io", "runtimeclasses")
        .allow("get", "core", "serviceaccounts");
  }

  private static RoleDraft nodeProxier() {
    return role("system:node-proxier")
        .allow("list watch", "core", "endpoints services")
        .allow(READ, "core", "nodes")
        .allowEvents()
        .allow("list watch", "networking.k8s.io", "servicecidrs")
        .allow("list watch", "discovery.k8s.io", "endpointslices");
  }

  private static RoleDraft kubeletAdmin() {
    return role("system:kubelet-api-admin")
        .allow(READ, "core", "nodes")
        .allow("proxy", "core", "nodes")
        .allow("*", "core", "nodes/log nodes/metrics nodes/proxy nodes/stats")
        .allow("*", "core", "nodes/configz nodes/healthz nodes/pods");
  }

  private static RoleDraft provisioner() {
    return role("system:persistent-volume-provisioner")
        .allow("create delete get list watch", "core", "persistentvolumes")
        .allow("get list update watch", "core", "persistentvolumeclaims")
        .allow(READ, "storage.k8s.io", "storageclasses")
        .allow("watch", "core", "events")
        .allowEvents();
  }
}
