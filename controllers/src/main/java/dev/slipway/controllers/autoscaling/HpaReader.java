package dev.slipway.controllers.autoscaling;

import dev.slipway.autoscaling.hpa.HpaPod;
import dev.slipway.autoscaling.hpa.HpaReading;
import dev.slipway.autoscaling.hpa.HpaReading.Sample;
import dev.slipway.autoscaling.hpa.HpaSpec.Metric;
import dev.slipway.base.Json;
import dev.slipway.control.Resource;
import dev.slipway.controllers.autoscaling.NamedMetrics.Query;
import dev.slipway.controllers.autoscaling.NamedMetrics.Source;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import tools.jackson.databind.JsonNode;

/// Reads the figures an autoscaler asks for, and what of its pods matters.
///
/// @param namespace of the autoscaler
/// @param pods those its target's selector matches
record HpaReader(String namespace, List<Resource> pods, PodMetrics usage, NamedMetrics named) {
  HpaReader {
    pods = List.copyOf(pods);
  }

  /// @param manifest the metric as written
  HpaReading read(Metric metric, JsonNode manifest) {
    return switch (metric) {
      case Metric.Resource resource -> usage(resource.resource(), "");
      case Metric.ContainerResource part -> usage(part.resource(), part.container());
      case Metric.Pods pods -> named.read(query(Source.PODS, pods.name(), manifest.path("pods")));
      case Metric.OfObject object ->
          named.read(query(Source.OBJECT, object.name(), manifest.path("object")));
      case Metric.External external ->
          named.read(query(Source.EXTERNAL, external.name(), manifest.path("external")));
    };
  }

  private Query query(Source source, String name, JsonNode written) {
    var object = written.path("describedObject");
    return new Query(
        source,
        namespace,
        name,
        object.isObject() ? Json.text(object, "kind") + "/" + Json.text(object, "name") : "",
        Json.strings(written, "metric", "selector", "matchLabels"),
        source == Source.PODS ? pods.stream().map(Resource::name).toList() : List.of());
  }

  /// @param container empty for all of a pod's together
  private HpaReading usage(String resource, String container) {
    var found = new HashMap<String, Sample>();
    for (var pod : pods) {
      usage
          .usage(namespace, pod.name())
          .ifPresent(
              used ->
                  sum(used, resource, container)
                      .ifPresent(
                          milli ->
                              found.put(pod.name(), new Sample(milli, used.at(), used.window()))));
    }
    return found.isEmpty()
        ? new HpaReading.Failed(
            "unable to get metrics for resource "
                + resource
                + ": no metrics returned from resource metrics API")
        : new HpaReading.OfPods(found);
  }

  private static OptionalLong sum(PodMetrics.Usage used, String resource, String container) {
    long sum = 0;
    boolean any = false;
    for (Map.Entry<String, Map<String, Long>> each : used.containers().entrySet()) {
      Long milli = each.getValue().get(resource);
      if (milli != null && (container.isEmpty() || container.equals(each.getKey()))) {
        sum += milli;
        any = true;
      }
    }
    return any ? OptionalLong.of(sum) : OptionalLong.empty();
  }

  List<HpaPod> hpaPods() {
    return pods.stream().map(HpaReader::pod).toList();
  }

  private static HpaPod pod(Resource pod) {
    var phase = pod.text("status", "phase");
    var containers = new ArrayList<HpaPod.Container>();
    for (var each : pod.spec().path("containers")) {
      var requests = new HashMap<String, Long>();
      for (var request : each.path("resources").path("requests").properties()) {
        requests.put(request.getKey(), Milli.of(request.getValue()));
      }
      containers.add(new HpaPod.Container(Json.text(each, "name"), requests));
    }
    return new HpaPod(
        pod.name(),
        pod.deleting() || phase.equals("Failed") || phase.equals("Succeeded"),
        phase.equals("Pending"),
        instant(pod.text("status", "startTime")),
        readiness(pod),
        containers);
  }

  private static Optional<HpaPod.Readiness> readiness(Resource pod) {
    var since = instant(Json.text(pod.conditionNode("Ready"), "lastTransitionTime"));
    return since.map(at -> new HpaPod.Readiness(pod.isTrue("Ready"), at));
  }

  private static Optional<Instant> instant(String text) {
    return text.isEmpty() ? Optional.empty() : Optional.of(Instant.parse(text));
  }
}
