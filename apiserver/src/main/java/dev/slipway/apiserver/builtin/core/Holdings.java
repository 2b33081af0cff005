package dev.slipway.apiserver.builtin.core;

import dev.slipway.apiserver.builtin.Field;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import tools.jackson.databind.node.ObjectNode;

/// Which service holds which addresses and node ports, found from either side. Not thread-safe.
///
/// A node port is written `TCP/30000`. Holders are remembered in the order they came.
final class Holdings {
  private final Map<String, Set<String>> ofHolder = new LinkedHashMap<>();
  private final Map<String, Set<String>> holders = new HashMap<>();

  /// Says what a service holds now; before, it may have held something else.
  ///
  /// @param holder `namespace/name`
  void put(String holder, ObjectNode service) {
    remove(holder);
    Set<String> held = held(service);
    ofHolder.put(holder, held);
    held.forEach(each -> holders.computeIfAbsent(each, _ -> new HashSet<>(2)).add(holder));
  }

  void remove(String holder) {
    Set<String> held = ofHolder.remove(holder);
    if (held != null) {
      for (String each : held) {
        Set<String> all = holders.get(each);
        if (all != null && all.remove(holder) && all.isEmpty()) {
          holders.remove(each);
        }
      }
    }
  }

  /// Forgets whoever came first while there are more than so many.
  void keepNewest(int most) {
    while (ofHolder.size() > most) {
      remove(ofHolder.keySet().iterator().next());
    }
  }

  /// Whether somebody else holds an address or port.
  boolean isAnothers(String own, String wanted) {
    Set<String> all = holders.get(wanted);
    return all != null && (all.size() > 1 || !all.contains(own));
  }

  private static Set<String> held(ObjectNode service) {
    Set<String> held = new HashSet<>();
    Field spec = Field.of(service).at("spec");
    held.addAll(spec.at("clusterIPs").texts());
    held.add(spec.text("clusterIP"));
    held.remove("");
    held.remove("None");
    for (Field port : spec.items("ports")) {
      long number = port.at("nodePort").number(0);
      if (number != 0) {
        held.add(port.text("protocol") + "/" + number);
      }
    }
    long check = spec.at("healthCheckNodePort").number(0);
    if (check != 0) {
      held.add("TCP/" + check);
    }
    return held;
  }
}
