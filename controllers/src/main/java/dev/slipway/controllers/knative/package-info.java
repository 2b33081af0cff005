/// Knative Serving: Service, Configuration, Revision, Route, DomainMapping, and the PodAutoscaler.
/// Follows knative/serving 1.22. Left out: image digests are not resolved, and the objects that
/// only
/// move traffic between sidecars and activator (ServerlessService, Image, Metric, placeholder
/// Services)
/// are not made: the gateway leads to revisions directly. Start reading at
/// [KnativeServiceReconciler], [RevisionReconciler] and [RouteReconciler].
@NullMarked
package dev.slipway.controllers.knative;

import org.jspecify.annotations.NullMarked;
