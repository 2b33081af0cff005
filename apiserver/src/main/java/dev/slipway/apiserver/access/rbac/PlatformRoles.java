package dev.slipway.apiserver.access.rbac;

import static dev.slipway.apiserver.access.rbac.RoleDraft.READ;
import static dev.slipway.apiserver.access.rbac.RoleDraft.WRITE;
import static dev.slipway.apiserver.access.rbac.RoleDraft.role;

import java.util.List;

/// What `view`, `edit` and `admin` mean for the kinds of the AI platform, which on a cluster each
/// product's own installation would add.
final class PlatformRoles {
  private static final String GROUPS =
      """
      serving.kserve.io serving.knative.dev autoscaling.internal.knative.dev \
      networking.internal.knative.dev kubeflow.org trainer.kubeflow.org ray.io keda.sh \
      eventing.keda.sh machinelearning.seldon.io mlops.seldon.io monitoring.coreos.com\
      """;

  private PlatformRoles() {}

  static List<RoleDraft> all() {
    return List.of(
        role("system:aggregated-metrics-reader") // as metrics-server's installation has it
            .joins("view")
            .allow(READ, "metrics.k8s.io", "nodes pods"),
        role("slipway:aggregate-to-view").joins("view").allow(READ, GROUPS, "*"),
        role("slipway:aggregate-to-edit").joins("edit").allow(WRITE, GROUPS, "*"),
        role("slipway:aggregate-to-admin").joins("admin").allow("*", GROUPS, "*"));
  }
}
