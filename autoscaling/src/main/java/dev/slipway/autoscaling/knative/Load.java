package dev.slipway.autoscaling.knative;

/// A revision's load as a decision reads it: its mean over the stable and over the panic window,
/// in the unit of its metric (requests in flight, or requests a second), summed over its pods.
///
/// @param known false if nothing has been measured: then nothing is decided
public record Load(double stable, double panic, boolean known) {
  /// Nothing measured, and nothing to conclude from that.
  public static final Load UNKNOWN = new Load(0, 0, false);

  public static Load of(double stable, double panic) {
    return new Load(stable, panic, true);
  }
}
