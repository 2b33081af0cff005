package dev.slipway.controllers.knative;

import dev.slipway.autoscaling.LoadKey;
import dev.slipway.autoscaling.LoadSamples.Sample;
import dev.slipway.autoscaling.knative.Activity;
import dev.slipway.autoscaling.knative.AutoscalerConfig;
import dev.slipway.autoscaling.knative.KnativeScaler;
import dev.slipway.autoscaling.knative.LoadHistory;
import dev.slipway.autoscaling.knative.ScalePlan;
import dev.slipway.autoscaling.knative.ScalePlanner;
import dev.slipway.autoscaling.knative.ScalePlanner.Reachability;
import dev.slipway.autoscaling.knative.ScaleSettings;
import dev.slipway.autoscaling.knative.ScalerState;
import dev.slipway.base.Json;
import dev.slipway.control.Cluster;
import dev.slipway.control.Key;
import dev.slipway.control.Kinds;
import dev.slipway.control.Resource;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/// One revision under the autoscaler: its settings, its load, the last decision. All state is
/// guarded by
/// its monitor.
final class ScaledRevision {
  private static final String ACTIVE = "Active";
  private static final String INITIALIZED = "ScaleTargetInitialized";

  private final LoadKey key;
  private Resource autoscaler;
  private ScaleSettings settings;
  private @Nullable LoadHistory history; // none while nothing is remembered
  private @Nullable ScalerState state;
  private Activity activity;
  private boolean initialized;
  private int told = Integer.MIN_VALUE;

  ScaledRevision(LoadKey key, Resource autoscaler, AutoscalerConfig config, Instant now) {
    this.key = key;
    this.autoscaler = autoscaler;
    this.settings = settings(autoscaler, config);
    this.activity = activityOf(autoscaler, now);
    this.initialized = autoscaler.isTrue(INITIALIZED);
  }

  private static ScaleSettings settings(Resource autoscaler, AutoscalerConfig config) {
    return ScaleSettings.of(
        autoscaler.annotations(), autoscaler.spec().path("containerConcurrency").asInt(0), config);
  }

  /// As the status says it, across a restart.
  private static Activity activityOf(Resource autoscaler, Instant now) {
    var found = autoscaler.conditionNode(ACTIVE);
    var since = Json.text(found, "lastTransitionTime");
    if (since.isEmpty()) {
      return Activity.starting(now);
    }
    var status =
        switch (Json.text(found, "status")) {
          case "True" -> Activity.Status.ACTIVE;
          case "False" -> Activity.Status.INACTIVE;
          default -> Activity.Status.ACTIVATING;
        };
    return new Activity(
        status, Instant.parse(since), Json.text(found, "reason"), Json.text(found, "message"));
  }

  LoadKey key() {
    return key;
  }

  /// The Deployment it scales.
  synchronized Key target() {
    var name = autoscaler.text("spec", "scaleTargetRef", "name");
    return Kinds.DEPLOYMENT.key(autoscaler.namespace(), name);
  }

  /// Takes a newer version of the object.
  ///
  /// @return whether anything but its status changed
  synchronized boolean changed(Resource now, AutoscalerConfig config, Instant at) {
    boolean differs =
        now.generation() != autoscaler.generation()
            || !now.annotations().equals(autoscaler.annotations());
    autoscaler = now;
    if (differs) {
      follow(config, at);
    }
    return differs;
  }

  synchronized void follow(AutoscalerConfig config, Instant at) {
    settings = settings(autoscaler, config);
    if (history != null) {
      history.follow(settings, at);
    }
  }

  synchronized void record(Instant at, Sample sample) {
    if (history == null) {
      history = new LoadHistory(settings);
    }
    history.record(at, sample);
  }

