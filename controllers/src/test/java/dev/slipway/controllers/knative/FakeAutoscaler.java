package dev.slipway.controllers.knative;

import dev.slipway.control.Kind;
import dev.slipway.control.Kinds;
import dev.slipway.control.Observed;
import dev.slipway.control.Plan;
import dev.slipway.control.Reconciler;
import dev.slipway.control.Resource;
import java.util.Set;

/// Says of a PodAutoscaler that its Deployment reached the initial scale, once it has; scales
/// nothing.
final class FakeAutoscaler implements Reconciler {
  @Override
  public Kind kind() {
    return Kinds.POD_AUTOSCALER;
  }

  @Override
  public Set<Kind> children() {
    return Set.of();
  }

  @Override
  public Plan plan(Resource autoscaler, Observed observed) {
    var name = autoscaler.text("spec", "scaleTargetRef", "name");
    var ready =
        observed
            .find(Kinds.DEPLOYMENT.key(autoscaler.namespace(), name))
            .map(each -> each.status().path("readyReplicas").asInt(0))
            .orElse(0);
    var made = new KnativeStatus(autoscaler, observed.now(), "Active", "ScaleTargetInitialized");
    if (ready > 0) {
      made.yes("Active");
      made.yes("ScaleTargetInitialized");
    } else {
      made.unknown("Active", "Queued", "");
    }
    return new Plan().status(made.begin(autoscaler));
  }
}
