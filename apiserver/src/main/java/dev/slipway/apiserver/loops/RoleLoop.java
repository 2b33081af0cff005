package dev.slipway.apiserver.loops;

import dev.slipway.apiserver.access.rbac.ClusterRoleAggregation;
import dev.slipway.apiserver.resource.LocalApi;
import dev.slipway.apiserver.resource.Resource;
import dev.slipway.apiserver.store.Objects;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// Keeps aggregating ClusterRoles up to date with the roles they gather.
final class RoleLoop implements Changes.Listener, AutoCloseable {
  private static final String ALL = "all";
  private static final Duration GATHERING = Duration.ofMillis(20);

  private final Workers<String> workers;

  RoleLoop(LocalApi api) {
    workers = new Workers<>("roles", 1, _ -> ClusterRoleAggregation.step(api));
  }

  void start() {
    workers.start();
  }

  @Override
  public void close() {
    workers.close();
  }

  @Override
  public void changed(Resource resource, Objects.Version now, Objects.@Nullable Version before) {
    if (resource.storageKey().equals("rbac.authorization.k8s.io/clusterroles")) {
      workers.addAfter(ALL, GATHERING);
    }
  }
}
