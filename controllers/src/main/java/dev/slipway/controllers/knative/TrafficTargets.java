package dev.slipway.controllers.knative;

import dev.slipway.base.Json;
import dev.slipway.control.Kinds;
import dev.slipway.control.Observed;
import dev.slipway.control.Resource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/// The targets of a Route, each resolved to a revision, or why one cannot be.
///
/// Source: knative/serving `pkg/reconciler/route/traffic/traffic.go`.
///
/// @param targets those resolved, in order
/// @param trouble the first that is not
record TrafficTargets(List<Target> targets, Optional<Trouble> trouble) {
  /// @param configuration empty where a revision is named
  /// @param latest whether it moves with the newest ready revision
  record Target(String revision, String configuration, boolean latest, int percent, String tag) {}

  /// @param failed whether it will not come by itself
  record Trouble(boolean failed, String reason, String message) {}

  static TrafficTargets of(Resource route, Observed observed) {
    var targets = new ArrayList<Target>();
    Optional<Trouble> trouble = Optional.empty();
    for (var each : route.spec().path("traffic")) {
      var configuration = Json.text(each, "configurationName");
      var found =
          configuration.isEmpty()
              ? revision(route, each, observed)
              : latest(route, each, configuration, observed);
      if (found.target.isPresent()) {
        targets.add(found.target.get());
      } else if (trouble.isEmpty()) {
        trouble = found.trouble;
      }
    }
    return new TrafficTargets(targets, trouble);
  }

  private record Found(Optional<Target> target, Optional<Trouble> trouble) {
    static Found of(Target target) {
      return new Found(Optional.of(target), Optional.empty());
    }

    static Found trouble(boolean failed, String reason, String message) {
      return new Found(Optional.empty(), Optional.of(new Trouble(failed, reason, message)));
    }
  }

  private static Found latest(
      Resource route, JsonNode spec, String configuration, Observed observed) {
    var found = observed.find(Kinds.CONFIGURATION.key(route.namespace(), configuration));
    if (found.isEmpty()) {
      return Found.trouble(true, "ConfigurationMissing", missing("Configuration", configuration));
    }
    var ready = found.get().text("status", "latestReadyRevisionName");
    if (!ready.isEmpty()) {
      return Found.of(
          new Target(ready, configuration, true, percent(spec), Json.text(spec, "tag")));
    }
    if (found.get().condition("Ready").equals("False")) {
      return Found.trouble(
          true,
          "RevisionMissing",
          "Configuration \"" + configuration + "\" does not have any ready Revision.");
    }
    return Found.trouble(
        false,
        "RevisionMissing",
        "Configuration \"" + configuration + "\" is waiting for a Revision to become ready.");
  }

  private static Found revision(Resource route, JsonNode spec, Observed observed) {
    var name = Json.text(spec, "revisionName");
    var found = observed.find(Kinds.REVISION.key(route.namespace(), name));
    if (found.isEmpty()) {
      return Found.trouble(true, "RevisionMissing", missing("Revision", name));
    }
    return switch (found.get().condition("Ready")) {
      case "True" -> Found.of(new Target(name, "", false, percent(spec), Json.text(spec, "tag")));
      case "False" ->
          Found.trouble(
              true, "RevisionMissing", "Revision \"" + name + "\" failed to become ready.");
      default ->
          Found.trouble(false, "RevisionMissing", "Revision \"" + name + "\" is not yet ready.");
    };
  }

  private static String missing(String kind, String name) {
    return kind + " \"" + name + "\" referenced in traffic not found.";
  }

  private static int percent(JsonNode spec) {
    return spec.path("percent").asInt(0);
  }

  /// Targets by tag.
  Map<String, List<Target>> tagged() {
    var tagged = new LinkedHashMap<String, List<Target>>();
    for (var each : targets) {
      if (!each.tag().isEmpty()) {
        tagged.computeIfAbsent(each.tag(), _ -> new ArrayList<>()).add(each);
      }
    }
    return tagged;
  }
}
