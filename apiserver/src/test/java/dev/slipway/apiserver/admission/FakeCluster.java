package dev.slipway.apiserver.admission;

import dev.slipway.apiserver.error.ApiException;
import dev.slipway.apiserver.resource.Catalog;
import dev.slipway.apiserver.resource.Converter;
import dev.slipway.apiserver.resource.LocalApi;
import dev.slipway.apiserver.resource.Resource;
import dev.slipway.apiserver.resource.Strategy;
import dev.slipway.apiserver.schema.Schema;
import dev.slipway.apiserver.store.Objects;
import dev.slipway.base.Json;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// The API without its verbs' finer points: uids, versions, finalizers and propagation, no schemas.
public final class FakeCluster implements LocalApi {
  private static final List<Resource> BUILT_IN =
      List.of(
          resource("", "v1", "Namespace", "namespaces", false),
          resource("", "v1", "Node", "nodes", false),
          resource("", "v1", "Pod", "pods", true),
          resource("", "v1", "Service", "services", true),
          resource("", "v1", "ConfigMap", "configmaps", true),
          resource("", "v1", "Secret", "secrets", true),
          resource("", "v1", "ServiceAccount", "serviceaccounts", true),
          resource("", "v1", "PersistentVolumeClaim", "persistentvolumeclaims", true),
          resource("", "v1", "LimitRange", "limitranges", true),
          resource("", "v1", "ResourceQuota", "resourcequotas", true),
          resource("", "v1", "Event", "events", true),
          resource("apps", "v1", "Deployment", "deployments", true),
          resource("apps", "v1", "ReplicaSet", "replicasets", true),
          resource("networking.k8s.io", "v1", "Ingress", "ingresses", true),
          resource("networking.k8s.io", "v1", "IngressClass", "ingressclasses", false),
          resource("storage.k8s.io", "v1", "StorageClass", "storageclasses", false),
          resource("scheduling.k8s.io", "v1", "PriorityClass", "priorityclasses", false),
          resource("policy", "v1beta1", "PodSecurityPolicy", "podsecuritypolicies", false),
          resource("rbac.authorization.k8s.io", "v1", "ClusterRole", "clusterroles", false),
          resource(
              "apiextensions.k8s.io",
              "v1",
              "CustomResourceDefinition",
              "customresourcedefinitions",
              false),
          resource(
              "admissionregistration.k8s.io",
              "v1",
              "MutatingWebhookConfiguration",
              "mutatingwebhookconfigurations",
              false),
          resource(
              "admissionregistration.k8s.io",
              "v1",
              "ValidatingWebhookConfiguration",
              "validatingwebhookconfigurations",
              false),
          resource(
              "admissionregistration.k8s.io",
              "v1",
              "ValidatingAdmissionPolicy",
              "validatingadmissionpolicies",
              false),
          resource(
              "admissionregistration.k8s.io",
              "v1",
              "ValidatingAdmissionPolicyBinding",
              "validatingadmissionpolicybindings",
              false));

  private final FakeObjects objects = new FakeObjects();
  private final List<Resource> resources = new CopyOnWriteArrayList<>(BUILT_IN);

  public FakeObjects objects() {
    return objects;
  }

  public static Resource resource(
      String group, String version, String kind, String plural, boolean namespaced) {
    return new Resource(
        group,
        version,
        kind,
        plural,
        kind.toLowerCase(java.util.Locale.ROOT),
        namespaced,
        List.of(),
        List.of(),
        Resource.ALL_VERBS,
        true,
        Optional.empty(),
        Set.of(),
        Map.of(),
        List.of(),
        Schema.ANYTHING,
        new Strategy() {},
        group,
        version,
        Converter.relabel(apiVersion(group, version), apiVersion(group, version)),
        "",
        false);
  }

  private static String apiVersion(String group, String version) {
    return group.isEmpty() ? version : group + "/" + version;
  }

  /// The same resource, served in another version.
  public static Resource version(Resource stored, String version) {
    return new Resource(
        stored.group(),
        version,
        stored.kind(),
        stored.plural(),
        stored.singular(),
        stored.namespaced(),
        List.of(),
        List.of(),
        Resource.ALL_VERBS,
        true,
        Optional.empty(),
        Set.of(),
        Map.of(),
        List.of(),
        Schema.ANYTHING,
        new Strategy() {},
        stored.group(),
        stored.version(),
        Converter.relabel(stored.group() + "/" + version, stored.apiVersion()),
        "",
        false);
  }

  /// Serves one more resource.
  public void serve(Resource resource) {
    resources.add(resource);
  }

  public void stopServing(String group, String plural) {
    resources.removeIf(each -> each.group().equals(group) && each.plural().equals(plural));
  }

  public Resource served(String group, String plural) {
    return resources.stream()
        .filter(each -> each.group().equals(group) && each.plural().equals(plural))
        .findFirst()
        .orElseThrow(ApiException::noSuchPath);
  }

  /// Creates from a manifest.
  public ObjectNode create(String manifest) {
    ObjectNode object = manifest(manifest);
    Resource resource = resourceOf(object);
    return create(resource.group(), resource.plural(), object);
  }

  /// JSON with single quotes for double ones.
  public static ObjectNode manifest(String text) {
    return Json.parseObject(text.replace('\'', '"'));
  }

