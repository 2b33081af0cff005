package dev.slipway.routes;

import dev.slipway.control.Key;
import dev.slipway.control.Kind;
import dev.slipway.control.Kinds;
import dev.slipway.control.Observed;
import dev.slipway.control.Reconciler;
import dev.slipway.control.Resource;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// What writes the statuses of the Gateway API's kinds. Traffic follows [RouteFeed]; both judge by
/// the same rules.
public final class GatewayApiControllers {
  private GatewayApiControllers() {}

  /// @param address where gateways answer: an IP address or a host name
  public static List<Reconciler> all(String address) {
    return List.of(
        new GatewayClassReconciler(),
        new GatewayReconciler(address),
        new RouteReconciler(Kinds.HTTP_ROUTE),
        new RouteReconciler(Kinds.GRPC_ROUTE));
  }

  /// What a plan sees, for the rules that traffic follows too.
  static Lookup lookup(Observed observed) {
    return new Lookup() {
      @Override
      public Optional<Resource> find(Key key) {
        return observed.find(key);
      }

      @Override
      public List<Resource> list(Kind kind, String namespace) {
        return observed.list(kind, namespace, Map.of());
      }
    };
  }
}
