package dev.slipway.apiserver.builtin.core;

import dev.slipway.apiserver.builtin.Field;
import dev.slipway.base.Quantity;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import tools.jackson.databind.JsonNode;

/// What a pod needs altogether, and the class of service that follows.
///
/// Sources: `k8s.io/component-helpers/resource/helpers.go`, `pkg/apis/core/v1/helper/qos/qos.go`.
public final class PodResources {
  private PodResources() {}

  /// What the containers of a pod spec request together, name by name: ordinary containers and
  /// sidecars add up, ordinary init containers count only where one needs more than all of these.
  public static Map<String, String> requests(JsonNode spec) {
    var texts = new TreeMap<String, String>();
    sum(Field.of(spec), "requests").forEach((name, sum) -> texts.put(name, sum.toString()));
    return texts;
  }

  /// `Guaranteed`, `Burstable` or `BestEffort`.
  static String qosClass(Field spec) {
    List<Field> containers = containers(spec);
    if (spec.at("resources", "requests").filled() || spec.at("resources", "limits").filled()) {
      containers = List.of(spec);
    }
    boolean any = false;
    boolean all = true;
    for (Field container : containers) {
      for (String name : List.of("cpu", "memory")) {
        Optional<Quantity> request = positive(container.at("resources", "requests", name));
        Optional<Quantity> limit = positive(container.at("resources", "limits", name));
        any |= request.isPresent() || limit.isPresent();
        all &= limit.isPresent() && request.equals(limit);
      }
    }
    return any ? (all ? "Guaranteed" : "Burstable") : "BestEffort";
  }

  /// Whether a resource may be asked for by a pod as a whole.
  static boolean countsForPods(String name) {
    return name.equals("cpu") || name.equals("memory") || name.startsWith("hugepages-");
  }

  /// Requests or limits of all containers, as the scheduler adds them up.
  static Map<String, Quantity> sum(Field spec, String list) {
    Map<String, Quantity> running = new TreeMap<>();
    for (Field each : spec.items("containers")) {
      add(running, quantities(each, list));
    }
    Map<String, Quantity> sidecars = new HashMap<>();
    Map<String, Quantity> peak = new HashMap<>();
    for (Field each : spec.items("initContainers")) {
      Map<String, Quantity> own = quantities(each, list);
      if (each.text("restartPolicy").equals("Always")) {
        add(running, own);
        add(sidecars, own);
        own = Map.copyOf(sidecars);
      } else {
        own = new HashMap<>(own);
        add(own, sidecars);
      }
      own.forEach((name, value) -> peak.merge(name, value, PodResources::max));
    }
    peak.forEach((name, value) -> running.merge(name, value, PodResources::max));
    return running;
  }

  private static List<Field> containers(Field spec) {
    var all = new ArrayList<>(spec.items("containers"));
    all.addAll(spec.items("initContainers"));
    return all;
  }

  private static Optional<Quantity> positive(Field field) {
    return parse(field).filter(each -> each.signum() > 0);
  }

  static Optional<Quantity> parse(Field field) {
    return field.isText() || field.isNumber()
        ? Quantity.parse(field.value().asString())
        : Optional.empty();
  }

  private static Map<String, Quantity> quantities(Field container, String list) {
    var quantities = new HashMap<String, Quantity>();
    for (Map.Entry<String, Field> each : container.at("resources", list).entries()) {
      parse(each.getValue()).ifPresent(value -> quantities.put(each.getKey(), value));
    }
    return quantities;
  }

  private static void add(Map<String, Quantity> sums, Map<String, Quantity> more) {
    more.forEach((name, value) -> sums.merge(name, value, Quantity::plus));
  }

  private static Quantity max(Quantity one, Quantity other) {
    return one.compareTo(other) >= 0 ? one : other;
  }
}
