package dev.slipway.controllers.autoscaling;

import dev.slipway.autoscaling.hpa.HpaDecision;
import dev.slipway.autoscaling.hpa.HpaDecision.Condition;
import dev.slipway.autoscaling.hpa.HpaReading;
import dev.slipway.autoscaling.hpa.HpaScaler;
import dev.slipway.autoscaling.hpa.HpaSettings;
import dev.slipway.autoscaling.hpa.HpaSpec;
import dev.slipway.autoscaling.hpa.HpaState;
import dev.slipway.base.Json;
import dev.slipway.control.Cluster;
import dev.slipway.control.ClusterException;
import dev.slipway.control.Key;
import dev.slipway.control.Kind;
import dev.slipway.control.Kinds;
import dev.slipway.control.Recorder;
import dev.slipway.control.Resource;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.node.ObjectNode;

/// One autoscaler and what it scales. All state is guarded by its monitor.
final class ScaledTarget {
  private static final String COMPONENT = "horizontal-pod-autoscaler";

  /// What decisions are made with.
  record Doors(Cluster cluster, PodMetrics usage, NamedMetrics named, Recorder recorder) {}

  private final Doors doors;
  private Resource autoscaler;
  private long decided = -1; // the generation
  private HpaState state = HpaState.NONE;

  ScaledTarget(Doors doors, Resource autoscaler) {
    this.doors = doors;
    this.autoscaler = autoscaler;
  }

  /// Takes a newer version of the object.
  ///
  /// @return whether its spec is one that was not decided yet
  synchronized boolean follow(Resource now) {
    autoscaler = now;
    boolean fresh = now.generation() != decided;
    decided = now.generation();
    return fresh;
  }

  synchronized void decide(Instant now) {
    Optional<Key> key = target();
    Optional<Resource> target = key.flatMap(doors.cluster()::get);
    if (target.isEmpty()) {
      String why = missing(key);
      warn("FailedGetScale", why);
      var message = "the HPA controller was unable to get the target's current scale: " + why;
      var condition = new Condition(HpaDecision.ABLE_TO_SCALE, false, "FailedGetScale", message);
      write(HpaStatus.begin(autoscaler, List.of(condition), now));
      return;
    }
    decide(target.get(), now);
  }

  private String missing(Optional<Key> key) {
    var reference = autoscaler.spec().path("scaleTargetRef");
    return key.map(each -> each.kind().qualified() + " \"" + each.name() + "\" not found")
        .orElse(
            "no matches for kind \""
                + Json.text(reference, "kind")
                + "\" in group \""
                + group(Json.text(reference, "apiVersion"))
                + "\"");
  }

  private Optional<Key> target() {
    var reference = autoscaler.spec().path("scaleTargetRef");
    var group = group(Json.text(reference, "apiVersion"));
    return Kinds.all().stream()
        .filter(Kind::namespaced)
        .filter(each -> each.kind().equals(Json.text(reference, "kind")))
        .filter(each -> each.group().equals(group))
        .findFirst()
        .map(each -> each.key(autoscaler.namespace(), Json.text(reference, "name")));
  }

  private static String group(String apiVersion) {
    int slash = apiVersion.indexOf('/');
    return slash < 0 ? "" : apiVersion.substring(0, slash);
  }

  private void decide(Resource target, Instant now) {
    HpaSpec spec = HpaManifest.spec(autoscaler.spec());
    var reader = new HpaReader(autoscaler.namespace(), pods(target), doors.usage(), doors.named());
    var readings = new ArrayList<HpaReading>();
    for (int i = 0; i < spec.metrics().size(); i++) {
      readings.add(reader.read(spec.metrics().get(i), autoscaler.spec().path("metrics").path(i)));
    }
    int replicas = target.spec().path("replicas").asInt(1);
    var seen =
        new HpaScaler.Observed(
            replicas, target.status().path("replicas").asInt(0), reader.hpaPods(), readings);
    var decision = HpaScaler.decide(spec, HpaSettings.DEFAULT, state, seen, now);
    decision.error().ifPresent(error -> warn("FailedComputeMetricsReplicas", error));
    if (decision.rescale()) {
      rescale(target, decision, replicas, now);
    } else {
      state = decision.state();
      write(HpaStatus.of(autoscaler, decision, replicas, false, now));
    }
  }

  private List<Resource> pods(Resource target) {
    var labels = Json.strings(target.spec(), "selector", "matchLabels");
    return labels.isEmpty()
        ? List.of()
        : doors.cluster().list(Kinds.POD, target.namespace(), labels);
  }

  private void rescale(Resource target, HpaDecision decision, int replicas, Instant now) {
    var patch = Json.object();
    patch.putObject("spec").put("replicas", decision.replicas());
    var said = "New size: " + decision.replicas() + "; reason: " + decision.reason();
    try {
      doors.cluster().mergePatch(target.key(), "scale", patch);
    } catch (ClusterException refused) {
      state = decision.stateIfRefused();
      warn("FailedRescale", said + "; error: " + refused.getMessage());
      var message =
          "the HPA controller was unable to update the target scale: " + refused.getMessage();
      var status = HpaStatus.of(autoscaler, decision, replicas, false, now);
      var failed = new Condition(HpaDecision.ABLE_TO_SCALE, false, "FailedUpdateScale", message);
      status.set(
          "conditions",
          HpaStatus.begin(autoscaler, with(decision.conditions(), failed), now).path("conditions"));
      write(status.put("desiredReplicas", replicas));
      return;
    }
    state = decision.state();
    doors.recorder().tell(autoscaler, COMPONENT, "Normal", "SuccessfulRescale", said);
    write(HpaStatus.of(autoscaler, decision, replicas, true, now));
  }

  private static List<Condition> with(List<Condition> conditions, Condition instead) {
    var all = new ArrayList<>(conditions);
    all.removeIf(each -> each.type().equals(instead.type()));
    all.add(instead);
    return all;
  }

  private void warn(String reason, String message) {
    doors.recorder().tell(autoscaler, COMPONENT, "Warning", reason, message);
  }

  private void write(ObjectNode status) {
    if (autoscaler.hasStatus(status)) {
      return;
    }
    var object = autoscaler.copy();
    object.set("status", status);
    Json.ensureObject(object, "metadata").remove("resourceVersion"); // this is its only writer
    autoscaler = doors.cluster().updateStatus(Kinds.HORIZONTAL_POD_AUTOSCALER, object);
  }

  @Override
  public synchronized String toString() {
    return autoscaler.toString();
  }
}
