package dev.slipway.apiserver.access.rbac;

import static dev.slipway.apiserver.access.rbac.RoleDraft.READ;
import static dev.slipway.apiserver.access.rbac.RoleDraft.READ_WRITE;
import static dev.slipway.apiserver.access.rbac.RoleDraft.WRITE;
import static dev.slipway.apiserver.access.rbac.RoleDraft.role;

import java.util.List;

/// The default ClusterRoles that people are given: what everyone may see, and the ladder of view,
/// edit, admin and cluster-admin.
///
/// The rights are those of Kubernetes 1.36 (kubernetes.io/docs/reference/access-authn-authz/rbac).
final class UserRoles {
  private static final String PROBES = "/healthz /livez /readyz /version /version/";

  private UserRoles() {}

  static List<RoleDraft> all() {
    return List.of(
        role("cluster-admin").allow("*", "*", "*").allowUrls("*", "*"),
        role("admin").collects(),
        role("edit").collects().joins("admin"),
        role("view").collects().joins("edit"),
        toAdmin(),
        toEdit(),
        toView(),
        role("system:discovery")
            .allowUrls("get", "/api /api/* /apis /apis/* /openapi /openapi/* " + PROBES),
        role("system:public-info-viewer").allowUrls("get", PROBES),
        role("system:basic-user")
            .allow(
                "create",
                "authorization.k8s.io",
                "selfsubjectaccessreviews selfsubjectrulesreviews")
            .allow("create", "authentication.k8s.io", "selfsubjectreviews"),
        role("system:monitoring")
            .allowUrls(
                "get",
                "/healthz /healthz/* /livez /livez/* /metrics /metrics/slis /readyz /readyz/*")
            .allowUrls("get", "/flagz")
            .allowUrls("get", "/statusz"),
        role("system:service-account-issuer-discovery")
            .allowUrls(
                "get",
                "/.well-known/openid-configuration /.well-known/openid-configuration/"
                    + " /openid/v1/jwks /openid/v1/jwks/"),
        role("system:auth-delegator")
            .allow("create", "authentication.k8s.io", "tokenreviews")
            .allow("create", "authorization.k8s.io", "subjectaccessreviews"));
  }

  private static RoleDraft toAdmin() {
    return role("system:aggregate-to-admin")
        .joins("admin")
        .allow("create", "authorization.k8s.io", "localsubjectaccessreviews")
        .allow(READ_WRITE, "rbac.authorization.k8s.io", "rolebindings roles");
  }

  private static RoleDraft toEdit() {
    String doors = "pods/attach pods/exec pods/portforward pods/proxy";
    return role("system:aggregate-to-edit")
        .joins("edit")
        .allow(READ, "core", doors + " secrets services/proxy")
        .allow("impersonate", "core", "serviceaccounts")
        .allow(WRITE, "core", "pods " + doors)
        .allow("create", "core", "pods/eviction")
        .allow(
            WRITE,
            "core",
            "configmaps events persistentvolumeclaims replicationcontrollers"
                + " replicationcontrollers/scale secrets serviceaccounts services services/proxy")
        .allow("create", "core", "serviceaccounts/token")
        .allow(
            WRITE,
            "apps",
            "daemonsets deployments deployments/rollback deployments/scale replicasets"
                + " replicasets/scale statefulsets statefulsets/scale")
        .allow(WRITE, "autoscaling", "horizontalpodautoscalers")
        .allow(WRITE, "batch", "cronjobs jobs")
        .allow(
            WRITE,
            "extensions",
            "daemonsets deployments deployments/rollback deployments/scale ingresses"
                + " networkpolicies replicasets replicasets/scale replicationcontrollers/scale")
        .allow(WRITE, "policy", "poddisruptionbudgets")
        .allow(WRITE, "networking.k8s.io", "ingresses networkpolicies")
        .allow(READ_WRITE, "coordination.k8s.io", "leases")
        .allow(WRITE, "resource.k8s.io", "resourceclaims resourceclaimtemplates");
  }

  private static RoleDraft toView() {
    return role("system:aggregate-to-view")
        .joins("view")
        .allow(
            READ,
            "core",
            "configmaps endpoints persistentvolumeclaims persistentvolumeclaims/status pods"
                + " replicationcontrollers replicationcontrollers/scale serviceaccounts services"
                + " services/status")
        .allow(
            READ,
            "core",
            "bindings events limitranges namespaces/status pods/log pods/status"
                + " replicationcontrollers/status resourcequotas resourcequotas/status")
        .allow(READ, "core", "namespaces")
        .allow(READ, "discovery.k8s.io", "endpointslices")
        .allow(
            READ,
            "apps",
            "controllerrevisions daemonsets daemonsets/status deployments deployments/scale"
                + " deployments/status replicasets replicasets/scale replicasets/status"
                + " statefulsets statefulsets/scale statefulsets/status")
        .allow(READ, "autoscaling", "horizontalpodautoscalers horizontalpodautoscalers/status")
        .allow(READ, "batch", "cronjobs cronjobs/status jobs jobs/status")
        .allow(
            READ,
            "extensions",
            "daemonsets daemonsets/status deployments deployments/scale deployments/status"
                + " ingresses ingresses/status networkpolicies replicasets replicasets/scale"
                + " replicasets/status replicationcontrollers/scale")
        .allow(READ, "policy", "poddisruptionbudgets poddisruptionbudgets/status")
        .allow(READ, "networking.k8s.io", "ingresses ingresses/status networkpolicies")
        .allow(
            READ, "resource.k8s.io", "resourceclaims resourceclaims/status resourceclaimtemplates");
  }
}
