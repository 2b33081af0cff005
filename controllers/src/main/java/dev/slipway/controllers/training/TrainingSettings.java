package dev.slipway.controllers.training;

/// @param clusterDomain what follows `NAME.NAMESPACE.svc` in the addresses of a TFJob's replicas;
///     empty for nothing
public record TrainingSettings(String clusterDomain) {
  public static TrainingSettings standard() {
    return new TrainingSettings("");
  }
}
