package dev.slipway.apiserver.loops;

import dev.slipway.apiserver.error.ApiException;
import dev.slipway.apiserver.resource.LocalApi;
import dev.slipway.apiserver.resource.Resource;
import dev.slipway.apiserver.store.Objects;
import dev.slipway.base.Json;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/// Sees to it that every namespace has the service account `default` and the ConfigMap
/// `kube-root-ca.crt`, and that both stay.
final class AccountLoop implements Changes.Listener, AutoCloseable {
  private static final String ACCOUNT = "default";
  private static final String AUTHORITY = "kube-root-ca.crt";
  private static final String DESCRIPTION =
      "Contains a CA bundle that can be used to verify the kube-apiserver when using internal"
          + " endpoints such as the internal service IP or kubernetes.default.svc. No other usage is"
          + " guaranteed across distributions of Kubernetes clusters.";

  private final LocalApi api;
  private final String authorityPem;
  private final Workers<String> workers = new Workers<>("accounts", 2, this::furnish);

  AccountLoop(LocalApi api, String authorityPem) {
    this.api = api;
    this.authorityPem = authorityPem;
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
    switch (resource.storageKey()) {
      case "namespaces" -> {
        if (before == null && !now.deleted()) {
          workers.add(now.name());
        }
      }
      case "serviceaccounts" -> {
        if (now.deleted() && now.name().equals(ACCOUNT)) {
          workers.add(now.namespace());
        }
      }
      case "configmaps" -> {
        if (before != null && now.name().equals(AUTHORITY)) {
          workers.add(now.namespace());
        }
      }
      default -> {}
    }
  }

  private void furnish(String name) {
    Optional<ObjectNode> namespace = api.get("", "namespaces", "", name);
    if (namespace.isEmpty() || Meta.of(namespace.get().path("metadata")).leaving()) {
      return;
    }
    if (api.get("", "serviceaccounts", name, ACCOUNT).isEmpty()) {
      create("serviceaccounts", object("ServiceAccount", name, ACCOUNT));
    }
    Optional<ObjectNode> authority = api.get("", "configmaps", name, AUTHORITY);
    if (authority.isEmpty()) {
      create("configmaps", authority(name));
    } else if (!Json.text(authority.get(), "data", "ca.crt").equals(authorityPem)) {
      Json.ensureObject(authority.get(), "data").put("ca.crt", authorityPem);
      api.update("", "configmaps", authority.get());
    }
  }

  private void create(String plural, ObjectNode object) {
    try {
      api.create("", plural, object);
    } catch (ApiException refused) {
      boolean settled =
          refused.reason().equals("AlreadyExists")
              || refused.reason().equals("NotFound")
              || refused.reason().equals("Forbidden");
      if (!settled) {
        throw refused;
      }
      // Somebody else made it, or the namespace is going.
    }
  }

  private ObjectNode authority(String namespace) {
    ObjectNode map = object("ConfigMap", namespace, AUTHORITY);
    Json.ensureObject(map, "metadata", "annotations").put("kubernetes.io/description", DESCRIPTION);
    map.putObject("data").put("ca.crt", authorityPem);
    return map;
  }

  private static ObjectNode object(String kind, String namespace, String name) {
    ObjectNode object = Json.object().put("apiVersion", "v1").put("kind", kind);
    object.putObject("metadata").put("name", name).put("namespace", namespace);
    return object;
  }
}
