/// Compiles the kinds that route (Knative and core Ingress, HTTPRoute, Service) into the gateway's
/// table.
@NullMarked
package dev.slipway.routes;

import org.jspecify.annotations.NullMarked;
