/// Role-based access control: the index and the decision, escalation checks, default roles,
/// aggregation.
/// Follows `k8s.io/kubernetes/plugin/pkg/auth/authorizer/rbac` and `pkg/registry/rbac` of 1.36.
@NullMarked
package dev.slipway.apiserver.access.rbac;

import org.jspecify.annotations.NullMarked;
