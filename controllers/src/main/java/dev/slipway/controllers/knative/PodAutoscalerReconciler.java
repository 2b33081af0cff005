package dev.slipway.controllers.knative;

import dev.slipway.autoscaling.hpa.HpaSpec;
import dev.slipway.autoscaling.hpa.HpaSpec.Metric;
import dev.slipway.autoscaling.hpa.HpaSpec.Target;
import dev.slipway.autoscaling.knative.KnativeHpa;
import dev.slipway.autoscaling.knative.ScaleAnnotations;
import dev.slipway.control.Kind;
import dev.slipway.control.Kinds;
import dev.slipway.control.Observed;
import dev.slipway.control.Plan;
import dev.slipway.control.Reconciler;
import dev.slipway.control.Resource;
import java.util.Set;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// Keeps a HorizontalPodAutoscaler for a PodAutoscaler of the class `hpa.autoscaling.knative.dev`;
/// those of Knative's own class are [KnativeAutoscaler]'s.
///
/// Source: knative/serving `pkg/reconciler/autoscaling/hpa`.
final class PodAutoscalerReconciler implements Reconciler {
  private static final String INITIALIZED = "ScaleTargetInitialized";

  @Override
  public Kind kind() {
    return Kinds.POD_AUTOSCALER;
  }

  @Override
  public Set<Kind> children() {
    return Set.of(Kinds.HORIZONTAL_POD_AUTOSCALER);
  }

  @Override
  public Plan plan(Resource autoscaler, Observed observed) {
    var plan = new Plan();
    var config = KnativeConfig.autoscaler(observed);
    var named =
        ScaleAnnotations.CLASS
            .in(autoscaler.annotations())
            .map(ScaleAnnotations.Entry::value)
            .orElse(config.scalerClass());
    if (!named.equals(ScaleAnnotations.HPA) || autoscaler.deleting()) {
      return plan;
    }
    boolean reachable = !autoscaler.text("spec", "reachability").equals("Unreachable");
    var spec = KnativeHpa.spec(autoscaler.annotations(), config, reachable);
    plan.keep(Kinds.HORIZONTAL_POD_AUTOSCALER, autoscalerOf(autoscaler, spec));
    return plan.status(status(autoscaler, spec, observed));
  }

  private static ObjectNode status(Resource autoscaler, HpaSpec spec, Observed observed) {
    var made = new KnativeStatus(autoscaler, observed.now(), "Active", "SKSReady", INITIALIZED);
    made.yes("SKSReady");
    var target = autoscaler.text("spec", "scaleTargetRef", "name");
    int ready =
        observed
            .find(Kinds.DEPLOYMENT.key(autoscaler.namespace(), target))
            .map(each -> each.status().path("readyReplicas").asInt(0))
            .orElse(0);
    if (ready > 0) {
      made.yes("Active");
    } else {
      made.unknown(
          "Active",
          "Queued",
          "Requests to the target are being buffered as resources are provisioned.");
    }
    if (ready >= spec.minReplicas() || made.status(INITIALIZED).equals("True")) {
      made.yes(INITIALIZED);
    }
    var status = made.begin(autoscaler);
    status.put("serviceName", autoscaler.name());
    status.put("metricsServiceName", autoscaler.name() + "-private");
    var scaler = observed.child(Kinds.HORIZONTAL_POD_AUTOSCALER, autoscaler.name());
    scaler
        .map(each -> each.status().path("desiredReplicas"))
        .filter(each -> each.isNumber())
        .ifPresent(each -> status.put("desiredScale", each.asInt()));
    return status.put("actualScale", ready);
  }

  private static ObjectNode autoscalerOf(Resource autoscaler, HpaSpec wanted) {
    var child = Serving.child(Kinds.HORIZONTAL_POD_AUTOSCALER, autoscaler, autoscaler.name());
    Serving.labels(child, autoscaler.labels());
    Serving.annotations(child, Serving.inherited(autoscaler));
    var spec = child.putObject("spec");
    spec.set("scaleTargetRef", autoscaler.spec().path("scaleTargetRef").deepCopy());
    spec.put("minReplicas", wanted.minReplicas()).put("maxReplicas", wanted.maxReplicas());
    var metrics = spec.putArray("metrics");
    wanted.metrics().forEach(each -> metric(each, metrics));
    wanted
        .behavior()
        .ifPresent(
            each -> {
              var behavior = spec.putObject("behavior");
              window(behavior, "scaleUp", each.up());
              window(behavior, "scaleDown", each.down());
            });
    return child;
  }

  private static void window(ObjectNode behavior, String side, HpaSpec.Rules rules) {
    behavior
        .putObject(side)
        .put("stabilizationWindowSeconds", (int) rules.stabilization().toSeconds());
  }

  private static void metric(Metric metric, ArrayNode metrics) {
    switch (metric) {
      case Metric.Resource(String resource, Target target) -> {
        var made = metrics.addObject().put("type", "Resource").putObject("resource");
        made.put("name", resource);
        target(target, made);
      }
      case Metric.Pods(String name, Target.AverageValue target) -> {
        var made = metrics.addObject().put("type", "Pods").putObject("pods");
        made.putObject("metric").put("name", name);
        target(target, made);
      }
      case Metric.ContainerResource _, Metric.OfObject _, Metric.External _ ->
          throw new IllegalArgumentException("Knative asks for no such metric: " + metric);
    }
  }

  private static void target(Target target, ObjectNode holder) {
    var made = holder.putObject("target");
    switch (target) {
      case Target.Utilization(int percent) ->
          made.put("type", "Utilization").put("averageUtilization", percent);
      case Target.AverageValue(long milli) ->
          made.put("type", "AverageValue").put("averageValue", quantity(milli));
      case Target.Value(long milli) -> made.put("type", "Value").put("value", quantity(milli));
    }
  }

  /// Thousandths as a quantity: `250m`, `3`; whole mebibytes as such.
  private static String quantity(long milli) {
    long mebibyte = 1024L * 1024 * 1000;
    if (milli > 0 && milli % mebibyte == 0) {
      return milli / mebibyte + "Mi";
    }
    return milli % 1000 == 0 ? Long.toString(milli / 1000) : milli + "m";
  }
}
