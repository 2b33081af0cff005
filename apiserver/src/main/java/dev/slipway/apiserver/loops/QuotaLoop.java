package dev.slipway.apiserver.loops;

import dev.slipway.apiserver.admission.Amounts;
import dev.slipway.apiserver.admission.QuotaLedger;
import dev.slipway.apiserver.resource.LocalApi;
import dev.slipway.apiserver.resource.Resource;
import dev.slipway.apiserver.store.Objects;
import dev.slipway.base.Json;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/// Keeps `status.hard` and `status.used` of ResourceQuotas true: soon after every change in their
/// namespace, and every five minutes for what changes by itself.
final class QuotaLoop implements Changes.Listener, AutoCloseable {
  /// Changes that come together are counted once.
  private static final Duration GATHERING = Duration.ofMillis(20);

  private static final Duration REVIEW = Duration.ofMinutes(5);

  private final Objects objects;
  private final LocalApi api;
  private final QuotaLedger ledger;
  private final Workers<ObjectKey> workers = new Workers<>("quotas", 2, this::count);

  QuotaLoop(Objects objects, LocalApi api, QuotaLedger ledger) {
    this.objects = objects;
    this.api = api;
    this.ledger = ledger;
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
    if (resource.storageKey().equals("resourcequotas") && !now.deleted()) {
      workers.add(ObjectKey.of(now));
    }
    boolean counts = before == null || now.deleted() || changesUsage(resource);
    if (counts && !now.namespace().isEmpty() && objects.count("resourcequotas") > 0) {
      for (Objects.Version quota :
          objects.list("resourcequotas", now.namespace(), "", 0, 0).items()) {
        workers.addAfter(ObjectKey.of(quota), GATHERING);
      }
    }
  }

  private static boolean changesUsage(Resource resource) {
    return switch (resource.storageKey()) {
      case "pods", "services", "persistentvolumeclaims" -> true;
      default -> false;
    };
  }

  private void count(ObjectKey key) {
    Optional<ObjectNode> found = api.get("", "resourcequotas", key.namespace(), key.name());
    if (found.isEmpty()) {
      return;
    }
    ObjectNode quota = found.get();
    List<String> countable =
        Served.stored(api.catalog()).stream()
            .filter(Resource::namespaced)
            .map(Resource::storageKey)
            .toList();
    ObjectNode status = Json.object();
    status.set("hard", Amounts.read(quota, "spec", "hard").toJson());
    status.set("used", ledger.used(quota, key.namespace(), countable).toJson());
    if (!status.equals(quota.path("status"))) {
      quota.set("status", status);
      api.updateStatus("", "resourcequotas", quota);
    }
    workers.addAfter(key, REVIEW);
  }
}
