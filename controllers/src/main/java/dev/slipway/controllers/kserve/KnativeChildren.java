package dev.slipway.controllers.kserve;

import dev.slipway.api.kserve.Kserve;
import dev.slipway.base.Json;
import dev.slipway.control.Resource;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// The Knative Service of a component.
///
/// Follows `pkg/controller/v1beta1/inferenceservice/reconcilers/knative/ksvc_reconciler.go`.
final class KnativeChildren {
  private static final String SCALING = "autoscaling.knative.dev/";
  private static final Set<String> OF_THE_SERVICE =
      Set.of(
          "serving.knative.dev/rollout-duration", "serving.knative.openshift.io/enablePassthrough");

  private final KserveSettings settings;
  private final KserveConfig config;
  private final Resource service;

  KnativeChildren(KserveSettings settings, KserveConfig config, Resource service) {
    this.settings = settings;
    this.config = config;
    this.service = service;
  }

  /// @param rolledOut the revision that last had all requests; empty before the first
  ObjectNode knativeService(Component component, String rolledOut) {
    Map<String, String> annotations = new HashMap<>(component.annotations());
    scaling(component, annotations);
    Map<String, String> own = new HashMap<>(annotations);
    own.keySet().retainAll(OF_THE_SERVICE);
    annotations.keySet().removeAll(OF_THE_SERVICE);
    ObjectNode made = Json.object();
    made.put("apiVersion", "serving.knative.dev/v1").put("kind", "Service");
    ObjectNode metadata = component.metadata(service.namespace());
    Component.put(metadata, "annotations", own);
    made.set("metadata", metadata);
    ObjectNode spec = made.putObject("spec");
    template(spec.putObject("template"), component, annotations);
    spec.set("traffic", traffic(component, annotations, rolledOut));
    return Desired.mark(Policies.onto(made, service));
  }

  private void template(ObjectNode template, Component component, Map<String, String> annotations) {
    Map<String, String> labels = new HashMap<>(component.labels());
    labels.keySet().removeAll(config.labelsKeptOff());
    ObjectNode metadata = template.putObject("metadata");
    Component.put(metadata, "labels", labels);
    Component.put(metadata, "annotations", annotations);
    ObjectNode spec = component.pod().deepCopy();
    JsonNode timeout = component.spec().path("timeout");
    if (timeout.isIntegralNumber()) {
      spec.set("timeoutSeconds", timeout);
      spec.set("responseStartTimeoutSeconds", timeout);
    }
    JsonNode concurrency = component.spec().path("containerConcurrency");
    if (concurrency.isIntegralNumber()) {
      spec.set("containerConcurrency", concurrency);
    }
    template.set("spec", spec);
  }

  private void scaling(Component component, Map<String, String> annotations) {
    annotations.putIfAbsent(Kserve.KNATIVE_CLASS, "kpa.autoscaling.knative.dev");
    JsonNode target = component.spec().path("scaleTarget");
    if (target.isIntegralNumber()) {
      annotations.put(SCALING + "target", target.asString(""));
    }
    String metric = Json.text(component.spec(), "scaleMetric");
    if (!metric.isEmpty()) {
      annotations.put(SCALING + "metric", metric);
    }
    int least = component.minReplicas(settings.defaultMinReplicas());
    annotations.put(SCALING + "min-scale", Integer.toString(least));
    if (component.maxReplicas() != 0) {
      annotations.put(SCALING + "max-scale", Integer.toString(component.maxReplicas()));
    }
    warmUp(component, annotations, least);
  }

  /// Replicas to be warmed up are there from the start.
  private static void warmUp(Component component, Map<String, String> annotations, int least) {
    int wanted = number(annotations.getOrDefault(Kserve.WARMUP_REPLICAS, ""));
    if (component.maxReplicas() != 0) {
      wanted = Math.min(wanted, component.maxReplicas());
    }
    if (component.part().equals("predictor") && wanted > least) {
      annotations.putIfAbsent(SCALING + "initial-scale", Integer.toString(wanted));
    }
  }

  static int number(String text) {
    try {
      return Integer.parseInt(text);
    } catch (NumberFormatException _) {
      return 0;
    }
  }

  private static ArrayNode traffic(
      Component component, Map<String, String> annotations, String rolledOut) {
    ArrayNode traffic = Json.array();
    Optional<Integer> percent = component.canaryPercent();
    boolean split = percent.isPresent() && !rolledOut.isEmpty();
    ObjectNode latest = traffic.addObject().put("latestRevision", true);
    latest.put("percent", split ? percent.get() : 100);
    if ("true".equals(annotations.get(Kserve.TAG_ROUTING))) {
      latest.put("tag", "latest");
    }
    if (split && percent.get() < 100) {
      traffic
          .addObject()
          .put("revisionName", rolledOut)
          .put("latestRevision", false)
          .put("percent", 100 - percent.get())
          .put("tag", "prev");
    }
    return traffic;
  }
}
