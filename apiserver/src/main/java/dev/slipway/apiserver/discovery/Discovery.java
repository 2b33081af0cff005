package dev.slipway.apiserver.discovery;

import dev.slipway.apiserver.resource.Catalog;
import dev.slipway.apiserver.resource.Resource;
import dev.slipway.base.Json;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// Discovery in its older form: one document a group and version.
///
/// Shapes: `k8s.io/apimachinery/pkg/apis/meta/v1` APIVersions, APIGroupList, APIGroup,
/// APIResourceList.
public final class Discovery {
  private Discovery() {}

  /// `/api`.
  public static ObjectNode coreVersions() {
    ObjectNode versions = Json.object().put("kind", "APIVersions");
    versions.putArray("versions").add("v1");
    versions
        .putArray("serverAddressByClientCIDRs")
        .addObject()
        .put("clientCIDR", "0.0.0.0/0")
        .put("serverAddress", "");
    return versions;
  }

  /// `/apis`.
  public static ObjectNode groups(Catalog catalog) {
    ObjectNode list = Json.object().put("kind", "APIGroupList").put("apiVersion", "v1");
    ArrayNode groups = list.putArray("groups");
    Groups.of(catalog)
        .forEach(
            (name, versions) -> {
              if (!name.isEmpty()) {
                groups.add(group(name, versions.keySet().stream().toList()));
              }
            });
    return list;
  }

  /// The versions of a group, preferred first; empty for a group not served.
  public static List<String> versions(Catalog catalog, String group) {
    return List.copyOf(Groups.of(catalog).getOrDefault(group, Map.of()).keySet());
  }

  /// `/apis/GROUP`.
  public static ObjectNode group(String name, List<String> versions) {
    ObjectNode group = Json.object();
    group.put("kind", "APIGroup").put("apiVersion", "v1").put("name", name);
    ArrayNode list = group.putArray("versions");
    versions.forEach(
        each -> list.addObject().put("groupVersion", name + "/" + each).put("version", each));
    group
        .putObject("preferredVersion")
        .put("groupVersion", name + "/" + versions.getFirst())
        .put("version", versions.getFirst());
    return group;
  }

  /// `/api/v1` and `/apis/GROUP/VERSION`.
  public static ObjectNode resources(String groupVersion, List<Resource> resources) {
    ObjectNode list =
        Json.object()
            .put("kind", "APIResourceList")
            .put("apiVersion", "v1")
            .put("groupVersion", groupVersion);
    ArrayNode entries = list.putArray("resources");
    for (Resource resource : resources) {
      entry(entries, resource, "", resource.kind(), resource.verbs());
      for (Map.Entry<String, Subresource> each : Subresource.of(resource).entrySet()) {
        ObjectNode entry =
            entry(
                entries,
                resource,
                "/" + each.getKey(),
                each.getValue().kind(),
                each.getValue().verbs());
        if (!each.getValue().group().equals(resource.group())
            || !each.getValue().version().equals(resource.version())) {
          entry.put("group", each.getValue().group()).put("version", each.getValue().version());
        }
      }
    }
    return list;
  }

  private static ObjectNode entry(
      ArrayNode entries,
      Resource resource,
      String suffix,
      String kind,
      java.util.Collection<String> verbs) {
    ObjectNode entry = entries.addObject();
    entry.put("name", resource.plural() + suffix);
    entry.put("singularName", suffix.isEmpty() ? resource.singular() : "");
    entry.put("namespaced", resource.namespaced()).put("kind", kind);
    ArrayNode verbList = entry.putArray("verbs");
    verbs.stream().sorted().forEach(verbList::add);
    if (suffix.isEmpty()) {
      addAll(entry, "shortNames", resource.shortNames());
      addAll(entry, "categories", resource.categories());
    }
    return entry;
  }

  private static void addAll(ObjectNode entry, String field, List<String> values) {
    if (!values.isEmpty()) {
      ArrayNode list = entry.putArray(field);
      values.forEach(list::add);
    }
  }

  /// Groups in the order they were registered, each with its versions, preferred first. A version
  /// under which a kind is deprecated comes last, so that clients that name none choose another for
  /// that kind; kinds of that version alone are found in it all the same.
  static final class Groups {
    private Groups() {}

    static Map<String, Map<String, List<Resource>>> of(Catalog catalog) {
      var groups = new java.util.LinkedHashMap<String, Map<String, List<Resource>>>();
      for (Resource each : catalog.all()) {
        groups
            .computeIfAbsent(each.group(), _ -> new TreeMap<>(Versions.PREFERRED_FIRST))
            .computeIfAbsent(each.version(), _ -> new java.util.ArrayList<>())
            .add(each);
      }
      groups.replaceAll((_, versions) -> deprecatedLast(versions));
      return groups;
    }

    private static Map<String, List<Resource>> deprecatedLast(
        Map<String, List<Resource>> versions) {
      if (versions.size() == 1 || versions.values().stream().noneMatch(Groups::isDeprecated)) {
        return versions;
      }
      var sorted = new java.util.LinkedHashMap<String, List<Resource>>();
      var last = new java.util.LinkedHashMap<String, List<Resource>>();
      versions.forEach((name, kinds) -> (isDeprecated(kinds) ? last : sorted).put(name, kinds));
      sorted.putAll(last);
      return sorted;
    }

    private static boolean isDeprecated(List<Resource> kinds) {
      return kinds.stream().anyMatch(each -> !each.deprecationWarning().isEmpty());
    }
  }
}
