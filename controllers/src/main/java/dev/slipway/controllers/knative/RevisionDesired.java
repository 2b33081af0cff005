package dev.slipway.controllers.knative;

import dev.slipway.autoscaling.knative.AutoscalerConfig;
import dev.slipway.autoscaling.knative.ScaleSettings;
import dev.slipway.base.Json;
import dev.slipway.control.Kinds;
import dev.slipway.control.Resource;
import java.util.LinkedHashMap;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// The children of a revision: pure.
final class RevisionDesired {
  private static final int DEFAULT_PORT = 8080;
  private static final int PROGRESS_DEADLINE_SECONDS = 600;
  private static final int TIMEOUT_SECONDS = 300;

  private RevisionDesired() {}

  static String deploymentName(Resource revision) {
    return KnativeNames.child(revision.name(), "-deployment");
  }

  /// With how many pods a revision begins, within its bounds.
  static int initialScale(Resource revision, AutoscalerConfig config) {
    var bounds = ScaleSettings.of(revision.annotations(), 0, config).bounds();
    int least = Math.max(bounds.initial(), bounds.min());
    return bounds.max() == 0 ? least : Math.min(least, bounds.max());
  }

  /// @param replicas to begin with; later the autoscaler's business
  static ObjectNode deployment(Resource revision, int replicas) {
    var child = Serving.child(Kinds.DEPLOYMENT, revision, deploymentName(revision));
    Serving.labels(child, labels(revision));
    Serving.annotations(child, Serving.inherited(revision));
    var spec = child.putObject("spec").put("replicas", replicas).put("revisionHistoryLimit", 0);
    spec.put("progressDeadlineSeconds", progressDeadline(revision));
    spec.putObject("selector").putObject("matchLabels").put(Serving.REVISION_UID, revision.uid());
    spec.putObject("strategy")
        .put("type", "RollingUpdate")
        .putObject("rollingUpdate")
        .put("maxUnavailable", 0);
    spec.set("template", template(revision));
    return child;
  }

  private static int progressDeadline(Resource revision) {
    var text = revision.annotation(Serving.PROGRESS_DEADLINE);
    return text.isEmpty() ? PROGRESS_DEADLINE_SECONDS : KnativeNames.seconds(text);
  }

  private static Map<String, String> labels(Resource revision) {
    var labels = new LinkedHashMap<>(revision.labels());
    labels.remove(Serving.ROUTING_STATE);
    labels.put(Serving.REVISION, revision.name());
    labels.put(Serving.REVISION_UID, revision.uid());
    labels.putIfAbsent("app", revision.name());
    return labels;
  }

  private static ObjectNode template(Resource revision) {
    var template = Json.object();
    Serving.labels(template, labels(revision));
    var annotations = new LinkedHashMap<>(Serving.inherited(revision));
    annotations.remove(Serving.ROUTING_STATE_MODIFIED);
    annotations.remove(Serving.ROUTES);
    Serving.annotations(template, annotations);
    var spec = (ObjectNode) revision.spec().deepCopy();
    for (var own :
        new String[] {
          "containerConcurrency",
          "timeoutSeconds",
          "responseStartTimeoutSeconds",
          "idleTimeoutSeconds"
        }) {
      spec.remove(own);
    }
    spec.put(
        "terminationGracePeriodSeconds",
        revision.spec().path("timeoutSeconds").asInt(TIMEOUT_SECONDS));
    for (var container : spec.path("containers")) {
      complete((ObjectNode) container, revision, spec.path("containers").size() == 1);
    }
    template.set("spec", spec);
    return template;
  }

  private static void complete(ObjectNode container, Resource revision, boolean only) {
    boolean serves = only || !container.path("ports").isEmpty();
    if (Json.text(container, "name").isEmpty()) {
      container.put("name", "user-container");
    }
    if (serves) {
      port(container);
    }
    var env = container.withArray("env");
    if (serves) {
      env.addObject().put("name", "PORT").put("value", Integer.toString(portOf(container)));
    }
    env.addObject().put("name", "K_REVISION").put("value", revision.name());
    env.addObject()
        .put("name", "K_CONFIGURATION")
        .put("value", revision.label(Serving.CONFIGURATION));
    env.addObject().put("name", "K_SERVICE").put("value", revision.label(Serving.SERVICE));
    probe(container);
  }

  private static void port(ObjectNode container) {
    var ports = container.withArray("ports");
    if (ports.isEmpty()) {
      ports.addObject().put("containerPort", DEFAULT_PORT);
    }
    var port = (ObjectNode) ports.get(0);
    if (!port.has("protocol")) {
      port.put("protocol", "TCP");
    }
    if (Json.text(port, "name").isEmpty()) {
      port.put("name", "user-port");
    }
  }

  static int portOf(JsonNode container) {
    for (var port : container.path("ports")) {
      return port.path("containerPort").asInt(DEFAULT_PORT);
    }
    return DEFAULT_PORT;
  }

  /// A probe without a port asks the container's own. A readiness probe of period 0 is Knative's
  /// own
  /// quick probing: the shortest period that Kubernetes has.
  private static void probe(ObjectNode container) {
    for (var name : new String[] {"readinessProbe", "livenessProbe", "startupProbe"}) {
      if (!(container.get(name) instanceof ObjectNode probe)) {
        continue;
      }
      if (name.equals("readinessProbe") && probe.path("periodSeconds").asInt(0) == 0) {
        probe.put("periodSeconds", 1);
      }
      for (var by : new String[] {"httpGet", "tcpSocket"}) {
        if (probe.get(by) instanceof ObjectNode action
            && action.path("port").asInt(0) == 0
            && !action.path("port").isString()) {
          action.put("port", portOf(container));
        }
      }
    }
  }

  /// @param failing whether its pods cannot start and none answers
  static ObjectNode podAutoscaler(Resource revision, boolean failing) {
    var child = Serving.child(Kinds.POD_AUTOSCALER, revision, revision.name());
    Serving.labels(child, labels(revision));
    var annotations = new LinkedHashMap<>(Serving.inherited(revision));
    annotations.remove(Serving.ROUTING_STATE_MODIFIED);
    annotations.remove(Serving.ROUTES);
    Serving.annotations(child, annotations);
    var spec = child.putObject("spec");
    spec.put("containerConcurrency", revision.spec().path("containerConcurrency").asInt(0));
    spec.putObject("scaleTargetRef")
        .put("apiVersion", "apps/v1")
        .put("kind", "Deployment")
        .put("name", deploymentName(revision));
    spec.put("protocolType", h2c(revision) ? "h2c" : "http1");
    spec.put("reachability", failing ? "Unreachable" : reachability(revision));
    return child;
  }

  private static boolean h2c(Resource revision) {
    for (var container : revision.spec().path("containers")) {
      for (var port : container.path("ports")) {
        return Json.text(port, "name").startsWith("h2c");
      }
    }
    return false;
  }

  /// Whether traffic can reach it: what no route leads to may be scaled to zero at once.
  private static String reachability(Resource revision) {
    return switch (revision.label(Serving.ROUTING_STATE)) {
      case "active" -> "Reachable";
      case "reserve" -> "Unreachable";
      default -> "";
    };
  }
}
