package dev.slipway.api.kserve;

import dev.slipway.api.KindRules;
import java.util.List;

/// The rules of every kind in this package.
public final class KserveRules {
  private KserveRules() {}

  /// With Knative as the mode of services that name none.
  public static List<KindRules> all() {
    return all(Kserve.Mode.KNATIVE);
  }

  /// @param mode of services that name none, where KServe's ConfigMap names none either
  public static List<KindRules> all(Kserve.Mode mode) {
    return List.of(
        new InferenceServiceRules(mode),
        new ServingRuntimeRules(false),
        new ServingRuntimeRules(true),
        new InferenceGraphRules(),
        new TrainedModelRules(),
        new ConfigRules());
  }
}
