package dev.slipway.apiserver.rest;

import dev.slipway.apiserver.error.ApiException;
import dev.slipway.apiserver.resource.Resource;
import dev.slipway.apiserver.resource.Scale;
import dev.slipway.base.FieldPath;
import dev.slipway.base.Json;
import dev.slipway.base.Problem;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// The `autoscaling/v1 Scale` view of a scalable object.
final class Scales {
  private Scales() {}

  /// Reads the view.
  static ObjectNode of(Resource resource, ObjectNode object) {
    Scale scale = resource.scale().orElseThrow();
    ObjectNode view = Json.object().put("kind", "Scale").put("apiVersion", "autoscaling/v1");
    ObjectNode metadata = view.putObject("metadata");
    for (String field :
        List.of("name", "namespace", "uid", "resourceVersion", "creationTimestamp")) {
      if (object.path("metadata").has(field)) {
        metadata.set(field, object.path("metadata").get(field));
      }
    }
    view.putObject("spec").put("replicas", at(object, scale.specReplicasPath()).asInt(0));
    ObjectNode status = view.putObject("status");
    status.put("replicas", at(object, scale.statusReplicasPath()).asInt(0));
    if (!scale.labelSelectorPath().isEmpty()) {
      String selector = selector(at(object, scale.labelSelectorPath()));
      if (!selector.isEmpty()) {
        status.put("selector", selector);
      }
    }
    return view;
  }

  /// Writes the view's replicas into the object.
  ///
  /// @throws ApiException where the view is no scale or its number makes no sense
  static ObjectNode into(Resource resource, ObjectNode object, ObjectNode view) {
    if (!view.path("kind").asString("Scale").equals("Scale")) {
      throw ApiException.badRequest(
          "expected a Scale in the body, found " + view.path("kind").asString(""));
    }
    JsonNode replicas = view.path("spec").path("replicas");
    if (!replicas.isMissingNode() && !replicas.canConvertToInt()) {
      throw ApiException.badRequest("spec.replicas: expected a 32-bit integer, found " + replicas);
    }
    int wanted = replicas.asInt(0);
    if (wanted < 0) {
      var problem =
          Problem.invalid(
              FieldPath.of("spec", "replicas"), wanted, "must be greater than or equal to 0");
      throw ApiException.invalid("Scale.autoscaling", Metas.name(object), List.of(problem));
    }
    String[] path = parts(resource.scale().orElseThrow().specReplicasPath());
    ObjectNode parent = Json.ensureObject(object, java.util.Arrays.copyOf(path, path.length - 1));
    parent.put(path[path.length - 1], wanted);
    String version = Metas.resourceVersion(view);
    if (!version.isEmpty()) {
      Metas.of(object).put("resourceVersion", version);
    }
    return object;
  }

  private static JsonNode at(JsonNode object, String dotted) {
    return Json.at(object, parts(dotted));
  }

  private static String[] parts(String dotted) {
    String bare = dotted.startsWith(".") ? dotted.substring(1) : dotted;
    return bare.split("\\.", -1);
  }

  /// A label selector as one line of text; custom resources already store one.
  private static String selector(JsonNode selector) {
    if (selector.isString()) {
      return selector.stringValue();
    }
    var terms = new ArrayList<String>();
    boolean structured = selector.has("matchLabels") || selector.has("matchExpressions");
    JsonNode labels = structured ? selector.path("matchLabels") : selector;
    labels
        .properties()
        .forEach(each -> terms.add(each.getKey() + "=" + each.getValue().asString("")));
    for (JsonNode each : selector.path("matchExpressions")) {
      terms.add(expression(each));
    }
    terms.sort(null);
    return String.join(",", terms);
  }

  private static String expression(JsonNode requirement) {
    String key = Json.text(requirement, "key");
    var values = new ArrayList<String>();
    requirement.path("values").forEach(each -> values.add(each.asString("")));
    String list = " (" + String.join(",", values) + ")";
    return switch (Json.text(requirement, "operator")) {
      case "In" -> key + " in" + list;
      case "NotIn" -> key + " notin" + list;
      case "DoesNotExist" -> "!" + key;
      default -> key;
    };
  }
}
