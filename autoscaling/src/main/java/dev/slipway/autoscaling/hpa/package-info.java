/// HorizontalPodAutoscaler `autoscaling/v2` as pure functions.
///
/// Follows kubernetes/kubernetes `pkg/controller/podautoscaler` as of 1.35: all five kinds of
/// metrics, tolerances for each direction, behavior policies and stabilization, the limits without
/// a behavior, the conditions and their words. Left out: who measures, and who writes. Read first:
/// [HpaSpec], [HpaScaler], [HpaDecision].
@NullMarked
package dev.slipway.autoscaling.hpa;

import org.jspecify.annotations.NullMarked;
