package dev.slipway.controllers.batch;

import dev.slipway.base.Json;
import dev.slipway.control.Conditions;
import dev.slipway.control.Kind;
import dev.slipway.control.Kinds;
import dev.slipway.control.Observed;
import dev.slipway.control.Plan;
import dev.slipway.control.Reconciler;
import dev.slipway.control.Resource;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;

/// A scheduler and a kubelet in one for pods that end. The first container's image says what
/// becomes
/// of a pod: `run` runs on, `ok 5` succeeds after five seconds, `fail 5 42` fails after five with
/// code 42. `ok-from 3` fails at once with code 7 below index 3 and succeeds from there.
final class JobKubelet implements Reconciler {
  private record Fate(long seconds, int code) {
    static Fate of(Resource pod) {
      var words = Json.text(pod.spec().path("containers").path(0), "image").split(" ", -1);
      return switch (words[0]) {
        case "ok" -> new Fate(Long.parseLong(words[1]), 0);
        case "fail" -> new Fate(Long.parseLong(words[1]), Integer.parseInt(words[2]));
        case "ok-from" ->
            new Fate(1, JobPods.index(pod).orElse(0) < Integer.parseInt(words[1]) ? 7 : 0);
        default -> new Fate(Long.MAX_VALUE, 0);
      };
    }
  }

  @Override
  public Kind kind() {
    return Kinds.POD;
  }

  @Override
  public Set<Kind> children() {
    return Set.of();
  }

  @Override
  public Plan plan(Resource pod, Observed observed) {
    var plan = new Plan();
    var phase = pod.text("status", "phase");
    if (phase.equals("Succeeded") || phase.equals("Failed")) {
      return plan;
    }
    var fate = Fate.of(pod);
    if (pod.deleting()) {
      return end(pod, 137, observed.now(), plan);
    }
    if (fate.seconds < Long.MAX_VALUE) {
      var left = Duration.between(observed.now(), pod.created().plusSeconds(fate.seconds));
      if (!left.isPositive()) {
        return end(pod, fate.code, pod.created().plusSeconds(fate.seconds), plan);
      }
      plan.again(left);
    }
    var status = Json.object().put("phase", "Running");
    var conditions = Conditions.of(pod, observed.now()).set("Ready", "True", "", "");
    status.set("conditions", conditions.toJson());
    return plan.status(status);
  }

  private static Plan end(Resource pod, int code, Instant at, Plan plan) {
    var status = Json.object().put("phase", code == 0 ? "Succeeded" : "Failed");
    var name = Json.text(pod.spec().path("containers").path(0), "name");
    status
        .putArray("containerStatuses")
        .addObject()
        .put("name", name)
        .putObject("state")
        .putObject("terminated")
        .put("exitCode", code)
        .put("finishedAt", at.toString());
    var conditions = Conditions.of(pod, at).set("Ready", "False", "PodCompleted", "");
    status.set("conditions", conditions.toJson());
    return plan.status(status);
  }
}
