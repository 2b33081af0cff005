/// What holds of Knative Serving's manifests before they are stored: the `autoscaling` block lifted
/// to annotations, defaults, and the rules of Knative's webhook with its words. Scheduling fields
/// that Knative keeps behind feature flags (node selectors, tolerations, affinity, GPUs, host
/// settings) are accepted. Start reading at [KnativeRules].
@NullMarked
package dev.slipway.controllers.knative.rules;

import org.jspecify.annotations.NullMarked;
