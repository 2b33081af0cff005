package dev.slipway.apiserver.discovery;

import dev.slipway.apiserver.resource.Catalog;
import dev.slipway.apiserver.resource.Resource;
import dev.slipway.base.Json;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// Discovery in one document: `apidiscovery.k8s.io APIGroupDiscoveryList`.
public final class AggregatedDiscovery {
  private AggregatedDiscovery() {}

  /// @param version `v2` or `v2beta1`
  /// @param core the core group (`/api`) rather than the named ones (`/apis`)
  public static ObjectNode document(Catalog catalog, String version, boolean core) {
    ObjectNode list =
        Json.object()
            .put("kind", "APIGroupDiscoveryList")
            .put("apiVersion", "apidiscovery.k8s.io/" + version);
    list.putObject("metadata");
    ArrayNode items = list.putArray("items");
    Discovery.Groups.of(catalog)
        .forEach(
            (name, versions) -> {
              if (name.isEmpty() == core) {
                items.add(group(name, versions));
              }
            });
    return list;
  }

  private static ObjectNode group(String name, Map<String, List<Resource>> versions) {
    ObjectNode group = Json.object();
    ObjectNode metadata = group.putObject("metadata");
    if (!name.isEmpty()) {
      metadata.put("name", name);
    }
    metadata.putNull("creationTimestamp");
    ArrayNode list = group.putArray("versions");
    versions.forEach(
        (version, resources) -> {
          ObjectNode entry = list.addObject().put("version", version);
          ArrayNode each = entry.putArray("resources");
          resources.forEach(resource -> each.add(resource(resource)));
          entry.put("freshness", "Current");
        });
    return group;
  }

  private static ObjectNode resource(Resource resource) {
    ObjectNode entry = Json.object().put("resource", resource.plural());
    kind(entry, resource.group(), resource.version(), resource.kind());
    entry.put("scope", resource.namespaced() ? "Namespaced" : "Cluster");
    entry.put("singularResource", resource.singular());
    addAll(entry, "verbs", resource.verbs().stream().sorted().toList());
    addAll(entry, "shortNames", resource.shortNames());
    addAll(entry, "categories", resource.categories());
    Map<String, Subresource> subresources = Subresource.of(resource);
    if (!subresources.isEmpty()) {
      ArrayNode list = entry.putArray("subresources");
      subresources.forEach(
          (name, each) -> {
            ObjectNode sub = list.addObject().put("subresource", name);
            kind(sub, each.group(), each.version(), each.kind());
            addAll(sub, "verbs", each.verbs());
          });
    }
    return entry;
  }

  private static void kind(ObjectNode entry, String group, String version, String kind) {
    entry.putObject("responseKind").put("group", group).put("version", version).put("kind", kind);
  }

  private static void addAll(ObjectNode entry, String field, Collection<String> values) {
    if (!values.isEmpty()) {
      ArrayNode list = entry.putArray(field);
      values.forEach(list::add);
    }
  }
}