  public Resource resourceOf(ObjectNode object) {
    return resources.stream()
        .filter(each -> each.apiVersion().equals(Json.text(object, "apiVersion")))
        .filter(each -> each.kind().equals(Json.text(object, "kind")))
        .findFirst()
        .orElseThrow();
  }

  @Override
  public Optional<ObjectNode> get(String group, String plural, String namespace, String name) {
    Objects.Version found = objects.get(served(group, plural).storageKey(), namespace, name);
    return found == null ? Optional.empty() : Optional.of(Json.parseObject(found.json()));
  }

  @Override
  public List<ObjectNode> list(String group, String plural, String namespace) {
    var items = new ArrayList<ObjectNode>();
    for (Objects.Version each :
        objects.list(served(group, plural).storageKey(), namespace, "", 0, 0).items()) {
      items.add(Json.parseObject(each.json()));
    }
    return items;
  }

  @Override
  public ObjectNode create(String group, String plural, ObjectNode object) {
    Resource resource = served(group, plural);
    ObjectNode metadata = Json.ensureObject(object, "metadata");
    if (Json.text(metadata, "name").isEmpty()) {
      metadata.put("name", Json.text(metadata, "generateName") + UUID.randomUUID());
    }
    metadata.put("uid", UUID.randomUUID().toString());
    metadata.put("creationTimestamp", now());
    if (plural.equals("namespaces") && !object.has("spec")) {
      object.putObject("spec").putArray("finalizers").add("kubernetes");
    }
    try {
      return commit(resource, object, 0, false);
    } catch (Objects.VersionConflictException _) {
      throw ApiException.alreadyExists(resource.qualified(), Json.text(metadata, "name"));
    }
  }

  @Override
  public ObjectNode update(String group, String plural, ObjectNode object) {
    return replace(served(group, plural), object);
  }

  @Override
  public ObjectNode updateStatus(String group, String plural, ObjectNode object) {
    Resource resource = served(group, plural);
    ObjectNode stored = current(resource, object);
    stored.set("status", object.path("status").deepCopy());
    return commit(resource, stored, versionOf(object), false);
  }

  @Override
  public ObjectNode updateSubresource(
      String group, String plural, String subresource, ObjectNode object) {
    return replace(served(group, plural), object);
  }

  @Override
  public void delete(
      String group, String plural, String namespace, String name, ObjectNode options) {
    Resource resource = served(group, plural);
    ObjectNode object =
        get(group, plural, namespace, name)
            .orElseThrow(() -> ApiException.notFound(resource.qualified(), name));
    String uid = Json.text(options, "preconditions", "uid");
    if (!uid.isEmpty() && !uid.equals(Json.text(object, "metadata", "uid"))) {
      throw ApiException.conflict(
          resource.qualified(), name, "the UID in the precondition differs");
    }
    ObjectNode metadata = Json.ensureObject(object, "metadata");
    ArrayNode finalizers =
        metadata.get("finalizers") instanceof ArrayNode array
            ? array
            : metadata.putArray("finalizers");
    switch (Json.text(options, "propagationPolicy")) {
      case "Foreground" -> finalizers.add("foregroundDeletion");
      case "Orphan" -> finalizers.add("orphan");
      default -> {}
    }
    boolean holds = !finalizers.isEmpty() || !Json.at(object, "spec", "finalizers").isEmpty();
    if (holds && plural.equals("namespaces")) {
      Json.ensureObject(object, "status").put("phase", "Terminating");
    }
    if (!metadata.has("deletionTimestamp")) {
      metadata.put("deletionTimestamp", now());
    }
    commit(resource, object, versionOf(object), !holds);
  }

  @Override
  public Catalog catalog() {
    return Catalog.of(resources);
  }

  private ObjectNode replace(Resource resource, ObjectNode object) {
    boolean leaving = !Json.text(object, "metadata", "deletionTimestamp").isEmpty();
    boolean held =
        !Json.at(object, "metadata", "finalizers").isEmpty()
            || (resource.plural().equals("namespaces")
                && !Json.at(object, "spec", "finalizers").isEmpty());
    return commit(resource, object, versionOf(object), leaving && !held);
  }

  private ObjectNode current(Resource resource, ObjectNode object) {
    return get(
            resource.group(),
            resource.plural(),
            Json.text(object, "metadata", "namespace"),
            Json.text(object, "metadata", "name"))
        .orElseThrow(
            () ->
                ApiException.notFound(resource.qualified(), Json.text(object, "metadata", "name")));
  }

  private static long versionOf(JsonNode object) {
    return Long.parseLong(Json.text(object, "metadata", "resourceVersion"));
  }

  private ObjectNode commit(Resource resource, ObjectNode object, long expected, boolean delete) {
    String name = Json.text(object, "metadata", "name");
    String namespace = resource.namespaced() ? Json.text(object, "metadata", "namespace") : "";
    try {
      Objects.Version stored =
          objects.commit(
              new Objects.Change(
                  resource.storageKey(), namespace, name, expected, delete, Json.bytes(object)));
      return Json.parseObject(stored.json());
    } catch (Objects.VersionConflictException stale) {
      if (expected == 0) {
        throw stale;
      }
      if (objects.get(resource.storageKey(), namespace, name) == null) {
        throw ApiException.notFound(resource.qualified(), name);
      }
      throw ApiException.modified(resource.qualified(), name);
    }
  }

  private static String now() {
    return Instant.now().truncatedTo(ChronoUnit.SECONDS).toString();
  }
}
