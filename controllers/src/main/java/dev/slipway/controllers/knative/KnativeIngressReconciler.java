package dev.slipway.controllers.knative;

import dev.slipway.control.Kind;
import dev.slipway.control.Kinds;
import dev.slipway.control.Observed;
import dev.slipway.control.Plan;
import dev.slipway.control.Reconciler;
import dev.slipway.control.Resource;
import java.util.Set;

/// Says of a Knative Ingress that the gateway has it: the gateway follows the same API.
public final class KnativeIngressReconciler implements Reconciler {
  private static final String GATEWAY = "gateway.slipway-system.svc.cluster.local";

  @Override
  public Kind kind() {
    return Kinds.KNATIVE_INGRESS;
  }

  @Override
  public Set<Kind> children() {
    return Set.of();
  }

  @Override
  public Plan plan(Resource ingress, Observed observed) {
    var made = new KnativeStatus(ingress, observed.now(), "LoadBalancerReady", "NetworkConfigured");
    made.yes("LoadBalancerReady");
    made.yes("NetworkConfigured");
    var status = made.begin(ingress);
    for (var side : new String[] {"publicLoadBalancer", "privateLoadBalancer"}) {
      status.putObject(side).putArray("ingress").addObject().put("domainInternal", GATEWAY);
    }
    return new Plan().status(status);
  }
}
