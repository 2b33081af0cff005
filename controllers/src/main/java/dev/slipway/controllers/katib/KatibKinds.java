package dev.slipway.controllers.katib;

import dev.slipway.api.katib.Katib;
import dev.slipway.control.Kind;

/// Katib's kinds.
public final class KatibKinds {
  public static final Kind EXPERIMENT =
      Kind.namespaced(Katib.GROUP, "v1beta1", "Experiment", "experiments");
  public static final Kind SUGGESTION =
      Kind.namespaced(Katib.GROUP, "v1beta1", "Suggestion", "suggestions");
  public static final Kind TRIAL = Kind.namespaced(Katib.GROUP, "v1beta1", "Trial", "trials");

  private KatibKinds() {}
}
