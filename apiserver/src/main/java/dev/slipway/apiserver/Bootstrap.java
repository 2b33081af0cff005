package dev.slipway.apiserver;

import dev.slipway.apiserver.admission.Priority;
import dev.slipway.apiserver.error.ApiException;
import dev.slipway.apiserver.resource.LocalApi;
import dev.slipway.base.Json;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.node.ObjectNode;

/// What every cluster has from its first moment: namespaces, priority classes, the API's own
/// Service.
///
/// Each object is made where it is absent and left alone where it is there: a user may change or
/// delete what is theirs to.
final class Bootstrap {
  /// Namespaces a user may not delete.
  private static final List<String> SYSTEM_NAMESPACES =
      List.of("default", "kube-system", "kube-public", "kube-node-lease");

  /// Where the platform's parts keep what users edit, as the systems they stand for do.
  private static final List<String> PRODUCT_NAMESPACES =
      List.of(
          "kserve-system", "knative-serving", "kubeflow", "ray-system", "keda", "seldon-system");

  /// A namespace so annotated admits pods that name no request under a quota; see `ResourceQuotas`.
  private static final String QUOTA_DEFAULTS = "slipway.dev/quota-defaults";

  private final LocalApi api;

  Bootstrap(LocalApi api) {
    this.api = api;
  }

  void run() {
    for (String name : SYSTEM_NAMESPACES) {
      namespace(name);
    }
    for (String name : PRODUCT_NAMESPACES) {
      namespace(name);
    }
    once("", "services", apiService());
    Priority.systemClasses().forEach(each -> once("scheduling.k8s.io", "priorityclasses", each));
  }

  /// Where programs inside the cluster expect the API.
  private static ObjectNode apiService() {
    ObjectNode service = Json.object().put("apiVersion", "v1").put("kind", "Service");
    ObjectNode metadata = service.putObject("metadata").put("name", "kubernetes");
    metadata.put("namespace", "default");
    metadata.putObject("labels").put("component", "apiserver").put("provider", "kubernetes");
    ObjectNode port = service.putObject("spec").putArray("ports").addObject();
    port.put("name", "https").put("port", 443).put("protocol", "TCP").put("targetPort", 6443);
    return service;
  }

  private void namespace(String name) {
    ObjectNode namespace = Json.object().put("apiVersion", "v1").put("kind", "Namespace");
    ObjectNode metadata = namespace.putObject("metadata").put("name", name);
    if (name.equals("default")) {
      metadata.putObject("annotations").put(QUOTA_DEFAULTS, "zero");
    }
    once("", "namespaces", namespace);
  }

  private void once(String group, String plural, ObjectNode object) {
    String namespace = Json.text(object, "metadata", "namespace");
    Optional<ObjectNode> present =
        api.get(group, plural, namespace, Json.text(object, "metadata", "name"));
    if (present.isPresent()) {
      return;
    }
    try {
      api.create(group, plural, object);
    } catch (ApiException refused) {
      if (!refused.reason().equals("AlreadyExists")) {
        throw refused;
      }
    }
  }
}
