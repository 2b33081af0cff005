package dev.slipway.autoscaling.knative;

import java.time.Duration;
import java.util.Optional;

/// What to do with a revision now.
///
/// @param wanted `desiredScale` of the status; -1: not known, leave a known one as it is
/// @param scale whether the workload's replicas should become `wanted`; otherwise leave them
/// @param activity the condition `Active`
/// @param initialized the condition `ScaleTargetInitialized`: the initial scale was once reached
/// @param lookAgain when to decide and plan again; empty: not before the next request, or a change
/// of the pods or the settings
/// @param direct whether requests may bypass the gateway where there is a way around it
/// @param gateways gateways that should be in the path of a revision that is not direct
public record ScalePlan(
    int wanted,
    boolean scale,
    Activity activity,
    boolean initialized,
    Optional<Duration> lookAgain,
    boolean direct,
    int gateways) {

  /// `wanted` of a plan that does not know.
  public static final int UNKNOWN = -1;
}