  /// Decides and carries it out.
  ///
  /// @return when to look again; empty for not before something happens
  synchronized Optional<Duration> decide(
      Cluster cluster, KnativeAutoscaler.DeploymentFacts facts, Instant now) {
    var before = state == null ? ScalerState.starting(settings, facts.ready(), now) : state;
    var memory = history == null ? new LoadHistory(settings) : history;
    if (facts.ready() > 0) {
      memory.recordSilence(now);
    }
    var reachability = reachability();
    boolean reachable = reachability != Reachability.UNREACHABLE;
    var seen = new KnativeScaler.Observation(memory.load(now), facts.ready(), reachable);
    state = KnativeScaler.decide(settings, before, seen, now);
    activity = waiting(cluster, facts, now);
    var situation =
        ScalePlanner.Situation.behindGateway(
            state, facts.ready(), activity, initialized, reachability);
    var plan = ScalePlanner.plan(settings, situation, now);
    activity = plan.activity();
    initialized = plan.initialized();
    scale(cluster, plan, facts);
    writeStatus(cluster, plan, facts, now);
    if (plan.lookAgain().isEmpty()) {
      history = memory.isEmpty(now) ? null : memory;
      state = null;
    }
    return plan.lookAgain();
  }

  /// Activating begins when its last pod has found a node: what waits for capacity is not given up.
  private Activity waiting(Cluster cluster, KnativeAutoscaler.DeploymentFacts facts, Instant now) {
    boolean late =
        activity.is(Activity.Status.ACTIVATING)
            && facts.ready() == 0
            && activity.lasted(now).compareTo(settings.progressDeadline()) > 0;
    if (!late) {
      return activity;
    }
    var since = activity.since();
    var pods =
        cluster.list(
            Kinds.POD, autoscaler.namespace(), Map.of(Serving.REVISION, autoscaler.name()));
    for (var pod : pods) {
      var scheduled = pod.conditionNode("PodScheduled");
      var at = Json.text(scheduled, "lastTransitionTime");
      if (Json.text(scheduled, "status").equals("False")) {
        since = now;
      } else if (!at.isEmpty() && Instant.parse(at).isAfter(since)) {
        since = Instant.parse(at);
      }
    }
    return new Activity(activity.status(), since, activity.reason(), activity.message());
  }

  private Reachability reachability() {
    return switch (autoscaler.text("spec", "reachability")) {
      case "Reachable" -> Reachability.REACHABLE;
      case "Unreachable" -> Reachability.UNREACHABLE;
      default -> Reachability.UNKNOWN;
    };
  }

  private void scale(Cluster cluster, ScalePlan plan, KnativeAutoscaler.DeploymentFacts facts) {
    if (!plan.scale() || plan.wanted() == facts.replicas()) {
      told = Integer.MIN_VALUE;
      return;
    }
    if (plan.wanted() == told) {
      return; // written, and not yet seen
    }
    var patch = Json.object();
    patch.putObject("spec").put("replicas", plan.wanted());
    cluster.mergePatch(target(), "scale", patch);
    told = plan.wanted();
  }

  private void writeStatus(
      Cluster cluster, ScalePlan plan, KnativeAutoscaler.DeploymentFacts facts, Instant now) {
    var wanted = status(plan, facts, now);
    if (autoscaler.hasStatus(wanted)) {
      return;
    }
    var object = autoscaler.copy();
    object.set("status", wanted);
    Json.ensureObject(object, "metadata").remove("resourceVersion"); // this is its only writer
    autoscaler = cluster.updateStatus(Kinds.POD_AUTOSCALER, object);
  }

  private ObjectNode status(ScalePlan plan, KnativeAutoscaler.DeploymentFacts facts, Instant now) {
    var made = new KnativeStatus(autoscaler, now, ACTIVE, "SKSReady", INITIALIZED);
    switch (activity.status()) {
      case ACTIVE -> made.yes(ACTIVE);
      case ACTIVATING -> made.unknown(ACTIVE, activity.reason(), activity.message());
      case INACTIVE -> made.no(ACTIVE, activity.reason(), activity.message());
    }
    if (initialized) {
      made.yes(INITIALIZED);
    } else {
      made.unknown(INITIALIZED, "", "");
    }
    made.yes("SKSReady");
    var status = made.begin(autoscaler);
    status.put("serviceName", autoscaler.name());
    status.put("metricsServiceName", autoscaler.name() + "-private");
    int desired =
        plan.wanted() == ScalePlan.UNKNOWN
            ? autoscaler.status().path("desiredScale").asInt(ScalePlan.UNKNOWN)
            : plan.wanted();
    status.put("desiredScale", desired).put("actualScale", facts.ready());
    return status;
  }
}
