package dev.slipway.controllers.knative;

import dev.slipway.base.Json;
import dev.slipway.control.Kind;
import dev.slipway.control.Resource;
import java.util.LinkedHashMap;
import java.util.Map;
import tools.jackson.databind.node.ObjectNode;

/// Names of labels and annotations, and how children are begun.
final class Serving {
  static final String GROUP = "serving.knative.dev/";
  static final String SERVICE = GROUP + "service";
  static final String SERVICE_UID = GROUP + "serviceUID";
  static final String CONFIGURATION = GROUP + "configuration";
  static final String CONFIGURATION_UID = GROUP + "configurationUID";
  static final String CONFIGURATION_GENERATION = GROUP + "configurationGeneration";
  static final String REVISION = GROUP + "revision";
  static final String REVISION_UID = GROUP + "revisionUID";
  static final String ROUTE = GROUP + "route";
  static final String ROUTES = GROUP + "routes";
  static final String ROUTING_STATE = GROUP + "routingState";
  static final String ROUTING_STATE_MODIFIED = GROUP + "routingStateModified";
  static final String ROLLOUT_DURATION = GROUP + "rollout-duration";
  static final String PROGRESS_DEADLINE = GROUP + "progress-deadline";
  static final String NO_GC = GROUP + "no-gc";
  static final String CREATOR = GROUP + "creator";
  static final String LAST_MODIFIER = GROUP + "lastModifier";
  static final String VISIBILITY = "networking.knative.dev/visibility";
  static final String INGRESS_CLASS = "networking.knative.dev/ingress.class";
  static final String LAST_APPLIED = "kubectl.kubernetes.io/last-applied-configuration";

  private Serving() {}

  /// A child's beginning: kind, name, the owner's namespace.
  static ObjectNode child(Kind kind, Resource owner, String name) {
    var child = Json.object().put("apiVersion", kind.apiVersion()).put("kind", kind.kind());
    child.putObject("metadata").put("namespace", owner.namespace()).put("name", name);
    return child;
  }

  static void labels(ObjectNode object, Map<String, String> labels) {
    put(object, "labels", labels);
  }

  static void annotations(ObjectNode object, Map<String, String> annotations) {
    put(object, "annotations", annotations);
  }

  private static void put(ObjectNode object, String field, Map<String, String> values) {
    if (!values.isEmpty()) {
      var target = Json.ensureObject(object, "metadata", field);
      values.forEach(target::put);
    }
  }

  /// The annotations that a child takes over: all but those of kubectl and of a rollout.
  static Map<String, String> inherited(Resource owner) {
    var kept = new LinkedHashMap<>(owner.annotations());
    kept.remove(LAST_APPLIED);
    kept.remove(ROLLOUT_DURATION);
    return kept;
  }
}
