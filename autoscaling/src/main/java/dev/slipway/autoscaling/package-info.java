/// What gateways count and deciders read: meters of requests, and the door between them.
///
/// The deciders themselves are pure and live one package each: `knative` (the Knative pod
/// autoscaler), `hpa` (HorizontalPodAutoscaler v2). Read first: [LoadSamples], [Meter].
@NullMarked
package dev.slipway.autoscaling;

import org.jspecify.annotations.NullMarked;
