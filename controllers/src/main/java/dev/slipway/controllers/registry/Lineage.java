package dev.slipway.controllers.registry;

import dev.slipway.control.Cluster;
import dev.slipway.control.Key;
import dev.slipway.control.Resource;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Writes on each version which services serve it, whenever that changes. Used by one thread.
final class Lineage {
  private static final Logger log = LoggerFactory.getLogger(Lineage.class);

  private final ModelRegistry registry;
  private final Map<Served, String> told = new HashMap<>();

  private record Served(String name, String version) {}

  Lineage(ModelRegistry registry) {
    this.registry = registry;
  }

  void tell(Cluster cluster, Collection<Key> services) {
    Map<Served, String> now = served(cluster, services);
    var all = new HashSet<>(told.keySet());
    all.addAll(now.keySet());
    for (Served each : all) {
      String by = now.getOrDefault(each, "");
      if (by.equals(told.getOrDefault(each, ""))) {
        continue;
      }
      try {
        registry.servedBy(each.name(), each.version(), by);
      } catch (RuntimeException gone) {
        log.debug(
            "version {} of {} keeps no word of who serves it", each.version(), each.name(), gone);
      }
      if (by.isEmpty()) {
        told.remove(each);
      } else {
        told.put(each, by);
      }
    }
  }

  private static Map<Served, String> served(Cluster cluster, Collection<Key> services) {
    var by = new HashMap<Served, Set<String>>();
    for (Key key : services) {
      Optional<FollowState> state =
          cluster.get(key).map(Resource::status).flatMap(FollowState::read);
      if (state.isPresent() && !state.get().version().isEmpty()) {
        add(by, state.get().name(), state.get().version(), key);
        if (!state.get().stable().isEmpty()) {
          add(by, state.get().name(), state.get().stable(), key);
        }
      }
    }
    return by.entrySet().stream()
        .collect(Collectors.toMap(Map.Entry::getKey, each -> String.join(",", each.getValue())));
  }

  private static void add(Map<Served, Set<String>> by, String name, String version, Key service) {
    by.computeIfAbsent(new Served(name, version), _ -> new TreeSet<>())
        .add(service.namespace() + "/" + service.name());
  }
}
