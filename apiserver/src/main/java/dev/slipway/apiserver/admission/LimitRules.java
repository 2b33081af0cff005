package dev.slipway.apiserver.admission;

import dev.slipway.apiserver.admission.LimitRanger.Limit;
import dev.slipway.base.Quantity;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// The arithmetic of LimitRanges: bounds on requests, limits and their ratio.
///
/// Texts: `plugin/pkg/admission/limitranger/admission.go`.
final class LimitRules {
  private LimitRules() {}

  static List<String> pod(ObjectNode pod, List<Limit> range) {
    var problems = new ArrayList<String>();
    for (Limit limit : range) {
      switch (limit.type()) {
        case "Container" -> {
          Containers.main(pod.path("spec")).forEach(each -> container(each, limit, problems));
          Containers.init(pod.path("spec")).forEach(each -> container(each, limit, problems));
        }
        case "Pod" -> bounds(limit, PodResources.requests(pod), PodResources.limits(pod), problems);
        default -> {}
      }
    }
    return problems;
  }

  static List<String> claim(ObjectNode claim, List<Limit> range) {
    var problems = new ArrayList<String>();
    Amounts requests = Amounts.read(claim, "spec", "resources", "requests");
    for (Limit limit : range) {
      if (limit.type().equals("PersistentVolumeClaim")) {
        Bound bound = new Bound(limit.type(), requests, Amounts.NONE);
        limit.min().byName().forEach((name, least) -> bound.min(name, least, problems));
        limit.max().byName().forEach((name, most) -> bound.maxRequest(name, most, problems));
      }
    }
    return problems;
  }

  private static void container(JsonNode container, Limit limit, List<String> problems) {
    bounds(
        limit,
        Amounts.read(container, "resources", "requests"),
        Amounts.read(container, "resources", "limits"),
        problems);
  }

  private static void bounds(Limit limit, Amounts requests, Amounts limits, List<String> problems) {
    Bound bound = new Bound(limit.type(), requests, limits);
    limit.min().byName().forEach((name, least) -> bound.min(name, least, problems));
    limit.max().byName().forEach((name, most) -> bound.max(name, most, problems));
    limit.ratio().byName().forEach((name, most) -> bound.ratio(name, most, problems));
  }

  /// One thing measured against one bound at a time.
  private record Bound(String type, Amounts requests, Amounts limits) {
    void min(String name, Quantity least, List<String> problems) {
      String rule = "minimum " + name + " usage per " + type + " is " + least;
      if (!requests.has(name)) {
        problems.add(rule + ".  No request is specified");
      } else if (requests.get(name).compareTo(least) < 0) {
        problems.add(rule + ", but request is " + requests.get(name));
      } else if (limits.has(name) && limits.get(name).compareTo(least) < 0) {
        problems.add(rule + ", but limit is " + limits.get(name));
      }
    }

    void max(String name, Quantity most, List<String> problems) {
      String rule = "maximum " + name + " usage per " + type + " is " + most;
      if (!limits.has(name)) {
        problems.add(rule + ".  No limit is specified");
      } else if (limits.get(name).compareTo(most) > 0) {
        problems.add(rule + ", but limit is " + limits.get(name));
      } else if (requests.get(name).compareTo(most) > 0) {
        problems.add(rule + ", but request is " + requests.get(name));
      }
    }

    void maxRequest(String name, Quantity most, List<String> problems) {
      String rule = "maximum " + name + " usage per " + type + " is " + most;
      if (!requests.has(name)) {
        problems.add(rule + ".  No request is specified");
      } else if (requests.get(name).compareTo(most) > 0) {
        problems.add(rule + ", but request is " + requests.get(name));
      }
    }

    void ratio(String name, Quantity most, List<String> problems) {
      String rule = name + " max limit to request ratio per " + type + " is " + most;
      if (requests.get(name).signum() == 0) {
        problems.add(rule + ", but no request is specified or request is 0");
        return;
      }
      if (limits.get(name).signum() == 0) {
        problems.add(rule + ", but no limit is specified or limit is 0");
        return;
      }
      var ratio =
          limits.get(name).value().divide(requests.get(name).value(), MathContext.DECIMAL64);
      if (ratio.compareTo(most.value()) > 0) {
        problems.add(rule + ", but provided ratio is " + String.format(Locale.ROOT, "%f", ratio));
      }
    }
  }
}
