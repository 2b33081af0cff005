package dev.slipway.api.kserve;

import dev.slipway.api.KindRules;
import dev.slipway.base.FieldPath;
import dev.slipway.base.Json;
import dev.slipway.base.Problem;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// A ServingRuntime or ClusterServingRuntime before it is stored: its priorities must be clear,
/// both
/// in itself and beside its neighbours.
///
/// Follows `pkg/webhook/admission/servingruntime/servingruntime_webhook.go`.
public final class ServingRuntimeRules implements KindRules {
  private final boolean clusterWide;

  public ServingRuntimeRules(boolean clusterWide) {
    this.clusterWide = clusterWide;
  }

  @Override
  public String group() {
    return Kserve.GROUP;
  }

  @Override
  public String kind() {
    return clusterWide ? "ClusterServingRuntime" : "ServingRuntime";
  }

  @Override
  public List<Problem> judge(Admitting admitting, ObjectNode object) {
    var problems = new ArrayList<Problem>();
    JsonNode spec = object.path("spec");
    FieldPath at = FieldPath.of("spec");
    containers(spec, at, problems);
    formats(spec, at.field("supportedModelFormats"), problems);
    if (spec.path("disabled").asBoolean(false)) {
      return problems;
    }
    String name = Json.text(object, "metadata", "name");
    onePriority(name, spec, at, problems);
    for (ObjectNode other : neighbours(admitting, object)) {
      clash(object, other, at, problems);
    }
    workers(admitting, name, spec, at, problems);
    String whose = "the " + kind() + " \"" + name + "\" is invalid: ";
    EnvironmentRules.containers(whose, spec.path("containers"), at.field("containers"), problems);
    EnvironmentRules.containers(
        whose,
        spec.path("workerSpec").path("containers"),
        at.field("workerSpec", "containers"),
        problems);
    return problems;
  }

  private List<ObjectNode> neighbours(Admitting admitting, ObjectNode object) {
    return clusterWide
        ? admitting.list(Kserve.GROUP, "clusterservingruntimes", "")
        : admitting.list(
            Kserve.GROUP, "servingruntimes", Json.text(object, "metadata", "namespace"));
  }

  private static void containers(JsonNode spec, FieldPath at, List<Problem> problems) {
    if (spec.path("containers").isEmpty()) {
      problems.add(
          Problem.required(at.field("containers"), "a runtime consists of at least one container"));
    }
  }

  private static void formats(JsonNode spec, FieldPath at, List<Problem> problems) {
    JsonNode formats = spec.path("supportedModelFormats");
    for (int i = 0; i < formats.size(); i++) {
      JsonNode format = formats.path(i);
      if (Json.text(format, "name").isEmpty()) {
        problems.add(Problem.required(at.index(i).field("name"), "the format's name"));
      }
      if (format.has("priority") && format.path("priority").asLong(0) < 1) {
        problems.add(
            Problem.invalid(
                at.index(i).field("priority"),
                format.path("priority"),
                "should be greater than or equal to 1"));
      }
    }
  }

  private void onePriority(String name, JsonNode spec, FieldPath at, List<Problem> problems) {
    var priorities = new HashMap<String, Long>();
    for (JsonNode format : spec.path("supportedModelFormats")) {
      if (!format.path("autoSelect").asBoolean(false) || !format.has("priority")) {
        continue;
      }
      String word = Json.text(format, "name");
      long priority = format.path("priority").asLong(0);
      Long before = priorities.putIfAbsent(word, priority);
      if (before != null && before != priority) {
        problems.add(
            Problem.invalid(
                at.field("supportedModelFormats"),
                priority,
                "different priorities assigned for the model format "
                    + word
                    + " under the "
                    + (clusterWide ? "clusterservingruntime " : "servingruntime ")
                    + name));
      }
    }
  }

  private void clash(ObjectNode mine, ObjectNode other, FieldPath at, List<Problem> problems) {
    JsonNode spec = mine.path("spec");
    JsonNode others = other.path("spec");
    String name = Json.text(mine, "metadata", "name");
    String otherName = Json.text(other, "metadata", "name");
    if (otherName.equals(name)
        || others.path("disabled").asBoolean(false)
        || others.path("multiModel").asBoolean(false) != spec.path("multiModel").asBoolean(false)
        || !sharesProtocol(spec, others)) {
      return;
    }
    for (JsonNode theirs : others.path("supportedModelFormats")) {
      for (JsonNode ours : spec.path("supportedModelFormats")) {
        if (sameClaim(theirs, ours)) {
          problems.add(
              Problem.invalid(
                  at.field("supportedModelFormats"),
                  ours.path("priority"),
                  "same priority assigned for the model format "
                      + Json.text(ours, "name")
                      + " in the "
                      + (clusterWide ? "clusterservingruntimes " : "servingruntimes ")
                      + otherName
                      + " and "
                      + name
                      + (clusterWide
                          ? ""
                          : " in namespace " + Json.text(mine, "metadata", "namespace"))));
        }
      }
    }
  }

  private static boolean sharesProtocol(JsonNode one, JsonNode other) {
    Set<String> spoken = new HashSet<>();
    one.path("protocolVersions").forEach(each -> spoken.add(each.asString("")));
    for (JsonNode each : other.path("protocolVersions")) {
      if (spoken.contains(each.asString(""))) {
        return true;
      }
    }
    return false;
  }

  private static boolean sameClaim(JsonNode one, JsonNode other) {
    return one.path("autoSelect").asBoolean(false)
        && other.path("autoSelect").asBoolean(false)
        && Json.text(one, "name").equalsIgnoreCase(Json.text(other, "name"))
        && one.path("version").equals(other.path("version"))
        && one.has("priority")
        && one.path("priority").equals(other.path("priority"));
  }

  private void workers(
      Admitting admitting, String name, JsonNode spec, FieldPath at, List<Problem> problems) {
    boolean had =
        admitting.before().map(old -> old.path("spec").path("workerSpec").isObject()).orElse(false);
    JsonNode worker = spec.path("workerSpec");
    if (had && !worker.isObject()) {
      refuse(
          name,
          at.field("workerSpec"),
          "removing workerSpec where it already exists is not allowed",
          problems);
    }
    if (worker.path("containers").size() > 1) {
      refuse(
          name,
          at.field("workerSpec", "containers"),
          "setting multiple containers in workerSpec is not allowed",
          problems);
    }
    for (String field : List.of("pipelineParallelSize", "tensorParallelSize")) {
      long size = worker.path(field).asLong(1);
      if (size < 1) {
        String spoken = Character.toUpperCase(field.charAt(0)) + field.substring(1);
        refuse(
            name,
            at.field("workerSpec", field),
            "the WorkerSpec." + spoken + " cannot be less than 1(" + size + ")",
            problems);
      }
    }
  }

  private void refuse(String name, FieldPath at, String why, List<Problem> problems) {
    problems.add(Problem.forbidden(at, "the " + kind() + " " + name + " is invalid: " + why));
  }
}
