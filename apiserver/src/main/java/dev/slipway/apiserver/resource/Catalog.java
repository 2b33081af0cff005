package dev.slipway.apiserver.resource;

import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// All resources served at one moment: an immutable snapshot, swapped whole when a
/// CustomResourceDefinition changes.
public final class Catalog {
  private final Map<String, Resource> byPath;

  private Catalog(Map<String, Resource> byPath) {
    this.byPath = Collections.unmodifiableMap(byPath);
  }

  /// @throws IllegalArgumentException if two resources share group, version and plural
  public static Catalog of(Collection<Resource> resources) {
    var byPath = new LinkedHashMap<String, Resource>();
    for (Resource each : resources) {
      if (byPath.put(path(each.group(), each.version(), each.plural()), each) != null) {
        throw new IllegalArgumentException(
            "served twice: " + each.qualified() + " " + each.version());
      }
    }
    return new Catalog(byPath);
  }

  public Optional<Resource> find(String group, String version, String plural) {
    return Optional.ofNullable(byPath.get(path(group, version, plural)));
  }

  /// The resource of a kind.
  public Optional<Resource> ofKind(GroupVersionKind kind) {
    return byPath.values().stream().filter(each -> each.gvk().equals(kind)).findFirst();
  }

  /// The stored version of a resource, whatever version was asked for.
  public Optional<Resource> stored(String group, String plural) {
    return byPath.values().stream()
        .filter(each -> each.storageGroup().equals(group) && each.plural().equals(plural))
        .filter(each -> each.group().equals(group) && each.version().equals(each.storageVersion()))
        .findFirst();
  }

  /// In the order they were registered.
  public List<Resource> all() {
    return List.copyOf(byPath.values());
  }

  private static String path(String group, String version, String plural) {
    return group + "/" + version + "/" + plural;
  }
}
