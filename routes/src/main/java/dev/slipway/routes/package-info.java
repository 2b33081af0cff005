/// Compiles the kinds that route (Knative's and core's Ingress, HTTPRoute, Service, Revision) into
/// the
/// gateway's table and upstreams. Compiling is pure, one class a kind; [RouteFeed] follows the API
/// and
/// hands the result on. Start reading at [KnativeIngressRoutes] and [RouteFeed].
@NullMarked
package dev.slipway.routes;

import org.jspecify.annotations.NullMarked;
