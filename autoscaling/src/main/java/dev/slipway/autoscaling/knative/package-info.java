/// The Knative pod autoscaler as pure functions: windows of load, settings, decisions.
///
/// Follows knative/serving at 98e5ef90 (between 1.22 and 1.23): `pkg/autoscaler`,
/// `pkg/reconciler/autoscaling/kpa`, `pkg/apis/autoscaling`; also gradual rollout
/// (`pkg/reconciler/route/traffic`) and the garbage collection of revisions
/// (`pkg/reconciler/gc`). Left out: scraping of pods, probing through the activator, sampling,
/// since one gateway is always in the path and counts everything itself. Read first:
/// [ScaleSettings], [KnativeScaler], [LoadHistory].
@NullMarked
package dev.slipway.autoscaling.knative;

import org.jspecify.annotations.NullMarked;
