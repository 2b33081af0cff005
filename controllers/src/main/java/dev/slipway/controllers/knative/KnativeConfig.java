package dev.slipway.controllers.knative;

import dev.slipway.autoscaling.knative.AutoscalerConfig;
import dev.slipway.autoscaling.knative.GcSettings;
import dev.slipway.autoscaling.knative.GoDuration;
import dev.slipway.base.Json;
import dev.slipway.base.Problem;
import dev.slipway.control.Kinds;
import dev.slipway.control.Observed;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiFunction;

/// Knative's ConfigMaps in `knative-serving`. One that cannot be read counts as absent.
final class KnativeConfig {
  static final String NAMESPACE = "knative-serving";

  private KnativeConfig() {}

  static AutoscalerConfig autoscaler(Observed observed) {
    return parsed(observed, "config-autoscaler", AutoscalerConfig::parse);
  }

  static GcSettings gc(Observed observed) {
    return parsed(observed, "config-gc", GcSettings::parse);
  }

  private static <T> T parsed(
      Observed observed, String name, BiFunction<Map<String, String>, List<Problem>, T> parse) {
    var problems = new ArrayList<Problem>();
    T found = parse.apply(data(observed, name), problems);
    return problems.isEmpty() ? found : parse.apply(Map.of(), new ArrayList<>());
  }

  /// How long traffic takes to move to a new revision where its Route does not say; 0: at once.
  static Duration rolloutDuration(Observed observed) {
    var text = data(observed, "config-network").getOrDefault("rollout-duration", "0");
    var found = text.matches("[0-9]{1,9}") ? text + "s" : text;
    return GoDuration.parse(found).filter(each -> !each.isNegative()).orElse(Duration.ZERO);
  }

  /// The domain of a Route with these labels (`config-domain`): the one whose selector matches with
  /// most labels; empty where none is configured for it.
  static Optional<String> domain(Observed observed, Map<String, String> labels) {
    Optional<String> best = Optional.empty();
    int most = -1;
    for (var each : data(observed, "config-domain").entrySet()) {
      var selector = selector(each.getValue());
      boolean matches = labels.entrySet().containsAll(selector.entrySet());
      if (!each.getKey().startsWith("_") && matches && selector.size() > most) {
        best = Optional.of(each.getKey());
        most = selector.size();
      }
    }
    return best;
  }

  /// The labels of `selector:`, one a line.
  private static Map<String, String> selector(String text) {
    var labels = new LinkedHashMap<String, String>();
    for (var line : text.lines().toList()) {
      int colon = line.indexOf(": ");
      if (colon > 0 && !line.strip().startsWith("#")) {
        var value = line.substring(colon + 1).strip().replaceAll("^[\"']|[\"']$", "");
        labels.put(line.substring(0, colon).strip().replaceAll("^[\"']|[\"']$", ""), value);
      }
    }
    return labels;
  }

  static Map<String, String> data(Observed observed, String name) {
    return observed
        .find(Kinds.CONFIG_MAP.key(NAMESPACE, name))
        .map(found -> Json.strings(found.tree(), "data"))
        .orElse(Map.of());
  }
}
