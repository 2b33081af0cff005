package dev.slipway.apiserver.rest;

import dev.slipway.apiserver.error.ApiException;
import dev.slipway.apiserver.resource.Catalog;
import dev.slipway.apiserver.resource.Resource;
import dev.slipway.apiserver.store.Objects;
import dev.slipway.apiserver.store.Objects.Version;
import dev.slipway.base.Json;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.node.ObjectNode;

/// The catalog of the moment: built-in resources and those of established
/// CustomResourceDefinitions.
///
/// Rebuilt whole, under one lock, each time a definition is written; what a definition that did not
/// change contributes is
/// kept. Readers take the current snapshot without locking.
public final class Catalogs implements Supplier<Catalog> {
  /// Where definitions are stored.
  public static final String DEFINITIONS = "apiextensions.k8s.io/customresourcedefinitions";

  private static final Logger log = LoggerFactory.getLogger(Catalogs.class);
  private static final int MAX_DEFINITIONS = 100_000;

  private record Contribution(long version, List<Resource> resources) {}

  private final List<Resource> builtin;
  private final Function<ObjectNode, List<Resource>> reader;
  private final Map<String, Contribution> contributions = new HashMap<>();
  private final List<Runnable> listeners = new CopyOnWriteArrayList<>();
  private volatile Catalog current;

  /// @param reader the resources of one established definition, one a served version
  public Catalogs(List<Resource> builtin, Function<ObjectNode, List<Resource>> reader) {
    this.builtin = List.copyOf(builtin);
    this.reader = reader;
    this.current = Catalog.of(builtin);
  }

  @Override
  public Catalog get() {
    return current;
  }

  /// Adds a listener to every new catalog; it must be quick.
  public void listen(Runnable listener) {
    listeners.add(listener);
  }

  /// Reads all definitions again; cheap where few changed.
  public synchronized void refresh(Objects objects) {
    var resources = new ArrayList<>(builtin);
    Set<String> taken = new HashSet<>();
    builtin.forEach(each -> taken.add(path(each)));
    Set<String> present = new HashSet<>();
    for (Version each : objects.list(DEFINITIONS, "", "", MAX_DEFINITIONS, 0).items()) {
      present.add(each.name());
      for (Resource resource : contribution(each)) {
        if (taken.add(path(resource))) {
          resources.add(resource);
        }
      }
    }
    contributions.keySet().retainAll(present);
    current = Catalog.of(resources);
    listeners.forEach(Runnable::run);
  }

  private List<Resource> contribution(Version definition) {
    Contribution known = contributions.get(definition.name());
    if (known == null || known.version() != definition.resourceVersion()) {
      known = new Contribution(definition.resourceVersion(), read(definition));
      contributions.put(definition.name(), known);
    }
    return known.resources();
  }

  private List<Resource> read(Version definition) {
    try {
      ObjectNode object = Json.parseObject(definition.json());
      return established(object) ? reader.apply(object) : List.of();
    } catch (IllegalArgumentException | ApiException unusable) {
      log.warn("CustomResourceDefinition {} is not served", definition.name(), unusable);
      return List.of();
    }
  }

  private static boolean established(ObjectNode definition) {
    return definition
        .path("status")
        .path("conditions")
        .valueStream()
        .anyMatch(
            each ->
                Json.text(each, "type").equals("Established")
                    && Json.text(each, "status").equals("True"));
  }

  private static String path(Resource resource) {
    return resource.group() + "/" + resource.version() + "/" + resource.plural();
  }
}
