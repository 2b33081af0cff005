package dev.slipway.controllers.apps;

import dev.slipway.control.Resource;
import dev.slipway.controllers.apps.DaemonNodes.OneNode;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/// Which pods of an earlier template make way now, and which nodes get a second pod first. Pure.
///
/// Source: `pkg/controller/daemon/update.go`, `rollingUpdate`.
///
/// @param surges whether the new pod comes before the old one goes
record DaemonRollout(boolean surges, List<Resource> replace, List<OneNode> surge) {
  private static final DaemonRollout NONE = new DaemonRollout(false, List.of(), List.of());

  DaemonRollout {
    replace = List.copyOf(replace);
    surge = List.copyOf(surge);
  }

  static DaemonRollout of(Resource set, DaemonNodes nodes, Instant now) {
    if (set.text("spec", "updateStrategy", "type").equals("OnDelete")) {
      return NONE;
    }
    int wanted = nodes.wanted().size();
    var rolling = set.at("spec", "updateStrategy", "rollingUpdate");
    int surge = IntOrPercent.roundedUp(rolling.path("maxSurge"), wanted, 0);
    int unavailable = IntOrPercent.roundedUp(rolling.path("maxUnavailable"), wanted, 1);
    int minReady = set.spec().path("minReadySeconds").asInt(0);
    return surge > 0
        ? surging(nodes, surge, minReady, now)
        : replacing(nodes, Math.max(1, unavailable), minReady, now);
  }

  private static DaemonRollout replacing(DaemonNodes nodes, int most, int minReady, Instant now) {
    var replace = new ArrayList<Resource>();
    var candidates = new ArrayList<Resource>();
    int unavailable = 0;
    for (var node : nodes.wanted()) {
      var old = node.older();
      if (node.newest().isPresent() == old.isPresent()) {
        unavailable++; // none yet, or one too many
      } else if (old.isEmpty()) {
        unavailable += Pods.available(node.newest().orElseThrow(), minReady, now) ? 0 : 1;
      } else if (!Pods.available(old.get(), minReady, now)) {
        unavailable++;
        replace.add(old.get());
      } else {
        candidates.add(old.get());
      }
    }
    candidates.stream().limit(Math.max(0, most - unavailable)).forEach(replace::add);
    return new DaemonRollout(false, replace, List.of());
  }

  private static DaemonRollout surging(DaemonNodes nodes, int most, int minReady, Instant now) {
    var replace = new ArrayList<Resource>();
    var surge = new ArrayList<OneNode>();
    var candidates = new ArrayList<OneNode>();
    int under = 0;
    for (var node : nodes.wanted()) {
      var old = node.older();
      var fresh = node.newest();
      if (old.isEmpty()) {
        continue;
      }
      boolean oldAnswers = Pods.available(old.get(), minReady, now);
      if (fresh.isEmpty()) {
        (oldAnswers ? candidates : surge).add(node);
      } else if (!oldAnswers || Pods.available(fresh.get(), minReady, now)) {
        replace.add(old.get());
      } else {
        under++;
      }
    }
    candidates.stream().limit(Math.max(0, most - under)).forEach(surge::add);
    return new DaemonRollout(true, replace, surge);
  }
}
