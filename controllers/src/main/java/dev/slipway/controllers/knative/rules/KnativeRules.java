package dev.slipway.controllers.knative.rules;

import dev.slipway.api.KindRules;
import java.util.List;

/// The rules of every kind of `serving.knative.dev`.
public final class KnativeRules {
  private KnativeRules() {}

  public static List<KindRules> all() {
    return List.of(
        new ServiceRules(),
        new ConfigurationRules(),
        new RevisionRules(),
        new RouteRules(),
        new DomainMappingRules());
  }
}
