package dev.slipway.controllers;

import dev.slipway.base.Json;
import dev.slipway.control.Conditions;
import dev.slipway.control.Kind;
import dev.slipway.control.Kinds;
import dev.slipway.control.Observed;
import dev.slipway.control.Plan;
import dev.slipway.control.Reconciler;
import dev.slipway.control.Resource;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/// A scheduler and a kubelet in one: what becomes of a pod depends on its first container's image
/// alone. Pods are ready one second after they were made unless told otherwise.
public final class FakeKubelet implements Reconciler {
  /// What becomes of pods of an image.
  public sealed interface Fate {
    record ReadyAfter(Duration delay) implements Fate {}

    record Exits(int code, String message) implements Fate {}

    record NoImage() implements Fate {}

    record NoNode() implements Fate {}

    record NeverReady() implements Fate {}
  }

  private static final Fate USUAL = new Fate.ReadyAfter(Duration.ofSeconds(1));

  private final Map<String, Fate> fates = new ConcurrentHashMap<>();

  /// Settles what becomes of pods of an image; those that are there follow when looked at again.
  public FakeKubelet image(String image, Fate fate) {
    fates.put(image, fate);
    return this;
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
    var made = Conditions.of(pod, observed.now());
    var status = Json.object().put("phase", "Pending");
    var container = Json.text(pod.spec().path("containers").path(0), "name");
    var state = Json.object().put("name", container).put("ready", false);
    var image = Json.text(pod.spec().path("containers").path(0), "image");
    if (!(fates.getOrDefault(image, USUAL) instanceof Fate.NoNode)) {
      made.set("PodScheduled", "True", "", "");
      status.putArray("containerStatuses").add(state);
    }
    switch (fates.getOrDefault(image, USUAL)) {
      case Fate.ReadyAfter(Duration delay) -> {
        var left = Duration.between(observed.now(), pod.created().plus(delay));
        boolean ready = !left.isPositive();
        status.put("phase", ready ? "Running" : "Pending");
        state.put("ready", ready);
        made.set("Ready", ready ? "True" : "False", "", "");
        if (!ready) {
          plan.again(left);
        }
      }
      case Fate.Exits(int code, String message) -> {
        status.put("phase", "Running");
        state.putObject("state").putObject("waiting").put("reason", "CrashLoopBackOff");
        state
            .putObject("lastState")
            .putObject("terminated")
            .put("exitCode", code)
            .put("message", message);
        made.set("Ready", "False", "ContainersNotReady", "");
      }
      case Fate.NoImage() -> {
        state
            .putObject("state")
            .putObject("waiting")
            .put("reason", "ImagePullBackOff")
            .put("message", "Back-off pulling image \"" + image + "\"");
        made.set("Ready", "False", "ContainersNotReady", "");
      }
      case Fate.NoNode() ->
          made.set(
              "PodScheduled",
              "False",
              "Unschedulable",
              "0/1 nodes are available: 1 Insufficient nvidia.com/gpu.");
      case Fate.NeverReady() -> {
        status.put("phase", "Running");
        made.set("Ready", "False", "ContainersNotReady", "");
      }
    }
    status.set("conditions", made.toJson());
    return plan.status(status);
  }
}
