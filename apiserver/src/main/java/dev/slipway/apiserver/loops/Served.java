package dev.slipway.apiserver.loops;

import dev.slipway.apiserver.resource.Catalog;
import dev.slipway.apiserver.resource.Resource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Views of the catalogue that the loops share.
final class Served {
  private Served() {}

  /// Every resource that has objects, once, in its stored version.
  static List<Resource> stored(Catalog catalog) {
    Map<String, Resource> byKey = new LinkedHashMap<>();
    for (Resource each : catalog.all()) {
      if (isStoredForm(each)) {
        byKey.putIfAbsent(each.storageKey(), each);
      }
    }
    return List.copyOf(byKey.values());
  }

  static Optional<Resource> stored(Catalog catalog, String storageKey) {
    return catalog.all().stream()
        .filter(Served::isStoredForm)
        .filter(each -> each.storageKey().equals(storageKey))
        .findFirst();
  }

  /// Reviews and the like are answered, never kept: they cannot be listed.
  private static boolean isStoredForm(Resource resource) {
    return resource.group().equals(resource.storageGroup())
        && resource.version().equals(resource.storageVersion())
        && resource.verbs().contains("list");
  }
}
